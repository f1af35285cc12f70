import type { Members, Schema } from "@org/sts-protocol";

import type { HandledRequest } from "../transport/request-handler.ts";

/** A parameter of a request's body. */
export interface FormParameter {
  /** Such as `TokenCode` or `Tags.member.1.Key`. */
  readonly name: string;
  /** As it was before it was encoded. */
  readonly value: string;
  /** Whether the operation's table calls it a secret, or does not know it. */
  readonly isSecret: boolean;
}

/** The parameters of a request to STS. A middleware may have set a body of any kind: a `Blob` or a stream is not read. */
export function readForm(body: unknown, members: Members): FormParameter[] {
  const isText = typeof body === "string" || body instanceof URLSearchParams;
  const text = isText ? `${body}` : isBytes(body) ? new TextDecoder().decode(body) : "";
  return [...new URLSearchParams(text)].map(([name, value]) => {
    const member = name.replace(/\..*/s, "");
    const schema = Object.hasOwn(members, member) ? members[member] : undefined;
    const isKnown = schema !== undefined && namesIn(schema, member).length === 0;
    return { name, value, isSecret: !isKnown && !/^(Action|Version)$/.test(name) };
  });
}

function isBytes(body: unknown): body is ArrayBuffer | ArrayBufferView<ArrayBuffer> {
  return ArrayBuffer.isView(body) || body instanceof ArrayBuffer;
}

/** What a request to STS holds in secret: its session token, its signature, and secret parameters. */
export function sentSecrets({ headers, body }: HandledRequest, members: Members): string[] {
  // As in redact-error.ts: a module that both share would make every client larger.
  const { authorization, "x-amz-security-token": token } = headers;
  const signature = /\bSignature=(\w+)/.exec(String(authorization))?.[1];
  const known = [token, signature].filter((secret) => secret !== undefined);
  const parameters = readForm(body, members).filter(({ isSecret }) => isSecret);
  return [...known, ...parameters.map(({ value }) => value)];
}

/** The names of the members that are secret, and of those below them. */
export function secretNames(members: Members): string[] {
  return Object.entries(members).flatMap(([name, schema]) => namesIn(schema, name));
}

// STS has one map, in a structure that is secret as a whole.
function namesIn(schema: Schema, name: string): string[] {
  if (schema.sensitive === true) return [name];
  if (schema.kind === "list") return namesIn(schema.member, name);
  return schema.kind === "struct" ? secretNames(schema.members) : [];
}
