import {
  createSigner,
  createVerifier,
  SignerError,
  verifyChunks,
  type HttpRequest,
  type StreamingOptions,
  type VerifyChunksOptions,
} from "@org/sts-signer";
import { Readable } from "node:stream";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { entries } from "../support/entries.ts";

// The examples of the S3 documentation: "Transferring payload in multiple chunks" and "Including trailing headers".
const credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const date = new Date("2013-05-24T00:00:00Z");
const content = "a".repeat(66_560);
const request: HttpRequest = {
  method: "PUT",
  hostname: "s3.amazonaws.com",
  path: "/examplebucket/chunkObject.txt",
  headers: {
    Host: "s3.amazonaws.com",
    "x-amz-storage-class": "REDUCED_REDUNDANCY",
    "x-amz-decoded-content-length": "66560",
  },
  body: content,
};
const options: Partial<StreamingOptions> = { region: "us-east-1", service: "s3", date, payload: "streaming" };
const check: VerifyChunksOptions = { findKey: () => credentials, now: date, service: "s3" };
const trailers = { "x-amz-checksum-crc32c": () => "sOO8/Q==" };

async function read(stream: unknown): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());
}

async function readText(stream: unknown): Promise<string> {
  return new TextDecoder().decode(await read(stream));
}

describe.each(entries)("%s", (_, entry) => {
  const signer = entry.createSigner({ credentials });

  test("signs the chunks of the S3 documentation", async () => {
    const headers = { ...request.headers, "content-length": "66824" };
    const signed = await signer.sign({ ...request, headers }, options);
    expect(signed.headers).toMatchObject({
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class, Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
      "content-encoding": "aws-chunked",
      "content-length": "66824",
      "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    });
    const body = await readText(signed.body);
    expect(body).toBe(
      [
        "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
        "a".repeat(65_536),
        "400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
        "a".repeat(1024),
        "0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
        "",
        "",
      ].join("\r\n"),
    );
    expect(body).toHaveLength(66_824);
  });

  test("signs the trailing headers of the S3 documentation", async () => {
    const signed = await signer.sign(request, { ...options, trailers });
    expect(signed.headers).toMatchObject({
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer, Signature=106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
      "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
      "x-amz-trailer": "x-amz-checksum-crc32c",
    });
    expect((await readText(signed.body)).slice(-250)).toBe(
      [
        "a".repeat(1024),
        "0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
        "x-amz-checksum-crc32c:sOO8/Q==",
        "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435",
        "",
        "",
      ]
        .join("\r\n")
        .slice(-250),
    );
  });

  test.each([undefined, trailers])(
    "verifies what it signed, and hands out the content (%#)",
    async (given) => {
      const signed = await signer.sign(request, { ...options, trailers: given });
      const result = await entry.verifyChunks(signed, check);
      if (!result.ok) throw new Error(result.message);
      expect(result.payload).toBe("signed");
      expect(await readText(result.body)).toBe(content);
      expect(await result.trailers).toEqual(given ? { "x-amz-checksum-crc32c": "sOO8/Q==" } : {});
    },
  );
});

describe("an upload in signed chunks", () => {
  const signer = createSigner({ credentials });

  test("is what fetch takes, for a URL and for a Request, and takes its length from the body", async () => {
    const url = "https://bucket.s3.us-east-1.amazonaws.com/key";
    const settings = { date, payload: "streaming" } as const;
    const [address, init] = await signer.sign(url, { method: "PUT", body: new Blob(["content"]) }, settings);
    expect(init.headers).toMatchObject({ "x-amz-decoded-content-length": "7" });
    const given = new Request(url, { method: "PUT", body: "content", headers: { "content-length": "7" } });
    for (const sent of [new Request(address, init), await signer.sign(given, settings)]) {
      const result = await verifyChunks(sent, check);
      expect(result.ok && (await readText(result.body))).toBe("content");
    }
    expect(await given.text()).toBe("content");
  });

  test("comes from a stream of either kind, as it is read, in chunks of the size that is asked for", async () => {
    let pulled = 0;
    const headers: HttpRequest["headers"] = { "content-length": "25000" };
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (pulled === 5) controller.close();
        else controller.enqueue(new Uint8Array(5000).fill(pulled++));
      },
    });
    const signed = await signer.sign({ ...request, headers, body }, { ...options, chunkBytes: 8192 });
    expect(pulled).toBeLessThan(2);
    expect(signed.headers["x-amz-decoded-content-length"]).toBe("25000");
    const bytes = await read(signed.body);
    expect(String(bytes.length)).toBe(signed.headers["content-length"]);
    expect(new TextDecoder("latin1").decode(bytes).match(/[\da-f]+(?=;chunk-signature)/g)).toEqual([
      "2000",
      "2000",
      "2000",
      "1a8",
      "0",
    ]);
    const result = await verifyChunks({ ...signed, body: Readable.from([bytes]) }, check);
    if (!result.ok) throw new Error(result.message);
    expect((await read(result.body)).length).toBe(25_000);
  });

  test.each<[message: string, changes: object]>([
    ["the length of the body is unknown", { headers: {}, body: new ReadableStream() }],
    ["the length of the body is unknown", { headers: { "x-amz-decoded-content-length": "many" } }],
  ])("is refused when %s (%#)", async (message, changes) => {
    await expect(signer.sign({ ...request, ...changes }, options)).rejects.toMatchObject({
      code: "ERR_OPTION_INVALID",
      message: expect.stringContaining(message) as string,
    });
  });

  test("is refused with chunks that are too small, and with another word for it", async () => {
    await expect(signer.sign(request, { ...options, chunkBytes: 100 })).rejects.toBeInstanceOf(SignerError);
    await expect(signer.sign(request, { ...options, payload: "chunks" as never })).rejects.toThrow("payload");
  });

  test("passes on what its source and its trailers throw", async () => {
    const failing = async function* () {
      yield new Uint8Array(10);
      throw new Error("disk failed");
    };
    const signed = await signer.sign({ ...request, body: failing() }, options);
    await expect(read(signed.body)).rejects.toThrow("disk failed");
    const late = { "x-amz-checksum-crc32c": () => Promise.reject(new Error("no checksum")) };
    const withTrailers = await signer.sign(request, { ...options, trailers: late });
    await expect(read(withTrailers.body)).rejects.toThrow("no checksum");
  });
});

