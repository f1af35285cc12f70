import type { OneOrMany } from "./policy-document.ts";
import type { PatternPiece } from "./wildcard.ts";

/** Values of condition keys, by lower-case key. A key that does not exist in the request is `undefined`. */
export type ConditionContext = Readonly<Record<string, OneOrMany | undefined>>;

/**
 * Replaces variables such as `${aws:username}` or `${aws:PrincipalTag/team, 'none'}` with their values. `${*}`, `${?}` and
 * `${$}` are the characters themselves. A value never acts as a wildcard.
 *
 * @returns The pieces of the text; `undefined` when a variable has neither exactly one value nor a default, so that nothing
 * equals the text.
 */
export function replaceVariables(text: string, context: ConditionContext): PatternPiece[] | undefined {
  const pieces: PatternPiece[] = [];
  let at = 0;
  for (;;) {
    const start = text.indexOf("${", at);
    const end = start < 0 ? -1 : text.indexOf("}", start);
    if (end < 0) break;
    const value = valueOf(text.slice(start + 2, end), context);
    if (value === undefined) return undefined;
    pieces.push({ text: text.slice(at, start), isLiteral: false }, { text: value, isLiteral: true });
    at = end + 1;
  }
  pieces.push({ text: text.slice(at), isLiteral: false });
  return pieces;
}

/** Looks up a condition key. An empty list counts as absent. */
export function findContextValue(context: ConditionContext, key: string): OneOrMany | undefined {
  const name = key.toLowerCase();
  const value = Object.hasOwn(context, name) ? context[name] : undefined;
  return value?.length === 0 && typeof value !== "string" ? undefined : value;
}

function valueOf(variable: string, context: ConditionContext): string | undefined {
  if (variable === "*" || variable === "?" || variable === "$") return variable;
  const comma = variable.indexOf(",");
  const key = comma < 0 ? variable : variable.slice(0, comma);
  const value = findContextValue(context, key.trim());
  // A key with several values has no single value to insert.
  if (typeof value === "string") return value;
  const fallback = comma < 0 ? "" : variable.slice(comma + 1).trim();
  return /^'.*'$/s.test(fallback) ? fallback.slice(1, -1) : undefined;
}
