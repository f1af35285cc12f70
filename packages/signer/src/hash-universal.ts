import { Sha256 } from "@aws-crypto/sha256-universal";

import type { Hash } from "./hash.ts";

/** SHA-256 by `@aws-crypto/sha256-universal`: `node:crypto`, WebCrypto or JavaScript, whatever the runtime has. */
export const universalHash: Hash = {
  bytes: (data, key) => {
    // Nothing here imports keys, so a key is text or bytes; the class takes both.
    const hash = new Sha256(key as string | Uint8Array | undefined);
    hash.update(data);
    return hash.digest();
  },
};
