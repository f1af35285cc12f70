import { redactText } from "@org/sts-protocol";

import { holds } from "./conditions.ts";
import { type OneOrMany, type PolicyDocument, type PolicyStatement, list } from "./policy-document.ts";
import { type ConditionContext, findContextValue, replaceVariables } from "./policy-variables.ts";
import { matchesPattern, matchesWildcards, readPattern } from "./wildcard.ts";

/** What a policy is evaluated for. */
export interface PolicyQuestion {
  /** Action such as `sts:AssumeRole`. */
  readonly action: string;
  /** ARN of the target; `*` when the action has no resource. */
  readonly resource: string;
  /** Who asks. Absent in an identity policy. */
  readonly principal?: PrincipalNames | undefined;
  /** Values for the conditions. */
  readonly context: ConditionContext;
}

/** The names of a principal in a trust policy. */
export interface PrincipalNames {
  /** Member of `Principal` that names it. */
  readonly kind: "AWS" | "Federated" | "Service";
  /** Its names, such as its ARN and that of its account. */
  readonly names: readonly string[];
  /** Whether `*` includes it. */
  readonly isAnybody: boolean;
}

/** `none`: no statement matches the request, which means it is denied. */
export type PolicyEffect = "allow" | "deny" | "none";

/** Why a statement does not match a request. */
export interface Mismatch {
  /** Element of the statement, such as `Principal` or `Condition`. */
  readonly element: string;
  /** Condition operator. */
  readonly operator?: string;
  /** Condition key. */
  readonly key?: string;
  /** What the statement requires. */
  readonly expected: OneOrMany;
  /** What the request has; `undefined` if it has no such condition key. */
  readonly found: OneOrMany | undefined;
}

/** A statement's result. */
export interface StatementReason {
  /** Its `Sid`, or its number from 1, such as `statement 1`. */
  readonly statement: string;
  /** Its effect. */
  readonly effect: "Allow" | "Deny";
  /** Everything that does not match. Empty: the statement matches the request. */
  readonly mismatches: readonly Mismatch[];
}

/** Evaluates a policy as IAM does: one denial wins; otherwise one permission is enough. */
export function evaluatePolicy(policy: PolicyDocument, question: PolicyQuestion): PolicyEffect {
  let effect: PolicyEffect = "none";
  for (const statement of list(policy.Statement)) {
    if (effect === "allow" && statement.Effect === "Allow") continue;
    const { done } = findMismatches(statement, question, hasVariables(policy)).next();
    if (done !== true) continue;
    if (statement.Effect === "Deny") return "deny";
    effect = "allow";
  }
  return effect;
}

/** Returns what does not match, for every statement. */
export function explainPolicy(policy: PolicyDocument, question: PolicyQuestion): StatementReason[] {
  return list(policy.Statement).map((statement, index) => ({
    statement: statement.Sid === undefined || statement.Sid === "" ? `statement ${index + 1}` : statement.Sid,
    effect: statement.Effect,
    mismatches: [...findMismatches(statement, question, hasVariables(policy))],
  }));
}

/** The condition keys that a policy names, in lower case. */
export function conditionKeysOf(policy: PolicyDocument): string[] {
  return list(policy.Statement).flatMap(({ Condition = {} }) =>
    Object.values(Condition).flatMap((keys) => Object.keys(keys).map((key) => key.toLowerCase())),
  );
}

function hasVariables({ Version }: PolicyDocument): boolean {
  return Version === "2012-10-17";
}

function* findMismatches(
  statement: PolicyStatement,
  { action, resource, principal, context }: PolicyQuestion,
  withVariables: boolean,
): Generator<Mismatch, void, undefined> {
  if (principal !== undefined && !isNamed(statement, principal)) {
    const expected = Object.entries(principalsOf(statement)).flatMap(([kind, names]) =>
      list(names).map((name) => `${kind}: ${name}`),
    );
    yield { element: "Principal", expected, found: principal.names };
  }
  const lowerAction = action.toLowerCase();
  const isAction = (pattern: string): boolean => matchesWildcards(lowerAction, pattern.toLowerCase());
  yield* findMismatch("Action", statement, action, isAction);

  const isResource = (pattern: string): boolean => {
    if (!withVariables || !pattern.includes("${")) return matchesWildcards(resource, pattern);
    const pieces = replaceVariables(pattern, context);
    return pieces !== undefined && matchesPattern(resource, readPattern(pieces));
  };
  yield* findMismatch("Resource", statement, resource, isResource);

  for (const [operator, keys] of Object.entries(statement.Condition ?? {})) {
    for (const [key, value] of Object.entries(keys)) {
      if (holds({ operator, key, value }, context, withVariables)) continue;
      const expected = list(value).map(String);
      yield { element: "Condition", operator, key, expected, found: shownValue(context, key) };
    }
  }
}

/** An external id is a secret between two companies. Short ones are shown, as everywhere. */
function shownValue(context: ConditionContext, key: string): OneOrMany | undefined {
  const found = findContextValue(context, key);
  return key.toLowerCase() === "sts:externalid" && typeof found === "string"
    ? redactText(found, [found])
    : found;
}

function* findMismatch(
  element: "Action" | "Resource",
  statement: PolicyStatement,
  found: string,
  isMatch: (pattern: string) => boolean,
): Generator<Mismatch, void, undefined> {
  const wanted = statement[element];
  if (wanted !== undefined && !list(wanted).some(isMatch)) yield { element, expected: wanted, found };
  const unwanted = statement[`Not${element}`];
  if (unwanted !== undefined && list(unwanted).some(isMatch)) {
    yield { element: `Not${element}`, expected: unwanted, found };
  }
}

function isNamed(statement: PolicyStatement, { kind, names, isAnybody }: PrincipalNames): boolean {
  const { AWS = [], [kind]: own = [] } = principalsOf(statement);
  return (isAnybody && list(AWS).includes("*")) || list(own).some((name) => names.includes(name));
}

/** `"*"` and `{ "AWS": "*" }` are the same: everybody, including services and identities from other providers. */
function principalsOf({ Principal = {} }: PolicyStatement): Readonly<Record<string, OneOrMany>> {
  return Principal === "*" ? { AWS: "*" } : Principal;
}
