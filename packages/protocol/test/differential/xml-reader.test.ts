import { ProtocolError } from "@org/sts-protocol";
import { parseXml, readXml, type XmlElement, type XmlParser } from "@org/sts-protocol/xml";
import fc from "fast-check";
import { expect, test } from "vitest";

import { arbitraryXml } from "../support/arbitrary-xml.ts";

const numRuns = Number(process.env["STS_TEST_RUNS"] ?? 5000);

/** What XML 1.0 forbids and fast-xml-parser takes: the reader's message, and what such a document holds. */
const ONLY_FAST_XML_PARSER: readonly (readonly [message: RegExp, document: RegExp])[] = [
  [/a character that XML forbids/, /[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u],
  [/\]\]> in text/, /\]\]>/],
  [/a declaration that is not at the start/, /.<\?xml[\s?]/s],
];

interface Outcome {
  readonly root?: XmlElement;
  readonly error?: ProtocolError;
}

function outcomeOf(parse: XmlParser, xml: string): Outcome {
  try {
    return { root: parse(xml) };
  } catch (error) {
    if (error instanceof ProtocolError) return { error };
    throw error;
  }
}

type Kind = "same tree" | "both refuse" | "declined" | "only fast-xml-parser";

/** Compares the two parsers, and says which of the allowed relations holds. */
function compare(xml: string): Kind {
  const { root, error } = outcomeOf(readXml, xml);
  if (error?.message.endsWith("pass a full XML parser as parseXml") === true) return "declined";
  const reference = outcomeOf(parseXml, xml);
  if (error === undefined) {
    expect(reference).toStrictEqual({ root });
    return "same tree";
  }
  if (reference.root === undefined) return "both refuse";
  const kind = ONLY_FAST_XML_PARSER.find(([message]) => message.test(error.message));
  expect(kind, `only the reader refuses: ${error.message}`).toBeDefined();
  expect(xml).toMatch(kind?.[1] ?? /never/);
  return "only fast-xml-parser";
}

function run(mutations: number): Map<Kind, number> {
  const counts = new Map<Kind, number>();
  fc.assert(
    fc.property(arbitraryXml(mutations), (xml) => {
      const kind = compare(xml);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }),
    { numRuns, ...(numRuns > 100_000 ? { endOnFailure: true } : {}) },
  );
  if (numRuns > 100_000) console.log(`${numRuns} documents, up to ${mutations} mutations each`, counts);
  return counts;
}

test(
  "the XML reader and fast-xml-parser read generated documents the same way, or the reader declines",
  { timeout: Infinity },
  () => {
    const counts = run(0);
    expect(counts.get("same tree") ?? 0).toBeGreaterThan(numRuns / 10);
    expect(counts.get("declined") ?? 0).toBeGreaterThan(0);
  },
);

test(
  "the XML reader and fast-xml-parser read mutated documents the same way, or the reader declines",
  { timeout: Infinity },
  () => {
    const counts = run(4);
    expect(counts.get("same tree") ?? 0).toBeGreaterThan(0);
    expect(counts.get("both refuse") ?? 0).toBeGreaterThan(numRuns / 10);
  },
);
