// First, so that it counts what the others bring.
import { growthOf } from "../support/count-steps.ts";

import {
  checkPostPolicy,
  createPostPolicy,
  createSigner,
  verify,
  verifyChunks,
  type HttpRequest,
  type VerifyOptions,
} from "@org/sts-signer/node";
import { describe, expect, test } from "vitest";

import { accessKeyId, date, key, presignByHand, server, signByHand } from "../support/hand-signed.ts";

/** A hostile request of a size, in characters or so. */
type Write = (size: number) => HttpRequest;

const signed = signByHand({});
const presigned = presignByHand({});
const list = <T>(size: number, make: (index: number) => T): T[] =>
  Array.from({ length: size }, (_, i) => make(i));

function withHeaders(more: HttpRequest["headers"]): HttpRequest {
  return { ...signed, headers: { ...signed.headers, ...more } };
}

/** Repeats a text up to a size. */
function fill(text: string): (size: number) => string {
  return (size) => text.repeat(Math.ceil(size / text.length));
}

const authorization = (write: (size: number) => string): Write => {
  return (size) => withHeaders({ authorization: `AWS4-HMAC-SHA256 ${write(size)}` });
};
const inCredential = (text: string): Write =>
  authorization((size) => `Credential=${fill(text)(size)}, SignedHeaders=host, Signature=${"0".repeat(64)}`);
const inSignedHeaders = (text: string): Write =>
  authorization((size) => {
    const credential = `${accessKeyId}/20261124/eu-west-1/sts/aws4_request`;
    return `Credential=${credential}, SignedHeaders=${fill(text)(size)}, Signature=${"0".repeat(64)}`;
  });
const path = (text: string): Write => {
  return (size) => ({ ...signed, path: `/${fill(text)(size)}` });
};
const query = (write: (size: number) => NonNullable<HttpRequest["query"]>): Write => {
  return (size) => ({ ...signed, query: write(size) });
};
const pairs = (size: number, make: (index: number) => readonly [string, string]) =>
  Object.fromEntries(list(Math.ceil(size / 8), make));

const REQUESTS: Record<string, Write> = {
  "an authorization header of spaces": authorization(fill(" ")),
  "an authorization header of commas": authorization(fill(",")),
  "an authorization header of equals signs": authorization(fill("=")),
  "an authorization header of names": authorization(fill("Credential, ")),
  "a credential of slashes": inCredential("/"),
  "a credential of letters": inCredential("a"),
  "a credential of dates": inCredential("/20261124//"),
  "signed headers of semicolons": inSignedHeaders(";"),
  "signed headers of one name": inSignedHeaders("a"),
  "signed headers of many names": inSignedHeaders("a;"),
  "many headers": (size) => withHeaders(pairs(size, (index) => [`x${index}`, "value"])),
  "many headers to be signed": (size) => withHeaders(pairs(size, (index) => [`x-amz-${index}`, "value"])),
  "a header of many values": (size) => withHeaders({ "x-custom": list(size / 4, () => "a") }),
  "a header in many cases": (size) =>
    withHeaders(
      // The bits of a number say which letters of the name are capitals.
      Object.fromEntries(
        list(Math.ceil(size / 16), (bits) => [
          "x-many-cases-of-a-name".replace(/./g, (c, i: number) => ((bits >> i) & 1 ? c.toUpperCase() : c)),
          "a",
        ]),
      ),
    ),
  "a header of spaces": (size) => withHeaders({ "x-custom": `a${fill(" ")(size)}b` }),
  "a header of words": (size) => withHeaders({ "x-custom": fill("a  ")(size) }),
  "a header of line ends": (size) => withHeaders({ "x-custom": fill("\r\n")(size) }),
  "a header that names secrets": (size) => withHeaders({ "x-custom": fill("cookie \t")(size) }),
  "a date that is none": (size) => withHeaders({ "x-amz-date": fill("2026")(size) }),
  "a path of segments": path("a/"),
  "a path of slashes": path("/"),
  "a path of dots": path("../"),
  "a path of dots and slashes": path(".//"),
  "a path of percent signs": path("%"),
  "a path of escapes": path("%2f"),
  "a path of escapes of escapes": path("%2525"),
  "a path of what is escaped": path("(é"),
  "many parameters": query((size) => pairs(size, (index) => [`a${index}`, "1"])),
  "many parameters of a signature": query((size) => pairs(size, (index) => [`X-Amz-${index}`, "1"])),
  "a parameter of many values": query((size) => ({ a: list(Math.ceil(size / 8), String) })),
  "a parameter of what is escaped": query((size) => ({ a: fill("&=é")(size) })),
  "a parameter of a long name": query((size) => ({ [fill("a")(size)]: "1" })),
  "a presigned request with many parameters": (size) => ({
    ...presigned,
    query: { ...presigned.query, ...pairs(size, (index) => [`a${index}`, "1"]) },
  }),
  "a presigned request with a long token": (size) => ({
    ...presigned,
    query: { ...presigned.query, "X-Amz-Security-Token": fill("a/+")(size) },
  }),
  "a body of line ends": (size) => ({ ...signed, method: "POST", body: fill("\n")(size) }),
  "a body of bytes": (size) => ({ ...signed, method: "POST", body: new Uint8Array(size) }),
};

