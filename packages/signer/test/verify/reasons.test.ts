import {
  explainSignature,
  presignRequest,
  signRequest,
  verify,
  type HttpRequest,
  type SignOptions,
  type VerifyOptions,
} from "@org/sts-signer/node";
import { describe, expect, test } from "vitest";

const credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "MARKED-SECRET",
  sessionToken: "MARKED-TOKEN",
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
const check: VerifyOptions = { findKey: () => credentials, now: date };
const request: HttpRequest = {
  method: "POST",
  hostname: "sts.eu-west-1.amazonaws.com",
  path: "/",
  query: { a: "b" },
  headers: { "content-type": "text/plain" },
  body: "MARKED-BODY",
};
const later = (seconds: number) => new Date(+date + seconds * 1000);

describe("verify refuses", () => {
  test.each<[reason: string, changes: Partial<VerifyOptions>]>([
    ["wrong-region", { region: "us-east-1" }],
    ["wrong-service", { service: ["s3", "iam"] }],
    ["not-yet-valid", { now: later(-301) }],
    ["expired", { now: later(301) }],
    ["expired", { clock: () => later(301), now: undefined }],
    ["not-yet-valid", { now: new Date(Number.NaN) }],
    ["header-not-signed", { requiredSignedHeaders: ["x-server-id"] }],
    ["unknown-key", { findKey: () => undefined }],
    ["wrong-session-token", { findKey: () => ({ ...credentials, sessionToken: "another" }) }],
    ["wrong-session-token", { findKey: () => ({ secretAccessKey: credentials.secretAccessKey }) }],
    ["wrong-signature", { findKey: () => ({ ...credentials, secretAccessKey: "another" }) }],
    ["too-large", { maxBodyBytes: 10 }],
  ])("%s (%#)", async (reason, changes) => {
    const result = await verify(await signRequest(request, options), { ...check, ...changes });
    expect(result).toMatchObject({ ok: false, reason, accessKeyId: "AKIDEXAMPLE" });
    expect(JSON.stringify(result)).not.toContain("MARKED");
  });

  test.each<[reason: string, change: (signed: HttpRequest) => HttpRequest]>([
    ["unsigned", (signed) => ({ ...signed, headers: request.headers })],
    [
      "malformed",
      (signed) => ({ ...signed, query: { ...signed.query, "X-Amz-Algorithm": "AWS4-HMAC-SHA256" } }),
    ],
    ["unsupported-algorithm", (signed) => withHeader(signed, "authorization", "Bearer abc")],
    ["wrong-day", (signed) => withHeader(signed, "x-amz-date", "20261125T000000Z")],
    ["header-not-signed", (signed) => withHeader(signed, "x-amz-target", "a")],
    ["payload-mismatch", (signed) => withHeader(signed, "x-amz-content-sha256", "ab".repeat(32))],
    ["payload-unreadable", (signed) => ({ ...signed, body: new ReadableStream() })],
    ["payload-unreadable", (signed) => ({ ...signed, body: new FormData() })],
  ])("a changed request as %s (%#)", async (reason, change) => {
    const signed = change(await signRequest(request, options));
    expect(
      await verify(signed, { ...check, now: new Date(+date + 1000), maxSkewSeconds: 1e6 }),
    ).toMatchObject({ reason });
  });

  test("a URL that is good for too long, for no time, or no more", async () => {
    const presigned = await presignRequest(request, { ...options, expiresIn: 3600 });
    expect(await verify(presigned, { ...check, maxExpiresSeconds: 900 })).toMatchObject({
      reason: "expires-too-long",
    });
    const never = { ...presigned, query: { ...presigned.query, "X-Amz-Expires": "0" } };
    expect(await verify(never, check)).toMatchObject({ reason: "expires-too-long" });
    expect(await verify(presigned, { ...check, now: later(3600) })).toMatchObject({ ok: true });
    expect(await verify(presigned, { ...check, now: later(3601) })).toMatchObject({ reason: "expired" });
    expect(await verify(presigned, { ...check, now: later(-301) })).toMatchObject({
      reason: "not-yet-valid",
    });
  });

  test("an unsigned body when asked to", async () => {
    const signed = await signRequest(request, { ...options, payloadHash: "UNSIGNED-PAYLOAD" });
    expect(await verify(signed, check)).toMatchObject({ ok: true, payload: "unsigned" });
    expect(await verify(signed, { ...check, unsignedPayload: "refuse" })).toMatchObject({
      reason: "payload-unsigned",
    });
  });

  test("a body that was read, and one that is longer than the limit", async () => {
    const init = { method: "POST", body: "12345678" };
    const signed = await signRequest(new Request("https://example.com/", init), options);
    expect(await verify(signed, { ...check, maxBodyBytes: 7 })).toMatchObject({ reason: "too-large" });
    expect(await verify(signed, { ...check, maxBodyBytes: 8 })).toMatchObject({ ok: true });
    await signed.text();
    expect(await verify(signed, check)).toMatchObject({ reason: "payload-unreadable" });
  });

  test("passes on what findKey throws", async () => {
    const failing = { ...check, findKey: async () => Promise.reject(new Error("database down")) };
    await expect(verify(await signRequest(request, options), failing)).rejects.toThrow("database down");
  });

  test("tells findKey what the request claims", async () => {
    const claims: unknown[] = [];
    const findKey = (...claim: unknown[]) => {
      claims.push(claim);
      return credentials;
    };
    await verify(await signRequest(request, options), { ...check, findKey });
    expect(claims).toEqual([
      ["AKIDEXAMPLE", { region: "eu-west-1", service: "sts", date, sessionToken: "MARKED-TOKEN" }],
    ]);
  });

  test("says that a signed x-amz-date was taken out, although a plain `date` header has the time", async () => {
    const signed = await signRequest(
      { ...request, headers: {} },
      { ...options, credentials: { ...credentials, sessionToken: undefined } },
    );
    const { "x-amz-date": _, ...headers }: HttpRequest["headers"] = signed.headers;
    const dated = { ...signed, headers: { ...headers, date: "Tue, 24 Nov 2026 12:00:00 GMT" } };
    const result = await verify(dated, { ...check, findKey: () => ({ secretAccessKey: "MARKED-SECRET" }) });
    expect(result).toMatchObject({
      reason: "header-missing",
      message: "x-amz-date was signed but is not in the request",
    });
  });
});

