import { toBytes, toHex } from "./encoding.ts";
import { SignerError } from "./signer-error.ts";

/** A value, or a promise of it: lets a synchronous hash stay synchronous. */
export type MaybePromise<T> = T | Promise<T>;

/** An object that hashes what it is fed, as `@aws-crypto/*` and `@smithy/hash-node` make it. */
export interface HashObject {
  /** Adds bytes. */
  update(data: Uint8Array): void;
  /** Ends the hash: 32 bytes. */
  digest(): MaybePromise<Uint8Array>;
}

/** The AWS hash class: `new Sha256()` hashes, `new Sha256(secret)` makes an HMAC. */
export interface HashConstructor {
  /** Begins a hash, or with a secret an HMAC. */
  new (secret?: Uint8Array): HashObject;
}

/** SHA-256 as a plain function from bytes to 32 bytes. The HMAC is built on top of it. */
export type HashFunction = (data: Uint8Array) => MaybePromise<Uint8Array>;

/** Everything the signer asks of an implementation of SHA-256: the one seam between this package and cryptography. */
export interface Hash {
  /** SHA-256 in lower-case hexadecimal; text is hashed as UTF-8. */
  readonly sha256Hex: (data: string | Uint8Array) => MaybePromise<string>;
  /** HMAC-SHA-256 as bytes. */
  readonly hmac: (key: string | Uint8Array, data: string) => MaybePromise<Uint8Array>;
  /** Prepares a key for many calls of {@link Hash.hmacHex}; without it the bytes themselves are used. */
  readonly importKey?: (key: Uint8Array) => MaybePromise<unknown>;
  /** HMAC-SHA-256 in lower-case hexadecimal, with what `importKey` made. */
  readonly hmacHex: (key: unknown, data: string) => MaybePromise<string>;
}

/**
 * Makes a {@link Hash} of a class in the AWS form or of a plain function.
 *
 * @throws {@link SignerError} with code `ERR_HASH_INVALID` when it is neither.
 */
export function createHash(sha256: HashConstructor | HashFunction): Hash {
  if (typeof sha256 !== "function") {
    throw new SignerError(
      "ERR_HASH_INVALID",
      `sha256: expected a class or a function, found ${typeof sha256}`,
    );
  }
  const [digest, hmac] = isConstructor(sha256) ? fromConstructor(sha256) : fromFunction(sha256);
  return {
    sha256Hex: (data) => chain(digest(toBytes(data)), toHex),
    hmac: (key, data) => hmac(toBytes(key), toBytes(data)),
    // The key is what `importKey` made, and without one it is the bytes.
    hmacHex: (key, data) => chain(hmac(key as Uint8Array, toBytes(data)), toHex),
  };
}

/** Applies a function to a value now, or to a promised value later. */
export function chain<T, U>(value: MaybePromise<T>, apply: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return value instanceof Promise ? value.then(apply) : apply(value);
}

type Digest = (data: Uint8Array) => MaybePromise<Uint8Array>;
type Hmac = (key: Uint8Array, data: Uint8Array) => MaybePromise<Uint8Array>;

function isConstructor(sha256: HashConstructor | HashFunction): sha256 is HashConstructor {
  // `prototype` is missing on arrow functions and empty on others; only a hash class has the method.
  return typeof sha256.prototype?.digest === "function";
}

function fromConstructor(Sha256: HashConstructor): [Digest, Hmac] {
  const run = (hash: HashObject, data: Uint8Array) => {
    hash.update(data);
    return hash.digest();
  };
  return [(data) => run(new Sha256(), data), (key, data) => run(new Sha256(key), data)];
}

/** HMAC after RFC 2104, for keys of any length. */
function fromFunction(digest: HashFunction): [Digest, Hmac] {
  const pad = (key: Uint8Array, mask: number, data: Uint8Array) => {
    const block = new Uint8Array(64 + data.length).fill(mask, 0, 64);
    key.forEach((byte, index) => (block[index] = byte ^ mask));
    block.set(data, 64);
    return digest(block);
  };
  const hmac = async (key: Uint8Array, data: Uint8Array) => {
    const short = key.length > 64 ? await digest(key) : key;
    return pad(short, 0x5c, await pad(short, 0x36, data));
  };
  return [digest, hmac];
}
