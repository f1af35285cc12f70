import { chain, type Hash, type MaybePromise } from "./hash.ts";

/**
 * Derives the key that signs: four HMACs, from the secret over the parts of the scope.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#derive-signing-key Derive a signing key}
 */
export function deriveSigningKey(
  hash: Hash,
  secretAccessKey: string,
  scope: string,
): MaybePromise<Uint8Array> {
  return scope.split("/").reduce<MaybePromise<Uint8Array | string>>(
    (key, part) => chain(key, (key) => hash.bytes(part, key)),
    `AWS4${secretAccessKey}`,
    // A scope has parts, so at least one HMAC ran.
  ) as MaybePromise<Uint8Array>;
}

/** Finds the key that signs. `credential` names who and where without the secret. */
export type FindSigningKey = (
  hash: Hash,
  secretAccessKey: string,
  scope: string,
  credential: string,
) => MaybePromise<unknown>;

/** Derives a key and prepares it for use. */
export function importSigningKey(hash: Hash, secretAccessKey: string, scope: string): MaybePromise<unknown> {
  return chain<Uint8Array, unknown>(
    deriveSigningKey(hash, secretAccessKey, scope),
    hash.importKey ?? ((key) => key),
  );
}

/**
 * Creates a store of at most `limit` signing keys; the oldest goes first.
 *
 * An entry is found by access key id, scope and a fingerprint of the secret. The secret itself is never kept.
 */
export function createSigningKeys(limit = 100): FindSigningKey {
  const keys = new Map<string, MaybePromise<unknown>>();
  return (hash, secretAccessKey, scope, credential) => {
    const name = credential + fingerprint(secretAccessKey);
    let key = keys.get(name);
    if (!key) {
      key = importSigningKey(hash, secretAccessKey, scope);
      keys.set(name, key);
      // A failure is not kept.
      if (key instanceof Promise) key.catch(() => keys.delete(name));
      for (const oldest of keys.keys()) if (keys.size > limit) keys.delete(oldest);
    }
    return key;
  };
}

/**
 * Tells two secrets apart in 64 bits without a cryptographic hash, which would cost every signature a fifth of its time.
 * A secret has 240 bits, so this neither holds nor gives it away.
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
