import crypto from "node:crypto";

import type { Hash } from "./hash.ts";

/** SHA-256 by `node:crypto`, synchronously. */
export const nodeHash: Hash = {
  sha256Hex: (data) => crypto.hash("sha256", data, "hex"),
  hmac: (key, data) => crypto.createHmac("sha256", key).update(data).digest(),
  // Without `importKey` the key is the bytes that `hmac` made.
  hmacHex: (key, data) =>
    crypto
      .createHmac("sha256", key as Uint8Array)
      .update(data)
      .digest("hex"),
};
