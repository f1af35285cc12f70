import { createCipher } from "./aes-gcm.ts";
import type { Cipher } from "./aes-gcm.ts";
import { CredentialsProviderError } from "../../../errors/credentials-provider-error.ts";
import type { SealingKey } from "./sealing-key.ts";

/** One key; several keys, of which the first seals and all open; or a function that gets them, which is called each time. */
export type SealingKeySource =
  | SealingKey
  | readonly SealingKey[]
  | (() => SealingKey | readonly SealingKey[] | Promise<SealingKey | readonly SealingKey[]>);

/** Turns a text into a store entry and back. The entry's name is bound to it. */
export interface Sealer {
  /** Creates the entry. */
  readonly seal: (name: string, text: string) => Promise<string>;
  /**
   * Reads an entry; `undefined` when it was not created under this name with one of the keys. A promise only where there is
   * something to wait for.
   */
  readonly open: (name: string, entry: string) => string | undefined | Promise<string | undefined>;
}

/**
 * Creates the sealer of a store's entries: AES-256-GCM with a random 96-bit nonce, and the entry's name as additional
 * data.
 *
 * @param source - the keys; `undefined` for entries in clear
 * @throws {@link CredentialsProviderError} `ERR_OPTION_INVALID` when a key that was passed in directly cannot be used.
 * @see {@link https://nvlpubs.nist.gov/nistpubs/Legacy/SP/nistspecialpublication800-38d.pdf NIST SP 800-38D}
 */
export function createSealer(source: SealingKeySource | undefined): Sealer {
  if (source === undefined) return unsealed;
  const fixed = typeof source === "function" ? undefined : listKeys(source);
  const ciphers = new WeakMap<SealingKey, Cipher | Promise<Cipher>>();
  const cipherOf = (key: SealingKey): Cipher | Promise<Cipher> => {
    const known = ciphers.get(key);
    if (known) return known;
    const made = createCipher(key);
    ciphers.set(key, made);
    return made;
  };
  // A provider asks for one entry, again and again.
  let lastName: string | undefined;
  let lastData: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  const dataOf = (name: string): Uint8Array<ArrayBuffer> => {
    if (name !== lastName) lastData = new TextEncoder().encode(SEALED + name);
    lastName = name;
    return lastData;
  };
  const keys = async (): Promise<readonly SealingKey[]> =>
    fixed ?? listKeys(typeof source === "function" ? await source() : source);

  return {
    seal: async (name, text) => {
      const [first] = await keys();
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE_LENGTH));
      // `listKeys` has made sure that there is one.
      const cipher = await cipherOf(first as SealingKey);
      const sealed = await cipher.encrypt(nonce, dataOf(name), new TextEncoder().encode(text));
      const bytes = new Uint8Array(NONCE_LENGTH + sealed.length);
      bytes.set(nonce);
      bytes.set(sealed, NONCE_LENGTH);
      return SEALED + toBase64(bytes);
    },
    open: (name, entry) => {
      const bytes = entry.startsWith(SEALED) ? fromBase64(entry.slice(SEALED.length)) : undefined;
      if (bytes === undefined || bytes.length < NONCE_LENGTH + TAG_LENGTH) return undefined;
      const nonce = bytes.subarray(0, NONCE_LENGTH);
      const sealed = bytes.subarray(NONCE_LENGTH);
      const data = dataOf(name);
      const open = (cipher: Cipher): string | Promise<string> => cipher.decrypt(nonce, data, sealed);
      const openWith = (key: SealingKey): string | Promise<string> => {
        const cipher = cipherOf(key);
        return "then" in cipher ? cipher.then(open) : open(cipher);
      };
      return fixed ? openWithAny(fixed, openWith) : keys().then((found) => openWithAny(found, openWith));
    },
  };
}

function openWithAny(
  keys: readonly SealingKey[],
  open: (key: SealingKey) => string | Promise<string>,
): string | undefined | Promise<string | undefined> {
  for (let index = 0; index < keys.length; index += 1) {
    try {
      const text = open(keys[index] as SealingKey);
      return typeof text === "string" ? text : text.catch(() => openWithAny(keys.slice(index + 1), open));
    } catch {
      // Sealed with another key, under another name, or changed: the algorithm does not say which.
    }
  }
  return undefined;
}

// The format's number is in the entry and, through the additional data, in its seal.
const SEALED = "1.sealed.";
const CLEAR = "1.clear.";
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

const unsealed: Sealer = {
  seal: async (_, text) => CLEAR + text,
  open: (_, entry) => (entry.startsWith(CLEAR) ? entry.slice(CLEAR.length) : undefined),
};

function listKeys(given: SealingKey | readonly SealingKey[]): readonly SealingKey[] {
  const keys = Array.isArray(given) ? given : [given];
  if (keys.length === 0) throw invalid("the list is empty");
  for (const key of keys) {
    if (isCryptoKey(key)) {
      const { name, length } = key.algorithm as AesKeyAlgorithm; // other algorithms have no `length`, or another name
      if (name !== "AES-GCM" || length !== 256) throw invalid(`a CryptoKey is for ${name}`);
      if (!key.usages.includes("encrypt") || !key.usages.includes("decrypt"))
        throw invalid("a CryptoKey lacks the usage encrypt or decrypt");
    } else if (!(key instanceof Uint8Array) || key.length !== 32) {
      throw invalid(
        key instanceof Uint8Array ? `one has ${key.length} bytes` : "one is neither bytes nor a CryptoKey",
      );
    }
  }
  return keys;
}

function isCryptoKey(key: unknown): key is CryptoKey {
  return Object.prototype.toString.call(key) === "[object CryptoKey]";
}

function invalid(found: string): CredentialsProviderError {
  return new CredentialsProviderError(
    "ERR_OPTION_INVALID",
    `sealingKey must be 32 random bytes or a CryptoKey for AES-GCM of 256 bits, or several of them: ${found}`,
  );
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  const { Buffer } = globalThis as { readonly Buffer?: NodeBuffer }; // absent in browsers
  if (Buffer) {
    const bytes = Buffer.from(text, "base64");
    // It skips what is no Base64.
    const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
    return (bytes.length + padding) * 4 === text.length * 3 ? bytes : undefined;
  }
  try {
    const characters = atob(text);
    // A loop, because `Uint8Array.from` takes ten times as long (measured).
    const bytes = new Uint8Array(characters.length);
    for (let index = 0; index < bytes.length; index += 1) bytes[index] = characters.charCodeAt(index);
    return bytes;
  } catch {
    return undefined;
  }
}

interface NodeBuffer {
  from(text: string, encoding: "base64"): Uint8Array<ArrayBuffer>;
}
