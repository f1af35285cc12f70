import { decodeBase64Strict } from "./base64.ts";
import { redactWhenPrinted } from "./print-claim.ts";
import type { ProofCheckOptions, ProofFailure, ProofFailureReason } from "./proof.ts";
import { readSignature, type Parameter, type SignatureFields } from "../signature-fields.ts";

/** Ends a check: caught by {@link runCheck}, never seen outside. */
class Refusal extends Error {
  readonly reason: ProofFailureReason;
  constructor(reason: ProofFailureReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Refuses a proof. The message must not repeat the proof's contents. */
export function refuse(reason: ProofFailureReason, message: string): never {
  throw new Refusal(reason, message);
}

/** Runs a check on input that anyone may have sent: whatever fails becomes a result. What is accepted prints without its secrets. */
export function runCheck<Claim extends object>(check: () => Claim): Claim | ProofFailure {
  try {
    return redactWhenPrinted(check());
  } catch (error) {
    return error instanceof Refusal
      ? { ok: false, reason: error.reason, message: error.message }
      : { ok: false, reason: "malformed", message: "the proof cannot be read" };
  }
}

/** The longest proof that is read, in characters: session tokens are up to about 2,000 bytes, and some formats encode them twice. */
export const MAX_PROOF = 16_384;

/** Accepts text that is not too long. */
export function readText(value: unknown, name: string, limit: number = MAX_PROOF): string {
  if (typeof value !== "string") refuse("malformed", `${name}: expected text`);
  if (value.length > limit) refuse("too-large", `${name}: more than ${limit} characters`);
  return value;
}

/** Decodes base64 with padding whose content is ASCII text. */
export function readBase64(value: unknown, name: string): string {
  return (
    decodeBase64Strict(readText(value, name)) ?? refuse("malformed", `${name}: expected base64 of ASCII text`)
  );
}

/** The members of a JSON object; each name may occur only once, at every depth. */
export function readJson(text: string, name: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    refuse("malformed", `${name}: expected JSON`);
  }
  // Parsers differ on which of two equal names counts. Outside strings, a colon occurs only after a name.
  const names = text.replace(/"(?:[^"\\]|\\.)*"/g, "").split(":").length - 1;
  if (countMembers(value) !== names) refuse("wrong-parameters", `${name}: a member twice`);
  return readObject(value, name);
}

/** The members of an object that is not a list. */
export function readObject(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    refuse("malformed", `${name}: expected an object`);
  return value as Record<string, unknown>; // an object, whose members are not checked yet
}

/** Refuses members that do not belong to an object; the `required` ones must be present. */
export function checkMembers(
  object: Record<string, unknown>,
  required: readonly string[],
  optional: readonly string[] = [],
): void {
  const missing = required.find((name) => !Object.hasOwn(object, name));
  if (missing !== undefined) refuse("wrong-parameters", `${missing}: missing`);
  if (Object.keys(object).some((name) => !required.includes(name) && !optional.includes(name)))
    refuse("wrong-parameters", "a member that the format does not have");
}

function countMembers(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const values = Object.values(value);
  const own = Array.isArray(value) ? 0 : values.length;
  return values.reduce<number>((sum, member) => sum + countMembers(member), own);
}

/** Reads a URL without a port, a user or a fragment, whose path is `/`. */
export function readAddress(text: string): URL {
  // A URL that can be read in two ways could be checked in one and sent in the other.
  if (!/^[!-~]+$/.test(text) || text.includes("\\")) refuse("malformed", "the address cannot be read");
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    refuse("malformed", "the address cannot be read");
  }
  return url;
}

/** Parameters by lower-case name; each keeps the spelling that was signed. */
export interface Parameters {
  /** The value, empty if there is none. */
  readonly find: (name: string) => string;
  /** Whether the parameter is present. */
  readonly has: (name: string) => boolean;
  /** All parameters; those of the signature are spelled as in Signature Version 4. */
  readonly entries: readonly Parameter[];
}

