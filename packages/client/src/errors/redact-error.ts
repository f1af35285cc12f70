import { type Members, REDACTED, type Schema } from "@org/sts-protocol";

/** What was sent, and may come back in the service's words. */
interface SentSecrets {
  /** The operation's table. */
  readonly members: Members;
  /** The operation's input. */
  readonly input: object;
  /** The request's headers, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Takes what was sent in secret out of an error's text: a `ValidationError` of the service quotes the value that it
 * refuses, and `SignatureDoesNotMatch` all that was signed, the session token included. Values shorter than an MFA code are
 * left, or ordinary words would go with them.
 */
export function redactError(error: Error, { members, input, headers }: SentSecrets): void {
  const { authorization = "", "x-amz-security-token": token = "" } = headers;
  for (const secret of [authorization, token, ...secretsOf({ kind: "struct", members }, input)]) {
    if (secret.length < 6 || !error.message.includes(secret)) continue;
    error.message = error.message.replaceAll(secret, REDACTED);
    // The stack begins with the message as it was.
    if (error.stack !== undefined) error.stack = error.stack.replaceAll(secret, REDACTED);
  }
}

function secretsOf(schema: Schema, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (schema.sensitive === true) return typeof value === "string" ? [value] : [];
  if (schema.kind === "list" && Array.isArray(value))
    return value.flatMap((item) => secretsOf(schema.member, item));
  if (schema.kind !== "struct" || typeof value !== "object") return [];
  const record = value as Readonly<Record<string, unknown>>; // a structure's members are looked up by schema name only
  return Object.entries(schema.members).flatMap(([name, member]) => secretsOf(member, record[name]));
}
