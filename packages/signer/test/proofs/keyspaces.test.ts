import {
  checkKeyspacesResponse,
  type CheckKeyspacesResponseOptions,
  createKeyspacesResponse,
  readKeyspacesChallenge,
} from "@org/sts-signer/keyspaces";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { anything, damaged, runs } from "../support/fuzz-proof.ts";
import { recorded, recordedAt, recordedKinds } from "../support/recorded-proofs.ts";

const nonce = "91703fdc2ef562e19fbdab0f58e42fe5";
const date = recordedAt;
const credentials = { ...recorded.keys, sessionToken: "a/token+with=signs" };
const make = () => createKeyspacesResponse({ credentials, region: "eu-west-1", nonce, date });
const check = (response: unknown, more: Partial<CheckKeyspacesResponseOptions> = {}) =>
  checkKeyspacesResponse(response, {
    nonce,
    region: "eu-west-1",
    now: date,
    findKey: () => credentials,
    ...more,
  });

describe("the response to a challenge of Amazon Keyspaces", () => {
  test.each(recordedKinds)(
    "is the one that the plugin of AWS makes ($kind)",
    async ({ proofs, credentials: keys }) => {
      const made = await createKeyspacesResponse({ credentials: keys, region: "eu-west-1", nonce, date });
      expect(made).toBe(proofs.keyspaces);
      expect(await check(proofs.keyspaces, { findKey: () => keys })).toEqual({
        ok: true,
        accessKeyId: keys.accessKeyId,
        date,
        expires: new Date(+date + 900_000),
      });
    },
  );

  test.each<[reason: string, from: string | RegExp, to: string]>([
    ["malformed", /signature=\w+/, "signature=0"],
    ["malformed", /signature=\w{64}/, `signature=${"A".repeat(64)}`],
    ["wrong-signature", /signature=\w{64}/, `signature=${"a".repeat(64)}`],
    ["wrong-parameters", /signature=\w+,/, ""],
    ["wrong-parameters", /access_key=\w+,/, ""],
    ["wrong-parameters", /amzdate=[^,]+,/, ""],
    ["wrong-parameters", /$/, ",amzdate=2026-11-24T12:00:00.000Z"],
    ["wrong-parameters", /$/, ",more=1"],
    ["wrong-parameters", /$/, ",constructor=1"],
    ["malformed", /$/, ",x"],
    ["malformed", /$/, ","],
    ["malformed", /$/, ",=1"],
    ["malformed", /$/, ",signature="],
    ["malformed", /$/, "\n"],
    ["malformed", /$/, " "],
    ["malformed", /$/, "é"],
    ["malformed", /access_key=\w+/, "access_key=a/b"],
    ["malformed", "2026-11-24T12:00:00.000Z", "20261124T120000Z"],
    ["malformed", "2026-11-24T12:00:00.000Z", "2026-02-30T12:00:00.000Z"],
    ["malformed", "2026-11-24T12:00:00.000Z", "2026-11-23T24:00:00.000Z"],
    ["malformed", "2026-11-24T12:00:00.000Z", "2026-11-24T12:00:00Z"],
    ["wrong-signature", "12:00:00.000Z", "12:00:00.001Z"],
    ["wrong-session-token", /,session_token=.*/, ""],
    ["wrong-session-token", /session_token=.*/, "session_token=b"],
    ["too-large", /$/, "a".repeat(20_000)],
  ])("is refused as %s when %s becomes %s", async (reason, from, to) => {
    const made = await make();
    const changed = made.replace(from, to);
    expect(changed).not.toBe(made);
    expect(await check(changed)).toMatchObject({ ok: false, reason });
  });

  test("is good for one challenge, one region, one key and 15 minutes", async () => {
    const made = await make();
    expect(await check(made, { nonce: `${nonce}0` })).toMatchObject({ reason: "wrong-signature" });
    expect(await check(made, { region: "us-east-1" })).toMatchObject({ reason: "wrong-signature" });
    expect(await check(made, { findKey: () => undefined })).toMatchObject({ reason: "unknown-key" });
    expect(await check(made, { now: new Date(+date + 900_000) })).toMatchObject({ ok: true });
    expect(await check(made, { now: new Date(+date + 900_001) })).toMatchObject({ reason: "expired" });
    expect(await check(made, { now: new Date(+date - 60_001) })).toMatchObject({ reason: "not-yet-valid" });
  });

  test("is never something else", async () => {
    for (const other of [undefined, null, 1, {}, [], ""])
      expect(await check(other)).toMatchObject({ ok: false });
  });

  test("is refused or accepted without an exception when it is damaged", async () => {
    const property = fc.assert(
      fc.asyncProperty(fc.oneof(damaged(await make()), anything), async (given) => {
        const result = await check(given);
        return typeof result.ok === "boolean";
      }),
      { numRuns: runs },
    );
    await expect(property).resolves.toBeUndefined();
  });

  test("reads the nonce of a challenge in text and in bytes", () => {
    expect(readKeyspacesChallenge(`nonce=${nonce}`)).toBe(nonce);
    expect(readKeyspacesChallenge(new TextEncoder().encode(`realm=a,nonce=${nonce},x=1`))).toBe(nonce);
    for (const other of ["", "nonce=", "nonce", "mynonce=a"])
      expect(readKeyspacesChallenge(other)).toBeUndefined();
  });
});
