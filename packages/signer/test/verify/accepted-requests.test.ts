import type { HttpRequest, SignOptions } from "@org/sts-signer";
import { describe, expect, test } from "vitest";

import { entries } from "../support/entries.ts";

const credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};
const date = new Date("2026-11-24T12:00:00Z");
// Without the hash of the body in a header, so that the body is compared by the signature alone.
const options: SignOptions = {
  credentials,
  region: "eu-west-1",
  service: "sts",
  date,
  applyChecksum: false,
};
const request: HttpRequest = {
  method: "POST",
  hostname: "sts.eu-west-1.amazonaws.com",
  path: "/",
  headers: { "Content-Type": "application/x-www-form-urlencoded" },
  body: "Action=GetCallerIdentity&Version=2011-06-15",
};

describe.each(entries)("%s: verify", (_, { signRequest, presignRequest, verify }) => {
  const findKey = async (accessKeyId: string) => (accessKeyId === "AKIDEXAMPLE" ? credentials : undefined);
  const check = { findKey, region: "eu-west-1", service: "sts", now: date };

  test("accepts a signed plain request", async () => {
    const result = await verify(await signRequest(request, options), check);
    expect(result).toEqual({
      ok: true,
      accessKeyId: "AKIDEXAMPLE",
      signedIn: "header",
      region: "eu-west-1",
      service: "sts",
      date,
      expires: new Date("2026-11-24T12:05:00Z"),
      signedHeaders: ["content-type", "host", "x-amz-date"],
      payload: "signed",
    });
  });

  test("accepts a signed Request and leaves its body to be read", async () => {
    const signed = await signRequest(
      new Request("https://sts.eu-west-1.amazonaws.com/", { method: "POST", body: "a=b" }),
      options,
    );
    expect(await verify(signed, check)).toMatchObject({ ok: true, payload: "signed" });
    expect(await signed.text()).toBe("a=b");
  });

  test("accepts a presigned URL until it expires", async () => {
    const [url] = await presignRequest(
      "https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity",
      undefined,
      {
        ...options,
        expiresIn: 60,
      },
    );
    expect(await verify(url, { ...check, now: new Date(+date + 60_000) })).toMatchObject({
      ok: true,
      signedIn: "query",
    });
    expect(await verify(url, { ...check, now: new Date(+date + 61_000) })).toMatchObject({
      ok: false,
      reason: "expired",
    });
  });

  test("accepts a session token that was added after signing, in the header and in the query", async () => {
    const temporary = { ...credentials, sessionToken: "a token/with+signs=" };
    const after: SignOptions = { ...options, credentials: temporary, sessionToken: "append" };
    const withToken = { ...check, findKey: async () => temporary };
    expect(await verify(await signRequest(request, after), withToken)).toMatchObject({ ok: true });
    expect(await verify(await presignRequest(request, after), withToken)).toMatchObject({ ok: true });
  });

  test("refuses another secret, an unknown key, another region and another body", async () => {
    const signed = await signRequest(request, options);
    const other = { ...check, findKey: async () => ({ secretAccessKey: "another" }) };
    expect(await verify(signed, other)).toMatchObject({ ok: false, reason: "wrong-signature" });
    expect(await verify(signed, { ...check, findKey: async () => undefined })).toMatchObject({
      reason: "unknown-key",
    });
    expect(await verify(signed, { ...check, region: ["us-east-1"] })).toMatchObject({
      reason: "wrong-region",
    });
    expect(await verify({ ...signed, body: "Action=Other" }, check)).toMatchObject({
      reason: "wrong-signature",
    });
  });
});
