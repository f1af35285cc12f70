import { isInNetwork, parseIpNetwork } from "./ip-network.ts";
import { type ConditionValue, list } from "./policy-document.ts";
import { type ConditionContext, findContextValue, replaceVariables } from "./policy-variables.ts";
import { matchesPattern, type PatternPiece, readPattern } from "./wildcard.ts";

/** One comparison of a condition: an operator, a key and what to compare its value with. */
export interface Comparison {
  /** Such as `StringLike`, including `IfExists` and `ForAnyValue:` if present. */
  readonly operator: string;
  /** Condition key, in any case. */
  readonly key: string;
  /** Values. One match is enough; with a negated operator, none may match. */
  readonly value: ConditionValue;
}

/** Returns whether a comparison holds. An unknown operator never holds; policies that use one are refused. */
export function holds(
  { operator, key, value }: Comparison,
  context: ConditionContext,
  hasVariables: boolean,
): boolean {
  const found = findContextValue(context, key);
  if (operator === "Null") {
    return list(value).some((item) => String(item).toLowerCase() === String(found === undefined));
  }
  const parsed = parseOperator(operator);
  if (parsed === undefined) return false;
  const { test, isNegated, ifExists, quantifier } = parsed;
  if (found === undefined) {
    // A set operator itself determines what a missing key means.
    if (quantifier !== undefined) return quantifier === "ForAllValues";
    return ifExists || isNegated;
  }
  const wanted = list(value).flatMap((item) => {
    const text = String(item);
    if (!hasVariables || !parsed.takesVariables) return [[{ text, isLiteral: false }]];
    const pieces = replaceVariables(text, context);
    return pieces === undefined ? [] : [pieces];
  });
  const isMatch = (actual: string): boolean => wanted.some((pieces) => test(actual, pieces)) !== isNegated;
  const actual = list(found);
  return quantifier === "ForAllValues" || (isNegated && quantifier === undefined)
    ? actual.every(isMatch)
    : actual.some(isMatch);
}

/**
 * Finds out what an operator can compare with: a network, a date, `true` and `false`, or any text.
 *
 * @returns `undefined` when IAM has no condition operator of this name. Names are case-sensitive here.
 */
export function findValueCheck(operator: string): ((value: string) => boolean) | undefined {
  if (operator === "Null") return isTruth;
  const parsed = parseOperator(operator);
  return parsed === undefined ? undefined : (parsed.isValue ?? (() => true));
}

type Test = (actual: string, wanted: readonly PatternPiece[]) => boolean;

interface OperatorRule {
  readonly test: Test;
  readonly isNegated: boolean;
  /** Variables are replaced only in texts and ARNs. */
  readonly takesVariables: boolean;
  /** Checks a value when the policy is read; absent if any text is valid. */
  readonly isValue?: ((value: string) => boolean) | undefined;
}

interface ParsedOperator extends OperatorRule {
  readonly ifExists: boolean;
  readonly quantifier: "ForAllValues" | "ForAnyValue" | undefined;
}

function parseOperator(text: string): ParsedOperator | undefined {
  const colon = text.indexOf(":");
  const quantifier = colon < 0 ? undefined : text.slice(0, colon);
  if (quantifier !== undefined && quantifier !== "ForAllValues" && quantifier !== "ForAnyValue")
    return undefined;
  const full = text.slice(colon + 1);
  const ifExists = full.endsWith("IfExists");
  const name = ifExists ? full.slice(0, -"IfExists".length) : full;
  const rule = OPERATORS.get(name);
  return rule === undefined ? undefined : { ...rule, ifExists, quantifier };
}

const plain = (pieces: readonly PatternPiece[]): string => pieces.map(({ text }) => text).join("");

const equals: Test = (actual, wanted) => actual === plain(wanted);
const equalsIgnoringCase: Test = (actual, wanted) => actual.toLowerCase() === plain(wanted).toLowerCase();
const like: Test = (actual, wanted) => matchesPattern(actual, readPattern(wanted));

