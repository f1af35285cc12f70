import type { Hash, MaybePromise } from "./hash.ts";

/**
 * Derives the key that signs: four HMACs, from the secret over the parts of the scope.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#derive-signing-key Derive a signing key}
 */
export async function deriveSigningKey(
  hash: Hash,
  secretAccessKey: string,
  scope: string,
): Promise<Uint8Array> {
  let key: string | Uint8Array = `AWS4${secretAccessKey}`;
  for (const part of scope.split("/")) key = await hash.bytes(part, key);
  // A scope has parts, so at least one HMAC ran.
  return key as Uint8Array;
}

/** Finds the key that signs. `credential` names who and where without the secret. */
export type FindSigningKey = (
  hash: Hash,
  secretAccessKey: string,
  scope: string,
  credential: string,
) => MaybePromise<unknown>;

/** Derives a key and prepares it for use. */
export async function importSigningKey(hash: Hash, secretAccessKey: string, scope: string): Promise<unknown> {
  const key = await deriveSigningKey(hash, secretAccessKey, scope);
  return hash.importKey?.(key) ?? key;
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
      const derived = importSigningKey(hash, secretAccessKey, scope);
      // A key that is there need not be waited for, and a failure is not kept.
      derived.then(
        (ready) => keys.has(name) && keys.set(name, ready),
        () => keys.delete(name),
      );
      keys.set(name, (key = derived));
      const [oldest = name] = keys.keys();
      if (keys.size > limit) keys.delete(oldest);
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
