import type { HttpRequest, SignOptions, VerifyOptions } from "@org/sts-signer";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";

import { entries } from "../support/entries.ts";
import {
  accessKeyId,
  date,
  HOST,
  key,
  presignByHand,
  server,
  sha256,
  signByHand,
  signingDate,
  streamOf,
} from "../support/hand-signed.ts";

const refuse: VerifyOptions = { ...server, unsignedPayload: "refuse" };
const credentials = { ...key, accessKeyId };
const options: SignOptions = { credentials, region: "eu-west-1", service: "execute-api", date };
const base = { host: HOST, "x-amz-date": signingDate };

/** Every value that says the body is not covered. */
const unsignedForms = [
  "UNSIGNED-PAYLOAD",
  "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
  "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
  "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
  "STREAMING-AWS4-HMAC-SHA256-EVENTS",
];

/** The ways in which a request says what its body's hash is. */
const placements: [where: string, sign: (payloadHash: string) => HttpRequest][] = [
  [
    "a signed header",
    (payloadHash) =>
      signByHand({ signed: { ...base, "x-amz-content-sha256": payloadHash }, payloadHash, body: "b" }),
  ],
  [
    "an unsigned header",
    (payloadHash) =>
      signByHand({ unsigned: { "x-amz-content-sha256": payloadHash }, payloadHash, body: "b" }),
  ],
  [
    "a header of a presigned request",
    (payloadHash) =>
      presignByHand({
        signed: { host: HOST, "x-amz-content-sha256": payloadHash },
        payloadHash,
        body: "b",
      }),
  ],
  [
    "a parameter",
    (payloadHash) =>
      presignByHand({ query: { "x-amz-content-sha256": payloadHash }, payloadHash, body: "b" }),
  ],
  [
    "a parameter in the usual case",
    (payloadHash) =>
      presignByHand({ query: { "X-Amz-Content-Sha256": payloadHash }, payloadHash, body: "b" }),
  ],
];

describe.each(placements)("verify, on a hash of the body in %s", (where, sign) => {
  const { verify } = entries[2]?.[1] ?? {};
  if (verify === undefined) throw new Error("there is no third entry point");

  test.each(unsignedForms)("says that %s is not signed, and refuses it when asked to", async (form) => {
    expect(await verify(sign(form), server)).toMatchObject({ ok: true, payload: "unsigned" });
    expect(await verify(sign(form), refuse)).toMatchObject({
      ok: false,
      reason: "payload-unsigned",
      message: `${form} is not accepted here`,
      accessKeyId,
    });
  });

  test.each([
    "unsigned-payload",
    "UNSIGNED-PAYLOAD-",
    "XUNSIGNED-PAYLOAD",
    "UNSIGNED",
    "STREAMING-",
    "STREAMING",
    "streaming-aws4-hmac-sha256-payload",
    "XSTREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "STREAMING-AWS4 HMAC",
    "STREAMING-x",
    "",
    sha256(""),
    sha256("b").toUpperCase(),
    sha256("b").slice(1),
    `${sha256("b")}0`,
  ])("takes %o for a hash that the body does not have", async (text) => {
    for (const check of [server, refuse]) {
      expect(await verify(sign(text), check)).toMatchObject({
        ok: false,
        reason: "payload-mismatch",
        message: "the body does not have the hash that x-amz-content-sha256 says",
      });
    }
  });

  test("accepts the hash of the body, and says that it is signed", async () => {
    expect(where).not.toBe("");
    for (const check of [server, refuse]) {
      expect(await verify(sign(sha256("b")), check)).toMatchObject({ ok: true, payload: "signed" });
      const { body: _, ...without } = sign(sha256("b"));
      expect(await verify(without, check)).toMatchObject({ reason: "payload-mismatch" });
    }
  });
});

