/**
 * Removes secrets from a text. This is also in `@org/sts-protocol`; it has its own entry point for bundlers that load it on demand.
 *
 * @module @org/sts-protocol/redact-text
 */

import { REDACTED } from "./redacted.ts";

export { REDACTED } from "./redacted.ts";

/** Shorter secrets are left alone, because ordinary words would be redacted with them. An MFA code has six digits. */
const SHORTEST_SECRET = 6;

/** Parts of a secret are found from this length on, or from half of the secret if that is longer … */
const SHORTEST_PART = 8;
/** … but never need to be longer than this. */
const LONGEST_PART = 16;

/**
 * Copies a text with every echo of the given secrets replaced by {@link REDACTED}, whether unchanged, percent-encoded,
 * escaped as in JSON or XML, or several of these combined, and even if an echo is cut off at either end.
 *
 * @param text - such as the message of an error
 * @param secrets - values that must not be shown; those shorter than six characters are left alone
 */
export function redactText(text: string, secrets: readonly string[]): string {
  const decoded = decodeEscapes(text);
  const isSecret = new Uint8Array(decoded.text.length);
  let isFound = false;
  for (const secret of secrets) {
    const plain = decodeEscapes(secret).text;
    if (plain.length < SHORTEST_SECRET) continue;
    const size =
      plain.length < SHORTEST_PART
        ? plain.length
        : Math.min(LONGEST_PART, Math.max(SHORTEST_PART, Math.ceil(plain.length / 2)));
    const parts = new Set<string>();
    for (let at = 0; at + size <= plain.length; at += 1) parts.add(plain.slice(at, at + size));
    let end = 0;
    for (let at = 0; at + size <= decoded.text.length; at += 1) {
      if (!parts.has(decoded.text.slice(at, at + size))) continue;
      isFound = true;
      isSecret.fill(1, Math.max(at, end), at + size);
      end = at + size;
    }
  }
  return isFound ? replaceMarked(text, decoded, isSecret) : text;
}

interface DecodedText {
  /** The text without escapes. */
  readonly text: string;
  /** Where each character begins in the original, and where the last one ends. */
  readonly starts: readonly number[];
}

const ESCAPE =
  /%([\da-f]{2})|&#(\d{1,7});|&#x([\da-f]{1,6});|&(amp|lt|gt|quot|apos);|\\u([\da-f]{4})|\\(["'\\/])|(\+)/gi;
const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** How deep escapes within escapes are followed. */
const MAX_LAYERS = 4;

/** Undoes escapes until there are none. A space counts as the plus sign that represents it in a form. */
function decodeEscapes(original: string): DecodedText {
  let text = original;
  let starts: readonly number[] = Array.from({ length: text.length + 1 }, (_, index) => index);
  for (let layer = 0; layer < MAX_LAYERS; layer += 1) {
    const next = decodeLayer(text, starts);
    if (next.text === text) break;
    ({ text, starts } = next);
  }
  return { text, starts };
}

function decodeLayer(text: string, starts: readonly number[]): DecodedText {
  let decoded = "";
  const decodedStarts: number[] = [];
  let from = 0;
  const copy = (to: number): void => {
    decoded += text.slice(from, to);
    for (let at = from; at < to; at += 1) decodedStarts.push(starts[at] ?? 0);
  };
  for (const match of text.matchAll(ESCAPE)) {
    const [escape, percent, decimal, hexadecimal, name, unicode, quoted] = match;
    copy(match.index);
    const character =
      quoted ??
      (name === undefined ? undefined : NAMED[name.toLowerCase()]) ??
      fromCode(percent ?? unicode ?? hexadecimal, decimal) ??
      " ";
    decoded += character;
    for (let unit = 0; unit < character.length; unit += 1) decodedStarts.push(starts[match.index] ?? 0);
    from = match.index + escape.length;
  }
  copy(text.length);
  decodedStarts.push(starts[text.length] ?? 0);
  return { text: decoded, starts: decodedStarts };
}

function fromCode(hexadecimal: string | undefined, decimal: string | undefined): string | undefined {
  if (hexadecimal === undefined && decimal === undefined) return undefined;
  const code = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16);
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : "\uFFFD";
}

function replaceMarked(text: string, { starts }: DecodedText, isSecret: Uint8Array): string {
  let redacted = "";
  let from = 0;
  for (let at = 0; at < isSecret.length; at += 1) {
    if (isSecret[at] === 0 || isSecret[at - 1] === 1) continue;
    let end = at;
    while (isSecret[end] === 1) end += 1;
    redacted += text.slice(from, starts[at]) + REDACTED;
    from = starts[end] ?? text.length;
  }
  return redacted + text.slice(from);
}
