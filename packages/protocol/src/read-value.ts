import { redactWhenPrinted } from "./redact-when-printed.ts";
import { ProtocolError } from "./protocol-error.ts";
import type { Members, Schema } from "./schema.ts";
import { parseTimestamp } from "./timestamp.ts";

/** Where a value is found in a document: the XML, JSON and query readers each give one. */
export interface ValueSource {
  /** The value as text, `undefined` where there is none. */
  readonly text: string | undefined;
  /** The member of a structure. */
  readonly member: (name: string) => ValueSource | undefined;
  /** The items of a list. */
  readonly items: () => readonly ValueSource[];
  /** The entries of a map. */
  readonly entries: () => readonly (readonly [key: string, value: ValueSource])[];
}

/** How a reader reports a value that is missing or of another kind. */
export type ReadFailure = (path: string, problem: string) => ProtocolError;

/**
 * Reads a structure by its schema; members that are absent stay absent.
 *
 * @param strict - refuse the absence of required members
 */
export function readMembers(
  members: Members,
  source: ValueSource,
  fail: ReadFailure,
  { strict, path = "" }: { readonly strict: boolean; readonly path?: string },
): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(members)) {
    const memberPath = path === "" ? name : `${path}.${name}`;
    const member = source.member(name);
    if (member !== undefined) value[name] = readValue(schema, member, fail, { strict, path: memberPath });
    else if (strict && schema.required === true) throw fail(memberPath, "is missing");
  }
  return redactWhenPrinted(members, value);
}

function readValue(
  schema: Schema,
  source: ValueSource,
  fail: ReadFailure,
  { strict, path }: { readonly strict: boolean; readonly path: string },
): unknown {
  switch (schema.kind) {
    case "struct":
      // What is inside a structure that may be absent is not promised either: MinIO leaves some of it out.
      return readMembers(schema.members, source, fail, { strict: strict && schema.required === true, path });
    case "list":
      return source
        .items()
        .map((item, index) => readValue(schema.member, item, fail, { strict, path: `${path}[${index}]` }));
    case "map":
      return Object.fromEntries(
        source
          .entries()
          .map(([key, item]) => [
            key,
            readValue(schema.value, item, fail, { strict, path: `${path}.${key}` }),
          ]),
      );
    default:
      return readText(schema.kind, source.text, (problem) => fail(path, problem));
  }
}

function readText(
  kind: "string" | "integer" | "boolean" | "timestamp",
  text: string | undefined,
  fail: (problem: string) => ProtocolError,
): unknown {
  if (text === undefined) throw fail(`is not a ${kind}`);
  if (kind === "string") return text;
  const trimmed = text.trim();
  if (kind === "timestamp") {
    const date = parseTimestamp(trimmed);
    if (date === undefined) throw fail("is not a timestamp");
    return date;
  }
  if (kind === "integer") {
    const number = Number(trimmed);
    if (trimmed === "" || !Number.isSafeInteger(number)) throw fail("is not an integer");
    return number;
  }
  if (trimmed !== "true" && trimmed !== "false") throw fail("is not true or false");
  return trimmed === "true";
}
