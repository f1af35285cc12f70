import {
  explainSignature,
  presignRequest,
  signRequest,
  verify,
  type HttpRequest,
  type SignatureExplanation,
  type SignOptions,
  type VerifyOptions,
} from "@org/sts-signer/node";
import { describe, expect, test } from "vitest";

import {
  accessKeyId,
  date,
  HOST,
  key,
  presignByHand,
  server,
  signByHand,
  withHeaders,
  withQuery,
} from "../support/hand-signed.ts";

const credentials = { ...key, accessKeyId };
const options: SignOptions = { credentials, region: "eu-west-1", service: "execute-api", date };

describe("verify, on the limits of target and headers", () => {
  const message = "more than 65536 characters of target or 262144 of headers";
  const sizeOf = (texts: string[]) => texts.join("").length;

  test("accepts 262,144 characters of header names and values, and refuses one more", async () => {
    const request = signByHand({});
    const used = sizeOf(Object.entries(request.headers).flat());
    const filled = (size: number) =>
      withHeaders(request, { "x-fill": "a".repeat(size - used - "x-fill".length) });
    expect(await verify(filled(262_144), server)).toMatchObject({ ok: true });
    expect(await verify(filled(262_145), server)).toStrictEqual({ ok: false, reason: "too-large", message });
  });

  test("counts the names of the headers, many short headers, and the values of an array", async () => {
    const request = signByHand({});
    const many = Object.fromEntries(
      Array.from({ length: 40_000 }, (_, index) => [`x${10_000 + index}`, "a"]),
    );
    for (const more of [
      { [`x${"a".repeat(262_144)}`]: "" },
      many,
      { "x-fill": Array.from({ length: 140_000 }, () => "a") },
      { "x-fill": "a".repeat(140_000), "X-Fill": "a".repeat(140_000) },
    ]) {
      expect(await verify(withHeaders(request, more), server)).toMatchObject({ reason: "too-large" });
    }
  });

  test("treats white space as a single space", async () => {
    const padded = withHeaders(signByHand({}), { "x-fill": " ".repeat(1_000_000) });
    expect(await verify(padded, server)).toMatchObject({ ok: true });
  });

  test("accepts 65,536 characters of path and query together, and refuses one more", async () => {
    const filled = (size: number) => {
      const path = `/${"p".repeat(30_000)}`;
      return signByHand({ path, query: { name: "v".repeat(size - path.length - "name".length) } });
    };
    expect(await verify(filled(65_536), server)).toMatchObject({ ok: true });
    expect(await verify(filled(65_537), server)).toStrictEqual({ ok: false, reason: "too-large", message });
    expect(await verify(signByHand({ path: `/${"p".repeat(65_535)}` }), server)).toMatchObject({ ok: true });
    expect(await verify(signByHand({ path: `/${"p".repeat(65_536)}` }), server)).toMatchObject({
      reason: "too-large",
    });
  });

  test("counts the names of parameters, and the values of an array", async () => {
    const request = signByHand({});
    for (const query of [
      { [`a${"b".repeat(65_535)}`]: null },
      { a: Array.from({ length: 40_000 }, () => "b") },
      Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`n${index}`, ""])),
    ]) {
      expect(await verify(withQuery(request, query), server)).toMatchObject({ reason: "too-large" });
    }
  });

  test("looks at the size before it looks at the signature", async () => {
    const asked: string[] = [];
    const findKey = (id: string) => {
      asked.push(id);
      return key;
    };
    const big = { method: "GET", hostname: HOST, path: `/${"p".repeat(70_000)}`, headers: {} };
    for (const request of [big, { ...signByHand({}), path: big.path }]) {
      expect(await verify(request, { ...server, findKey })).toMatchObject({ reason: "too-large" });
    }
    expect(asked).toEqual([]);
  });
});

