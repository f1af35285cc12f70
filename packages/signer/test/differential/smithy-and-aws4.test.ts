import { explainSignature, SignatureV4, signRequest, type HttpRequest } from "@org/sts-signer/node";
import { SignatureV4 as SmithySignatureV4 } from "@smithy/signature-v4";
import * as aws4 from "aws4";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { numRuns, sample, strictEncode, type Sample } from "../support/generated-requests.ts";
import { NodeSha256 } from "../support/node-sha256.ts";

const presignRuns = Math.ceil(numRuns / 4);
const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };

/** Without what the tests below show Smithy to do differently: it signs a path of S3 as it stands. */
const sampleForSmithy = sample.map((given) =>
  given.service === "s3" ? { ...given, path: encodeUniformly(given.path).replaceAll("%2F", "-") } : given,
);

describe("against @smithy/signature-v4", () => {
  test(`signs ${numRuns} generated requests alike, headers and all`, async () => {
    await fc.assert(
      fc.asyncProperty(sampleForSmithy, async (given) => {
        const [ours, theirs] = signers(given);
        const options = { signingDate: given.date };
        expect(await ours.sign(plain(given), options)).toEqual({
          ...(await theirs.sign(plain(given), options)),
        });
      }),
      { numRuns },
    );
  });

  test(`presigns ${presignRuns} generated requests alike, parameters and all`, async () => {
    await fc.assert(
      fc.asyncProperty(sampleForSmithy, fc.integer({ min: 1, max: 604_800 }), async (given, expiresIn) => {
        const [ours, theirs] = signers(given);
        const options = { signingDate: given.date, expiresIn };
        // For S3, Smithy's caller has to say that the body is not signed; here that is the rule of the service.
        const headers = { ...given.headers, "x-amz-meta": "a", ...(given.service === "s3" && UNSIGNED) };
        const request = { ...plain(given), headers };
        expect(await ours.presign(request, options)).toEqual({ ...(await theirs.presign(request, options)) });
      }),
      { numRuns: presignRuns },
    );
  });
});

describe("against aws4", () => {
  test(`signs ${numRuns} generated requests alike`, async () => {
    await fc.assert(
      fc.asyncProperty(sample, async (whole) => {
        const given = withoutDisagreements(whole);
        const signed = await signRequest(plain(given), {
          credentials: credentialsOf(given),
          region: given.region,
          service: given.service,
          date: given.date,
          // aws4 sends the hash of the body to S3 only.
          applyChecksum: given.service === "s3",
        });
        expect(signed.headers["authorization"]).toBe(signWithAws4(given));
      }),
      { numRuns },
    );
  });
});

describe("where the peers disagree", () => {
  const base: Sample = {
    method: "GET",
    path: "/",
    query: {},
    headers: { host: "example.amazonaws.com" },
    body: "",
    service: "s3",
    region: "us-east-1",
    sessionToken: undefined,
    date: new Date("2015-08-30T12:36:00Z"),
  };
  const lines = async (given: Sample, request: HttpRequest = plain(given)) => {
    const options = { credentials: keys, region: given.region, service: given.service, date: given.date };
    const { canonicalRequest } = await explainSignature(request, options);
    return canonicalRequest.split("\n");
  };

  test("keeps every value of a repeated parameter for S3, as the specification and Smithy do; aws4 keeps the first", async () => {
    const given = { ...base, query: { a: ["2", "1"] } };
    expect((await lines(given))[2]).toBe("a=1&a=2");
    expect(await signatures(given)).toEqual({ smithy: true, aws4: false });
  });

  test("keeps a parameter without a name, as the specification and Smithy do; aws4 drops it", async () => {
    const given = { ...base, query: { "": "1" }, service: "sts" };
    expect((await lines(given))[2]).toBe("=1");
    expect(await signatures(given)).toEqual({ smithy: true, aws4: false });
  });

  test("signs a bare parameter as `name=`, as the specification and aws4 do; Smithy leaves it out", async () => {
    const request = { ...plain({ ...base, service: "sts" }), query: { a: null } };
    expect((await lines({ ...base, service: "sts" }, request))[2]).toBe("a=");
    const [, theirs] = signers({ ...base, service: "sts" });
    const withValue = { ...request, query: { a: "" } as Record<string, string> };
    const options = { signingDate: base.date };
    const sign = async (one: typeof request | typeof withValue) =>
      (await theirs.sign(one, options)).headers["authorization"];
    const bare = await sign(request);
    expect(bare).toBe(await sign({ ...withValue, query: {} }));
    expect(bare).not.toBe(await sign(withValue));
    const own = {
      credentials: keys,
      region: base.region,
      service: "sts",
      date: base.date,
      applyChecksum: false,
    };
    const signed = await signRequest(request, own);
    // aws4 reads the path as it is sent, bare name and all.
    expect(signWithAws4({ ...base, path: "/?a", service: "sts" })).toBe(signed.headers["authorization"]);
  });

  test("treats an encoded slash in the key of an S3 object as a slash, like aws4 and S3; Smithy signs it unchanged", async () => {
    const given = { ...base, path: "/a%2Fb" };
    expect((await lines(given))[1]).toBe("/a/b");
    expect(await signatures(given)).toEqual({ smithy: false, aws4: true });
  });

  test("decodes and encodes an S3 path, like aws4 and S3; Smithy signs it unchanged", async () => {
    const given = { ...base, path: "/a(b)'%3a" };
    expect((await lines(given))[1]).toBe("/a%28b%29%27%3A");
    expect(await signatures(given)).toEqual({ smithy: false, aws4: true });
  });

  test("takes a plus sign in a path of S3 for a plus sign, and sends it as %2B; aws4 takes it for a blank", async () => {
    const given = { ...base, path: "/a+b" };
    expect((await lines(given))[1]).toBe("/a%2Bb");
    expect(await signatures(given)).toEqual({ smithy: false, aws4: false });
    const signed = await signRequest(plain(given), {
      credentials: keys,
      region: given.region,
      service: "s3",
      date: given.date,
    });
    expect(signed.path).toBe("/a%2Bb");
  });

  test("leaves other white space than space, tab and line ends in a header, as Smithy does; aws4 makes spaces of it", async () => {
    const given = { ...base, headers: { ...base.headers, "my-header": "a\u00a0b" }, service: "sts" };
    expect((await lines(given))[4]).toBe("my-header:a\u00a0b");
    expect(await signatures(given)).toEqual({ smithy: true, aws4: false });
  });

  test("signs `range`, as Smithy does; aws4 leaves it unsigned", async () => {
    const given = { ...base, headers: { ...base.headers, range: "bytes=0-1" } };
    expect(await signatures(given)).toEqual({ smithy: true, aws4: false });
  });

  test("leaves `cache-control` unsigned, as Smithy does; aws4 signs it", async () => {
    const given = { ...base, headers: { ...base.headers, "cache-control": "no-cache" } };
    expect(await signatures(given)).toEqual({ smithy: true, aws4: false });
  });
});

