import { Sha256 } from "@aws-crypto/sha256-universal";

import { toHex } from "./encoding.ts";
import type { Hash } from "./hash.ts";

/** SHA-256 by `@aws-crypto/sha256-universal`: `node:crypto`, WebCrypto or JavaScript, depending on the runtime. */
export const universalHash: Hash = {
  bytes,
  hex: (data, key) => (data === "" ? EMPTY : bytes(data, key).then(toHex)),
};

/** The hash of an empty body, which most requests other than POST have. */
const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

function bytes(data: string | Uint8Array, key?: unknown): Promise<Uint8Array> {
  // Nothing here imports keys, so a key is text or bytes; the class takes both.
  const hash = new Sha256(key as string | Uint8Array | undefined);
  hash.update(data);
  return hash.digest();
}
