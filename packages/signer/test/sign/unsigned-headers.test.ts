import { signRequest, type HttpRequest, type SignOptions } from "@org/sts-signer";
import { expect, test } from "vitest";

import { entries } from "../support/entries.ts";

const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "example" };
const options: SignOptions = { credentials, region: "us-east-1", service: "execute-api" };

const HOP =
  "authorization connection expect from keep-alive max-forwards pragma proxy-authorization proxy-connection referer te trailer transfer-encoding upgrade user-agent via accept-encoding cache-control forwarded x-forwarded-for x-forwarded-proto x-forwarded-host x-forwarded-port x-real-ip true-client-ip cf-ray cf-connecting-ip cf-visitor cloudfront-viewer-country cdn-loop traceparent tracestate baggage b3 x-b3-traceid x-amzn-trace-id sec-fetch-mode priority :method :path :scheme".split(
    " ",
  );
const END_TO_END =
  "accept accept-language content-type content-encoding content-length date range if-match x-amz-target x-api-key x-custom x-forwarded x-request-id cfx viaduct x-real-ips b3-x my-via amz-sdk-request".split(
    " ",
  );

async function signedNames(
  headers: Record<string, string>,
  more: Partial<SignOptions> = {},
): Promise<string[]> {
  const request: HttpRequest = { method: "GET", hostname: "a.example", path: "/", headers };
  const signed = await signRequest(request, { ...options, ...more });
  return /SignedHeaders=([^,]+)/.exec(String(signed.headers["authorization"]))?.[1]?.split(";") ?? [];
}

test.each(HOP)("%s is not signed: something on the way changes it", async (name) => {
  expect(await signedNames({ [name]: "a" })).toEqual(["host", "x-amz-date"]);
  expect(await signedNames({ [name.toUpperCase()]: "a" })).toEqual(["host", "x-amz-date"]);
});

test.each(END_TO_END)("%s is signed", async (name) => {
  expect(await signedNames({ [name]: "a" })).toEqual([name, "host", "x-amz-date"].sort());
});

test("signableHeaders overrides the list, and unsignableHeaders adds to it", async () => {
  const headers = { via: "1.1 a", "x-custom": "b" };
  expect(await signedNames(headers, { signableHeaders: new Set(["via"]) })).toContain("via");
  expect(await signedNames(headers, { unsignableHeaders: new Set(["x-custom"]) })).toEqual([
    "host",
    "x-amz-date",
  ]);
});

test.each(entries)("%s signs the same headers in SignatureV4", async (_, { SignatureV4 }) => {
  const signer = new SignatureV4({ credentials, region: "us-east-1", service: "s3", applyChecksum: false });
  const headers = {
    host: "a.example",
    "x-forwarded-for": "192.0.2.1",
    "accept-encoding": "gzip",
    range: "bytes=0-1",
  };
  const signed = await signer.sign({ method: "GET", hostname: "a.example", path: "/", headers });
  expect((signed.headers as Record<string, string>)["authorization"]).toContain(
    "SignedHeaders=host;range;x-amz-date,",
  );
});
