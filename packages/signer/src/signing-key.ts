import type { Hash, MaybePromise } from "./hash.ts";
import { TERMINATOR, type Scope } from "./scope.ts";

/**
 * Derives the key that signs: four HMACs, from the secret over day, region and service.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#derive-signing-key Derive a signing key}
 */
export function deriveSigningKey(
  hash: Hash,
  secretAccessKey: string,
  scope: Scope,
): MaybePromise<Uint8Array> {
  const steps = [scope.date, scope.region, scope.service, TERMINATOR];
  let key: string | Uint8Array = `AWS4${secretAccessKey}`;
  for (const [index, step] of steps.entries()) {
    const next = hash.hmac(key, step);
    if (next instanceof Promise) return finish(hash, next, steps.slice(index + 1));
    key = next;
  }
  // Four steps ran, so the key is bytes.
  return key as Uint8Array;
}

/** Looks a signing key up, or derives and keeps it. */
export type SigningKeys = (
  secretAccessKey: string,
  accessKeyId: string,
  scope: string,
  parts: Scope,
) => MaybePromise<unknown>;

/**
 * Creates a store of at most `limit` signing keys; the one not used for longest goes first.
 *
 * An entry is found by access key id, scope and a fingerprint of the secret. The secret itself is never kept.
 */
export function createSigningKeys(hash: Hash, limit = 100): SigningKeys {
  const keys = new Map<string, MaybePromise<unknown>>();
  return (secretAccessKey, accessKeyId, scope, parts) => {
    const name = `${accessKeyId}/${fingerprint(secretAccessKey)}/${scope}`;
    let key = keys.get(name);
    if (key === undefined) {
      key = importedKey(hash, secretAccessKey, parts);
      if (key instanceof Promise) {
        // The settled key takes the promise's place, so that later signatures need not wait; a failure is not kept.
        key.then(
          (settled) => keys.has(name) && keys.set(name, settled),
          () => keys.delete(name),
        );
      }
    } else {
      keys.delete(name);
    }
    keys.set(name, key);
    if (keys.size > limit) keys.delete(keys.keys().next().value ?? name);
    return key;
  };
}

async function finish(hash: Hash, first: Promise<Uint8Array>, steps: readonly string[]): Promise<Uint8Array> {
  let key = await first;
  for (const step of steps) key = await hash.hmac(key, step);
  return key;
}

function importedKey(hash: Hash, secretAccessKey: string, scope: Scope): MaybePromise<unknown> {
  const key = deriveSigningKey(hash, secretAccessKey, scope);
  const { importKey } = hash;
  if (importKey === undefined) return key;
  return key instanceof Promise ? key.then(importKey) : importKey(key);
}

/**
 * Tells two secrets apart in 53 bits without a cryptographic hash, which would cost every signature a fifth of its time.
 * A secret has 240 bits, so this neither holds nor gives it away.
 */
function fingerprint(secret: string): number {
  let high = 0x9e3779b9;
  let low = 0x85ebca6b;
  for (let index = 0; index < secret.length; index++) {
    const code = secret.charCodeAt(index);
    high = Math.imul(high ^ code, 0x9e3779b1);
    low = Math.imul(low ^ code, 0x5f356495);
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  return (high & 0x1fffff) * 0x1_0000_0000 + (low >>> 0);
}
