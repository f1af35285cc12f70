import type { Members, Schema } from "@org/sts-protocol";
import { REDACTED, type STSServiceException } from "@org/sts-protocol/declarations";

/** What was sent, and may be quoted in the service's message. */
interface SentSecrets {
  /** The operation's table. */
  readonly members: Members;
  /** The operation's input. */
  readonly input: object;
  /** The request's headers, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Redacts the secrets that were sent from an error's texts: a `ValidationError` of the service quotes the value that it
 * rejects, and `SignatureDoesNotMatch` everything that was signed, the session token included. Escaped and cut echoes are found too.
 * Values shorter than an MFA code are left, because ordinary words would be redacted with them.
 *
 * @param redact - `redactText`; if it could not be loaded, only exact echoes are found
 */
export function redactError(
  error: Error,
  sent: SentSecrets,
  redact: (text: string, secrets: readonly string[]) => string = redactExactly,
): void {
  const secrets = listSecrets(sent);
  const clean = (text: string): string =>
    redact(redactExactly(text, [sent.headers["authorization"] ?? ""]), secrets);
  // Some engines write the stack, which begins with the message, at once. The name of an unmodelled error is the service's code.
  for (const name of ["message", "stack", "name", "Code", "Type"]) redactMember(error, name, clean);
  // A refusal as the service wrote it, and the ids of its response.
  const { Error: details, $metadata } = error as Partial<STSServiceException>;
  for (const part of [details, $metadata].map(Object))
    for (const name of Object.keys(part)) redactMember(part, name, clean);
}

/** Redacts the secrets that were sent from the ids of a response, which programs log, where they are echoed exactly. */
export function redactIds(metadata: object, sent: SentSecrets): void {
  // Nearly always: then no secret is looked for.
  if (Object.values(metadata).every((id) => typeof id !== "string" || UUID.test(id))) return;
  const secrets = listSecrets(sent);
  for (const name of Object.keys(metadata)) redactMember(metadata, name, (id) => redactExactly(id, secrets));
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

function listSecrets({ members, input, headers }: SentSecrets): string[] {
  const { authorization, "x-amz-security-token": token } = headers;
  const signature = /\bSignature=(\w+)/.exec(String(authorization))?.[1];
  const known = [token, signature].filter((secret) => secret !== undefined);
  return [...known, ...secretsOf({ kind: "struct", members }, input)];
}

function redactExactly(text: string, secrets: readonly string[]): string {
  return secrets.reduce(
    (clean, secret) => (secret.length < 6 ? clean : clean.replaceAll(secret, REDACTED)),
    text,
  );
}

function redactMember(target: object, name: string, clean: (text: string) => string): void {
  const text: unknown = Reflect.get(target, name);
  if (typeof text === "string") Reflect.set(target, name, clean(text));
}

function secretsOf(schema: Schema, value: unknown): string[] {
  if (schema.sensitive === true) return typeof value === "string" ? [value] : [];
  if (schema.kind === "list" && Array.isArray(value))
    return value.flatMap((item) => secretsOf(schema.member, item));
  if (schema.kind !== "struct") return [];
  const record: Readonly<Record<string, unknown>> = Object(value); // anything else has no members
  return Object.entries(schema.members).flatMap(([name, member]) => secretsOf(member, record[name]));
}
