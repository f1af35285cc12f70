import type { ValueSource } from "./read-value.ts";
import type { Members, Schema } from "./schema.ts";

/** Presents a parsed JSON value to the schema reader; `null` counts as absent. */
export function jsonSource(value: unknown): ValueSource {
  const isObject = typeof value === "object" && value !== null;
  const record: Readonly<Record<string, unknown>> = isObject ? { ...value } : {};
  return {
    text: isObject ? undefined : String(value),
    member: (name) => {
      const member = Object.hasOwn(record, name) ? record[name] : undefined;
      return member === undefined || member === null ? undefined : jsonSource(member);
    },
    items: () => (Array.isArray(value) ? value.map(jsonSource) : []),
    entries: () => Object.entries(record).map(([key, item]) => [key, jsonSource(item)] as const),
  };
}

/** Writes a structure as a JSON value; timestamps become epoch seconds. */
export function writeJsonMembers(members: Members, value: object): Record<string, unknown> {
  const record = value as Readonly<Record<string, unknown>>; // a structure's members are looked up by schema name only
  return Object.fromEntries(
    Object.entries(members)
      .filter(([name]) => record[name] !== undefined && record[name] !== null)
      .map(([name, schema]) => [name, writeJsonValue(schema, record[name])]),
  );
}

function writeJsonValue(schema: Schema, value: unknown): unknown {
  switch (schema.kind) {
    case "struct":
      return writeJsonMembers(schema.members, value as object);
    case "list":
      return (value as readonly unknown[]).map((item) => writeJsonValue(schema.member, item));
    case "map":
      return Object.fromEntries(
        Object.entries(value as object).map(([key, item]) => [key, writeJsonValue(schema.value, item)]),
      );
    case "timestamp":
      return (value as Date).getTime() / 1000;
    default:
      return value;
  }
}