describe.each(entries)("%s: verify, on the body", (_, { presignRequest, signRequest, verify }) => {
  test("signs the body of every service but S3 in a presigned request that says nothing of it", async () => {
    const request = { method: "PUT", hostname: HOST, path: "/", headers: {}, body: "b" };
    const presigned = await presignRequest(request, options);
    expect(await verify(presigned, refuse)).toMatchObject({ ok: true, payload: "signed" });
    expect(await verify({ ...presigned, body: "c" }, server)).toMatchObject({ reason: "wrong-signature" });
    for (const service of ["s3", "s3express", "s3-outposts", "s3-object-lambda"]) {
      const forS3 = await presignRequest(request, { ...options, service });
      expect(await verify({ ...forS3, body: "c" }, server)).toMatchObject({ ok: true, payload: "unsigned" });
      expect(await verify(forS3, refuse)).toMatchObject({ reason: "payload-unsigned" });
    }
    for (const service of ["s3x", "xs3", "s3tables", "s3vectors"]) {
      const other = await presignRequest(request, { ...options, service });
      expect(await verify(other, refuse)).toMatchObject({ ok: true, payload: "signed" });
    }
  });

  test("does not take a parameter for the hash of a body that is signed in the header", async () => {
    const query = { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
    const request = signByHand({ query, body: "b" });
    expect(await verify(request, refuse)).toMatchObject({ ok: true, payload: "signed" });
    expect(await verify({ ...request, body: "c" }, server)).toMatchObject({ reason: "wrong-signature" });
  });

  test("prefers the hash in a header to that in a parameter", async () => {
    const query = { "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD" };
    const payloadHash = sha256("b");
    const signed = { host: HOST, "x-amz-content-sha256": payloadHash };
    const request = presignByHand({ query, signed, payloadHash, body: "b" });
    expect(await verify(request, refuse)).toMatchObject({ ok: true, payload: "signed" });
    expect(await verify({ ...request, body: "c" }, server)).toMatchObject({ reason: "payload-mismatch" });
  });

  const bytes = new TextEncoder().encode("0123456789");
  const padded = new Uint8Array([255, ...bytes, 255]);
  const kinds: [kind: string, make: () => unknown][] = [
    ["text", () => "0123456789"],
    ["bytes", () => bytes],
    ["bytes in the middle of a buffer", () => padded.subarray(1, 11)],
    ["a DataView in the middle of a buffer", () => new DataView(padded.buffer, 1, 10)],
    ["16-bit numbers", () => new Uint16Array(bytes.slice().buffer)],
    ["an ArrayBuffer", () => bytes.slice().buffer],
    ["a Buffer", () => Buffer.from(bytes)],
    ["a Blob", () => new Blob(["01234", "56789"])],
  ];

  test.each(kinds)("reads %s, at the limit and not above it", async (_kind, make) => {
    const request = { ...signByHand({ body: "0123456789" }), body: make() };
    for (const maxBodyBytes of [10, 11, Number.POSITIVE_INFINITY, undefined]) {
      expect(await verify(request, { ...server, maxBodyBytes })).toMatchObject({
        ok: true,
        payload: "signed",
      });
    }
    for (const maxBodyBytes of [9, 1, 0]) {
      // Nothing is said about a signature that was not computed.
      expect(await verify(request, { ...server, maxBodyBytes })).toStrictEqual({
        ok: false,
        reason: "too-large",
        message: `the body has more than ${maxBodyBytes} bytes`,
        accessKeyId,
      });
    }
    const changed = { ...signByHand({ body: "0123456788" }), body: make() };
    expect(await verify(changed, server)).toMatchObject({ reason: "wrong-signature" });
  });

  test("reads parameters as the form they are sent as, at the limit and not above it", async () => {
    const body = new URLSearchParams({ a: "b c", d: "é" });
    const text = "a=b+c&d=%C3%A9";
    const request = { ...signByHand({ body: text }), body };
    expect(await verify(request, { ...server, maxBodyBytes: text.length })).toMatchObject({ ok: true });
    expect(await verify(request, { ...server, maxBodyBytes: text.length - 1 })).toMatchObject({
      reason: "too-large",
    });
  });

  test.each([undefined, null, "", new Uint8Array(), new Blob([]), new URLSearchParams()])(
    "reads %o as no bytes, for which any limit is enough",
    async (body) => {
      const request = { ...signByHand({}), body };
      expect(await verify(request, { ...server, maxBodyBytes: 0 })).toMatchObject({
        ok: true,
        payload: "signed",
      });
    },
  );

  test("reads a Request at the limit and not above it, and a Request without a body", async () => {
    const init = { method: "POST", body: "0123456789" };
    const signed = await signRequest(new Request(`https://${HOST}/`, init), options);
    expect(await verify(signed, { ...server, maxBodyBytes: 10 })).toMatchObject({ ok: true });
    expect(await verify(signed, { ...server, maxBodyBytes: 9 })).toMatchObject({ reason: "too-large" });
    expect(await signed.text()).toBe("0123456789");
    const empty = await signRequest(new Request(`https://${HOST}/`), options);
    expect(await verify(empty, { ...server, maxBodyBytes: 0 })).toMatchObject({
      ok: true,
      payload: "signed",
    });
  });

  test("puts the chunks of a stream together in the order and at the length they have", async () => {
    const chunks = ["01", "2", "", "3456", "789"].map((text) => new TextEncoder().encode(text));
    class ChunkedBlob extends Blob {
      override stream = () => streamOf(chunks);
    }
    const request = { ...signByHand({ body: "0123456789" }), body: new ChunkedBlob([]) };
    expect(await verify(request, { ...server, maxBodyBytes: 10 })).toMatchObject({ ok: true });
    expect(await verify(request, { ...server, maxBodyBytes: 9 })).toMatchObject({ reason: "too-large" });
    const { headers } = signByHand({ method: "POST", body: "0123456789" });
    const init = { method: "POST", headers, body: streamOf(chunks), duplex: "half" };
    const streamed = new Request(`https://${HOST}/`, init);
    expect(await verify(streamed, { ...server, maxBodyBytes: 10 })).toMatchObject({ ok: true });
    expect(await streamed.text()).toBe("0123456789");
  });

  test("counts the bytes of text, not its characters", async () => {
    const request = signByHand({ body: "é".repeat(10) });
    expect(await verify(request, { ...server, maxBodyBytes: 20 })).toMatchObject({ ok: true });
    for (const maxBodyBytes of [10, 19])
      expect(await verify(request, { ...server, maxBodyBytes })).toMatchObject({ reason: "too-large" });
  });

  test("reads a Blob without streams, as jsdom has it, and a Request without a body, as older runtimes have it", async () => {
    const blob = Object.defineProperty(new Blob(["0123456789"]), "stream", { value: undefined });
    const withBlob = { ...signByHand({ body: "0123456789" }), body: blob };
    expect(await verify(withBlob, { ...server, maxBodyBytes: 10 })).toMatchObject({ ok: true });
    expect(await verify(withBlob, { ...server, maxBodyBytes: 9 })).toMatchObject({ reason: "too-large" });
    class BodilessRequest extends Request {
      override clone() {
        return Object.defineProperty(super.clone(), "body", { value: undefined });
      }
    }
    const { headers } = signByHand({ method: "POST", body: "0123456789" });
    const request = new BodilessRequest(`https://${HOST}/`, { method: "POST", headers, body: "0123456789" });
    expect(await verify(request, { ...server, maxBodyBytes: 10 })).toMatchObject({ ok: true });
    expect(await verify(request, { ...server, maxBodyBytes: 9 })).toMatchObject({ reason: "too-large" });
  });

  test("limits a body to 16 MiB by default", async () => {
    const most = new Uint8Array(16 * 1024 * 1024);
    const request = { ...signByHand({ payloadHash: sha256(most), body: most }) };
    expect(await verify(request, server)).toMatchObject({ ok: true });
    expect(await verify({ ...request, body: new Uint8Array(most.length + 1) }, server)).toMatchObject({
      reason: "too-large",
      message: "the body has more than 16777216 bytes",
    });
  });

  test("does not read a body that is not signed, however long it is", async () => {
    const unsigned = { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
    const body = new ReadableStream({
      pull: () => {
        throw new Error("read");
      },
    });
    const request = { ...signByHand({ unsigned, payloadHash: "UNSIGNED-PAYLOAD" }), body };
    expect(await verify(request, { ...server, maxBodyBytes: 0 })).toMatchObject({
      ok: true,
      payload: "unsigned",
    });
    expect(body.locked).toBe(false);
  });

  test.each<[kind: string, body: unknown]>([
    ["a ReadableStream", new ReadableStream()],
    ["a stream of Node.js", Readable.from(["a"])],
    ["a form", new FormData()],
    ["a number", 5],
    ["an array of numbers", [48]],
    ["an object", { length: 1 }],
    ["an async iterable", (async function* chunks() {})()],
  ])("refuses %s as a body that cannot be read", async (_kind, body) => {
    expect(await verify({ ...signByHand({}), body }, server)).toMatchObject({
      ok: false,
      reason: "payload-unreadable",
      message: "the body is a stream or a form, or was read before",
      accessKeyId,
    });
  });

  test("refuses a body that fails while it is read, and does not repeat the error", async () => {
    const stream = () =>
      new ReadableStream({
        pull: (controller) => {
          controller.error(new Error("MARKED"));
        },
      });
    class FailingBlob extends Blob {
      override stream = stream;
    }
    const { headers } = signByHand({ method: "POST" });
    const request = new Request(`https://${HOST}/`, {
      method: "POST",
      headers,
      body: stream(),
      duplex: "half",
    } as RequestInit);
    const throwing = Object.defineProperty(signByHand({}), "body", {
      get: () => {
        throw new Error("MARKED");
      },
    });
    const cases = [
      [request, "payload-unreadable"],
      [{ ...signByHand({}), body: new FailingBlob(["a"]) }, "payload-unreadable"],
      // What throws when its members are looked at is no request.
      [throwing, "malformed"],
    ] as const;
    for (const [one, reason] of cases) {
      const result = await verify(one, server);
      expect(result).toMatchObject({ ok: false, reason });
      expect(JSON.stringify(result)).not.toContain("MARKED");
    }
  });
});

describe.each(entries)("%s: verify, on a stream that is longer than the limit", (_, { verify }) => {
  /** A stream without end, and what became of it. */
  const endless = () => {
    const seen = { pulled: 0, cancelled: 0 };
    const stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        pull: (controller) => {
          seen.pulled++;
          // A stream that is read on would otherwise never let the test end.
          if (seen.pulled > 1000) controller.error(new Error("read on and on"));
          else controller.enqueue(new Uint8Array(10));
        },
        cancel: () => {
          seen.cancelled++;
        },
      },
      { highWaterMark: 0 },
    );
    return { seen, stream };
  };

  test("stops reading a Blob at the first chunk above the limit, and cancels it", async () => {
    const { seen, stream } = endless();
    class EndlessBlob extends Blob {
      override stream = () => stream;
    }
    const request = { ...signByHand({}), body: new EndlessBlob([]) };
    expect(await verify(request, { ...server, maxBodyBytes: 25 })).toMatchObject({ reason: "too-large" });
    // Chunks of ten bytes: two are below the limit, and the third is not.
    expect(seen).toEqual({ pulled: 3, cancelled: 1 });
  });

  test("stops reading a Blob at its first chunk when the limit is no number", async () => {
    const { seen, stream } = endless();
    class EndlessBlob extends Blob {
      override stream = () => stream;
    }
    const request = { ...signByHand({}), body: new EndlessBlob([]) };
    expect(await verify(request, { ...server, maxBodyBytes: Number.NaN })).toMatchObject({
      reason: "too-large",
    });
    expect(seen).toEqual({ pulled: 1, cancelled: 1 });
  });

  test("stops reading a Request, leaves the caller its own half, and cancels the other with it", async () => {
    const { seen, stream } = endless();
    const { headers } = signByHand({ method: "POST" });
    const init = { method: "POST", headers, body: stream, duplex: "half" };
    const request = new Request(`https://${HOST}/`, init);
    expect(await verify(request, { ...server, maxBodyBytes: 25 })).toMatchObject({ reason: "too-large" });
    expect(seen.cancelled).toBe(0);
    expect(seen.pulled).toBeLessThan(10);
    expect(request.bodyUsed).toBe(false);
    const reader = request.body?.getReader();
    expect((await reader?.read())?.value).toEqual(new Uint8Array(10));
    // The source is cancelled when both halves are, so this shows that the verifier gave up its own.
    await reader?.cancel();
    expect(seen.cancelled).toBe(1);
  });

  test("refuses also when the stream cannot be cancelled", async () => {
    const stream = new ReadableStream({
      pull: (controller) => {
        controller.enqueue(new Uint8Array(10));
      },
      cancel: () => {
        throw new Error("not to be cancelled");
      },
    });
    class StubbornBlob extends Blob {
      override stream = () => stream;
    }
    const request = { ...signByHand({}), body: new StubbornBlob([]) };
    expect(await verify(request, { ...server, maxBodyBytes: 25 })).toMatchObject({ reason: "too-large" });
  });
});