describe("the difference report", () => {
  const texts = (changed: Partial<HttpRequest>, other: Partial<SignOptions> = {}) =>
    explainSignature({ ...request, ...changed }, { ...options, ...other });
  const report = async (changed: Partial<HttpRequest>, other: Partial<SignOptions> = {}) => {
    // The client signed a changed request; this one arrived, with the signature of the changed one.
    const { headers } = await signRequest({ ...request, ...changed }, { ...options, ...other });
    const arrived = { ...request, headers: { ...headers, ...request.headers } };
    return verify(arrived, { ...check, client: await texts(changed, other) });
  };

  test.each<[part: string, changed: Partial<HttpRequest>, line: number]>([
    ["method", { method: "PUT" }, 1],
    ["path", { path: "/x" }, 2],
    ["query", { query: {} }, 3],
    ["header content-type", { headers: { "content-type": "text/html" } }, 4],
    ["payload hash", { body: "other" }, 10],
  ])("names the %s", async (part, changed, line) => {
    expect(await report(changed)).toMatchObject({
      reason: "wrong-signature",
      difference: { in: "canonicalRequest", part, line },
    });
  });

  test("shows both lines, and the canonical request without the session token", async () => {
    const result = await report({ path: "/client" });
    expect(result).toMatchObject({ difference: { verifier: "/", client: "/client" } });
    expect(result).toMatchObject({
      canonicalRequest: expect.stringContaining("x-amz-security-token:***") as string,
    });
    expect(JSON.stringify(result)).not.toContain("MARKED");
  });

  test("names the part of the string to sign", async () => {
    const signed = await signRequest(request, options);
    const client = await texts({});
    const changed = { ...client, stringToSign: client.stringToSign.replace("eu-west-1", "eu-west-2") };
    const wrong = { ...check, findKey: () => ({ ...credentials, secretAccessKey: "x" }), client: changed };
    expect(await verify(signed, wrong)).toMatchObject({
      difference: { in: "stringToSign", part: "scope", line: 3 },
    });
  });

  test("says that the keys differ when both texts are the same", async () => {
    const signed = await signRequest(request, options);
    const wrong = {
      ...check,
      findKey: () => ({ ...credentials, secretAccessKey: "x" }),
      client: await texts({}),
    };
    expect(await verify(signed, wrong)).toMatchObject({ difference: { in: "signature" } });
  });

  test("finds lines that only one side has", async () => {
    const signed = await signRequest(request, options);
    const { canonicalRequest } = await texts({});
    const wrong = { ...check, findKey: () => ({ ...credentials, secretAccessKey: "x" }) };
    const shorter = canonicalRequest.split("\n").slice(0, -1).join("\n");
    expect(await verify(signed, { ...wrong, client: { canonicalRequest: shorter } })).toMatchObject({
      difference: { part: "payload hash" },
    });
    const longer = `${canonicalRequest}\nmore`;
    expect(await verify(signed, { ...wrong, client: { canonicalRequest: longer } })).toMatchObject({
      difference: { client: "more" },
    });
  });
});

function withHeader(signed: HttpRequest, name: string, value: string): HttpRequest {
  return { ...signed, headers: { ...signed.headers, [name]: value } };
}
