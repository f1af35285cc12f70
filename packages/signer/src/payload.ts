import { hashHex, type Hash, type MaybePromise } from "./hash.ts";

/** A body that had to be read to be hashed. */
export interface Payload {
  /** Hexadecimal SHA-256. */
  readonly hash: string;
  /** What to send instead of the body: the same bytes. */
  readonly body: Uint8Array;
  /** What the body says of itself when no header does, such as the boundary of a form. */
  readonly type: string | null;
}

/** Stands for the hash of a body that is not signed; S3 and a few other services accept it over https. */
export const UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";

/**
 * Hashes a body of any kind. Streams are not read and are {@link UNSIGNED_PAYLOAD}.
 *
 * @see {@link https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html Transferring payload in a single chunk}
 */
export function hashPayload(hash: Hash, body: unknown): MaybePromise<string | Payload> {
  if (typeof body === "string" || body instanceof Uint8Array) return hashHex(hash, body);
  // Some have bytes, Request and Blob can give them, FormData and URLSearchParams can be turned into them; a stream cannot.
  const { byteLength, arrayBuffer, append } = body as Partial<ArrayBuffer & Blob & FormData>;
  return (byteLength ?? arrayBuffer ?? append) === undefined
    ? UNSIGNED_PAYLOAD
    : readPayload(hash, body as Request | BodyInit);
}

/** `Response` turns every body into the bytes and the content type that `fetch` would send. */
async function readPayload(hash: Hash, source: Request | BodyInit): Promise<Payload> {
  const copy = source instanceof Request ? source.clone() : new Response(source);
  const body = new Uint8Array(await copy.arrayBuffer());
  return { hash: await hashHex(hash, body), body, type: copy.headers.get("content-type") };
}
