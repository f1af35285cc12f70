import { decodeRequest, decodeResponse, GetSessionToken, operations, redactText } from "@org/sts-protocol";
import { parseXml, readXml } from "@org/sts-protocol/xml";
import { expect, test } from "vitest";

type Work = (size: number) => unknown;

const failing = (parse: () => unknown): unknown => {
  try {
    return parse();
  } catch (error) {
    return error;
  }
};
const decodeText = (body: string): Promise<unknown> =>
  decodeResponse(GetSessionToken, { statusCode: 200, headers: {}, body }).catch((error: unknown) => error);
const decodeForm = (body: string): Promise<unknown> =>
  decodeRequest(
    { method: "POST", hostname: "sts.amazonaws.com", path: "/", headers: {}, body },
    operations,
  ).catch((error: unknown) => error);

// Texts that make a careless parser look at the same part again and again. The sizes are of repetitions.
const hostile: readonly (readonly [what: string, text: Work])[] = [
  ["elements", (n) => `<a>${"<b></b>".repeat(n)}</a>`],
  ["empty elements", (n) => `<a>${"<b/>".repeat(n)}</a>`],
  ["attributes", (n) => `<a ${Array.from({ length: n }, (_, index) => `b${index}="1"`).join(" ")}/>`],
  ["white space in a tag", (n) => `<a${"          ".repeat(n)}x/>`],
  ["white space after the root", (n) => `<a/>${" > ".repeat(n)}`],
  ["references", (n) => `<a>${"&amp;&#65;".repeat(n)}</a>`],
  ["digits of a reference", (n) => `<a>&#${"0000000000".repeat(n)}65;</a>`],
  ["references without an end", (n) => `<a>${"&amp".repeat(n)}</a>`],
  ["comments", (n) => `<a>${"<!-- -->".repeat(n)}</a>`],
  ["comments without an end", (n) => `<a>${"<!--".repeat(n)}`],
  ["CDATA sections", (n) => `<a>${"<![CDATA[]]>".repeat(n)}</a>`],
  ["CDATA sections without an end", (n) => `<a>${"<![CDATA[".repeat(n)}`],
  ["brackets", (n) => `<a>${"]]]]]]]]".repeat(n)}</a>`],
  ["carriage returns", (n) => `<a>${"\r".repeat(n * 8)}</a>`],
  ["processing instructions", (n) => `<a>${"<?p?>".repeat(n)}</a>`],
  ["processing instructions without an end", (n) => `${"<?p ".repeat(n)}<a/>`],
  ["a long name", (n) => `<a${"bcdefghi".repeat(n)}></a>`],
  ["names of secrets", (n) => "SecretToken ".repeat(n)],
];

const parsers: readonly (readonly [parser: string, parse: (text: string) => unknown])[] = [
  ["readXml", (text) => failing(() => readXml(text))],
  ["parseXml", (text) => failing(() => parseXml(text))],
  ["decodeResponse", decodeText],
];

const cases = parsers.flatMap(([parser, parse]) =>
  hostile.map(([what, text]): readonly [string, (size: number) => unknown] => [
    `${parser} of ${what}`,
    (size) => parse(String(text(size))),
  ]),
);

const others: readonly (readonly [string, (size: number) => unknown])[] = [
  ["decodeRequest of parameters", (n) => decodeForm(parameters(n, (index) => `Tags.member.${index}.Key`))],
  ["decodeRequest of unknown parameters", (n) => decodeForm(parameters(n, (index) => `x${index}`))],
  ["decodeRequest of dots", (n) => decodeForm(`${"a.".repeat(n)}=1`)],
  ["redactText of escapes", (n) => redactText("%41&amp;".repeat(n), ["secret-secret"])],
  ["redactText of escapes of escapes", (n) => redactText("%2525252541".repeat(n), ["secret-secret"])],
  ["redactText of many echoes", (n) => redactText("secret-secret".repeat(n), ["secret-secret"])],
];

function parameters(count: number, name: (index: number) => string): string {
  const pairs = Array.from({ length: count }, (_, index) => `${name(index)}=1`);
  return `Action=AssumeRole&Version=2011-06-15&${pairs.join("&")}`;
}

/** Processor time of this process, so that other processes do not count. The least of some runs is what the work needs. */
async function leastMicroseconds(work: (size: number) => unknown, size: number): Promise<number> {
  let least = Infinity;
  for (let run = 0; run < 2; run += 1) {
    const before = process.cpuUsage().user;
    await work(size);
    least = Math.min(least, process.cpuUsage().user - before);
  }
  return least;
}

test.for([...cases, ...others])("the work of %s grows no faster than the text", async ([, work]) => {
  const size = 10_000;
  const [once, fourTimes] = [await leastMicroseconds(work, size), await leastMicroseconds(work, 4 * size)];
  // Work that grows with the square takes sixteen times as long, and more than a second for texts of this size. Where both
  // take little, garbage collection decides.
  expect(fourTimes).toBeLessThan(Math.max(12 * once, 150_000));
});
