import { verifyChunks, type HttpRequest, type VerifyChunksOptions } from "@org/sts-signer";
import { createHmac } from "node:crypto";
import { Readable } from "node:stream";

import { describe, expect, test } from "vitest";

import {
  accessKeyId,
  HOST,
  key,
  presignByHand,
  SCOPE,
  server,
  sha256,
  signByHand,
  signingDate,
} from "../support/hand-signed.ts";

interface Upload {
  readonly chunks: readonly string[];
  readonly headers?: Record<string, string>;
  /** The lines of the trailers as they are sent; `signed` is the text that the last signature is made of. */
  readonly trailers?: { readonly lines: readonly string[]; readonly signed: string };
}

const hmac = (secret: string | Uint8Array, text: string) =>
  createHmac("sha256", secret).update(text).digest();
const signingKey = SCOPE.split("/").reduce<string | Uint8Array>(hmac, `AWS4${key.secretAccessKey}`);

/** An upload in signed chunks, straight from the specification: our signer would refuse to make some of these. */
function upload({ chunks, headers = {}, trailers }: Upload): HttpRequest {
  const payloadHash = `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailers ? "-TRAILER" : ""}`;
  const signed = { host: HOST, "x-amz-date": signingDate, "x-amz-content-sha256": payloadHash, ...headers };
  const head = signByHand({ method: "PUT", signed, payloadHash });
  let signature = head.headers["authorization"]?.slice(-64) ?? "";
  const sign = (kind: string, ...hashes: readonly string[]): string => {
    const text = [`AWS4-HMAC-SHA256-${kind}`, signingDate, SCOPE, signature, ...hashes].join("\n");
    signature = hmac(signingKey, text).toString("hex");
    return signature;
  };
  const parts = [...chunks, ""].map((data) => {
    const chunkHead = `${data.length.toString(16)};chunk-signature=${sign("PAYLOAD", sha256(""), sha256(data))}`;
    return `${chunkHead}\r\n${data}${data === "" ? "" : "\r\n"}`;
  });
  const lines = trailers && [
    ...trailers.lines,
    `x-amz-trailer-signature:${sign("TRAILER", sha256(trailers.signed))}`,
    "",
  ];
  return { ...head, body: [...parts, ...(lines?.map((line) => `${line}\r\n`) ?? ["\r\n"])].join("") };
}

/** What a server gets of an upload: its content and trailers, why its head is refused, or at which fault its body ends. */
async function receive(request: HttpRequest, more: Partial<VerifyChunksOptions> = {}): Promise<unknown> {
  const result = await verifyChunks(request, { ...server, ...more });
  if (!result.ok) return result;
  try {
    const content = await new Response(result.body).text();
    return { content, trailers: await result.trailers };
  } catch (error) {
    return (error as Error).message;
  }
}

const chunks = ["0123456789", "abc"];
const content = chunks.join("");

describe("verifyChunks, on the length that the head states", () => {
  test("accepts no length, and the right one", async () => {
    expect(await receive(upload({ chunks }))).toEqual({ content, trailers: {} });
    const headers = { "x-amz-decoded-content-length": "13" };
    expect(await receive(upload({ chunks, headers }))).toEqual({ content, trailers: {} });
  });

  test.each([
    ["12", "chunk: more bytes than x-amz-decoded-content-length"],
    ["0", "chunk: more bytes than x-amz-decoded-content-length"],
    ["14", "chunk: fewer bytes than x-amz-decoded-content-length"],
    ["999999999999999", "chunk: fewer bytes than x-amz-decoded-content-length"],
  ])("ends with an error when %s bytes are stated and 13 come", async (length, message) => {
    const headers = { "x-amz-decoded-content-length": length };
    expect(await receive(upload({ chunks, headers }))).toBe(message);
  });

  test.each(["", "x", "-1", "1e1", "13x", "x13", "13.0", "0000000000000013"])(
    "refuses %o as malformed before anything is read",
    async (length) => {
      const headers = { "x-amz-decoded-content-length": length };
      expect(await receive(upload({ chunks, headers }))).toStrictEqual({
        ok: false,
        accessKeyId,
        reason: "malformed",
        message: "x-amz-decoded-content-length: expected a number",
      });
    },
  );
});