const UNSIGNED = { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };

function signers(given: Sample): [SignatureV4, SmithySignatureV4] {
  const init = {
    credentials: credentialsOf(given),
    region: given.region,
    service: given.service,
    uriEscapePath: given.service !== "s3",
    applyChecksum: given.service === "s3",
    sha256: NodeSha256,
  };
  return [new SignatureV4(init), new SmithySignatureV4(init)];
}

function plain({ method, path, query, headers, body }: Sample) {
  return { method, protocol: "https:", hostname: "example.amazonaws.com", path, query, headers, body };
}

function credentialsOf({ sessionToken }: Sample) {
  return { ...keys, ...(sessionToken !== undefined && { sessionToken }) };
}

/** Writes a path with every character encoded that may be. */
function encodeUniformly(path: string): string {
  return path
    .split("/")
    .map((part) => strictEncode(decodeURIComponent(part)))
    .join("/");
}

/** Takes out what the tests below show aws4 to do differently. */
function withoutDisagreements(given: Sample): Sample {
  const entries = Object.entries(given.query).filter(([name]) => name !== "");
  const query = entries.map(([name, value]) => [
    name,
    given.service === "s3" ? ([value].flat()[0] ?? "") : value,
  ]);
  const path = given.service === "s3" ? given.path.replaceAll(/%2F|%2B|\+/gi, "-") : given.path;
  // Without these two, aws4 adds some of its own.
  const headers = {
    ...given.headers,
    ...(given.body !== "" && {
      "content-type": "text/plain",
      "content-length": `${Buffer.byteLength(given.body)}`,
    }),
  };
  return { ...given, path, headers, query: Object.fromEntries(query) };
}

function signWithAws4(given: Sample): string | undefined {
  const { method, path, query, headers, body, service, region, date } = given;
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one) => `${strictEncode(name)}=${strictEncode(one)}`),
  );
  const signed = aws4.sign(
    {
      method,
      host: "example.amazonaws.com",
      path: pairs.length === 0 ? path : `${path}?${pairs.join("&")}`,
      service,
      region,
      headers: { ...headers, "X-Amz-Date": date.toISOString().replaceAll(/[:-]|\.\d{3}/g, "") },
      body,
    },
    credentialsOf(given),
  );
  return signed.headers["Authorization"];
}

async function signatures(given: Sample): Promise<{ smithy: boolean; aws4: boolean }> {
  const [ours, theirs] = signers(given);
  const options = { signingDate: given.date };
  const mine = (await ours.sign(plain(given), options)).headers["authorization"];
  const reference = (await theirs.sign(plain(given), options)).headers["authorization"];
  const content = (await ours.sign(plain(given), options)).headers["x-amz-content-sha256"];
  const headers = {
    ...given.headers,
    ...(typeof content === "string" && { "x-amz-content-sha256": content }),
  };
  return { smithy: mine === reference, aws4: mine === signWithAws4({ ...given, headers }) };
}
