import {
  createVerifier,
  presignRequest,
  signRequest,
  SignerError,
  verify,
  type HttpRequest,
  type SignOptions,
  type VerifyOptions,
} from "@org/sts-signer";
import * as webcrypto from "@org/sts-signer/webcrypto";
import { createHash, createHmac } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, test, vi } from "vitest";

import { entries } from "../support/entries.ts";

const key = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "MARKED-SECRET" };
const date = new Date("2026-11-24T12:00:00Z");
const options: SignOptions = { credentials: key, region: "eu-west-1", service: "orders", date };
const check: VerifyOptions = { findKey: () => key, now: date };
const request: HttpRequest = {
  method: "POST",
  hostname: "api.example.com",
  path: "/o",
  headers: {},
  body: "{}",
};

describe.each(entries)("%s: createVerifier", (_, entry) => {
  test("gives the same results as verify, for valid and invalid requests", async () => {
    const verifier = entry.createVerifier(check);
    const signed = await entry.signRequest(request, options);
    const presigned = await entry.presignRequest(request, options);
    const tampered = { ...signed, body: "{ }" };
    for (let round = 0; round < 3; round++) {
      for (const one of [signed, presigned, tampered, request, undefined as never])
        expect(await verifier.verify(one)).toEqual(await entry.verify(one, check));
    }
  });

  test("takes options for one request, which override its own", async () => {
    const verifier = entry.createVerifier({ ...check, region: "us-east-1" });
    const signed = await entry.signRequest(request, options);
    expect(await verifier.verify(signed)).toMatchObject({ reason: "wrong-region" });
    expect(await verifier.verify(signed, { region: "eu-west-1" })).toMatchObject({ ok: true });
    expect(await verifier.verify(signed)).toMatchObject({ reason: "wrong-region" });
  });

  test("refuses options for one request that open a hole beside its own", async () => {
    const verifier = entry.createVerifier({ ...check, requiredSignedHeaders: ["x-own"] });
    const signed = await entry.signRequest(request, options);
    const refusal = { name: "SignerError", code: "ERR_OPTION_INVALID" };
    for (const hole of ["x-own", "host"]) {
      const more = { unsignedHeaders: [hole] };
      await expect(verifier.verify(signed, more)).rejects.toMatchObject(refusal);
      await expect(verifier.verifyChunks(signed, more)).rejects.toMatchObject(refusal);
    }
    expect(await verifier.verify(signed, { unsignedHeaders: ["x-amz-cf-id"] })).toMatchObject({
      reason: "header-not-signed",
    });
  });

  test("takes a key in the form of the STS API, and refuses one without a secret or of another kind", async () => {
    const sessionToken = "a token";
    const temporary = { ...key, sessionToken };
    const withToken = await entry.signRequest(request, { ...options, credentials: temporary });
    const withoutToken = await entry.signRequest(request, options);
    const Expiration = new Date("2026-11-24T13:00:00Z");
    const verdict = async (signed: HttpRequest, found: unknown) =>
      entry.verify(signed, { ...check, findKey: () => found as undefined });
    const api = { AccessKeyId: key.accessKeyId, SecretAccessKey: key.secretAccessKey, Expiration };
    expect(await verdict(withToken, { ...api, SessionToken: sessionToken })).toMatchObject({ ok: true });
    expect(await verdict(withToken, { ...api, SessionToken: "another" })).toMatchObject({
      reason: "wrong-session-token",
    });
    expect(await verdict(withoutToken, { ...api, SessionToken: sessionToken })).toMatchObject({
      reason: "wrong-session-token",
    });
    expect(await verdict(withoutToken, api)).toMatchObject({ ok: true });
    expect(await verdict(withoutToken, { ...api, SecretAccessKey: "another" })).toMatchObject({
      reason: "wrong-signature",
    });
    for (const none of [undefined, null, {}, { ...api, SecretAccessKey: "" }, { secretAccessKey: "" }])
      expect(await verdict(withoutToken, none)).toMatchObject({ reason: "unknown-key" });
    for (const wrong of [key.secretAccessKey, 1, true, () => key])
      await expect(verdict(withoutToken, wrong)).rejects.toMatchObject({
        code: "ERR_OPTION_INVALID",
        message: expect.stringContaining("findKey: expected an object with secretAccessKey") as string,
      });
  });

  test("asks for the key each time, so that a key which was revoked or changed counts at once", async () => {
    let current: { secretAccessKey: string } | undefined = key;
    const verifier = entry.createVerifier({ ...check, findKey: () => current });
    const signed = await entry.signRequest(request, options);
    expect(await verifier.verify(signed)).toMatchObject({ ok: true });
    current = undefined;
    expect(await verifier.verify(signed)).toMatchObject({ reason: "unknown-key" });
    current = { secretAccessKey: "another" };
    expect(await verifier.verify(signed)).toMatchObject({ reason: "wrong-signature" });
    current = key;
    expect(await verifier.verify(signed)).toMatchObject({ ok: true });
  });
});

