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

/** The parameters of a request to STS. */
export function readForm(body: HandledRequest["body"], members: Members): FormParameter[] {
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  return [...new URLSearchParams(text)].map(([name, value]) => {
    const [member = ""] = name.split(".");
    const schema = members[member];
    const isKnown = schema !== undefined && secretNames(schema, member).length === 0;
    return { name, value, isSecret: !isKnown && !/^(Action|Version)$/.test(name) };
  });
}

/** What a request to STS holds in secret: its session token, its signature, and secret parameters. */
export function sentSecrets({ headers, body }: HandledRequest, members: Members): string[] {
  const { authorization = "", "x-amz-security-token": token = "" } = headers;
  const [, signature = ""] = /\bSignature=(\w+)/.exec(authorization) ?? [];
  return [
    token,
    signature,
    ...readForm(body, members).flatMap(({ value, isSecret }) => (isSecret ? value : [])),
  ];
}

/** The names of the members that are secret, in the schema and below it. */
export function secretNames(schema: Schema, name = ""): string[] {
  if (schema.sensitive === true) return [name];
  if (schema.kind === "list") return secretNames(schema.member, name);
  if (schema.kind === "map") return secretNames(schema.value, name);
  if (schema.kind !== "struct") return [];
  return Object.entries(schema.members).flatMap(([member, inner]) => secretNames(inner, member));
}
