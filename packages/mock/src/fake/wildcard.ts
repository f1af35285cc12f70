/** A text with wildcards, split at its asterisks. */
export type Pattern = readonly PatternPart[];

/** What is between two asterisks: characters, and `undefined` where any one character may be. */
export type PatternPart = readonly (string | undefined)[];

/** A piece of a pattern. In a literal one `*` and `?` mean themselves. */
export interface PatternPiece {
  /** Characters. */
  readonly text: string;
  /** Whether `*` and `?` are ordinary characters. */
  readonly isLiteral: boolean;
}

/** Reads the wildcards of a pattern. */
export function readPattern(pieces: readonly PatternPiece[]): Pattern {
  let part: (string | undefined)[] = [];
  const parts = [part];
  for (const { text, isLiteral } of pieces) {
    for (let at = 0; at < text.length; at++) {
      const character = text[at];
      if (isLiteral || (character !== "*" && character !== "?")) part.push(character);
      else if (character === "?") part.push(undefined);
      else parts.push((part = []));
    }
  }
  return parts;
}

/** Compares a text with one pattern that has no literal piece. */
export function matchesWildcards(text: string, pattern: string): boolean {
  // Most patterns of a policy are a star or plain text.
  if (pattern === "*") return true;
  if (!/[*?]/.test(pattern)) return text === pattern;
  return matchesPattern(text, readPattern([{ text: pattern, isLiteral: false }]));
}

/**
 * Compares a whole text with a pattern, from left to right and without backtracking over an asterisk: in as many steps as
 * text and pattern are long. Only a part that contains `?` and is between two asterisks takes as many steps as the text
 * and that part multiplied.
 */
export function matchesPattern(text: string, pattern: Pattern): boolean {
  const [first = [], ...rest] = pattern;
  const last = rest.pop();
  if (last === undefined) return text.length === first.length && standsAt(text, first, 0);
  const end = text.length - last.length;
  if (end < first.length || !standsAt(text, first, 0) || !standsAt(text, last, end)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = part.includes(undefined) ? find(text, part, at, end) : findPlain(text, part, at, end);
    if (found === undefined) return false;
    at = found + part.length;
  }
  return true;
}

function standsAt(text: string, part: PatternPart, at: number): boolean {
  return part.every((character, index) => character === undefined || character === text[at + index]);
}

function find(text: string, part: PatternPart, from: number, end: number): number | undefined {
  for (let at = from; at + part.length <= end; at++) if (standsAt(text, part, at)) return at;
  return undefined;
}

/** The Knuth–Morris–Pratt search, which examines every character of the text once. */
function findPlain(text: string, part: PatternPart, from: number, end: number): number | undefined {
  if (part.length === 0) return from;
  const borders = bordersOf(part);
  let matched = 0;
  for (let at = from; at < end; at++) {
    while (matched > 0 && part[matched] !== text[at]) matched = borders[matched - 1] ?? 0;
    if (part[matched] === text[at]) matched++;
    if (matched === part.length) return at - matched + 1;
  }
  return undefined;
}

/** For each prefix of the part, the length of its longest proper prefix that is also its suffix. */
function bordersOf(part: PatternPart): number[] {
  const borders = [0];
  let length = 0;
  for (let at = 1; at < part.length; at++) {
    while (length > 0 && part[length] !== part[at]) length = borders[length - 1] ?? 0;
    if (part[length] === part[at]) length++;
    borders.push(length);
  }
  return borders;
}
