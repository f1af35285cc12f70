// For Node.js: without waiting, because the work is far shorter than a turn of the thread pool that WebCrypto takes.
import { createCipheriv, createDecipheriv } from "node:crypto";

/** AES-256-GCM with one key, from text to base64 and back. A ciphertext ends in its tag of 16 bytes. */
export interface AesGcm {
  /** Encrypts. An initialization vector of 12 bytes must not come twice. */
  encrypt(iv: Uint8Array, text: string): Promise<string>;
  /** Decrypts. Rejects what was not encrypted with this key and this vector. */
  decrypt(iv: Uint8Array, sealed: string): Promise<string>;
}

/** @param key - 32 bytes */
export function createAesGcm(key: Uint8Array): AesGcm {
  return {
    encrypt: (iv, text) => {
      const cipher = createCipheriv("aes-256-gcm", key, iv);
      const parts = [cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()];
      return Promise.resolve(Buffer.concat(parts).toString("base64"));
    },
    // eslint-disable-next-line require-await -- what node:crypto throws becomes a rejection
    decrypt: async (iv, sealed) => {
      const bytes = Buffer.from(sealed, "base64");
      const decipher = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: TAG_BYTES });
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const start = decipher.update(bytes.subarray(0, -TAG_BYTES));
      return Buffer.concat([start, decipher.final()]).toString("utf8");
    },
  };
}

const TAG_BYTES = 16;
