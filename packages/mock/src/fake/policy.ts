import { holds, isKnownOperator, like, list } from "./conditions.ts";

/** A policy document as IAM writes it. */
export interface PolicyDocument {
  /** Version of the policy language, `2012-10-17`. */
  readonly Version?: string;
  /** Id of the policy, without effect. */
  readonly Id?: string;
  /** One statement or several. */
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}

/** One or several texts. */
export type OneOrMany = string | readonly string[];

/** One statement of a {@link PolicyDocument}. */
export interface PolicyStatement {
  /** Name of the statement, without effect. */
  readonly Sid?: string;
  /** Whether a request that matches is allowed or denied. A denial wins. */
  readonly Effect: "Allow" | "Deny";
  /** Who the statement is about, in a trust policy. */
  readonly Principal?: "*" | Readonly<Record<string, OneOrMany>>;
  /** Actions with `*` and `?` wildcards. */
  readonly Action?: OneOrMany;
  /** All actions but these. */
  readonly NotAction?: OneOrMany;
  /** Resources with wildcards. Default: all. */
  readonly Resource?: OneOrMany;
  /** All resources but these. */
  readonly NotResource?: OneOrMany;
  /** Conditions by operator, then by key. All must hold. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, ConditionValue>>>>;
}

/** What a condition compares with. */
export type ConditionValue = string | number | boolean | readonly (string | number | boolean)[];

/** Values of condition keys, by lower-case key. A key that does not exist in the request is `undefined`. */
export type ConditionContext = Readonly<Record<string, OneOrMany | undefined>>;

/** What a policy is asked. */
export interface PolicyQuestion {
  /** Action such as `sts:AssumeRole`. */
  readonly action: string;
  /** ARN of what is acted on. */
  readonly resource?: string;
  /** Names the caller answers to, by kind of principal (`AWS`, `Federated`, `Service`). Absent in an identity policy. */
  readonly principal?: Readonly<Record<string, readonly string[]>>;
  /** Values for the conditions. */
  readonly context: ConditionContext;
}

/** `none`: no statement is about the request, which means no. */
export type PolicyEffect = "allow" | "deny" | "none";

/** Asks a policy, as IAM evaluates it: one denial wins, else one permission is enough. */
export function evaluatePolicy(policy: PolicyDocument, question: PolicyQuestion): PolicyEffect {
  const found = list(policy.Statement).filter((statement) => matches(statement, question));
  if (found.some(({ Effect }) => Effect === "Deny")) return "deny";
  return found.length > 0 ? "allow" : "none";
}

/**
 * Reads a policy document from text or from an object, and looks at its shape.
 *
 * @throws SyntaxError when it is not JSON, not a policy, or holds a condition operator that is not known.
 */
export function parsePolicy(source: string | PolicyDocument): PolicyDocument {
  const document: unknown = typeof source === "string" ? JSON.parse(source) : source;
  if (typeof document !== "object" || document === null || !("Statement" in document)) {
    throw new SyntaxError("policy: expected an object with Statement");
  }
  // Every member that is read below is looked at here, or compared by value where it is read.
  const policy = document as PolicyDocument;
  const statements = list(policy.Statement);
  if (statements.length === 0) throw new SyntaxError("policy: Statement is empty");
  for (const statement of statements) checkStatement(statement);
  return policy;
}

function checkStatement(statement: PolicyStatement): void {
  if (typeof statement !== "object" || statement === null) {
    throw new SyntaxError("policy: a statement is not an object");
  }
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny") {
    throw new SyntaxError("policy: Effect is neither Allow nor Deny");
  }
  if (statement.Action === undefined && statement.NotAction === undefined) {
    throw new SyntaxError("policy: a statement has no Action");
  }
  for (const operator of Object.keys(statement.Condition ?? {})) {
    if (!isKnownOperator(operator)) {
      throw new SyntaxError(`policy: the mock does not know the condition operator ${operator}`);
    }
  }
}

function matches(statement: PolicyStatement, question: PolicyQuestion): boolean {
  const { action, resource = "*", principal, context } = question;
  return (
    (principal === undefined || matchesPrincipal(statement.Principal, principal)) &&
    named(statement.Action, statement.NotAction, action.toLowerCase(), true) &&
    named(statement.Resource, statement.NotResource, resource, false) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, value]) => holds(operator, key, value, context)),
    )
  );
}

function named(is: OneOrMany | undefined, not: OneOrMany | undefined, text: string, fold: boolean): boolean {
  const found = (patterns: OneOrMany): boolean =>
    list(patterns).some((pattern) => like(text, fold ? pattern.toLowerCase() : pattern));
  if (is !== undefined) return found(is);
  return not === undefined || !found(not);
}

function matchesPrincipal(
  wanted: PolicyStatement["Principal"],
  caller: Readonly<Record<string, readonly string[]>>,
): boolean {
  if (wanted === undefined) return false;
  if (wanted === "*") return true;
  return Object.entries(wanted).some(([kind, names]) =>
    list(names).some((name) => caller[kind] !== undefined && (name === "*" || caller[kind].includes(name))),
  );
}
