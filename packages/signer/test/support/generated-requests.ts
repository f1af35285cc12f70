import fc from "fast-check";

/** A request and everything its signature depends on. */
export interface Sample {
  method: string;
  path: string;
  query: Record<string, string | string[]>;
  headers: Record<string, string>;
  body: string;
  service: string;
  region: string;
  sessionToken: string | undefined;
  date: Date;
}

/** What signers and servers read in more than one way, as it may stand in a path that nobody encoded further. */
const delicate = fc
  .array(
    fc.constantFrom("+", "%2B", "%2b", ":", "@", "(", ")", "!", "'", ",", ";", "=", "*", "%20", "%2520", "a"),
    { minLength: 1, maxLength: 5 },
  )
  .map((parts) => parts.join(""));
const text = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: "binary", maxLength: 8 }) },
  { weight: 1, arbitrary: delicate.map((part) => part.replaceAll("%20", " ")) },
);
const segment = fc.oneof(
  { weight: 4, arbitrary: text },
  {
    weight: 1,
    arbitrary: fc.constantFrom(".", "..", "", "...", "~", "a b", "é", "%", "日本", "a+b", "!'()*"),
  },
);
const headerName = fc.stringMatching(/^[a-z][a-z\d-]{0,8}$/).map((name) => `my-${name}`);
const spaces = fc.stringMatching(/^[ \t]{0,3}$/);
const word = fc.stringMatching(/^[!-~]{0,6}$/);
const headerValue = fc
  .tuple(spaces, fc.array(fc.tuple(word, spaces), { maxLength: 4 }), word)
  .map(([before, parts, last]) => before + parts.flat().join("") + last);

/**
 * Requests with unicode paths, what signers read in more than one way, repeated and empty keys, and odd white space in
 * headers; paths as they go over the wire.
 */
export const sample: fc.Arbitrary<Sample> = fc.record({
  method: fc.constantFrom("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"),
  path: fc
    .array(
      fc.oneof({ weight: 3, arbitrary: segment.map(strictEncode) }, { weight: 1, arbitrary: delicate }),
      {
        maxLength: 5,
      },
    )
    .map((segments) => `/${segments.join("/")}`),
  query: fc
    .array(fc.tuple(text, fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 }))), { maxLength: 4 })
    .map((entries) => Object.fromEntries(entries.filter(([name]) => name !== "__proto__"))),
  headers: fc
    .array(fc.tuple(headerName, headerValue), { maxLength: 5 })
    .map((entries) => Object.fromEntries([["host", "example.amazonaws.com"], ...entries])),
  body: fc.oneof(fc.constant(""), fc.string({ unit: "grapheme", maxLength: 40 })),
  service: fc.constantFrom("sts", "s3", "execute-api", "dynamodb"),
  region: fc.constantFrom("us-east-1", "eu-west-1", "cn-north-1"),
  sessionToken: fc.option(fc.base64String({ minLength: 4, maxLength: 80 }), { nil: undefined }),
  date: fc.date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true }),
});

/** How often a property runs: 10,000 times unless STS_TEST_RUNS says otherwise. */
export const numRuns: number = Number(process.env["STS_TEST_RUNS"] ?? 10_000);

/** Percent-encodes all but the unreserved characters; dot segments stay what they are. */
export function strictEncode(value: string): string {
  return encodeURIComponent(value.replace(/\p{Cs}/gu, "\ufffd")).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
