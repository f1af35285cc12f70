import type { ResponseSource, ValueSource } from "./read-value.ts";
import type { Members, Schema } from "./schema.ts";

/** Presents a parsed JSON value to the schema reader; `null` counts as absent. */
export function jsonSource(value: unknown): ResponseSource {
  return new JsonSource(value);
}

class JsonSource implements ResponseSource {
  private readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }

  get text(): string | undefined {
    return isObject(this.value) ? undefined : String(this.value);
  }

  member(name: string): ValueSource | undefined {
    if (!isObject(this.value) || !Object.hasOwn(this.value, name)) return undefined;
    const member = this.value[name];
    return member === undefined || member === null ? undefined : new JsonSource(member);
  }

  members(): readonly ResponseSource[] {
    return isObject(this.value) ? Object.values(this.value).map(jsonSource) : [];
  }

  items(): readonly ValueSource[] {
    return Array.isArray(this.value) ? this.value.map(jsonSource) : [];
  }

  entries(): readonly (readonly [key: string, value: ValueSource])[] {
    if (!isObject(this.value)) return [];
    return Object.entries(this.value).map(([key, item]) => [key, jsonSource(item)] as const);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
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