describe("verifyChunks refuses", async () => {
  const signer = createSigner({ credentials });
  const signed = await signer.sign(request, { ...options, trailers, chunkBytes: 8192 });
  const wire = await readText(signed.body);
  const fails = async (body: unknown, more: Partial<VerifyChunksOptions> = {}): Promise<string> => {
    const result = await verifyChunks({ ...signed, body }, { ...check, ...more });
    if (!result.ok) throw new Error(`the head was refused: ${result.message}`);
    const error: unknown = await read(result.body).then(
      () => "nothing",
      (error: unknown) => error,
    );
    if (error === "nothing") throw new Error("it was believed");
    await expect(result.trailers).rejects.toBe(error);
    expect(error).toMatchObject({ name: "SignerError", code: "ERR_CHUNK_INVALID" });
    return (error as Error).message;
  };

  test("nothing of what was signed, in pieces of any size", async () => {
    for (const size of [1, 7, 8192, 100_000]) {
      const pieces = function* () {
        for (let at = 0; at < wire.length; at += size) yield wire.slice(at, at + size);
      };
      const result = await verifyChunks({ ...signed, body: Readable.from(pieces()) }, check);
      expect(result.ok && (await readText(result.body))).toBe(content);
    }
  });

  test.each<[message: string, change: (text: string) => string]>([
    ["chunk: the signature of a chunk is wrong", (text) => text.replace("aaaaaaaa", "aaaaaaab")],
    ["chunk: the signature of a chunk is wrong", (text) => text.replace(/(chunk-signature=)./, "$10")],
    ["chunk: the head of a chunk has another form", (text) => `z${text}`],
    ["chunk: the head of a chunk has another form", (text) => text.replace(";chunk-signature=", ";")],
    ["chunk: a line is too long", (text) => "0".repeat(1000) + text],
    ["chunk: a chunk is longer than its head says", (text) => text.replace(/\r\n400;/, "a\r\n400;")],
    ["chunk: the body ends early", (text) => text.slice(0, 9000)],
    ["chunk: the body ends early", (text) => text.slice(0, -20)],
    ["chunk: the body ends early", () => ""],
    ["chunk: bytes after the end", (text) => `${text}x\n`],
    ["chunk: the signature of the trailers is wrong", (text) => text.replace("sOO8/Q==", "sOO8/R==")],
    ["chunk: a trailer that x-amz-trailer does not name", (text) => text.replace("crc32c:", "sha256:")],
    [
      "chunk: a trailer that x-amz-trailer does not name",
      (text) => text.replace("x-amz-trailer-signature", "x-amz-checksum-crc32c:a\r\nx-amz-trailer-signature"),
    ],
    ["chunk: more bytes than x-amz-decoded-content-length", (text) => text.replace(/^2000;/, "ffffff;")],
  ])("%s (%#)", async (message, change) => {
    const changed = change(wire);
    expect(changed).not.toBe(wire);
    expect(await fails(changed)).toBe(message);
  });

  test("chunks in another order, twice, or one less", async () => {
    const parts = wire.split(/(?=2000;chunk)/);
    expect(parts.length).toBeGreaterThan(4);
    const [first = "", second = "", ...rest] = parts;
    for (const changed of [
      [second, first, ...rest],
      [first, first, second, ...rest],
      [first, ...rest],
    ])
      expect(await fails(changed.join(""))).toMatch(/^chunk: /);
  });

  test("a chunk above the limit, before it is read", async () => {
    let taken = 0;
    const endless = function* () {
      yield wire.slice(0, 100);
      for (; taken < 1000; taken++) yield "a".repeat(1000);
    };
    expect(await fails(Readable.from(endless()), { maxChunkBytes: 8191 })).toBe(
      "chunk: a chunk of more than 8191 bytes",
    );
    expect(taken).toBeLessThan(50);
  });

  test("a missing trailer, and trailers without end", async () => {
    const [, signature = ""] = /x-amz-trailer-signature:(.*)\r\n/.exec(wire) ?? [];
    expect(await fails(wire.replace("x-amz-checksum-crc32c:sOO8/Q==\r\n", ""))).toContain("trailers");
    expect(await fails(wire.replace(signature, "0".repeat(64)))).toContain("trailers");
    const start = wire.slice(0, wire.indexOf("x-amz-checksum-crc32c"));
    expect(await fails(`${start}x-amz-checksum-crc32c:${"a".repeat(20_000)}`)).toBe(
      "chunk: a line is too long",
    );
    expect(await fails(start + "\r\n".repeat(20_000))).toMatch(/^chunk: /);
  });

  test("requests that are not in signed chunks, and heads that are not signed right", async () => {
    for (const payloadHash of ["UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"]) {
      const other = await signer.sign(request, { region: "us-east-1", service: "s3", date, payloadHash });
      expect(await verifyChunks(other, check)).toMatchObject({ reason: "payload-unsigned" });
    }
    const whole = await signer.sign(request, { region: "us-east-1", service: "s3", date });
    expect(await verifyChunks(whole, check)).toMatchObject({ reason: "payload-unsigned" });
    const unknown = { ...check, findKey: () => undefined };
    expect(await verifyChunks(signed, unknown)).toMatchObject({ reason: "unknown-key" });
    expect(await verifyChunks(undefined as never, check)).toMatchObject({ ok: false });
  });

  test("any change of one character, in generated uploads", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(wire.length - 1),
        fc.constantFrom("0", "a", "\r", "\n", ";", "z"),
        async (at, letter) => {
          const changed = wire.slice(0, at) + letter + wire.slice(at + 1);
          fc.pre(changed !== wire);
          const result = await verifyChunks({ ...signed, body: changed }, check);
          if (!result.ok) throw new Error("the head was changed");
          // Line ends may be written without their carriage return, and a signature in capitals; nothing else is the same.
          const got = await readText(result.body).catch(() => "refused");
          expect(got === "refused" || got === content).toBe(true);
        },
      ),
      { numRuns: Number(process.env["STS_TEST_RUNS"] ?? 100) },
    );
  });
});

test("a verifier checks chunks with its own options and keeps the key", async () => {
  const signed = await createSigner({ credentials }).sign(request, options);
  const verifier = createVerifier(check);
  for (const wanted of [1, 2]) {
    const result = await verifier.verifyChunks({ ...signed, body: wanted === 1 ? signed.body : "" });
    expect(result.ok).toBe(true);
  }
  expect(await verifier.verifyChunks(signed, { region: "eu-west-1" })).toMatchObject({
    reason: "wrong-region",
  });
});
