import { toBytes } from "./encoding.ts";
import type { Hash } from "./hash.ts";
import { SignerError } from "./signer-error.ts";

/** SHA-256 by the runtime's WebCrypto. Browsers have it only on https pages and on localhost. */
export const webcryptoHash: Hash = {
  bytes: async (data, key) =>
    new Uint8Array(
      await (key
        ? subtle().sign("HMAC", key instanceof CryptoKey ? key : await importKey(key), toBytes(data))
        : subtle().digest("SHA-256", toBytes(data))),
    ),
  importKey,
};

function importKey(key: unknown): Promise<CryptoKey> {
  // A key that is not yet imported is text or bytes.
  return subtle().importKey("raw", toBytes(key as string), { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
}

/** Browsers have WebCrypto on https pages and on localhost; elsewhere, use the other entry points. */
function subtle(): SubtleCrypto {
  const found = globalThis.crypto?.subtle;
  if (!found) throw new SignerError("ERR_HASH_INVALID", "WebCrypto missing");
  return found;
}
