import { toHex } from "./encoding.ts";

/** A value, or a promise of it: allows a synchronous hash to stay synchronous. */
export type MaybePromise<T> = T | Promise<T>;

/** An object that hashes the bytes it is given, as in `@aws-crypto/*` and `@smithy/hash-node`. */
export interface HashObject {
  /** Adds bytes. */
  update(data: Uint8Array): void;
  /** Ends the hash: 32 bytes. */
  digest(): MaybePromise<Uint8Array>;
}

/** The AWS hash class: `new Sha256()` hashes, `new Sha256(secret)` computes an HMAC. */
export interface HashConstructor {
  /** Begins a hash or, with a secret, an HMAC. */
  new (secret?: Uint8Array): HashObject;
}

/** SHA-256 as a plain function from bytes to 32 bytes. HMAC is built on top of it. */
export type HashFunction = (data: Uint8Array) => MaybePromise<Uint8Array>;

/** Everything the signer needs from a SHA-256 implementation: the one seam between this package and cryptography. */
export interface Hash {
  /** SHA-256 or, with a key, HMAC-SHA-256: 32 bytes. Text counts as UTF-8. A key can be a result of `importKey`. */
  readonly bytes: (data: string | Uint8Array, key?: unknown) => MaybePromise<Uint8Array>;
  /** The same in lower-case hexadecimal, where that is faster than converting the bytes. */
  readonly hex?: (data: string | Uint8Array, key?: unknown) => MaybePromise<string>;
  /** Prepares the bytes of a key for many calls. */
  readonly importKey?: (key: Uint8Array) => MaybePromise<unknown>;
}

/** SHA-256 or, with a key, HMAC-SHA-256, in lower-case hexadecimal. */
export function hashHex(hash: Hash, data: string | Uint8Array, key?: unknown): MaybePromise<string> {
  return hash.hex ? hash.hex(data, key) : Promise.resolve(hash.bytes(data, key)).then(toHex);
}
