import { ALGORITHM } from "./canonical.ts";
import type { AwsCredentials } from "./credentials.ts";
import { hashHex, type Hash, type MaybePromise } from "./hash.ts";
import type { Platform } from "./platform.ts";
import { formatScope, type Scope } from "./scope.ts";
import type { Scheme } from "./sign.ts";

/**
 * Derives the key that signs for one day, region and service from a secret key: 32 bytes.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#derive-signing-key Derive a signing key}
 */
export type DeriveSigningKey = (secretAccessKey: string, scope: Scope) => Promise<Uint8Array>;

/** Binds {@link DeriveSigningKey} to a hash. */
export function bindDeriveSigningKey({ hash }: Platform): DeriveSigningKey {
  return function deriveSigningKey(secretAccessKey, scope) {
    return derive(hash, secretAccessKey, formatScope(scope));
  };
}

/** Four HMACs, from the secret through the parts of the scope. */
async function derive(hash: Hash, secretAccessKey: string, scope: string): Promise<Uint8Array> {
  let key: string | Uint8Array = `AWS4${secretAccessKey}`;
  for (const part of scope.split("/")) key = await hash.bytes(part, key);
  // A scope has parts, so at least one HMAC ran.
  return key as Uint8Array;
}

/** Whose key it is, and for what. */
export interface SigningKeyParts {
  readonly hash: Hash;
  readonly credentials: Pick<AwsCredentials, "accessKeyId" | "secretAccessKey">;
  /** `20150830/us-east-1/sts/aws4_request`. */
  readonly scope: string;
}

/** Finds the key that signs. */
export type FindSigningKey = (parts: SigningKeyParts) => MaybePromise<unknown>;

/** Derives a key and prepares it for use. */
export async function importSigningKey({ hash, credentials, scope }: SigningKeyParts): Promise<unknown> {
  const key = await derive(hash, credentials.secretAccessKey, scope);
  return hash.importKey?.(key) ?? key;
}

/** Signature Version 4: an HMAC with a key that is derived for one day, region and service. */
export function hmacScheme(findKey: FindSigningKey = importSigningKey): Scheme {
  return {
    algorithm: ALGORITHM,
    writeScope: formatScope,
    sign: (prepared) => {
      const { hash, stringToSign } = prepared;
      const key = findKey(prepared);
      const signWith = (ready: unknown): MaybePromise<string> => hashHex(hash, stringToSign, ready);
      // Not `instanceof Promise`, which libraries replace.
      return (key as Partial<Promise<unknown>>).then ? Promise.resolve(key).then(signWith) : signWith(key);
    },
  };
}

/**
 * Creates a cache of at most `limit` signing keys for {@link hmacScheme}.
 *
 * An entry is found by access key id, scope and a fingerprint of the secret. The secret itself is never stored.
 */
export function createSigningKeys(limit?: number): FindSigningKey {
  const keys = createKeyStore(limit);
  return (parts) => {
    const name = nameKey(parts);
    const kept = keys.get(name);
    if (kept) return kept;
    const derived = importSigningKey(parts);
    keys.set(name, derived);
    // A key that is available need not be awaited, and a failure is not kept.
    derived.then(
      (ready) => keys.get(name) === derived && keys.set(name, ready),
      () => keys.delete(name),
    );
    return derived;
  };
}

/** Names a key without its secret. */
export function nameKey({ credentials, scope }: SigningKeyParts): string {
  return `${credentials.accessKeyId}/${scope}${fingerprint(credentials.secretAccessKey)}`;
}

/** Signing keys by name; the oldest is dropped first. */
export interface KeyStore {
  readonly get: (name: string) => unknown;
  readonly set: (name: string, key: unknown) => void;
  readonly delete: (name: string) => void;
}

/** Creates a cache of at most `limit` keys. */
export function createKeyStore(limit = 100): KeyStore {
  const keys = new Map<string, unknown>();
  return {
    get: (name) => keys.get(name),
    set: (name, key) => {
      keys.set(name, key);
      const [oldest = name] = keys.keys();
      // With a limit that is no number, nothing is kept.
      if (!(keys.size <= limit)) keys.delete(oldest);
    },
    delete: (name) => keys.delete(name),
  };
}

/**
 * Distinguishes two secrets by 64 bits without a cryptographic hash, which would cost every signature a fifth of its time
 * (measured). A secret has 240 bits, so this neither contains it nor reveals it.
 */
function fingerprint(secret: string): string {
  let first = 1;
  let second = 0;
  for (let index = 0; index < secret.length; index++) {
    first = Math.imul(first ^ secret.charCodeAt(index), 0x9e3779b1);
    second = Math.imul(second ^ (first >>> 15), 0x85ebca6b);
  }
  return `:${first}:${second}`;
}