describe("verify, on the kinds of a request", () => {
  test("takes a URL as text or as an object for a GET", async () => {
    const [url] = await presignRequest(`https://${HOST}/path?a=1`, { method: "GET" }, options);
    expect(await verify(url, server)).toMatchObject({ ok: true, signedIn: "query" });
    expect(await verify(new URL(url), server)).toMatchObject({ ok: true, signedIn: "query" });
    const [posted] = await presignRequest(`https://${HOST}/path?a=1`, { method: "POST" }, options);
    expect(await verify(posted, server)).toMatchObject({ reason: "wrong-signature" });
    expect(await verify(new Request(posted, { method: "POST" }), server)).toMatchObject({ ok: true });
  });

  test("holds the method as it came against the signature, in its case", async () => {
    const { headers } = signByHand({ method: "POST" });
    for (const method of ["post", "Post", "PUT", "GET"]) {
      expect(await verify({ ...signByHand({}), headers, method }, server)).toMatchObject({
        reason: "wrong-signature",
      });
    }
    expect(await verify({ ...signByHand({}), headers, method: "POST" }, server)).toMatchObject({ ok: true });
  });

  test.each<[what: string, request: unknown]>([
    ["text that is no address", "no address"],
    ["empty text", ""],
    ["nothing", undefined],
    ["null", null],
    ["a number", 5],
    ["an empty object", {}],
    ["a request without a method", { ...signByHand({}), method: undefined }],
    ["a request whose method is a number", { ...signByHand({}), method: 5 }],
    ["a request without a path", { ...signByHand({}), path: undefined }],
    ["a request whose path is a number", { ...signByHand({}), path: 5 }],
    ["a request without headers", { ...signByHand({}), headers: undefined }],
  ])("refuses %s as malformed, and does not repeat it", async (_, request) => {
    const result = await verify(request as HttpRequest, server);
    expect(result).toStrictEqual({ ok: false, reason: "malformed", message: "the request cannot be read" });
  });

  test("keeps parameters without a value, without a name, and in an array", async () => {
    const query = { a: ["2", "1"], b: null, c: "", "": "d", e: undefined };
    const request: HttpRequest = { method: "GET", hostname: HOST, path: "/", query, headers: {} };
    expect(await verify(await signRequest(request, options), server)).toMatchObject({ ok: true });
    const signed = await signRequest(request, options);
    for (const less of ["a", "b", "c", "", "e"]) {
      const others = Object.fromEntries(Object.entries(query).filter(([name]) => name !== less));
      expect(await verify({ ...signed, query: others }, server)).toMatchObject({ reason: "wrong-signature" });
    }
    const empty = { ...query, b: "", e: null };
    expect(await verify({ ...signed, query: empty }, server)).toMatchObject({ ok: true });
  });
});

describe("verify, on the form of the path", () => {
  const path = "/a//b/../c%20d";
  const sign = (more: Partial<SignOptions>) => {
    const request: HttpRequest = { method: "GET", hostname: HOST, path, headers: {} };
    return signRequest(request, { ...options, ...more });
  };

  test.each<[ok: boolean, signer: Partial<SignOptions>, verifier: Partial<VerifyOptions>]>([
    [true, {}, {}],
    [true, {}, { uriEscapePath: true }],
    [true, {}, { uriEscapePath: true, normalizePath: true }],
    [false, {}, { uriEscapePath: false }],
    [false, {}, { normalizePath: false }],
    [true, { uriEscapePath: false }, { uriEscapePath: false }],
    [true, { uriEscapePath: false }, { uriEscapePath: false, normalizePath: false }],
    [false, { uriEscapePath: false }, { uriEscapePath: false, normalizePath: true }],
    [false, { uriEscapePath: false }, {}],
    [true, { normalizePath: false }, { normalizePath: false }],
    [false, { normalizePath: false }, {}],
    [true, { service: "s3" }, {}],
    [true, { service: "s3" }, { uriEscapePath: false }],
    [false, { service: "s3" }, { uriEscapePath: true }],
    [false, { service: "s3" }, { normalizePath: true }],
    [true, { service: "s3express" }, {}],
    [true, { service: "s3-outposts" }, {}],
    [true, { service: "s3tables" }, { uriEscapePath: true }],
    [false, { service: "s3tables" }, { uriEscapePath: false }],
    [true, { service: "s3", uriEscapePath: true }, { uriEscapePath: true }],
  ])("%s when signed with %o and verified with %o", async (ok, signer, verifier) => {
    const signed = await sign(signer);
    expect(await verify(signed, { ...server, ...verifier })).toMatchObject(
      ok ? { ok } : { ok, reason: "wrong-signature" },
    );
  });
});

