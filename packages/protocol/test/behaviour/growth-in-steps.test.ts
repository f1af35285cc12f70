// First, so that it counts what the others bring.
import { grow, growthOf } from "../../../mock/test/support/count-steps.ts";

import {
  decodeFault,
  decodeRequest,
  decodeResponse,
  GetSessionToken,
  operations,
  redactText,
} from "@org/sts-protocol";
import { parseXml, readXml } from "@org/sts-protocol/xml";
import { expect, test } from "vitest";

// With the full parser, and what that needs.
const COUNTED = /packages\/protocol\/(?:dist|src)\/|\/(?:fast-xml-parser|@nodable|path-expression-matcher)\//;

const quietly = async (work: () => unknown): Promise<unknown> => {
  try {
    return await work();
  } catch (error) {
    return error;
  }
};
const decodeText = (body: string) => decodeResponse(GetSessionToken, { statusCode: 200, headers: {}, body });
const decodeError = (body: string) => decodeFault(GetSessionToken, { statusCode: 400, headers: {}, body });
const decodeForm = (body: string) =>
  decodeRequest({ method: "POST", hostname: "sts.amazonaws.com", path: "/", headers: {}, body }, operations);
const list = (size: number, write: (index: number) => string, separator = "") =>
  Array.from({ length: size }, (_, index) => write(index)).join(separator);

const documents: [what: string, write: (size: number) => string][] = [
  ["elements", (n) => `<a>${"<b></b>".repeat(n)}</a>`],
  ["elements in each other", (n) => `<a>${"<b>".repeat(n)}${"</b>".repeat(n)}</a>`],
  ["elements that are not closed", (n) => "<b>".repeat(n)],
  ["attributes", (n) => `<a ${list(n, (index) => `b${index}="1"`, " ")}/>`],
  ["one attribute many times", (n) => `<a ${'b="1" '.repeat(n)}/>`],
  ["references", (n) => `<a>${"&amp;&#65;".repeat(n)}</a>`],
  ["references without an end", (n) => `<a>${"&amp".repeat(n)}</a>`],
  ["comments", (n) => `<a>${"<!-- -->".repeat(n)}</a>`],
  ["CDATA sections", (n) => `<a>${"<![CDATA[x]]>".repeat(n)}</a>`],
  ["prefixes", (n) => `<a>${list(n, (index) => `<x${index}:b/>`)}</a>`],
  [
    "members of a list",
    (n) => `<R><GetSessionTokenResult>${"<member>a</member>".repeat(n)}</GetSessionTokenResult></R>`,
  ],
  ["errors", (n) => `<ErrorResponse>${"<Error><Code>A</Code></Error>".repeat(n)}</ErrorResponse>`],
];
const parameters = (n: number, name: (index: number) => string) =>
  `Action=AssumeRole&Version=2011-06-15&${list(n, (index) => `${name(index)}=1`, "&")}`;
const forms: [what: string, write: (size: number) => string][] = [
  ["members of a list", (n) => parameters(n, (index) => `Tags.member.${index + 1}.Key`)],
  ["members that are missing", (n) => parameters(n, (index) => `Tags.member.${(index + 1) * 1000}.Key`)],
  ["one member many times", (n) => parameters(n, () => "Tags.member.1.Key")],
  ["unknown parameters", (n) => parameters(n, (index) => `x${index}`)],
  ["dots in a name", (n) => `Action=AssumeRole&Version=2011-06-15&${"Tags.".repeat(n)}=1`],
  ["escapes", (n) => `Action=AssumeRole&Version=2011-06-15&RoleArn=${"%41".repeat(n)}`],
];
const texts: [what: string, write: (size: number) => string][] = [
  ["escapes", (n) => "%41&amp;".repeat(n)],
  ["escapes of escapes", (n) => "%2525252541".repeat(n)],
  ["echoes", (n) => "secret-secret".repeat(n)],
  ["beginnings of echoes", (n) => "secret-s".repeat(n)],
];

const cases = [
  ...documents.flatMap(([what, write]) =>
    (
      [
        ["readXml", readXml],
        ["parseXml", parseXml],
        ["decodeResponse", decodeText],
        ["decodeFault", decodeError],
      ] as const
    ).map(([parser, parse]) => ({
      name: `${parser} of ${what}`,
      parse: parse as (text: string) => unknown,
      write,
    })),
  ),
  ...forms.map(([what, write]) => ({ name: `decodeRequest of ${what}`, parse: decodeForm, write })),
  ...texts.map(([what, write]) => ({
    name: `redactText of ${what}`,
    parse: (text: string): unknown => redactText(text, ["secret-secret"]),
    write,
  })),
];

test.for(cases)("the steps of $name grow no faster than the text", async ({ parse, write }) => {
  const steps = await grow(
    (size) => {
      const text = write(size);
      return Promise.resolve(() => quietly(() => parse(text)));
    },
    200,
    COUNTED,
  );
  // Some are refused at the first mistake: that is the best growth there is.
  expect(growthOf(steps, 3)).toBe("linear");
});

test("the steps of a decoder are counted", async () => {
  const [one = 0, two = 0] = await grow(
    (n) => Promise.resolve(async () => readXml(`<a>${"<b/>".repeat(n)}</a>`)),
    200,
    COUNTED,
  );
  expect(two - one).toBeGreaterThan(200);
});
