import {
  deriveSigningKeyV4a,
  presignRequestV4a,
  signRequestV4a,
  type SignV4aOptions,
} from "@org/sts-signer/sigv4a";
import { SignatureV4a } from "@smithy/signature-v4a";
import { createECDH, createHash, createPublicKey, verify } from "node:crypto";
import { describe, expect, test } from "vitest";

import { NodeSha256 } from "../support/node-sha256.ts";

// Published by awslabs/aws-c-auth with its tests of the key derivation.
const credentials = {
  accessKeyId: "AKISORANDOMAASORANDOM",
  secretAccessKey: "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom",
};
const PRIVATE_KEY = "7fd3bd010c0d9c292141c2b77bfbde1042c92e6836fff749d1269ec890fca1bd";
const PUBLIC_X = "15d242ceebf8d8169fd6a8b5a746c41140414c3b07579038da06af89190fffcb";
const PUBLIC_Y = "0515242cedd82e94799482e4c0514b505afccf2c0c98d6a553bf539f424c5ec0";

const publicKey = createPublicKey({
  key: { kty: "EC", crv: "P-256", x: base64Url(PUBLIC_X), y: base64Url(PUBLIC_Y) },
  format: "jwk",
});
const date = new Date("2015-08-30T12:36:00Z");
const options: SignV4aOptions = { credentials, regionSet: ["us-east-1", "eu-*"], service: "service", date };
const request = {
  method: "POST",
  protocol: "https:",
  hostname: "example.amazonaws.com",
  path: "/a%20path",
  query: { b: ["2", "1"], a: "é" },
  headers: { host: "example.amazonaws.com", "content-type": "text/plain" },
  body: "body",
};

