import type { ConditionContext, ConditionValue } from "./policy.ts";

/**
 * Tells whether one key of a condition holds.
 *
 * @param operator - such as `StringLike`, with `IfExists` and `ForAnyValue:` where they stand
 */
export function holds(
  operator: string,
  key: string,
  value: ConditionValue,
  context: ConditionContext,
): boolean {
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

/** Whether the mock knows a condition operator. */
export function isKnownOperator(operator: string): boolean {
  return readOperator(operator).test !== undefined;
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

/** Compares with `*` and `?` as wildcards, in at most as many steps as the product of both lengths. */
export function like(text: string, pattern: string): boolean {
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

/** One item or several, as several. */
export function list<T>(value: T | readonly T[]): readonly T[] {
  // `Array.isArray` does not narrow a readonly array away from the other side of the union.
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
