import { toBytes, toHex } from "./encoding.ts";
import type { Hash } from "./hash.ts";
import { SignerError } from "./signer-error.ts";

/** SHA-256 by the runtime's WebCrypto. Browsers have it on https pages and on localhost only. */
export const webcryptoHash: Hash = {
  bytes,
  hex: async (data, key) => toHex(await bytes(data, key)),
  importKey,
};

async function bytes(data: string | Uint8Array, key?: unknown): Promise<Uint8Array> {
  const input = toSource(data);
  return new Uint8Array(
    key === undefined
      ? await subtle().digest("SHA-256", input)
      : // Whatever is not text or bytes was made by `importKey`.
        await subtle().sign("HMAC", isData(key) ? await importKey(key) : (key as CryptoKey), input),
  );
}

function importKey(key: string | Uint8Array): Promise<CryptoKey> {
  return subtle().importKey("raw", toSource(key), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

function subtle(): SubtleCrypto {
  const found = globalThis.crypto?.subtle;
  if (!found) throw new SignerError("ERR_HASH_INVALID", "no WebCrypto: use https, or give `sha256`");
  return found;
}

function isData(key: unknown): key is string | Uint8Array {
  return typeof key === "string" || key instanceof Uint8Array;
}

/** WebCrypto's types refuse shared memory; nothing here is shared unless the caller's body is. */
function toSource(data: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return toBytes(data) as Uint8Array<ArrayBuffer>;
}
