import { REDACTED } from "./redacted.ts";
import type { Members, Schema } from "./schema.ts";

/**
 * Copies a value with every `sensitive` member replaced by {@link REDACTED}. Members that the schema does not know
 * are omitted, and anything else in place of a structure, list or map counts as a secret, so that nothing unexpected
 * reaches a log.
 *
 * @example
 * import { GetSessionToken, redact } from "@org/sts-protocol";
 *
 * redact(GetSessionToken.input, { TokenCode: "123456", DurationSeconds: 900 });
 * // { DurationSeconds: 900, TokenCode: "***SensitiveInformation***" }
 */
export function redact(members: Members, value: object): Record<string, unknown> {
  const record = value as Readonly<Record<string, unknown>>; // a structure's members are looked up by schema name only
  return Object.fromEntries(
    Object.entries(members)
      .filter(([name]) => record[name] !== undefined && record[name] !== null)
      .map(([name, schema]) => [name, redactValue(schema, record[name])]),
  );
}

function redactValue(schema: Schema, value: unknown): unknown {
  if (schema.sensitive === true) return REDACTED;
  const isObject = typeof value === "object" && value !== null;
  switch (schema.kind) {
    case "struct":
      return isObject ? redact(schema.members, value) : REDACTED;
    case "list":
      return Array.isArray(value) ? value.map((item) => redactValue(schema.member, item)) : REDACTED;
    case "map":
      return isObject
        ? Object.fromEntries(
            Object.entries(value).map(([key, item]) => [key, redactValue(schema.value, item)]),
          )
        : REDACTED;
    default:
      return value;
  }
}