/** Reads parameters, each of which must be known and occur once; names in any case. */
export function readParameters(
  pairs: Iterable<readonly [name: string, value: string]>,
  known: readonly string[],
): Parameters {
  const spelling = new Map([...SIGNATURE_NAMES, ...known].map((name) => [name.toLowerCase(), name]));
  const values = new Map<string, string>();
  for (const [name, value] of pairs) {
    const key = name.toLowerCase();
    if (!spelling.has(key) || values.has(key))
      refuse("wrong-parameters", "a parameter that does not belong there, or one twice");
    values.set(key, value);
  }
  return {
    find: (name) => values.get(name.toLowerCase()) ?? "",
    has: (name) => values.has(name.toLowerCase()),
    entries: [...values].map(([key, value]) => [spelling.get(key) ?? key, value]),
  };
}

/** Splits a query of the strict form: everything percent-encoded, no plus sign, each parameter with a value. */
export function splitQuery(text: string): [name: string, value: string][] {
  return text.split("&").map((pair) => {
    const [, name, value] = /^([\w.~%-]+)=([\w.~%/:-]*)$/.exec(pair) ?? [];
    if (name === undefined || value === undefined) refuse("malformed", "a parameter cannot be read");
    try {
      return [decodeURIComponent(name), decodeURIComponent(value)];
    } catch {
      return refuse("malformed", "a parameter cannot be read");
    }
  });
}

const SIGNATURE_NAMES = [
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Date",
  "X-Amz-Expires",
  "X-Amz-Security-Token",
  "X-Amz-Signature",
  "X-Amz-SignedHeaders",
];

/** Refuses if a header is not in the SignedHeaders list. */
export function requireSigned(signedHeaders: string, names: readonly string[]): void {
  const signed = signedHeaders.toLowerCase().split(";");
  const missing = names.find((name) => !signed.includes(name.toLowerCase()));
  if (missing !== undefined) refuse("header-not-signed", `${missing} is not among the signed headers`);
}

/** Reads a signature from parameters. */
export function readQueryFields(parameters: Parameters): SignatureFields {
  const missing = SIGNATURE_NAMES.find((name) => !(/Expires|Token/.test(name) || parameters.has(name)));
  if (missing !== undefined) refuse("wrong-parameters", `${missing}: missing`);
  const entries = parameters.entries.map(([name, value]): Parameter => [
    name,
    name === "X-Amz-SignedHeaders" ? value.toLowerCase() : value,
  ]);
  return take(readSignature(new Map(), entries));
}

/** Reads a signature from headers by lower-case name. */
export function readHeaderFields(headers: ReadonlyMap<string, string>): SignatureFields {
  return take(readSignature(headers, []));
}

function take(fields: ReturnType<typeof readSignature>): SignatureFields {
  if (!("reason" in fields)) return fields;
  return refuse(fields.reason === "unsigned" ? "malformed" : fields.reason, fields.message);
}

/** Refuses a scope of another service, or of another day than the date's. */
export function checkScope({ service, day, date }: SignatureFields, expected: string): void {
  if (service !== expected) refuse("wrong-service", `the scope's service is not ${expected}`);
  if (day !== date.slice(0, 8)) refuse("wrong-day", "the scope's day is not the day of the signing date");
}

/** How far the signer's clock may be ahead of ours, in milliseconds. */
const AHEAD_MS = 60_000;

/** The time that a checker uses, in milliseconds. */
export function timeOf({ now, clock }: ProofCheckOptions): number {
  return +(now ?? clock?.() ?? new Date());
}

/** Refuses what was signed in the future or has expired; returns when it expires. Comparisons are written so that an invalid clock refuses. */
export function checkTime(time: number, lifeMs: number, options: ProofCheckOptions): Date {
  const age = timeOf(options) - time;
  if (!(age >= -AHEAD_MS)) refuse("not-yet-valid", "signed later than now");
  if (!(age <= lifeMs)) refuse("expired", "signed too long ago");
  return new Date(time + lifeMs);
}

/** Reads the lifetime that a proof states, in seconds, at most `limit`. */
export function readLife(parameters: Parameters, least: number, limit: number): number {
  const text = parameters.find("X-Amz-Expires");
  const seconds = Number(text);
  if (!/^\d+$/.test(text) || text.length > String(limit).length || seconds > limit || seconds < least)
    refuse("expires-out-of-range", `X-Amz-Expires: expected ${least} to ${limit} seconds`);
  return seconds;
}
