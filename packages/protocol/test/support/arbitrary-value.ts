import type { Members, OperationSchema, Schema, StringSchema } from "@org/sts-protocol";
import fc from "fast-check";

/**
 * Which values are made: `valid` ones keep every limit and pattern of the table, `any` ones only its kinds, and `xml` ones
 * are `any` without the characters that XML cannot hold.
 */
export type ValueRange = "valid" | "any" | "xml";

/** Inputs of an operation; the valid ones keep its rules across members too. */
export function arbitraryInput(
  operation: OperationSchema,
  range: ValueRange,
): fc.Arbitrary<Record<string, unknown>> {
  const values = arbitraryMembers(operation.input, range);
  return range === "valid" ? values.filter((value) => (operation.check?.(value) ?? []).length === 0) : values;
}

/** Structures of a table. Members that are not required are often absent. */
export function arbitraryMembers(members: Members, range: ValueRange): fc.Arbitrary<Record<string, unknown>> {
  const arbitraries = Object.entries(members).map(
    ([name, schema]) => [name, KNOWN_VALUES[name] ?? arbitraryValue(schema, range)] as const,
  );
  const requiredKeys = Object.keys(members).filter((name) => members[name]?.required === true);
  return fc.record(Object.fromEntries(arbitraries), { requiredKeys, noNullPrototype: true });
}

/** Members whose valid values the table does not tell. */
const KNOWN_VALUES: Readonly<Record<string, fc.Arbitrary<string>>> = {
  SigningAlgorithm: fc.constantFrom("RS256", "ES384"),
  SubjectMode: fc.constantFrom("AWSIdentity", "OriginIdentity"),
};

function arbitraryValue(schema: Schema, range: ValueRange): fc.Arbitrary<unknown> {
  switch (schema.kind) {
    case "string":
      return arbitraryText(schema, range);
    case "integer":
      return range === "valid"
        ? fc.integer({ min: schema.min ?? 0, max: schema.max ?? 1_000_000 })
        : fc.oneof(fc.integer(), fc.maxSafeInteger());
    case "boolean":
      return fc.boolean();
    case "timestamp":
      // RFC 3339 has years of four digits.
      return fc.date({
        min: new Date("0000-01-01T00:00:00Z"),
        max: new Date("9999-12-31T23:59:59.999Z"),
        noInvalidDate: true,
      });
    case "list": {
      const { min = 0, max = 4 } = range === "valid" ? schema : {};
      return fc.array(arbitraryValue(schema.member, range), {
        minLength: min,
        maxLength: Math.min(max, min + 3),
      });
    }
    case "map":
      return fc.dictionary(plainText(range), arbitraryValue(schema.value, range), {
        maxKeys: 3,
        noNullPrototype: true,
      });
    case "struct":
      return arbitraryMembers(schema.members, range);
  }
}

const ASCII = Array.from({ length: 0x60 }, (_, index) => String.fromCharCode(0x20 + index));
const SPECIAL = ["\t", "\n", "\r", "\u0085", "é", "ÿ", "Ω", "漢", "\u2028", "\uFFFD", "😀", "\u{10FFFF}"];

function arbitraryText(schema: StringSchema, range: ValueRange): fc.Arbitrary<string> {
  if (range !== "valid") return plainText(range);
  const { min = 0, max = 40, pattern } = schema;
  const characters = [...ASCII, ...SPECIAL].filter((character) => pattern?.test(character) !== false);
  return fc.string({
    unit: fc.constantFrom(...characters),
    minLength: min,
    maxLength: Math.min(max, min + 20),
  });
}

const NOT_XML = /[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

function plainText(range: ValueRange): fc.Arbitrary<string> {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 12 }),
    fc.string({ unit: fc.constantFrom(...ASCII, ...SPECIAL, "&", "<", "]]>", "&#1;"), maxLength: 12 }),
  );
  return range === "xml" ? text.map((value) => value.replace(NOT_XML, "")) : text;
}