describe("the keys that a verifier keeps", () => {
  test("are those whose signature was good, and never a secret in clear", async () => {
    const verifier = createVerifier(check);
    await verifier.verify(await signRequest(request, options));
    expect(inspect(verifier, { depth: 20, showHidden: true })).not.toContain("MARKED");
  });

  test("are not pushed out by requests that nobody signed", async () => {
    const verifier = createVerifier({ ...check, maxSigningKeys: 2 });
    const signed = await signRequest(request, options);
    for (let round = 0; round < 50; round++) {
      const other = await signRequest(request, { ...options, service: `s${round}` });
      const forged = { ...other, body: "forged" };
      expect(await verifier.verify(forged)).toMatchObject({ ok: false });
      expect(await verifier.verify(signed)).toMatchObject({ ok: true });
      expect(await verifier.verify(other)).toMatchObject({ ok: true });
    }
  });

  describe("are counted by what WebCrypto has to do, and", () => {
    /** How often each request in turn needs a key that is not kept: `new`, else `kept`. */
    const play = async (maxSigningKeys: number, services: readonly string[]): Promise<string[]> => {
      const verifier = webcrypto.createVerifier({ ...check, maxSigningKeys });
      const sign = vi.spyOn(crypto.subtle, "sign");
      try {
        const seen: string[] = [];
        for (const service of services) {
          const signed = await signRequest(request, { ...options, service });
          sign.mockClear();
          expect(await verifier.verify(signed)).toMatchObject({ ok: true });
          // One for the signature, and four to derive a key for it.
          seen.push({ 1: "kept", 5: "new" }[sign.mock.calls.length] ?? `${sign.mock.calls.length} steps`);
        }
        return seen;
      } finally {
        sign.mockRestore();
      }
    };

    test.each<[maxSigningKeys: number, services: readonly string[], seen: readonly string[]]>([
      [2, ["a", "a", "b", "a", "b"], ["new", "kept", "new", "kept", "kept"]],
      [2, ["a", "b", "c", "c", "b", "a"], ["new", "new", "new", "kept", "kept", "new"]],
      [1, ["a", "b", "b", "a"], ["new", "new", "kept", "new"]],
      [0, ["a", "a"], ["new", "new"]],
      [Number.NaN, ["a", "a"], ["new", "new"]],
    ])("with at most %d of them the services %j need keys that are %j", async (most, services, seen) => {
      expect(await play(most, services)).toEqual(seen);
    });
  });
});