describe("verify, when it says what differs", () => {
  const other = { ...server, findKey: () => ({ secretAccessKey: "another", sessionToken: "MARKED-SERVER" }) };
  const withToken = { ...credentials, sessionToken: "MARKED-SERVER" };
  const hidden = "***SensitiveInformation***";
  const request: HttpRequest = { method: "GET", hostname: HOST, path: "/", headers: {} };

  test.each([
    ["header", "header x-amz-security-token", `x-amz-security-token:${hidden}`],
    ["query", "query", `X-Amz-Security-Token=${hidden}&X-Amz-SignedHeaders=host`],
  ] as const)(
    "replaces the token on the client's line and on its own, in the %s",
    async (signedIn, part, line) => {
      const sign = signedIn === "header" ? signRequest : presignRequest;
      const signed = await sign(request, { ...options, credentials: withToken });
      const theirs = { ...withToken, sessionToken: "MARKED/CLIENT+token==" };
      const client = await explainSignature(request, { ...options, credentials: theirs, signedIn });
      expect(client.canonicalRequest).toContain("MARKED");
      const result = await verify(signed, { ...other, client });
      expect(result).toMatchObject({
        reason: "wrong-signature",
        difference: {
          in: "canonicalRequest",
          part,
          verifier: expect.stringContaining(line) as string,
          client: expect.stringContaining(line) as string,
        },
      });
      expect(JSON.stringify(result)).not.toContain("MARKED");
    },
  );

  test.each([
    "X-Amz-Security-Token: MARKED",
    "X-AMZ-SECURITY-TOKEN=MARKED",
    "x-amz-security-token:MARKED with blanks, and MARKED",
    "X-Amz-Security-Token=MARKED&X-Amz-Security-Token=MARKED",
    "x-amz-security-token:MARKED\nx-amz-security-token:MARKED",
  ])("replaces the token in any text that a client sends for its own (%#)", async (text) => {
    for (const client of [
      { canonicalRequest: text },
      { stringToSign: text },
      { canonicalRequest: `GET\n/\n\n${text}`, stringToSign: text },
    ]) {
      const result = await verify(await signRequest(request, { ...options, credentials: withToken }), {
        ...other,
        client,
      });
      expect(result).toMatchObject({ difference: { client: expect.any(String) as string } });
      expect(JSON.stringify(result)).not.toContain("MARKED");
    }
  });

  test("names every part of the canonical request, and its line", async () => {
    const body = { ...request, query: { a: "1" }, headers: { "my-header": "a" }, body: "b" };
    const signed = await signRequest(body, options);
    const client = await explainSignature(body, options);
    const lines = client.canonicalRequest.split("\n");
    const parts: string[] = [];
    for (const [index, line] of lines.entries()) {
      const canonicalRequest = lines.with(index, `${line}x`).join("\n");
      const result = await verify(signed, {
        ...other,
        findKey: () => ({ secretAccessKey: "another" }),
        client: { ...client, canonicalRequest },
      });
      const found = result.ok ? undefined : result.difference;
      expect(found).toMatchObject({
        in: "canonicalRequest",
        line: index + 1,
        verifier: line,
        client: `${line}x`,
      });
      parts.push(found?.part ?? "");
    }
    expect(parts).toEqual([
      "method",
      "path",
      "query",
      "header host",
      "header my-header",
      "header x-amz-date",
      "end of headers",
      "signed headers",
      "payload hash",
    ]);
  });

  test("names every part of the string to sign, and its line", async () => {
    const signed = await signRequest(request, options);
    const client = await explainSignature(request, options);
    const lines = client.stringToSign.split("\n");
    const report = async (stringToSign: string, canonicalRequest = client.canonicalRequest) => {
      const wrong = { ...server, findKey: () => ({ secretAccessKey: "another" }) };
      const result = await verify(signed, { ...wrong, client: { canonicalRequest, stringToSign } });
      return result.ok ? undefined : result.difference;
    };
    const parts = ["algorithm", "date", "scope", "hash of the canonical request"];
    expect(lines).toHaveLength(parts.length);
    for (const [index, part] of parts.entries()) {
      const changed = lines.with(index, "x").join("\n");
      expect(await report(changed)).toEqual({
        in: "stringToSign",
        part,
        line: index + 1,
        verifier: lines[index],
        client: "x",
      });
    }
    expect(await report(`${client.stringToSign}\nx`)).toEqual({
      in: "stringToSign",
      part: "end",
      line: 5,
      client: "x",
    });
    expect(await report(lines.slice(0, 3).join("\n"))).toMatchObject({ line: 4, verifier: lines[3] });
    expect(await report(client.stringToSign)).toEqual({ in: "signature", part: "signature", line: 0 });
  });

  test("says nothing of a difference when the client told nothing, and takes one text alone", async () => {
    const signed = await signRequest(request, options);
    const wrong = { ...server, findKey: () => ({ secretAccessKey: "another" }) };
    for (const client of [undefined, {}]) {
      const result = await verify(signed, { ...wrong, client });
      expect(result).toMatchObject({ reason: "wrong-signature" });
      expect(result).not.toHaveProperty("difference");
    }
    const whole: SignatureExplanation = await explainSignature(request, options);
    const { canonicalRequest, stringToSign } = whole;
    for (const client of [{ canonicalRequest }, { stringToSign }]) {
      expect(await verify(signed, { ...wrong, client })).toMatchObject({
        difference: { in: "signature", line: 0 },
      });
    }
  });

  test("tells no text before the comparison, and none of it when the signature is good", async () => {
    const client = { canonicalRequest: "x", stringToSign: "x" };
    const texts = ["canonicalRequest", "stringToSign", "difference"];
    for (const result of [
      await verify(presignByHand({}), { ...server, client }),
      await verify(presignByHand({}), { ...server, client, region: "us-east-1" }),
      await verify(presignByHand({}), { ...server, client, findKey: () => undefined }),
      await verify(withHeaders(presignByHand({}), { "x-amz-security-token": "a" }), { ...server, client }),
    ]) {
      for (const name of texts) expect(result).not.toHaveProperty(name);
    }
  });
});
