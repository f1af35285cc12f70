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
