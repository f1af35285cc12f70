import { toBytes } from "./encoding.ts";
import { hashHex, type Hash, type MaybePromise } from "./hash.ts";
import { isUnsigned, type SignedRequestParts } from "./parse-signed-request.ts";
import type { RequestInput } from "./request.ts";
import type { VerifyFailureReason, VerifyOptions } from "./verify-options.ts";

/** Why a body was refused. */
export interface PayloadFailure {
  readonly reason: VerifyFailureReason;
  readonly message: string;
  /** The actual hash of the body, if that is the problem. */
  readonly actual?: string;
}

/** Finds the hash that ends the canonical request, and compares the body with the hash that was sent with it. */
export function checkPayload(
  hash: Hash,
  { input, declaredPayload }: SignedRequestParts,
  options: VerifyOptions,
): MaybePromise<string | PayloadFailure> {
  if (isUnsigned(declaredPayload)) {
    return options.unsignedPayload === "refuse"
      ? { reason: "payload-unsigned", message: `${declaredPayload} is not accepted here` }
      : declaredPayload;
  }
  const limit = options.maxBodyBytes ?? 16 * 1024 * 1024;
  const read = readBody(input, limit);
  const compare = (actual: string): string | PayloadFailure =>
    declaredPayload === undefined || declaredPayload === actual
      ? actual
      : {
          reason: "payload-mismatch",
          message: "the body does not have the hash that x-amz-content-sha256 says",
          actual,
        };
  const check = (body: Body): MaybePromise<string | PayloadFailure> => {
    if ("reason" in body) return body;
    const hashed = hashHex(hash, body.data);
    return typeof hashed === "string" ? compare(hashed) : hashed.then(compare);
  };
  // A body that is available need not be awaited.
  return "then" in read ? read.then(check) : check(read);
}

type Body = { readonly data: string | Uint8Array } | PayloadFailure;

function readBody(input: RequestInput, limit: number): Body | Promise<Body> {
  try {
    // A URL has no body, and text cannot contain a stream.
    if (typeof input !== "object" || !("headers" in input)) return { data: "" };
    if (!("hostname" in input)) return readRequestBody(input, limit);
    const { body } = input;
    if (body === undefined || body === null) return { data: "" };
    if (typeof body === "string") return limitBytes(body, limit);
    if (typeof body !== "object") return unreadable();
    if (ArrayBuffer.isView(body))
      return limitBytes(new Uint8Array(body.buffer, body.byteOffset, body.byteLength), limit);
    // By what they can do: an object from another realm is not an instance of any class here.
    if ("byteLength" in body) return limitBytes(new Uint8Array(body as ArrayBuffer), limit);
    if ("append" in body) return "sort" in body ? limitBytes(String(body), limit) : unreadable();
    if ("arrayBuffer" in body) return readBlob(body as Blob, limit);
  } catch {
    // A body that cannot be examined is as useless as one that cannot be read; the error may quote it.
  }
  return unreadable();
}

async function readRequestBody(request: Request, limit: number): Promise<Body> {
  try {
    const copy = request.clone();
    if (copy.body === null) return { data: "" };
    // Some runtimes have no `body` in `Request`.
    if (copy.body === undefined) return limitBytes(new Uint8Array(await copy.arrayBuffer()), limit);
    return await readStream(copy.body, limit);
  } catch {
    // It was already read, or its stream failed; the error may quote the body.
    return unreadable();
  }
}

async function readBlob(blob: Blob, limit: number): Promise<Body> {
  try {
    // jsdom's Blob has no streams.
    const isStream = typeof blob.stream === "function";
    return await (isStream
      ? readStream(blob.stream(), limit)
      : limitBytes(new Uint8Array(await blob.arrayBuffer()), limit));
  } catch {
    return unreadable();
  }
}

function limitBytes(data: string | Uint8Array, limit: number): Body {
  // A character of text takes up to three bytes.
  const isShort = typeof data === "string" && data.length * 3 <= limit;
  return isShort || (data.length <= limit && toBytes(data).length <= limit) ? { data } : tooLarge(limit);
}

async function readStream(stream: ReadableStream<Uint8Array>, limit: number): Promise<Body> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (let part = await reader.read(); part.value !== undefined; part = await reader.read()) {
    chunks.push(part.value);
    length += part.value.length;
    // A limit that is no number is exceeded at once.
    if (!(length <= limit)) {
      // The caller may still be reading the other half of a copied request, so nobody waits for this half to end.
      void reader.cancel().catch(() => undefined);
      return tooLarge(limit);
    }
  }
  const data = new Uint8Array(length);
  let position = 0;
  for (const chunk of chunks) {
    data.set(chunk, position);
    position += chunk.length;
  }
  return { data };
}

function tooLarge(limit: number): PayloadFailure {
  return { reason: "too-large", message: `the body has more than ${limit} bytes` };
}

function unreadable(): PayloadFailure {
  return { reason: "payload-unreadable", message: "the body is a stream or a form, or was read before" };
}
