import { Sha256 } from "@aws-crypto/sha256-universal";

import { createHash, type Hash } from "./hash.ts";

/** SHA-256 by `@aws-crypto/sha256-universal`: `node:crypto`, WebCrypto or JavaScript, whatever the runtime has. */
export const universalHash: Hash = /* @__PURE__ */ createHash(Sha256);
