import { hashHex, type Hash, type MaybePromise } from "./hash.ts";
import type { BodyBytes, ReadableBody } from "./read-body.ts";

/** A body that had to be read to be hashed: the bytes to send instead, and what no header says, such as the boundary of a form. */
export interface Payload extends BodyBytes {
  /** Hexadecimal SHA-256. */
  readonly hash: string;
}

/** Stands for the hash of a body that is not signed; S3 and a few other services accept it over https. */
export const UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";

/**
 * Hashes a body of any kind and any realm. Streams are not read and are {@link UNSIGNED_PAYLOAD}.
 *
 * @see {@link https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html Transferring payload in a single chunk}
 */
export function hashPayload(hash: Hash, body: unknown): MaybePromise<string | Payload> {
  if (typeof body === "string" || body instanceof Uint8Array) return hashHex(hash, body);
  return isStream(body) ? UNSIGNED_PAYLOAD : readPayload(hash, body as ReadableBody);
}

/** Tells a stream from a body that can be read twice. */
export function isStream(body: unknown): boolean {
  // Some have bytes, Request and Blob can give them, FormData and URLSearchParams can be turned into them; a stream cannot.
  const { byteLength, arrayBuffer, append } = body as Partial<ArrayBuffer & Blob & FormData>;
  return typeof body !== "string" && (byteLength ?? arrayBuffer ?? append) === undefined;
}

async function readPayload(hash: Hash, source: ReadableBody): Promise<Payload> {
  const { readBody } = await import("./read-body.ts");
  const { body, type } = await readBody(source);
  return { hash: await hashHex(hash, body), body, type };
}
