import type { Hash, MaybePromise } from "./hash.ts";

/** The hash that ends a canonical request, and the body in the form that was hashed, if it had to be read. */
export interface Payload {
  /** Hexadecimal SHA-256, or `UNSIGNED-PAYLOAD`. */
  readonly hash: string;
  /** What to send instead of the caller's body: the same bytes. */
  readonly body?: Uint8Array;
  /** What the body says of itself when no header does, such as the boundary of a form. */
  readonly contentType?: string | null;
}

/** Stands for the hash of a body that is not signed; S3 and a few other services accept it over https. */
export const UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";

/**
 * Hashes a body of any kind. Streams are not read and are {@link UNSIGNED_PAYLOAD}.
 *
 * @see {@link https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html Transferring payload in a single chunk}
 */
export function hashPayload(hash: Hash, body: unknown): MaybePromise<Payload> {
  const data = toData(body);
  if (data !== undefined) {
    const hex = hash.sha256Hex(data);
    return typeof hex === "string" ? { hash: hex } : hex.then((hash) => ({ hash }));
  }
  if (typeof body === "function") return body().then((bytes: ArrayBuffer) => hashRead(hash, bytes));
  // FormData and URLSearchParams have `append`, a Blob has `arrayBuffer`; everything else is some kind of stream.
  return typeof body === "object" && body !== null && ("append" in body || "arrayBuffer" in body)
    ? hashParts(hash, body as BodyInit)
    : { hash: UNSIGNED_PAYLOAD };
}

function toData(body: unknown): string | Uint8Array | undefined {
  if (body === undefined || body === null) return "";
  if (typeof body === "string") return body;
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  return body instanceof ArrayBuffer ? new Uint8Array(body) : undefined;
}

/** `Response` turns every body into the bytes and the content type that `fetch` would send. */
async function hashParts(hash: Hash, body: BodyInit): Promise<Payload> {
  const response = new Response(body);
  return {
    ...(await hashRead(hash, await response.arrayBuffer())),
    contentType: response.headers.get("content-type"),
  };
}

async function hashRead(hash: Hash, buffer: ArrayBuffer): Promise<Payload> {
  const body = new Uint8Array(buffer);
  return { hash: await hash.sha256Hex(body), body };
}
