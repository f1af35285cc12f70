import crypto from "node:crypto";

import type { Hash } from "./hash.ts";

/** SHA-256 by `node:crypto`, synchronously. */
export const nodeHash: Hash = {
  // Only `hex` is called with an imported key, so this one is text or bytes.
  bytes: (data, key) =>
    key === undefined
      ? crypto.createHash("sha256").update(data).digest()
      : crypto
          .createHmac("sha256", key as string | Uint8Array)
          .update(data)
          .digest(),
  hex: (data, key) => (key === undefined ? crypto.hash("sha256", data) : hmacHex(key as HmacKey, data)),
  importKey: (bytes): HmacKey => ({ bytes, blocks: "unused" }),
};

/** A key and, from its second use on, the two HMAC blocks, each with room for the data to hash. */
interface HmacKey {
  readonly bytes: Uint8Array;
  blocks: "unused" | "used once" | readonly [inner: Buffer, outer: Buffer];
}

const BLOCK = 64;
const ROOM = 512;

/** HMAC as two one-shot hashes, which `node:crypto` does in half the time of an `Hmac` object. */
function hmacHex(key: HmacKey, data: string | Uint8Array): string {
  // For a key that is used once, the blocks are not worth it.
  if (key.blocks === "unused") key.blocks = "used once";
  else if (key.blocks === "used once")
    key.blocks = [padded(key.bytes, 0x36, ROOM), padded(key.bytes, 0x5c, 32)];
  // A character takes at most three bytes.
  if (typeof key.blocks === "string" || typeof data !== "string" || data.length * 3 > ROOM) {
    return crypto.createHmac("sha256", key.bytes).update(data).digest("hex");
  }
  const [inner, outer] = key.blocks;
  const length = BLOCK + inner.write(data, BLOCK);
  outer.write(crypto.hash("sha256", inner.subarray(0, length), "latin1"), BLOCK, "latin1");
  return crypto.hash("sha256", outer);
}

function padded(key: Uint8Array, mask: number, room: number): Buffer {
  const block = Buffer.alloc(BLOCK + room).fill(mask, 0, BLOCK);
  for (const [index, byte] of key.entries()) block[index] = byte ^ mask;
  return block;
}
