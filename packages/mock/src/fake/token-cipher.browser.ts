// For browsers, workers and everything else: WebCrypto.
import type { TokenCipher } from "./token-cipher.ts";

export function createTokenCipher(key: Uint8Array, start: Uint8Array): TokenCipher {
  let imported: Promise<Keys> | undefined;
  const counter = new Uint8Array(BLOCK);
  counter.set(start.subarray(0, BLOCK - 6));
  let usedBlocks = 0;
  return {
    encrypt: async (text) => {
      const plain = new TextEncoder().encode(text);
      const own = Uint8Array.from(counter);
      usedBlocks += Math.ceil(plain.length / BLOCK);
      const view = new DataView(counter.buffer);
      view.setUint16(BLOCK - 6, Math.floor(usedBlocks / 2 ** 32));
      view.setUint32(BLOCK - 4, usedBlocks % 2 ** 32);
      const { cipherKey, macKey } = await (imported ??= importKeys(key));
      const encrypted = new Uint8Array(await crypto.subtle.encrypt(algorithm(own), cipherKey, plain));
      const message = join(own, encrypted);
      const mac = new Uint8Array(await crypto.subtle.sign("HMAC", macKey, message));
      let binary = "";
      for (const byte of join(message, mac.subarray(0, TAG))) binary += String.fromCharCode(byte);
      return btoa(binary);
    },
    decrypt: async (sealed) => {
      const bytes = Uint8Array.from(atob(sealed), (letter) => letter.charCodeAt(0));
      if (bytes.length < BLOCK + TAG) throw new TypeError("too short");
      const { cipherKey, macKey } = await (imported ??= importKeys(key));
      const message = bytes.subarray(0, -TAG);
      const mac = new Uint8Array(await crypto.subtle.sign("HMAC", macKey, message));
      let difference = 0;
      for (const [index, byte] of bytes.subarray(-TAG).entries()) difference |= byte ^ (mac[index] ?? 0);
      if (difference !== 0) throw new TypeError("not made with this key");
      const own = message.slice(0, BLOCK);
      const text = await crypto.subtle.decrypt(algorithm(own), cipherKey, message.subarray(BLOCK));
      return new TextDecoder().decode(text);
    },
  };
}

const BLOCK = 16;
const TAG = 16;

interface Keys {
  readonly cipherKey: CryptoKey;
  readonly macKey: CryptoKey;
}

async function importKeys(key: Uint8Array): Promise<Keys> {
  const keys = await crypto.subtle.digest("SHA-512", Uint8Array.from(key));
  const hmac = { name: "HMAC", hash: "SHA-256" };
  return {
    cipherKey: await crypto.subtle.importKey("raw", keys.slice(0, 32), "AES-CTR", false, [
      "encrypt",
      "decrypt",
    ]),
    macKey: await crypto.subtle.importKey("raw", keys.slice(32), hmac, false, ["sign"]),
  };
}

function algorithm(counter: Uint8Array<ArrayBuffer>): AesCtrParams {
  return { name: "AES-CTR", counter, length: 48 };
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
