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
    if (readOperator(operator).test === undefined) {
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

function holds(operator: string, key: string, value: ConditionValue, context: ConditionContext): boolean {
  const { test, negated, ifExists, quantifier } = readOperator(operator);
  const found = context[key.toLowerCase()];
  const wanted = list(value).map((item) => substitute(String(item), context));
  if (operator.startsWith("Null")) return wanted.includes(String(found === undefined));
  if (test === undefined) return false;
  const actual = found === undefined ? [] : list(found);
  // A key that is missing satisfies ForAllValues, …IfExists and the negated operators.
  if (actual.length === 0) return ifExists || negated || quantifier === "ForAllValues";
  const one = (item: string): boolean => wanted.some((candidate) => test(item, candidate)) !== negated;
  return quantifier === "ForAllValues" || (negated && quantifier === undefined)
    ? actual.every(one)
    : actual.some(one);
}

interface Operator {
  test: ((actual: string, wanted: string) => boolean) | undefined;
  negated: boolean;
  ifExists: boolean;
  quantifier: string | undefined;
}

function readOperator(text: string): Operator {
  const [, quantifier, full = ""] = /^(?:(ForAllValues|ForAnyValue):)?(.*)$/.exec(text) ?? [];
  const ifExists = full.endsWith("IfExists");
  const name = ifExists ? full.slice(0, -"IfExists".length) : full;
  const negated = /^(String|Numeric|Date|Arn)?Not/.test(name);
  const positive = negated ? name.replace("Not", "") : name;
  const test = Object.hasOwn(TESTS, positive) ? TESTS[positive] : undefined;
  return { test, negated, ifExists, quantifier };
}

type Test = (actual: string, wanted: string) => boolean;

function compare(read: (text: string) => number): Record<string, Test> {
  return {
    Equals: (actual, wanted) => read(actual) === read(wanted),
    LessThan: (actual, wanted) => read(actual) < read(wanted),
    LessThanEquals: (actual, wanted) => read(actual) <= read(wanted),
    GreaterThan: (actual, wanted) => read(actual) > read(wanted),
    GreaterThanEquals: (actual, wanted) => read(actual) >= read(wanted),
  };
}

const prefixed = (prefix: string, tests: Record<string, Test>): Record<string, Test> =>
  Object.fromEntries(Object.entries(tests).map(([name, test]) => [prefix + name, test]));

const TESTS: Readonly<Record<string, Test | undefined>> = {
  StringEquals: (actual, wanted) => actual === wanted,
  StringEqualsIgnoreCase: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  StringLike: like,
  ArnEquals: like,
  ArnLike: like,
  Bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  IpAddress: inNetwork,
  Null: () => true,
  ...prefixed("Numeric", compare(Number)),
  ...prefixed("Date", compare(readDate)),
};

function readDate(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

/** Compares IPv4 addresses with networks such as `10.0.0.0/8`; IPv6 addresses only as text. */
function inNetwork(actual: string, wanted: string): boolean {
  const [network = "", bits = "32"] = wanted.split("/");
  const [address, base] = [ipv4(actual), ipv4(network)];
  if (address === undefined || base === undefined) return actual === wanted;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(address / size) === Math.floor(base / size);
}

function ipv4(text: string): number | undefined {
  const bytes = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  return bytes?.reduce((value, byte) => value * 256 + byte, 0);
}

function substitute(text: string, context: ConditionContext): string {
  return text.replaceAll(/\$\{([^}]+)\}/g, (whole, key: string) => {
    if (key === "*" || key === "?" || key === "$") return key;
    const value = context[key.toLowerCase()];
    return typeof value === "string" ? value : whole;
  });
}

/** Compares with `*` and `?` as wildcards, in time linear in both texts but for one step back. */
function like(text: string, pattern: string): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let mark = 0;
  while (at < text.length) {
    if (
      next < pattern.length &&
      (pattern[next] === "?" || pattern[next] === text[at]) &&
      pattern[next] !== "*"
    ) {
      at++;
      next++;
    } else if (pattern[next] === "*") {
      star = next++;
      mark = at;
    } else if (star >= 0) {
      next = star + 1;
      at = ++mark;
    } else {
      return false;
    }
  }
  while (pattern[next] === "*") next++;
  return next === pattern.length;
}

function list<T>(value: T | readonly T[]): readonly T[] {
  // `Array.isArray` does not narrow a readonly array away from the other side of the union.
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