describe("SigV4a", () => {
  test("derives the published private key, whose public key is the published one", async () => {
    const key = Buffer.from(await deriveSigningKeyV4a(credentials));
    expect(key.toString("hex")).toBe(PRIVATE_KEY);
    const curve = createECDH("prime256v1");
    curve.setPrivateKey(key);
    expect(curve.getPublicKey("hex")).toBe(`04${PUBLIC_X}${PUBLIC_Y}`);
  });

  test("derives a key of 32 bytes for a secret of any length, and another for each secret and each key id", async () => {
    const keys = new Set<string>();
    for (const length of [1, 20, 59, 60, 64, 65, 128, 1000]) {
      for (const accessKeyId of ["a", "b"]) {
        const key = await deriveSigningKeyV4a({ accessKeyId, secretAccessKey: "s".repeat(length) });
        expect(key).toHaveLength(32);
        keys.add(Buffer.from(key).toString("hex"));
      }
    }
    expect(keys.size).toBe(16);
  });

  test("signs the canonical request of the specification, in headers", async () => {
    const { headers } = await signRequestV4a(
      { ...request, path: "/", query: {}, headers: {}, body: "" },
      options,
    );
    const canonical = [
      "POST",
      "/",
      "",
      "host:example.amazonaws.com",
      "x-amz-date:20150830T123600Z",
      "x-amz-region-set:us-east-1,eu-*",
      "",
      "host;x-amz-date;x-amz-region-set",
      hash(""),
    ].join("\n");
    const { authorization, ...others } = headers as Record<string, string>;
    const [, prefix, signature] = /^(.*) Signature=([\da-f]+)$/.exec(authorization ?? "") ?? [];
    expect(prefix).toBe(
      "AWS4-ECDSA-P256-SHA256 Credential=AKISORANDOMAASORANDOM/20150830/service/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set,",
    );
    expect(others).toEqual({
      host: "example.amazonaws.com",
      "x-amz-date": "20150830T123600Z",
      "x-amz-region-set": "us-east-1,eu-*",
    });
    expect(isSignature(signature, canonical)).toBe(true);
  });

  test("signs the canonical request of the specification, in the query, in place of an earlier signature", async () => {
    const plain = { ...request, path: "/", query: { a: "1" }, headers: {}, body: "" };
    const once = await presignRequestV4a(plain, { ...options, expiresIn: 60 });
    const { query, headers } = await presignRequestV4a(once, { ...options, regionSet: "*", expiresIn: 60 });
    const { "X-Amz-Signature": signature, ...signed } = query as Record<string, string>;
    const credential = "AKISORANDOMAASORANDOM%2F20150830%2Fservice%2Faws4_request";
    const canonical = [
      "POST",
      "/",
      `X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Credential=${credential}&X-Amz-Date=20150830T123600Z&X-Amz-Expires=60&X-Amz-Region-Set=%2A&X-Amz-SignedHeaders=host&a=1`,
      "host:example.amazonaws.com",
      "",
      "host",
      hash(""),
    ].join("\n");
    expect(headers).toEqual({ host: "example.amazonaws.com" });
    expect(signed).toMatchObject({ "X-Amz-Region-Set": "*", a: "1" });
    expect(isSignature(signature, canonical)).toBe(true);
  });

  test.each(["service", "s3"])(
    "writes the same headers as Smithy's signer, whose signature differs but is of the same text: %s",
    async (service) => {
      const temporary = { ...credentials, sessionToken: "token" };
      const init = {
        credentials: temporary,
        region: "us-east-1,eu-*",
        service,
        sha256: NodeSha256,
        uriEscapePath: service !== "s3",
      };
      const theirs = await new SignatureV4a(init).sign(request, { signingDate: date });
      const ours = await signRequestV4a(request, {
        ...options,
        credentials: temporary,
        service,
        applyChecksum: true,
      });
      const unsigned = (headers: Record<string, unknown>) => ({
        ...headers,
        authorization: String(headers["authorization"]).replace(/=[\da-f]+$/, ""),
      });
      expect(unsigned(ours.headers)).toEqual(unsigned(theirs.headers));
      // The text is the same if both signatures verify against what ours says it is.
      const names =
        /SignedHeaders=([^,]+)/.exec(String(theirs.headers["authorization"]))?.[1]?.split(";") ?? [];
      const path = service === "s3" ? "/a%20path" : "/a%2520path";
      const lines = names.map((name) => `${name}:${theirs.headers[name]}`);
      const canonical = ["POST", path, "a=%C3%A9&b=1&b=2", ...lines, "", names.join(";"), hash("body")].join(
        "\n",
      );
      for (const { headers } of [ours, theirs]) {
        const signature = String(headers["authorization"]).split("Signature=")[1];
        expect(isSignature(signature, canonical, service)).toBe(true);
      }
    },
  );

  test("takes a Request and what fetch takes, and gives the same back", async () => {
    const signed = await signRequestV4a(
      new Request("https://example.amazonaws.com/", { method: "POST", body: "b" }),
      options,
    );
    expect(signed.headers.get("authorization")).toMatch(/^AWS4-ECDSA-P256-SHA256 /);
    expect(await signed.text()).toBe("b");
    const [url] = await presignRequestV4a("https://example.amazonaws.com/?a=1", undefined, options);
    expect(new URL(url).searchParams.get("X-Amz-Region-Set")).toBe("us-east-1,eu-*");
  });

  test.each([
    ["ERR_SCOPE_INVALID", { regionSet: [] }],
    ["ERR_SCOPE_INVALID", { service: "" }],
    ["ERR_CREDENTIALS_INVALID", { credentials: { accessKeyId: "a", secretAccessKey: "" } }],
    ["ERR_DATE_INVALID", { date: new Date(Number.NaN) }],
    ["ERR_EXPIRES_IN_INVALID", { expiresIn: 0 }],
  ])("rejects with %s (%#)", async (code, changes) => {
    await expect(presignRequestV4a(request, { ...options, ...changes })).rejects.toMatchObject({
      name: "SignerError",
      code,
    });
  });
});

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function isSignature(signature: string | undefined, canonicalRequest: string, service = "service"): boolean {
  const scope = `20150830/${service}/aws4_request`;
  const text = ["AWS4-ECDSA-P256-SHA256", "20150830T123600Z", scope, hash(canonicalRequest)].join("\n");
  return verify("sha256", Buffer.from(text), publicKey, Buffer.from(signature ?? "", "hex"));
}

function base64Url(hex: string): string {
  return Buffer.from(hex, "hex").toString("base64url");
}
