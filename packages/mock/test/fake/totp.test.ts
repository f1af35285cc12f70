import { totpCode } from "@org/sts-mock";
import { expect, test } from "vitest";

// RFC 6238, appendix B: the SHA-1 rows. The secret is the ASCII text "12345678901234567890".
const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const VECTORS = [
  [59, "94287082"],
  [1_111_111_109, "07081804"],
  [1_111_111_111, "14050471"],
  [1_234_567_890, "89005924"],
  [2_000_000_000, "69279037"],
  [20_000_000_000, "65353130"],
] as const;

test.each(VECTORS)("totpCode computes the code of RFC 6238 at %i s", async (seconds, code) => {
  expect(await totpCode(SECRET, seconds * 1000, { digits: 8 })).toBe(code);
  expect(await totpCode(SECRET, new Date(seconds * 1000))).toBe(code.slice(2));
});

test("totpCode reads a secret in lower case with spaces and padding", async () => {
  const spaced = "gezd gnbv gy3t qojq gezd gnbv gy3t qojq====";
  expect(await totpCode(spaced, 59_000)).toBe(await totpCode(SECRET, 59_000));
});

test("totpCode refuses a secret that is not base32 without repeating it", async () => {
  await expect(totpCode("secret1!", 0)).rejects.toThrow(/base32/);
  await expect(totpCode("secret1!", 0)).rejects.not.toThrow(/secret1/i);
});
