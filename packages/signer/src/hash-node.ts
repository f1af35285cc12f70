import crypto from "node:crypto";

import type { Hash } from "./hash.ts";

/** SHA-256 by `node:crypto`, synchronously. */
export const nodeHash: Hash = {
  bytes: (data, key) =>
    key === undefined ? crypto.hash("sha256", data, "buffer") : createHmac(key).update(data).digest(),
  hex: (data, key) =>
    key === undefined ? crypto.hash("sha256", data, "hex") : createHmac(key).update(data).digest("hex"),
};

/** Without `importKey` a key is text or bytes. */
function createHmac(key: unknown): crypto.Hmac {
  return crypto.createHmac("sha256", key as string | Uint8Array);
}