describe("a signature in headers", () => {
  /** Signs by the specification alone, with the date outside of the signed headers as GDAL does. */
  function signWithoutDate(signedHeaders = "host"): HttpRequest {
    const scope = "20261124/eu-west-1/orders/aws4_request";
    const hash = (text: string) => createHash("sha256").update(text).digest("hex");
    const canonical = ["POST", "/o", "", "host:api.example.com", "", signedHeaders, hash("{}")].join("\n");
    const text = ["AWS4-HMAC-SHA256", "20261124T120000Z", scope, hash(canonical)].join("\n");
    let signingKey: string | Uint8Array = `AWS4${key.secretAccessKey}`;
    for (const part of scope.split("/")) signingKey = createHmac("sha256", signingKey).update(part).digest();
    const signature = createHmac("sha256", signingKey).update(text).digest("hex");
    const authorization = `AWS4-HMAC-SHA256 Credential=${key.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
    return {
      ...request,
      headers: { host: "api.example.com", "x-amz-date": "20261124T120000Z", authorization },
    };
  }

  test("need not cover x-amz-date, which the string to sign has", async () => {
    const signed = signWithoutDate();
    expect(await verify(signed, check)).toMatchObject({ ok: true, signedHeaders: ["host"] });
    const moved = { ...signed, headers: { ...signed.headers, "x-amz-date": "20261124T120001Z" } };
    expect(await verify(moved, check)).toMatchObject({ reason: "wrong-signature" });
  });

  test("has to cover other x-amz- headers", async () => {
    const signed = signWithoutDate();
    const more = { ...signed, headers: { ...signed.headers, "x-amz-dates": "1" } };
    expect(await verify(more, check)).toMatchObject({ reason: "header-not-signed" });
  });
});

describe("headers that something in front of the server adds", () => {
  test("are let pass by name, and only these", async () => {
    const signed = await signRequest(request, options);
    const behind = { ...signed, headers: { ...signed.headers, "X-Amz-Cf-Id": "a", "x-amz-apigw-id": "b" } };
    const unsignedHeaders = ["x-amz-cf-id", "x-amz-apigw-id"];
    expect(await verify(behind, { ...check, unsignedHeaders })).toMatchObject({ ok: true });
    expect(await verify(behind, { ...check, unsignedHeaders: ["x-amz-cf-id"] })).toMatchObject({
      reason: "header-not-signed",
      message: "x-amz-apigw-id is not among the signed headers",
    });
    const longer = { ...signed, headers: { ...signed.headers, "x-amz-cf-id-2": "a" } };
    expect(await verify(longer, { ...check, unsignedHeaders })).toMatchObject({
      reason: "header-not-signed",
      message: "x-amz-cf-id-2 is not among the signed headers",
    });
    expect(await verify(behind, check)).toMatchObject({ reason: "header-not-signed" });
  });

  test.each([
    "host",
    ":authority",
    "X-Amz-Date",
    "x-amz-security-token",
    "x-amz-content-sha256",
    "x-k8s-aws-id",
    "x-vault-aws-iam-server-id",
    "x-audience",
  ])("are never %s, which a signature has to cover", async (name) => {
    const settings = { ...check, requiredSignedHeaders: ["x-audience"], unsignedHeaders: [name] };
    const signed = await signRequest(request, options);
    await expect(verify(signed, settings)).rejects.toMatchObject({
      name: "SignerError",
      code: "ERR_OPTION_INVALID",
      message: `unsignedHeaders: ${name} has to be signed`,
    });
    expect(() => createVerifier(settings)).toThrow(SignerError);
  });

  test("and options that nobody knows are refused", async () => {
    await expect(verify(request, { ...check, regoin: "a" } as never)).rejects.toThrow(
      "unknown option regoin",
    );
    expect(() => createVerifier({ ...check, requiredHeaders: [] } as never)).toThrow(SignerError);
  });
});

describe("a presigned URL without X-Amz-Expires", () => {
  /** Presigns by the specification alone. */
  function presignWithoutLife(service: string): HttpRequest {
    const scope = `20261124/eu-west-1/${service}/aws4_request`;
    const hash = (text: string) => createHash("sha256").update(text).digest("hex");
    const query = {
      "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
      "X-Amz-Credential": `${key.accessKeyId}/${scope}`,
      "X-Amz-Date": "20261124T120000Z",
      "X-Amz-SignedHeaders": "host",
    };
    const text = Object.entries(query)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join("&");
    const payload = service === "s3" ? "UNSIGNED-PAYLOAD" : hash("");
    const canonical = ["GET", "/", text, "host:a.example", "", "host", payload].join("\n");
    const toSign = ["AWS4-HMAC-SHA256", "20261124T120000Z", scope, hash(canonical)].join("\n");
    let signingKey: string | Uint8Array = `AWS4${key.secretAccessKey}`;
    for (const part of scope.split("/")) signingKey = createHmac("sha256", signingKey).update(part).digest();
    const signature = createHmac("sha256", signingKey).update(toSign).digest("hex");
    return {
      method: "GET",
      hostname: "a.example",
      path: "/",
      query: { ...query, "X-Amz-Signature": signature },
      headers: { host: "a.example" },
    };
  }
  const at = (seconds: number) => new Date(+date + 1000 * seconds);

  test.each(["sts", "iotdevicegateway", "iotdata"])("is good for 15 minutes for %s", async (service) => {
    const signed = presignWithoutLife(service);
    expect(await verify(signed, { ...check, now: at(900) })).toMatchObject({ ok: true, expires: at(900) });
    expect(await verify(signed, { ...check, now: at(901) })).toMatchObject({ reason: "expired" });
    expect(await verify(signed, { ...check, now: at(-301) })).toMatchObject({ reason: "not-yet-valid" });
  });

  test("is good for as long as the option says, and no longer than a URL may be", async () => {
    const signed = presignWithoutLife("sts");
    const short = { ...check, defaultExpiresSeconds: 60 };
    expect(await verify(signed, { ...short, now: at(60) })).toMatchObject({ ok: true, expires: at(60) });
    expect(await verify(signed, { ...short, now: at(61) })).toMatchObject({ reason: "expired" });
    const bounded = { ...check, maxExpiresSeconds: 30, now: at(31) };
    expect(await verify(signed, bounded)).toMatchObject({ reason: "expired" });
  });

  test.each(["s3", "execute-api", "sts2", "rds-db"])("is refused for %s", async (service) => {
    expect(await verify(presignWithoutLife(service), check)).toMatchObject({
      ok: false,
      reason: "malformed",
      message: "X-Amz-Expires: expected a number of seconds",
    });
  });

  test("is not one whose X-Amz-Expires is empty or no number", async () => {
    const signed = presignWithoutLife("sts");
    for (const value of ["", "x", "-1", "1.5", "99999999"]) {
      const changed = { ...signed, query: { ...signed.query, "X-Amz-Expires": value } };
      expect(await verify(changed, check)).toMatchObject({ reason: "malformed" });
    }
  });
});

describe("a key that findKey returns", () => {
  test.each([undefined, null, {}, { secretAccessKey: "" }, { SecretAccessKey: "" }, { AccessKeyId: "a" }])(
    "is none without a secret: %o",
    async (found) => {
      // What a secret of `undefined` would sign must not be believed.
      const signed = await signRequest(request, {
        ...options,
        credentials: { ...key, secretAccessKey: "undefined" },
      });
      expect(await verify(signed, { ...check, findKey: () => found as never })).toMatchObject({
        reason: "unknown-key",
      });
    },
  );
});

describe("the report of a wrong signature", () => {
  test("holds no secret of headers or parameters, on neither side", async () => {
    const headers = {
      "x-amz-server-side-encryption-customer-key": "MARKED-SSE",
      "x-amz-s3session-token": "MARKED-SESSION",
      cookie: "MARKED-COOKIE",
      "x-api-key": "MARKED-API-KEY",
    };
    const query = { TokenCode: "MARKED-CODE", WebIdentityToken: "MARKED-WEB", a: "1" };
    const signed = await signRequest({ ...request, headers, query }, options);
    const client = {
      canonicalRequest: [
        "POST",
        "/o",
        "X-Amz-Security-Token=MARKED-A&TokenCode=MARKED-B&SAMLAssertion=MARKED-C",
        "X-Amz-Security-Token: MARKED-D",
      ].join("\n"),
    };
    const wrong = { ...check, findKey: () => ({ secretAccessKey: "other" }), client };
    const result = await verify(signed, wrong);
    expect(result).toMatchObject({ reason: "wrong-signature", difference: { part: "query" } });
    expect(JSON.stringify(result)).not.toContain("MARKED");
    const later = { ...wrong, client: { canonicalRequest: "" } };
    expect(JSON.stringify(await verify(signed, later))).not.toContain("MARKED");
    const presigned = await presignRequest({ ...request, query }, options);
    expect(JSON.stringify(await verify(presigned, wrong))).not.toContain("MARKED");
  });
});
