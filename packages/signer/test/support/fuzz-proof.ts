import fc from "fast-check";

/** How many runs a property has: few by default, more by one variable. */
export const runs = Number(process.env["STS_TEST_RUNS"] ?? 200);

/** Texts that are nearly a good one: a piece taken out, put in twice, or replaced by what parsers trip over. */
export function damaged(text: string): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.string({ maxLength: 8, unit: "binary" }),
    fc.constantFrom(
      "&",
      "=",
      "%",
      "%00",
      "%0a",
      "\n",
      '"',
      "\\",
      "://",
      "@",
      "#",
      "..",
      "__proto__",
      "é",
      "\ud800",
      ";",
      ",",
    ),
  );
  const place = fc.nat({ max: Math.max(0, text.length - 1) });
  return fc
    .array(fc.tuple(place, fc.nat({ max: 12 }), piece), { minLength: 1, maxLength: 3 })
    .map((edits) =>
      edits.reduce((now, [at, length, added]) => now.slice(0, at) + added + now.slice(at + length), text),
    );
}

/** Whatever a caller may hand to a checker. */
export const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({
    withNullPrototype: true,
    withBigInt: true,
    withDate: true,
    withMap: true,
    withTypedArray: true,
  }),
  fc.string({ unit: "binary" }),
  fc.json(),
);

/** Runs a checker on what was damaged and on anything: it returns a result, and accepts nothing that it would not. */
export function fuzzChecker(
  proofs: fc.Arbitrary<unknown>,
  check: (proof: unknown) => { readonly ok: boolean },
): void {
  fc.assert(
    fc.property(fc.oneof({ weight: 3, arbitrary: proofs }, { weight: 1, arbitrary: anything }), (proof) => {
      return typeof check(proof).ok === "boolean";
    }),
    { numRuns: runs },
  );
}
