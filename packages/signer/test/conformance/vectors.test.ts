import type { HttpRequest, SignOptions } from "@org/sts-signer";
import { describe, expect, test } from "vitest";

import { readConformance, requireList } from "../support/conformance.ts";
import { entries } from "../support/entries.ts";

interface WireRequest {
  method: string;
  path: string;
  query: string;
  headers: [name: string, value: string][];
  body: string;
}

interface Form {
  canonicalRequest: string;
  stringToSign: string;
  signature: string;
  signedHeaders: string;
  authorization: string;
  signedRequest: WireRequest;
}

interface Case {
  name: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  timestamp: string;
  region: string;
  service: string;
  expiresInSeconds: number;
  flags: { normalizePath: boolean; signBody: boolean; omitSessionToken: boolean };
  request: WireRequest;
  header: Form;
  query: Form;
}

// The form is described in the data's own README.
const data = readConformance("sigv4.json") as Record<string, unknown> | undefined;

describe.skipIf(data === undefined)("the published Signature Version 4 suite", () => {
  const cases = data === undefined ? [] : requireList<Case>(data, "cases");

  test("holds as many cases as it says", () => {
    expect(data?.["count"]).toBe(cases.length);
  });

  describe.each(entries)("through %s", (_, entry) => {
    test.each(cases.map((vector) => [vector.name, vector] as const))(
      "signs headers: %s",
      async (_, vector) => {
        const options = signOptions(vector);
        const stages = await entry.explainSignature(plainRequest(vector.request), options);
        expect(stages.canonicalRequest).toBe(vector.header.canonicalRequest);
        expect(stages.stringToSign).toBe(vector.header.stringToSign);
        const signed = await entry.signRequest(plainRequest(vector.request), options);
        expect(comparable(signed)).toEqual(comparable(plainRequest(vector.header.signedRequest)));
      },
    );

    test.each(cases.map((vector) => [vector.name, vector] as const))(
      "signs the query: %s",
      async (_, vector) => {
        const options = { ...signOptions(vector), expiresIn: vector.expiresInSeconds };
        const stages = await entry.explainSignature(plainRequest(vector.request), {
          ...options,
          signedIn: "query",
        });
        expect(stages.canonicalRequest).toBe(vector.query.canonicalRequest);
        expect(stages.stringToSign).toBe(vector.query.stringToSign);
        const signed = await entry.presignRequest(plainRequest(vector.request), options);
        expect(comparable(signed)).toEqual(comparable(plainRequest(vector.query.signedRequest)));
      },
    );
  });
});

/** The published requests hold paths that are not encoded, which is how a signer without normalisation sees them. */
function signOptions({ credentials, timestamp, region, service, flags }: Case): SignOptions {
  return {
    credentials,
    region,
    service,
    date: new Date(timestamp),
    normalizePath: flags.normalizePath,
    applyChecksum: flags.signBody,
    sessionToken: flags.omitSessionToken ? "append" : "sign",
  };
}

function plainRequest({ method, path, query, headers, body }: WireRequest): HttpRequest {
  const bag: Record<string, string[]> = {};
  for (const [name, value] of headers) (bag[name] ??= []).push(value);
  const parameters: Record<string, string> = {};
  for (const pair of query.split("&").filter(Boolean)) {
    const [name = "", value = ""] = pair.split("=").map(decodeURIComponent);
    parameters[name] = value;
  }
  return { method, hostname: "example.amazonaws.com", path, query: parameters, headers: bag, body };
}

/** Header names in any case, values with their white space as it came. */
function comparable({ method, path, query, headers, body }: HttpRequest) {
  const entries = Object.entries(headers).map(
    ([name, value]) => [name.toLowerCase(), [value].flat()] as const,
  );
  return { method, path, query, headers: Object.fromEntries(entries), body };
}