describe("verifyChunks, on its limits", () => {
  test("accepts a chunk of the size of the limit, and none above", async () => {
    expect(await receive(upload({ chunks }), { maxChunkBytes: 10 })).toMatchObject({ content });
    expect(await receive(upload({ chunks }), { maxChunkBytes: 9 })).toBe(
      "chunk: a chunk of more than 9 bytes",
    );
    expect(await receive(upload({ chunks }), { maxChunkBytes: Number.NaN })).toBe(
      "chunk: a chunk of more than NaN bytes",
    );
  });

  test("refuses trailers that are too long together, although their signature is right", async () => {
    const named = (count: number) => Array.from({ length: count }, (_, index) => `x-amz-meta-${index + 10}`);
    const trailersOf = (count: number) => {
      const lines = named(count).map((name) => `${name}:${"a".repeat(600)}`);
      const headers = { "x-amz-trailer": named(count).join(",") };
      const signed = lines.map((line) => `${line}\n`).join("");
      return upload({ chunks, headers, trailers: { lines, signed } });
    };
    expect(await receive(trailersOf(20))).toMatchObject({ content });
    expect(await receive(trailersOf(30))).toBe("chunk: a line is too long");
  });

  test("stops reading its source at a fault, and when nobody reads on", async () => {
    let stopped = 0;
    const endless = function* (start: string) {
      try {
        yield start;
        for (;;) yield "0".repeat(1000);
      } finally {
        stopped += 1;
      }
    };
    const bad = { ...upload({ chunks }), body: Readable.from(endless("z\r\n")) };
    expect(await receive(bad)).toBe("chunk: the head of a chunk has another form");
    expect(stopped).toBe(1);
    const { body, ...head } = upload({ chunks });
    const result = await verifyChunks({ ...head, body: Readable.from(endless(String(body))) }, server);
    if (!result.ok) throw new Error(result.message);
    const reader = (result.body as ReadableStream<Uint8Array>).getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("0123456789");
    await reader.cancel();
    expect(stopped).toBe(2);
  });
});

describe("verifyChunks, on trailers", () => {
  const lines = ["x-amz-a:1", "x-amz-b:2"];
  const signed = "x-amz-a:1\nx-amz-b:2\n";
  const names = { "x-amz-trailer": "x-amz-a,x-amz-b" };

  test("returns those that the head names, with and without an empty line before them", async () => {
    const expected = { content, trailers: { "x-amz-a": "1", "x-amz-b": "2" } };
    for (const sent of [lines, ["", ...lines], ["X-Amz-A:1", "x-amz-b:   2 "]])
      expect(await receive(upload({ chunks, headers: names, trailers: { lines: sent, signed } }))).toEqual(
        expected,
      );
    for (const list of ["X-Amz-A , x-amz-b", ",x-amz-a,,x-amz-b,"]) {
      const headers = { "x-amz-trailer": list };
      expect(await receive(upload({ chunks, headers, trailers: { lines, signed } }))).toEqual(expected);
    }
  });

  test("accepts none when the head names none", async () => {
    expect(await receive(upload({ chunks, trailers: { lines: [], signed: "" } }))).toEqual({
      content,
      trailers: {},
    });
  });

  test.each<[what: string, list: string, lines: string[], signed: string, message: string]>([
    [
      "a missing one",
      "x-amz-a,x-amz-b",
      ["x-amz-a:1"],
      "x-amz-a:1\n",
      "a header of x-amz-trailer is missing",
    ],
    [
      "the first missing",
      "x-amz-a,x-amz-b",
      ["x-amz-b:2"],
      "x-amz-b:2\n",
      "a header of x-amz-trailer is missing",
    ],
    ["all missing", "x-amz-a,x-amz-b", [], "", "a header of x-amz-trailer is missing"],
    ["one more", "x-amz-a", lines, signed, "a trailer that x-amz-trailer does not name"],
    [
      "one without a name",
      "x-amz-a,,",
      [":1", "x-amz-a:1"],
      ":1\nx-amz-a:1\n",
      "a trailer that x-amz-trailer does not name",
    ],
    [
      "an empty line between them",
      "x-amz-a,x-amz-b",
      ["x-amz-a:1", "", "x-amz-b:2"],
      signed,
      "a trailer that x-amz-trailer does not name",
    ],
    [
      "a line without a colon",
      "x-amz-a",
      ["x-amz-a"],
      "x-amz-a:\n",
      "a trailer that x-amz-trailer does not name",
    ],
    ["another signature", "x-amz-a", ["x-amz-a:1"], "x-amz-a:2\n", "the signature of the trailers is wrong"],
  ])("refuses %s", async (_what, list, sent, text, message) => {
    const headers = { "x-amz-trailer": list };
    expect(await receive(upload({ chunks, headers, trailers: { lines: sent, signed: text } }))).toBe(
      `chunk: ${message}`,
    );
  });
});

describe("verifyChunks, on requests and options", () => {
  test("refuses a presigned request, whose chunks nobody signs", async () => {
    const payloadHash = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    const signed = { host: HOST, "x-amz-content-sha256": payloadHash };
    const request = presignByHand({ method: "PUT", signed, payloadHash });
    expect(await receive(request)).toStrictEqual({
      ok: false,
      accessKeyId,
      reason: "payload-unsigned",
      message: "the body is not in signed chunks",
    });
  });

  test("checks its options, which do not keep chunks out because they are no hash of the body", async () => {
    expect(await receive(upload({ chunks }), { unsignedPayload: "refuse" })).toMatchObject({ content });
    await expect(
      verifyChunks(upload({ chunks }), { ...server, unsignedHeaders: ["host"] }),
    ).rejects.toMatchObject({
      code: "ERR_OPTION_INVALID",
    });
  });
});