/** An ARN has six parts; each is compared separately, and no wildcard matches across a colon except in the last part. */
const arnLike: Test = (actual, wanted) => {
  const found = splitArn([{ text: actual, isLiteral: true }]);
  const patterns = splitArn(wanted);
  if (found.length < ARN_PARTS || patterns.length < ARN_PARTS) return false;
  return patterns.every((pieces, index) => matchesPattern(plain(found[index] ?? []), readPattern(pieces)));
};

const ARN_PARTS = 6;

function splitArn(pieces: readonly PatternPiece[]): PatternPiece[][] {
  let part: PatternPiece[] = [];
  const parts = [part];
  for (const { text, isLiteral } of pieces) {
    let at = 0;
    for (
      let colon = text.indexOf(":");
      colon >= 0 && parts.length < ARN_PARTS;
      colon = text.indexOf(":", at)
    ) {
      part.push({ text: text.slice(at, colon), isLiteral });
      parts.push((part = []));
      at = colon + 1;
    }
    part.push({ text: text.slice(at), isLiteral });
  }
  return parts;
}

const inNetwork: Test = (actual, wanted) => {
  const network = parseIpNetwork(plain(wanted));
  return network !== undefined && isInNetwork(actual, network);
};

function isTruth(value: string): boolean {
  return /^(true|false)$/i.test(value);
}

function readNumber(text: string): number {
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

/** Milliseconds since 1970 of seconds since 1970, or of a date of ISO 8601; `NaN` for anything else. */
function readDate(text: string): number {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  return ISO_DATE.test(text) ? Date.parse(text) : Number.NaN;
}

const ISO_DATE = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?)?)?$/;

const COMPARISONS: Readonly<Record<string, (actual: number, wanted: number) => boolean>> = {
  Equals: (actual, wanted) => actual === wanted,
  LessThan: (actual, wanted) => actual < wanted,
  LessThanEquals: (actual, wanted) => actual <= wanted,
  GreaterThan: (actual, wanted) => actual > wanted,
  GreaterThanEquals: (actual, wanted) => actual >= wanted,
};

function rule(test: Test, options: Partial<OperatorRule> = {}): OperatorRule {
  return { test, isNegated: false, takesVariables: false, ...options };
}

function ordered(prefix: string, read: (text: string) => number, isValue?: (text: string) => boolean) {
  const rules = Object.entries(COMPARISONS).map(([name, compare]): [string, OperatorRule] => [
    prefix + name,
    rule((actual, wanted) => compare(read(actual), read(plain(wanted))), { isValue }),
  ]);
  const unequal = rule((actual, wanted) => read(actual) === read(plain(wanted)), {
    isNegated: true,
    isValue,
  });
  return [...rules, [`${prefix}NotEquals`, unequal] as const];
}

const TEXT = { takesVariables: true } as const;
const NOT_TEXT = { takesVariables: true, isNegated: true } as const;
const isNetwork = (text: string): boolean => parseIpNetwork(text) !== undefined;
const isDate = (text: string): boolean => !Number.isNaN(readDate(text));

const OPERATORS: ReadonlyMap<string, OperatorRule> = new Map([
  ["StringEquals", rule(equals, TEXT)],
  ["StringNotEquals", rule(equals, NOT_TEXT)],
  ["StringEqualsIgnoreCase", rule(equalsIgnoringCase, TEXT)],
  ["StringNotEqualsIgnoreCase", rule(equalsIgnoringCase, NOT_TEXT)],
  ["StringLike", rule(like, TEXT)],
  ["StringNotLike", rule(like, NOT_TEXT)],
  ["ArnEquals", rule(arnLike, TEXT)],
  ["ArnNotEquals", rule(arnLike, NOT_TEXT)],
  ["ArnLike", rule(arnLike, TEXT)],
  ["ArnNotLike", rule(arnLike, NOT_TEXT)],
  ["Bool", rule(equalsIgnoringCase, { isValue: isTruth })],
  ["BinaryEquals", rule(equals)],
  ["IpAddress", rule(inNetwork, { isValue: isNetwork })],
  ["NotIpAddress", rule(inNetwork, { isNegated: true, isValue: isNetwork })],
  ...ordered("Numeric", readNumber),
  ...ordered("Date", readDate, isDate),
]);
