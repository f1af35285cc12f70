// For browsers, workers and everything else: WebCrypto.
import type { AesGcm } from "./aes-gcm.ts";

export function createAesGcm(key: Uint8Array): AesGcm {
  let imported: Promise<CryptoKey> | undefined;
  const cryptoKey = (): Promise<CryptoKey> =>
    (imported ??= crypto.subtle.importKey("raw", Uint8Array.from(key), "AES-GCM", false, [
      "encrypt",
      "decrypt",
    ]));
  const algorithm = (iv: Uint8Array): AesGcmParams => ({ name: "AES-GCM", iv: Uint8Array.from(iv) });
  return {
    encrypt: async (iv, text) => {
      const plain = new TextEncoder().encode(text);
      const sealed = new Uint8Array(await crypto.subtle.encrypt(algorithm(iv), await cryptoKey(), plain));
      let binary = "";
      for (const byte of sealed) binary += String.fromCharCode(byte);
      return btoa(binary);
    },
    decrypt: async (iv, sealed) => {
      const bytes = Uint8Array.from(atob(sealed), (letter) => letter.charCodeAt(0));
      return new TextDecoder().decode(await crypto.subtle.decrypt(algorithm(iv), await cryptoKey(), bytes));
    },
  };
}
