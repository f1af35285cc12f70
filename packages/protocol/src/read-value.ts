import { ProtocolError } from "./protocol-error.ts";
import { redactWhenPrinted } from "./redact-when-printed.ts";
import type { Members, Schema } from "./schema.ts";
import { parseTimestamp } from "./timestamp.ts";

/** Where a value is found in a document: the XML, JSON and query readers each provide one. */
export interface ValueSource {
  /** The value as text, or `undefined` if there is none. */
  readonly text: string | undefined;
  /** The member of a structure. */
  member(name: string): ValueSource | undefined;
  /** The items of a list. */
  items(): readonly ValueSource[];
  /** The entries of a map. */
  entries(): readonly (readonly [key: string, value: ValueSource])[];
}

/** A value in a response, whose members can be looked through. */
export interface ResponseSource extends ValueSource {
  /** All members of a structure, in order. */
  members(): readonly ResponseSource[];
}

/** How a reader reports a value that is missing or has another type. */
export type ReadFailure = (path: string, problem: string) => ProtocolError;

/** Options for reading a structure. */
export interface ReadOptions {
  /** Refuse the absence of required members. */
  readonly strict: boolean;
  /** Omit members that cannot be read, instead of failing. */
  readonly skipInvalid?: boolean;
  /** The object that gets the members, if it is not a new one. */
  readonly value?: Record<string, unknown>;
}

/** Reads a structure by its schema; absent members stay absent. */
export function readMembers(
  members: Members,
  source: ValueSource,
  fail: ReadFailure,
  { strict, skipInvalid = false, value = {} }: ReadOptions,
): Record<string, unknown> {
  return readStructure(members, source, { fail, strict, skipInvalid, name: "", outer: undefined }, value);
}

/** A structure, list or map that is being read. Paths are written only if something fails. */
interface Place {
  readonly fail: ReadFailure;
  readonly strict: boolean;
  readonly skipInvalid: boolean;
  readonly name: string;
  readonly outer: Place | undefined;
}

function readStructure(
  members: Members,
  source: ValueSource,
  place: Place,
  value: Record<string, unknown>,
): Record<string, unknown> {
  // Tables are plain objects.
  for (const name in members) {
    const schema = members[name];
    if (schema === undefined) continue;
    const member = source.member(name);
    if (member !== undefined) {
      try {
        value[name] = readValue(schema, member, place, name);
      } catch (error) {
        if (!place.skipInvalid || !(error instanceof ProtocolError)) throw error;
      }
    } else if (place.strict && schema.required === true) throw place.fail(pathOf(place, name), "is missing");
  }
  return value;
}

function readValue(schema: Schema, source: ValueSource, place: Place, name: string): unknown {
  switch (schema.kind) {
    case "struct": {
      // Members of an optional structure are not promised: MinIO leaves some out.
      const strict = place.strict && schema.required === true;
      const value = readStructure(schema.members, source, placeIn(place, name, strict), {});
      return redactWhenPrinted(schema.members, value);
    }
    case "list": {
      const inside = placeIn(place, name, place.strict);
      return source.items().map((item, index) => readValue(schema.member, item, inside, `[${index}]`));
    }
    case "map": {
      const inside = placeIn(place, name, place.strict);
      return Object.fromEntries(
        source.entries().map(([key, item]) => [key, readValue(schema.value, item, inside, key)]),
      );
    }
    case "string":
      if (source.text === undefined) throw place.fail(pathOf(place, name), "is not a string");
      return source.text;
    default:
      return readText(schema.kind, source.text?.trim() ?? "", (problem) =>
        place.fail(pathOf(place, name), problem),
      );
  }
}

function placeIn(outer: Place, name: string, strict: boolean): Place {
  return { fail: outer.fail, strict, skipInvalid: outer.skipInvalid, name, outer };
}

/** Such as `Credentials.Expiration` or `Tags[3].Key`. */
function pathOf({ name: outerName, outer }: Place, name: string): string {
  if (outer === undefined) return name;
  return pathOf(outer, name.startsWith("[") ? outerName + name : `${outerName}.${name}`);
}

function readText(
  kind: "integer" | "boolean" | "timestamp",
  text: string,
  fail: (problem: string) => ProtocolError,
): unknown {
  if (kind === "timestamp") {
    const date = parseTimestamp(text);
    if (date === undefined) throw fail("is not a timestamp");
    return date;
  }
  if (kind === "integer") {
    const number = Number(text);
    if (text === "" || !Number.isSafeInteger(number)) throw fail("is not an integer");
    return number;
  }
  if (text !== "true" && text !== "false") throw fail("is not true or false");
  return text === "true";
}
