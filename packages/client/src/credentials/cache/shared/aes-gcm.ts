import type { SealingKey } from "./sealing-key.ts";

/** AES-GCM with one key. The 16-byte tag follows the ciphertext. */
export interface Cipher {
  /** Encrypts. */
  readonly encrypt: (nonce: Bytes, data: Bytes, text: Bytes) => Bytes | Promise<Bytes>;
  /** Decrypts; throws when anything differs. */
  readonly decrypt: (nonce: Bytes, data: Bytes, sealed: Bytes) => string | Promise<string>;
}

type Bytes = Uint8Array<ArrayBuffer>;

const TAG_LENGTH = 16;

/**
 * Creates the cipher for a key; a promise only with WebCrypto.
 *
 * WebCrypto passes every call to another thread, which takes longer than a store in the same rack: 150 µs against 10,
 * measured. So `node:crypto` handles keys given as bytes, where it exists; a `CryptoKey` stays with WebCrypto.
 */
export function createCipher(key: SealingKey): Cipher | Promise<Cipher> {
  const node = nodeCrypto();
  return key instanceof Uint8Array && node ? onNode(node, key) : onWebCrypto(key);
}

async function onWebCrypto(given: SealingKey): Promise<Cipher> {
  const key =
    given instanceof Uint8Array
      ? await crypto.subtle.importKey("raw", given, "AES-GCM", false, ["encrypt", "decrypt"])
      : given;
  const parameters = (iv: Bytes, additionalData: Bytes): AesGcmParams => ({
    name: "AES-GCM",
    iv,
    additionalData,
  });
  return {
    encrypt: async (nonce, data, text) =>
      new Uint8Array(await crypto.subtle.encrypt(parameters(nonce, data), key, text)),
    decrypt: async (nonce, data, sealed) =>
      new TextDecoder().decode(await crypto.subtle.decrypt(parameters(nonce, data), key, sealed)),
  };
}

function onNode(node: NodeCrypto, bytes: Bytes): Cipher {
  const key = node.createSecretKey(bytes);
  const options = { authTagLength: TAG_LENGTH };
  return {
    encrypt: (nonce, data, text) => {
      const cipher = node.createCipheriv("aes-256-gcm", key, nonce, options).setAAD(data);
      return join(cipher.update(text), cipher.final(), cipher.getAuthTag());
    },
    decrypt: (nonce, data, sealed) => {
      const end = sealed.length - TAG_LENGTH;
      const decipher = node.createDecipheriv("aes-256-gcm", key, nonce, options).setAAD(data);
      decipher.setAuthTag(sealed.subarray(end));
      // The text is whole after `update`; `final` throws if the tag is another's.
      const text = decipher.update(sealed.subarray(0, end));
      decipher.final();
      return text.toString();
    },
  };
}

function join(...parts: readonly Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

type NodeCrypto = Pick<
  typeof import("node:crypto"),
  "createCipheriv" | "createDecipheriv" | "createSecretKey"
>;

// Looked up at run time, so that bundles for browsers contain no import of it.
function nodeCrypto(): NodeCrypto | undefined {
  // Absent in browsers; Workers may have `process` without the module.
  const { process } = globalThis as {
    process?: { getBuiltinModule?: (name: string) => NodeCrypto | undefined };
  };
  return process?.getBuiltinModule?.("crypto");
}