describe("the steps of verify grow no faster than", () => {
  test.each(Object.entries(REQUESTS))("%s", async (_, write) => {
    const { growth } = await growthOf((size) => {
      const request = write(size);
      return () => verify(request, server);
    }, 6000);
    expect(growth).toBe("linear");
  });

  test.each([
    ["lines", "a\n"],
    ["empty lines", "\n"],
    ["secrets", "x-amz-security-token: \n"],
    ["names of secrets", "cookie\t"],
    ["one line", "a"],
  ])("what a client says that it signed, of %s", async (_, text) => {
    const { growth, steps } = await growthOf((size) => {
      const request = withHeaders({ "x-custom": fill(text)(size) });
      const client = { canonicalRequest: `GET\n/\n\n${fill(text)(size)}`, stringToSign: fill(text)(size) };
      return () => verify({ ...request, path: "/other" }, { ...server, client });
    }, 6000);
    expect(growth).toBe("linear");
    expect(steps[2]).toBeGreaterThan(24_000);
  });

  test("the request itself, which is looked at whole", async () => {
    const { growth, steps } = await growthOf((size) => {
      const request = withHeaders(pairs(size, (index) => [`x${index}`, "a  b"]));
      return () => verify(request, server);
    }, 6000);
    expect(growth).toBe("linear");
    // A name and a value of eight characters and more are looked at, or the count does not see the work.
    expect(steps[2]).toBeGreaterThan(24_000);
  });
});

/** An upload signed chunk by chunk, as bytes, and the request that begins it. */
async function signUpload(bytes: number): Promise<{ request: HttpRequest; body: Uint8Array }> {
  const signer = createSigner({ credentials: { accessKeyId, ...key }, region: "eu-west-1", service: "s3" });
  const request = await signer.sign<HttpRequest>(
    {
      method: "PUT",
      hostname: "b.s3.eu-west-1.amazonaws.com",
      path: "/k",
      headers: {},
      body: "a".repeat(bytes),
    },
    { payload: "streaming", chunkBytes: 8192, date, trailers: { "x-amz-checksum-crc32c": () => "AAAAAA==" } },
  );
  const body = new Uint8Array(await new Response(request.body as ReadableStream).arrayBuffer());
  return { request, body };
}

