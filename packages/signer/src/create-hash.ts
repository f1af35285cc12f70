import { toBytes } from "./encoding.ts";
import type { Hash, HashConstructor, HashFunction, MaybePromise } from "./hash.ts";

/** Creates a {@link Hash} from a class in the AWS form or a plain function. */
export function createHash(sha256: HashConstructor | HashFunction): Hash {
  return {
    bytes: async (text, secret) => {
      const data = toBytes(text);
      // Nothing here imports keys, so a key is text or bytes.
      const key = secret ? toBytes(secret as string | Uint8Array) : undefined;
      // `prototype` is missing on arrow functions and empty on others; only a hash class has the method.
      if (sha256.prototype?.digest) {
        const hash = new (sha256 as HashConstructor)(key);
        hash.update(data);
        return hash.digest();
      }
      const digest = sha256 as HashFunction;
      if (!key) return digest(data);
      // HMAC according to RFC 2104, for keys of any length.
      const short = key.length > 64 ? await digest(key) : key;
      const padded = (mask: number, after: Uint8Array): MaybePromise<Uint8Array> => {
        const block = new Uint8Array(64 + after.length).fill(mask);
        short.forEach((byte, index) => (block[index] = byte ^ mask));
        block.set(after, 64);
        return digest(block);
      };
      return padded(0x5c, await padded(0x36, data));
    },
  };
}
