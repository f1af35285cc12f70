import { S3Client } from "@aws-sdk/client-s3";
import { createPresignedPost, type PresignedPostOptions } from "@aws-sdk/s3-presigned-post";
import { type PostCondition, type PostPolicyOptions } from "@org/sts-signer";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { entries } from "../support/entries.ts";

const credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const date = new Date("2026-11-24T12:00:00.123Z");
const policy: PostPolicyOptions = {
  credentials,
  region: "eu-west-1",
  bucket: "uploads",
  key: "photos/a.jpg",
  date,
};
const check = { findKey: () => credentials, bucket: "uploads", now: date };

beforeEach(() => void vi.useFakeTimers({ now: date, toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

describe.each(entries)("%s", (_, entry) => {
  const { createPostPolicy, checkPostPolicy } = entry;

  /** What the AWS SDK makes of the same wishes. */
  async function bySdk(options: PostPolicyOptions, sessionToken?: string) {
    const client = new S3Client({
      region: options.region,
      credentials: { ...credentials, ...(sessionToken !== undefined && { sessionToken }) },
    });
    return createPresignedPost(client, {
      Bucket: options.bucket,
      Key: options.key,
      ...(options.expiresIn !== undefined && { Expires: options.expiresIn }),
      Conditions: options.conditions as NonNullable<PresignedPostOptions["Conditions"]>,
      Fields: { ...options.fields },
    });
  }

  test.each<[name: string, options: Partial<PostPolicyOptions>, token?: string]>([
    ["the least", {}],
    ["a key that ends with the file's name", { key: "photos/${filename}" }],
    [
      "conditions of every kind",
      {
        conditions: [
          ["eq", "$acl", "private"],
          ["starts-with", "$Content-Type", "image/"],
          ["content-length-range", 1, 10_000_000],
          { "x-amz-meta-a": "é" },
        ],
      },
    ],
    [
      "a condition that is said twice",
      { fields: { acl: "private" }, conditions: [{ acl: "private" }, { acl: "private" }] },
    ],
    ["fields", { fields: { acl: "private", "Content-Type": "image/jpeg", success_action_status: "201" } }],
    ["a session token", {}, "a token/with+signs="],
    ["another life", { expiresIn: 600 }],
    ["a bucket with dots", { bucket: "my.uploads" }],
    ["a region of China", { region: "cn-north-1" }],
  ])(
    "makes the fields, the signature and the address that the AWS SDK makes: %s",
    async (_name, changes, token) => {
      const options = { ...policy, ...changes, conditions: changes.conditions ?? [] };
      const own = token === undefined ? credentials : { ...credentials, sessionToken: token };
      expect(await createPostPolicy({ ...options, credentials: own })).toEqual(await bySdk(options, token));
    },
  );

  test("accepts what it made, in every form of fields, and says who and until when", async () => {
    const { fields } = await createPostPolicy({
      ...policy,
      expiresIn: 600,
      conditions: [["content-length-range", 1, 100]],
    });
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set("file", new Blob(["content"]), "a.jpg");
    for (const given of [fields, form, Object.entries(fields)]) {
      expect(await checkPostPolicy(given, check)).toEqual({
        ok: true,
        accessKeyId: credentials.accessKeyId,
        region: "eu-west-1",
        key: "photos/a.jpg",
        expires: new Date("2026-11-24T12:10:00Z"),
        contentLengthRange: [1, 100],
      });
    }
  });

  test("accepts what the AWS SDK made", async () => {
    const { fields } = await bySdk(
      { ...policy, conditions: [["starts-with", "$Content-Type", "image/"]] },
      "token",
    );
    const own = { ...check, findKey: () => ({ ...credentials, sessionToken: "token" }) };
    expect(await checkPostPolicy({ ...fields, "Content-Type": "image/png" }, own)).toMatchObject({
      ok: true,
    });
    expect(await checkPostPolicy({ ...fields, "Content-Type": "text/html" }, own)).toMatchObject({
      reason: "condition-failed",
    });
  });

  const conditions: PostCondition[] = [
    ["starts-with", "$x-amz-meta-name", "a"],
    ["content-length-range", 5, 10],
  ];
  test.each<[reason: string, change: (fields: Record<string, string>) => unknown, more?: object]>([
    ["malformed", () => undefined],
    ["malformed", () => null],
    ["malformed", () => "text"],
    ["malformed", () => [["a"]]],
    ["malformed", () => [Symbol("s")]],
    ["malformed", (fields) => [...Object.entries(fields), ["KEY", "b"]]],
    ["malformed", (fields) => ({ ...fields, acl: 1 })],
    ["malformed", (fields) => ({ ...fields, "X-Amz-Date": "today" })],
    [
      "malformed",
      (fields) => ({ ...fields, "X-Amz-Credential": "AKIA/20261124/eu-west-1/sts/aws4_request" }),
    ],
    ["too-large", (fields) => ({ ...fields, acl: "a".repeat(70_000) })],
    ["unsupported-algorithm", (fields) => ({ ...fields, "X-Amz-Algorithm": "AWS4-HMAC-SHA1" })],
    ["unsupported-algorithm", () => ({})],
    ["wrong-region", (fields) => fields, { region: ["us-east-1"] }],
    ["wrong-day", (fields) => ({ ...fields, "X-Amz-Date": "20261123T120000Z" })],
    ["not-yet-valid", (fields) => fields, { now: new Date(+date - 301_000) }],
    ["not-yet-valid", (fields) => fields, { now: new Date("never") }],
    ["expired", (fields) => fields, { now: new Date(+date + 3_601_000) }],
    ["unknown-key", (fields) => fields, { findKey: () => undefined }],
    ["unknown-key", (fields) => fields, { findKey: () => ({}) }],
    ["wrong-session-token", (fields) => fields, { findKey: () => ({ ...credentials, sessionToken: "t" }) }],
    ["wrong-session-token", (fields) => ({ ...fields, "x-amz-security-token": "t" })],
    ["wrong-signature", (fields) => fields, { findKey: () => ({ secretAccessKey: "other" }) }],
    ["wrong-signature", (fields) => ({ ...fields, Policy: `${fields["Policy"]}A` })],
    ["wrong-signature", (fields) => ({ ...fields, "X-Amz-Signature": "0".repeat(64) })],
    ["condition-failed", (fields) => ({ ...fields, key: "photos/b.jpg" })],
    ["condition-failed", (fields) => ({ ...fields, "x-amz-meta-name": "b" })],
    ["condition-failed", (fields) => ({ ...fields, bucket: "others" })],
    ["condition-failed", (fields) => fields, { bucket: "others" }],
    ["condition-failed", (fields) => fields, { contentLength: 4 }],
    ["condition-failed", (fields) => fields, { contentLength: 11 }],
    ["field-not-covered", (fields) => ({ ...fields, acl: "public-read" })],
    ["field-not-covered", (fields) => ({ ...fields, constructor: "a" })],
  ])("refuses a form as %s (%#)", async (reason, change, more) => {
    const made = await createPostPolicy({ ...policy, conditions });
    const fields = { ...made.fields, "x-amz-meta-name": "abc" };
    expect(await checkPostPolicy(fields, { ...check, contentLength: 5 })).toMatchObject({ ok: true });
    const result = await checkPostPolicy(change(fields) as never, { ...check, ...more });
    expect(result).toMatchObject({ ok: false, reason });
  });

  test("accepts fields that begin with x-ignore-, and what follows the file", async () => {
    const { fields } = await createPostPolicy(policy);
    expect(
      await checkPostPolicy({ ...fields, "x-ignore-me": "a", file: "content", acl: "public-read" }, check),
    ).toMatchObject({ ok: true });
  });

  test("holds a list of content types to the prefix in each member", async () => {
    const { fields } = await createPostPolicy({
      ...policy,
      conditions: [["starts-with", "$Content-Type", "image/"]],
    });
    const withType = (type: string) => checkPostPolicy({ ...fields, "Content-Type": type }, check);
    expect(await withType("image/png, image/jpeg")).toMatchObject({ ok: true });
    expect(await withType("image/png, text/html")).toMatchObject({ reason: "condition-failed" });
  });

  test.each([
    "no base64!",
    btoa("no JSON"),
    btoa("null"),
    btoa(`{"expiration":"never","conditions":[]}`),
    btoa(`{"expiration":"2030-01-01T00:00:00Z"}`),
    btoa(`{"expiration":"2030-01-01T00:00:00Z","conditions":[["like","$key","a"]]}`),
    btoa(`{"expiration":"2030-01-01T00:00:00Z","conditions":[["eq","key","a"]]}`),
    btoa(`{"expiration":"2030-01-01T00:00:00Z","conditions":[["eq","$key",1]]}`),
    btoa(`{"expiration":"2030-01-01T00:00:00Z","conditions":[["content-length-range","a",2]]}`),
    btoa(`{"expiration":"2030-01-01T00:00:00Z","conditions":[["content-length-range",3,2]]}`),
  ])("refuses a policy that is none, although it is signed: %s", async (text) => {
    const { fields } = await createPostPolicy(policy);
    const signer = new entry.SignatureV4({ credentials, region: "eu-west-1", service: "s3" });
    const signature = await signer.sign(text, { signingDate: date });
    const result = await checkPostPolicy({ ...fields, Policy: text, "X-Amz-Signature": signature }, check);
    expect(result).toMatchObject({ ok: false, reason: "malformed" });
  });

  test.each([
    [{ region: "" }, "ERR_SCOPE_INVALID"],
    [{ bucket: "" }, "ERR_OPTION_INVALID"],
    [{ key: "" }, "ERR_OPTION_INVALID"],
    [{ expiresIn: 0 }, "ERR_EXPIRES_IN_INVALID"],
    [{ expiresIn: 604_801 }, "ERR_EXPIRES_IN_INVALID"],
    [{ date: new Date("never") }, "ERR_DATE_INVALID"],
    [{ credentials: {} as never }, "ERR_CREDENTIALS_INVALID"],
    [{ credentials: { ...credentials, expiration: new Date(0) } }, "ERR_CREDENTIALS_EXPIRED"],
    [{ buckt: "a" }, "ERR_OPTION_INVALID"],
  ])("is not made with %o: %s", async (changes, code) => {
    await expect(createPostPolicy({ ...policy, ...changes })).rejects.toMatchObject({
      name: "SignerError",
      code,
    });
  });

  test("answers to values of any shape", async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (value) => {
        expect(await checkPostPolicy(value as never, check)).toMatchObject({ ok: false });
      }),
      { numRuns: 300 },
    );
  });
});