async function readUpload(request: HttpRequest, options: VerifyOptions = server): Promise<string> {
  const result = await verifyChunks(request, options);
  if (!result.ok) return result.reason;
  try {
    return String((await new Response(result.body).arrayBuffer()).byteLength);
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe("the steps of verifyChunks grow no faster than", () => {
  /** A body of pieces of a size. */
  function inPieces(body: Uint8Array, size: number): ReadableStream<Uint8Array> {
    let start = 0;
    return new ReadableStream({
      pull: (controller) => {
        if (start >= body.length) controller.close();
        else controller.enqueue(body.subarray(start, (start += size)));
      },
    });
  }

  test.each([
    [1, 3000],
    [7, 20_000],
    [65_536, 20_000],
  ])("an upload that comes in pieces of %i bytes", async (pieceSize, length) => {
    const uploads = new Map<number, Awaited<ReturnType<typeof signUpload>>>();
    for (const factor of [1, 2, 4]) uploads.set(factor, await signUpload(factor * length));
    const { growth, steps } = await growthOf((factor) => {
      const { request, body } = uploads.get(factor) ?? {};
      if (request === undefined || body === undefined) throw new Error("an upload of no size");
      return async () => {
        const received = { ...request, body: inPieces(body, pieceSize) };
        expect(await readUpload(received)).toBe(String(factor * length));
      };
    }, 1);
    expect(growth).toBe("linear");
    expect(steps[2]).toBeGreaterThan((4 * length) / pieceSize);
  });

  test.each([
    ["digits", "0"],
    ["line ends", "\r\n"],
    ["heads of no signature", "0;chunk-signature=\r\n"],
    ["colons", ":"],
  ])("a body of %s", async (_, text) => {
    const { request } = await signUpload(1);
    const { growth } = await growthOf((size) => {
      const body = new TextEncoder().encode(fill(text)(size));
      return async () => {
        expect(await readUpload({ ...request, body })).toBe("ERR_CHUNK_INVALID");
      };
    }, 6000);
    expect(growth).toBe("linear");
  });

  test.each([
    ["empty lines", "\r\n"],
    ["names that were not announced", "x:y\r\n"],
    ["one line", "x-amz-checksum-crc32c:a"],
    ["spaces", "x-amz-checksum-crc32c: "],
  ])("trailers of %s", async (_, text) => {
    const { request, body } = await signUpload(1);
    const whole = Buffer.from(body).toString("latin1");
    const head = whole.slice(0, whole.indexOf("x-amz-checksum"));
    const { growth } = await growthOf((size) => {
      const received = new TextEncoder().encode(`${head}${fill(text)(size)}`);
      return async () => {
        expect(await readUpload({ ...request, body: received })).toBe("ERR_CHUNK_INVALID");
      };
    }, 3000);
    expect(growth).toBe("linear");
  });
});

describe("the steps of checkPostPolicy grow no faster than", () => {
  const options = { findKey: () => key, bucket: "uploads", now: date };
  const policyOf = (conditions: readonly (readonly [string, string, string])[]) =>
    createPostPolicy({
      bucket: "uploads",
      key: "photo.jpg",
      conditions: conditions as never, // conditions of one form
      credentials: { accessKeyId, ...key },
      region: "eu-west-1",
      date,
    });

  test.each<[what: string, write: (size: number) => Record<string, string>]>([
    ["many fields", (size) => pairs(size, (index) => [`x${index}`, "1"])],
    ["fields that are ignored", (size) => pairs(size, (index) => [`x-ignore-${index}`, "1"])],
    ["a long field", (size) => ({ key: fill("/a")(size) })],
    ["a policy that is no base64", (size) => ({ policy: fill("%")(size) })],
    ["a policy of another key", (size) => ({ policy: fill("AAAA")(size) })],
    ["a long credential", (size) => ({ "x-amz-credential": fill("a/")(size) })],
    ["a long date", (size) => ({ "x-amz-date": fill("2026")(size) })],
  ])("%s", async (_, write) => {
    const { fields } = await policyOf([]);
    const { growth } = await growthOf((size) => {
      const given = { ...fields, ...write(size) };
      return () => checkPostPolicy(given, options);
    }, 6000);
    expect(growth).toBe("linear");
  });

  test("the list of content types, each of which a policy may restrict", async () => {
    const { fields } = await policyOf([["starts-with", "$Content-Type", "image/"]]);
    const { growth, steps } = await growthOf((size) => {
      const given = { ...fields, "Content-Type": fill("image/a,")(size) + "image/b" };
      return async () => {
        expect(await checkPostPolicy(given, options)).toMatchObject({ ok: true });
      };
    }, 6000);
    expect(growth).toBe("linear");
    expect(steps[2]).toBeGreaterThan(24_000);
  });

  test("the conditions of a policy", async () => {
    const policies = new Map<number, Awaited<ReturnType<typeof policyOf>>>();
    for (const size of [100, 200, 400])
      policies.set(size, await policyOf(list(size, (index) => ["starts-with", `$x-amz-meta-${index}`, ""])));
    const { growth, steps } = await growthOf((size) => {
      const fields = policies.get(size)?.fields ?? {};
      return async () => {
        expect(await checkPostPolicy(fields, options)).toMatchObject({ ok: true });
      };
    }, 100);
    expect(growth).toBe("linear");
    expect(steps[2]).toBeGreaterThan(4000);
  });
});
