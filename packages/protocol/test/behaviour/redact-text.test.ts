import { REDACTED, redactText } from "@org/sts-protocol";
import fc from "fast-check";
import { expect, test } from "vitest";

const numRuns = Number(process.env["STS_TEST_RUNS"] ?? 1000);

const secret = "FwoGZXIvYXdzEBYaDHp+/3x==Rk\"<&>'mQ";
const percent = (text: string): string =>
  encodeURIComponent(text).replaceAll("'", "%27").replaceAll("!", "%21");
const xml = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#x27;");
const json = (text: string): string => JSON.stringify(text).slice(1, -1);

const forms: readonly (readonly [form: string, write: (text: string) => string])[] = [
  ["as it is", (text) => text],
  ["percent-encoded", percent],
  ["percent-encoded in small letters", (text) => lowerEscapes(percent(text))],
  ["percent-encoded twice", (text) => percent(percent(text))],
  ["escaped as in JSON", json],
  [
    "escaped as in JSON with codes",
    (text) =>
      json(text)
        .replaceAll("/", String.raw`\/`)
        .replaceAll("+", String.raw`\u002B`),
  ],
  ["escaped as in XML", xml],
  [
    "escaped as in XML with decimal references",
    (text) => text.replaceAll(/[^\w]/g, (found) => `&#${found.charCodeAt(0)};`),
  ],
  ["escaped as in XML inside of JSON", (text) => json(xml(text))],
  ["with blanks for plus signs", (text) => text.replaceAll("+", " ")],
];

function lowerEscapes(text: string): string {
  return text.replaceAll(/%[\dA-F]{2}/g, (escape) => escape.toLowerCase());
}

test.for(forms)("redactText finds a secret %s", ([, write]) => {
  expect(redactText(`before: ${write(secret)} (after)`, [secret])).toBe(`before: ${REDACTED} (after)`);
});

test.for(forms)("redactText finds the halves of a secret %s", ([, write]) => {
  const half = Math.ceil(secret.length / 2);
  for (const part of [secret.slice(0, half), secret.slice(-half)])
    expect(redactText(`before: ${write(part)} (after)`, [secret])).toBe(`before: ${REDACTED} (after)`);
});

test("redactText finds every echo of every secret", () => {
  const other = "arn-like-external-id";
  expect(redactText(`${secret}, ${other}; ${percent(secret)}`, [other, secret])).toBe(
    `${REDACTED}, ${REDACTED}; ${REDACTED}`,
  );
});

test("redactText finds an MFA code as a whole, and leaves shorter values alone", () => {
  expect(redactText("the code 123456 is wrong", ["123456"])).toBe(`the code ${REDACTED} is wrong`);
  expect(redactText("the code 123 is wrong", ["123456"])).toBe("the code 123 is wrong");
  expect(redactText("the value role is wrong", ["role", ""])).toBe("the value role is wrong");
});

test.for([
  ["five characters, never", 5, 5, false],
  ["six characters, as a whole", 6, 6, true],
  ["six characters, not in part", 6, 5, false],
  ["seven characters, as a whole", 7, 7, true],
  ["seven characters, not in part", 7, 6, false],
  ["eight characters, as a whole", 8, 8, true],
  ["eight characters, not in part", 8, 7, false],
  ["twelve characters, from eight on", 12, 8, true],
  ["twelve characters, not seven", 12, 7, false],
  ["21 characters, from more than half on", 21, 11, true],
  ["21 characters, not less than half", 21, 10, false],
  ["100 characters, from 16 on", 100, 16, true],
  ["100 characters, not 15", 100, 15, false],
] as const)("redactText finds a secret of %s", ([, length, shown, isFound]) => {
  const value = Array.from({ length }, (_, index) => String.fromCodePoint(0x4e_00 + index)).join("");
  for (const part of new Set([value.slice(0, shown), value.slice(length - shown)]))
    expect(redactText(`(${part})`, [value])).toBe(isFound ? `(${REDACTED})` : `(${part})`);
});

test.for([
  ["percent signs", "%61%62%63%64%65%66"],
  ["decimal references", "&#97;&#098;&#0099;&#100;&#101;&#0000102;"],
  ["hexadecimal references", "&#x61;&#x0062;&#X63;&#x64;&#x65;&#x000066;"],
  ["escapes of JSON", String.raw`\u0061\u0062\u0063\u0064\u0065\u0066`],
  ["several of them", String.raw`%61&#98;&#x63;\u0064ef`],
  ["four layers of percent signs", "%25252561bcdef"],
] as const)("redactText finds a secret written with %s", ([, written]) => {
  expect(redactText(`x ${written} y`, ["abcdef"])).toBe(`x ${REDACTED} y`);
});

test("redactText follows four layers of escapes and no more", () => {
  expect(redactText("%2525252561bcdef", ["abcdef"])).toBe("%2525252561bcdef");
});

test("redactText decodes names in any case, quotes, slashes and characters beyond the basic plane", () => {
  const value = `<&>"'\\/😀`;
  for (const written of [
    String.raw`&LT;&AMP;&Gt;&quot;&apos;\\\/&#128512;`,
    String.raw`\u003c\u0026\u003E\"\'\\/\uD83D\uDE00`,
    "%3C%26%3E%22%27%5C%2F&#x1F600;",
  ])
    expect(redactText(`😀${written}😀`, [value])).toBe(`😀${REDACTED}😀`);
});

test("redactText passes over references to no character, and shows them as they were", () => {
  expect(redactText("&#x10FFFF;abcdef", ["\u{10FFFF}abcdef"])).toBe(REDACTED);
  expect(redactText("&#x110000;&#1114112;abcdef&#9999999;", ["abcdef"])).toBe(
    `&#x110000;&#1114112;${REDACTED}&#9999999;`,
  );
});

test("redactText replaces echoes next to each other, and those that overlap, once", () => {
  expect(redactText("abcdefabcdef", ["abcdef"])).toBe(REDACTED);
  expect(redactText("abcdefghi", ["abcdef", "defghi"])).toBe(REDACTED);
  expect(redactText("abcdef-abcdef", ["abcdef"])).toBe(`${REDACTED}-${REDACTED}`);
  expect(redactText("", ["abcdef"])).toBe("");
});

test("redactText finds a secret that looks escaped itself", () => {
  const escaped = "abc%2Fdef&amp;ghi%41jkl";
  for (const text of [escaped, percent(escaped), xml(escaped)])
    expect(redactText(`<${text}>`, [escaped])).toBe(`<${REDACTED}>`);
});

test("redactText leaves other text as it is, escapes included", () => {
  const text = String.raw`100% &amp; more: \"AccessDenied\" %20 + &#65; \u0041 for arn:aws:iam::123456789012:role/demo`;
  expect(redactText(text, [secret])).toBe(text);
});

test("redactText shows no secret, wherever it is and however it is written", () => {
  const value = fc.string({
    unit: fc.constantFrom(...Array.from("abcXYZ0189+/=&<>\"'%-._")),
    minLength: 8,
    maxLength: 60,
  });
  const around = fc.string({ unit: fc.constantFrom(...Array.from('abc +%&;\\"<>{}0')), maxLength: 30 });
  fc.assert(
    fc.property(value, around, around, fc.constantFrom(...forms), (hidden, before, after, [, write]) => {
      const redacted = redactText(`${before} ${write(hidden)} ${after}`, [hidden]);
      expect(redacted).toContain(REDACTED);
      expect(redacted).not.toContain(hidden);
    }),
    { numRuns },
  );
});
