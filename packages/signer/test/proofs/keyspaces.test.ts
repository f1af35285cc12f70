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

  const FOREIGN = "a field that the format does not have, or one twice";
  const TIME = "amzdate: expected a form such as 2020-06-09T22:41:51.000Z";
  test.each<[reason: string, from: string | RegExp, to: string, message: string]>([
    ["malformed", /signature=\w+/, "signature=0", "signature: expected 64 hexadecimal digits"],
    [
      "malformed",
      /signature=\w{64}/,
      `signature=${"A".repeat(64)}`,
      "signature: expected 64 hexadecimal digits",
    ],
    [
      "wrong-signature",
      /signature=\w{64}/,
      `signature=${"a".repeat(64)}`,
      "the signature is not the one of this challenge",
    ],
    ["wrong-parameters", /signature=\w+,/, "", "signature: missing"],
    ["wrong-parameters", /access_key=\w+,/, "", "access_key: missing"],
    ["wrong-parameters", /amzdate=[^,]+,/, "", "amzdate: missing"],
    ["wrong-parameters", /$/, ",amzdate=2026-11-24T12:00:00.000Z", FOREIGN],
    ["wrong-parameters", /$/, ",more=1", FOREIGN],
    ["wrong-parameters", /$/, ",constructor=1", FOREIGN],
    ["malformed", /$/, ",x", "expected fields of name and value"],
    ["malformed", /$/, ",", "expected fields of name and value"],
    ["malformed", /$/, ",=1", "expected fields of name and value"],
    ["malformed", /$/, ",signature=", "expected fields of name and value"],
    ["malformed", /$/, "\n", "expected visible ASCII"],
    ["malformed", /$/, " ", "expected visible ASCII"],
    ["malformed", /$/, "é", "expected visible ASCII"],
    ["malformed", /access_key=\w+/, "access_key=a/b", "access_key: expected an access key id"],
    ["malformed", "2026-11-24T12:00:00.000Z", "20261124T120000Z", TIME],
    ["malformed", "2026-11-24T12:00:00.000Z", "2026-02-30T12:00:00.000Z", TIME],
    ["malformed", "2026-11-24T12:00:00.000Z", "2026-11-23T24:00:00.000Z", TIME],
    ["malformed", "2026-11-24T12:00:00.000Z", "2026-11-24T12:00:00Z", TIME],
    ["wrong-signature", "12:00:00.000Z", "12:00:00.001Z", "the signature is not the one of this challenge"],
    ["wrong-session-token", /,session_token=.*/, "", "the session token is not the key's"],
    ["wrong-session-token", /session_token=.*/, "session_token=b", "the session token is not the key's"],
    ["too-large", /$/, "a".repeat(20_000), "response: more than 16384 characters"],
  ])("is refused as %s when %s becomes %s, with the message %s", async (reason, from, to, message) => {
    const made = await make();
    const changed = made.replace(from, to);
    expect(changed).not.toBe(made);
    expect(await check(changed)).toStrictEqual({ ok: false, reason, message });
  });

  test("is refused with a message when there is no such key, or one without a secret", async () => {
    for (const key of [undefined, { secretAccessKey: "" }])
      expect(await check(await make(), { findKey: () => key })).toStrictEqual({
        ok: false,
        reason: "unknown-key",
        message: "there is no such access key id",
      });
  });

  test("is made by credentials without a token, which a function may return, and belongs to their key only", async () => {
    const plain = async () => recorded.keys;
    const made = await createKeyspacesResponse({ credentials: plain, region: "eu-west-1", nonce, date });
    expect(made).not.toContain("session_token");
    expect(await check(made, { findKey: async () => recorded.keys })).toMatchObject({ ok: true });
    expect(await check(made)).toMatchObject({ reason: "wrong-session-token" });
    expect(await check(await make(), { findKey: () => recorded.keys })).toMatchObject({
      reason: "wrong-session-token",
    });
  });

  test("asks for the key with what the response says", async () => {
    const asked: unknown[] = [];
    await check(await make(), {
      findKey: (...given) => {
        asked.push(...given);
        return undefined;
      },
    });
    const { sessionToken } = credentials;
    expect(asked).toEqual([
      credentials.accessKeyId,
      { region: "eu-west-1", service: "cassandra", date, sessionToken },
    ]);
  });

  test.each([
    ["region: expected text of the form ^[a-z\\d-]{1,63}$", { region: "a/b" }],
    ["nonce: expected text of the form ^[^,]{1,512}$", { nonce: "" }],
    ["nonce: expected text of the form ^[^,]{1,512}$", { nonce: "a,b" }],
    ["nonce: expected text of the form ^[^,]{1,512}$", { nonce: "a".repeat(513) }],
  ])("is not made from invalid input: %s", async (message, change) => {
    const options = { credentials, region: "eu-west-1", nonce, date, ...change };
    await expect(createKeyspacesResponse(options)).rejects.toMatchObject({
      code: "ERR_RECIPE_INPUT_INVALID",
      message,
    });
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
