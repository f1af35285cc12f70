import { toBytes, toHex } from "./encoding.ts";
import type { Hash } from "./hash.ts";
import { SignerError } from "./signer-error.ts";

/** SHA-256 by the runtime's WebCrypto. Browsers have it on https pages and on localhost only. */
export const webcryptoHash: Hash = {
  sha256Hex: async (data) => toHex(new Uint8Array(await subtle().digest("SHA-256", bytes(data)))),
  hmac: async (key, data) => hmac(await importKey(toBytes(key)), data),
  importKey,
  // `importKey` made the key.
  hmacHex: async (key, data) => toHex(await hmac(key as CryptoKey, data)),
};

function subtle(): SubtleCrypto {
  const found = globalThis.crypto?.subtle;
  if (found === undefined) {
    throw new SignerError(
      "ERR_HASH_INVALID",
      "sha256: no WebCrypto here (browsers have it on https only); use another entry",
    );
  }
  return found;
}

function importKey(key: Uint8Array): Promise<CryptoKey> {
  return subtle().importKey("raw", bytes(key), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

async function hmac(key: CryptoKey, data: string): Promise<Uint8Array> {
  return new Uint8Array(await subtle().sign("HMAC", key, bytes(data)));
}

/** WebCrypto refuses shared memory, and its types say so; nothing here is shared unless the caller's body is. */
function bytes(data: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return toBytes(data) as Uint8Array<ArrayBuffer>;
}
