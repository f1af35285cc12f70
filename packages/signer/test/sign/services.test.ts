import { presignRequest, signRequest, verify, type HttpRequest, type SignOptions } from "@org/sts-signer";
import { describe, expect, test } from "vitest";

const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "example" };
const date = new Date("2026-11-24T12:00:00Z");
const options: SignOptions = { credentials, region: "us-east-1", date };
const request: HttpRequest = {
  method: "POST",
  hostname: "example.com",
  path: "/",
  headers: {},
  body: "{}",
};
const HASH = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
const token = "a session token";
const temporary = { ...credentials, sessionToken: token };

test.each([
  ["s3", HASH],
  ["s3express", HASH],
  ["s3-outposts", HASH],
  ["s3-object-lambda", HASH],
  ["aoss", HASH],
  ["glacier", HASH],
  ["sts", HASH],
  ["vpc-lattice-svcs", "UNSIGNED-PAYLOAD"],
  ["execute-api", undefined],
  ["s3tables", undefined],
  ["constructor", undefined],
  ["__proto__", undefined],
])("a request to %s gets the x-amz-content-sha256 that the service wants: %s", async (service, expected) => {
  const signed = await signRequest(request, { ...options, service });
  expect(signed.headers["x-amz-content-sha256"]).toBe(expected);
  expect(await verify(signed, { findKey: () => credentials, now: date, service })).toMatchObject({
    ok: true,
    payload: expected === "UNSIGNED-PAYLOAD" ? "unsigned" : "signed",
  });
});

test("applyChecksum overrides the service's rule, in both directions", async () => {
  const less = await signRequest(request, { ...options, service: "aoss", applyChecksum: false });
  expect(less.headers).not.toHaveProperty("x-amz-content-sha256");
  const more = await signRequest(request, { ...options, service: "execute-api", applyChecksum: true });
  expect(more.headers["x-amz-content-sha256"]).toBe(HASH);
});

describe("the session token of AWS IoT", () => {
  const settings: SignOptions = { ...options, credentials: temporary };

  test("comes after the signature, at the very end of the URL, and is not signed", async () => {
    const [url] = await presignRequest("wss://example-ats.iot.us-east-1.amazonaws.com/mqtt", {}, settings);
    const names = [...new URL(url).searchParams.keys()];
    expect(names.slice(-2)).toEqual(["X-Amz-Signature", "X-Amz-Security-Token"]);
    expect(url).toContain("%2Fus-east-1%2Fiotdevicegateway%2Faws4_request");
    const [same] = await presignRequest(
      "wss://example-ats.iot.us-east-1.amazonaws.com/mqtt",
      {},
      {
        ...settings,
        credentials,
      },
    );
    expect(new URL(url).searchParams.get("X-Amz-Signature")).toBe(
      new URL(same).searchParams.get("X-Amz-Signature"),
    );
  });

  test("is signed all the same when the option says so", async () => {
    const service = "iotdevicegateway";
    const { query } = await presignRequest(request, { ...settings, service, sessionToken: "sign" });
    expect(Object.keys(query ?? {}).at(-1)).toBe("X-Amz-Signature");
  });

  test("is signed for other services, unless appended by the option, which puts it at the very end", async () => {
    const signed = await presignRequest(request, { ...settings, service: "execute-api" });
    expect(Object.keys(signed.query ?? {}).at(-1)).toBe("X-Amz-Signature");
    const appended = await presignRequest(request, {
      ...settings,
      service: "execute-api",
      sessionToken: "append",
    });
    expect(Object.keys(appended.query ?? {}).at(-1)).toBe("X-Amz-Security-Token");
    for (const one of [signed, appended])
      expect(await verify(one, { findKey: () => temporary, now: date })).toMatchObject({ ok: true });
  });
});

describe("a literal plus sign in a path of S3", () => {
  const s3 = { ...options, service: "s3" };
  const check = { findKey: () => credentials, now: date };
  const url = "https://bucket.s3.us-east-1.amazonaws.com/a+b/%2B%2b(c).txt";

  test("is sent as %2B in every kind of request, in headers and in the query", async () => {
    const plain = { ...request, path: "/a+b.txt" };
    const [signedUrl, init] = await signRequest(url, {}, s3);
    const [presigned] = await presignRequest(url, {}, s3);
    const given = new Request(url, { method: "PUT", body: "text" });
    const signedRequest = await signRequest(given, s3);
    expect((await signRequest(plain, s3)).path).toBe("/a%2Bb.txt");
    expect((await presignRequest(plain, s3)).path).toBe("/a%2Bb.txt");
    for (const sent of [signedUrl, presigned, signedRequest.url])
      expect(new URL(sent).pathname).toBe("/a%2Bb/%2B%2b(c).txt");
    expect(await verify(new Request(signedUrl, init), check)).toMatchObject({ ok: true });
    expect(await verify(presigned, check)).toMatchObject({ ok: true });
    expect(await verify(signedRequest, check)).toMatchObject({ ok: true });
    expect(await signedRequest.text()).toBe("text");
    expect(given.url).toBe(url);
  });

  test("stays as it is for other services, which encode the path once more", async () => {
    const signed = await signRequest({ ...request, path: "/a+b" }, { ...options, service: "execute-api" });
    expect(signed.path).toBe("/a+b");
    expect(await verify(signed, check)).toMatchObject({ ok: true });
  });
});

describe("presigning for S3", () => {
  const secrets = {
    "X-Amz-Server-Side-Encryption-Customer-Algorithm": "AES256",
    "x-amz-server-side-encryption-customer-key": "MARKED-KEY",
    "x-amz-server-side-encryption-customer-key-md5": "MARKED-MD5",
    "x-amz-copy-source-server-side-encryption-customer-key": "MARKED-SOURCE",
    "x-amz-server-side-encryption": "aws:kms",
  };
  const headers = { ...secrets, "x-amz-acl": "private" };

  test("leaves the keys and settings of encryption in headers, which are signed", async () => {
    const signed = await presignRequest({ ...request, headers }, { ...options, service: "s3" });
    expect(JSON.stringify(signed.query)).not.toContain("MARKED");
    expect(signed.headers).toMatchObject(secrets);
    expect(signed.query?.["x-amz-acl"]).toBe("private");
    for (const name of Object.keys(secrets))
      expect(String(signed.query?.["X-Amz-SignedHeaders"]).split(";")).toContain(name.toLowerCase());
  });

  test("moves one of them when it is named", async () => {
    const hoistableHeaders = new Set(["x-amz-server-side-encryption"]);
    const signed = await presignRequest(
      { ...request, headers },
      { ...options, service: "s3", hoistableHeaders },
    );
    expect(signed.query?.["x-amz-server-side-encryption"]).toBe("aws:kms");
  });
});
