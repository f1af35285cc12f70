import { CredentialsProviderError } from "../../../errors/credentials-provider-error.ts";

/**
 * A key that entries of a shared store are encrypted with: 32 random bytes, or a `CryptoKey` for AES-GCM of 256 bits with
 * the usages `encrypt` and `decrypt`.
 */
export type SealingKey = Uint8Array<ArrayBuffer> | CryptoKey;

/** One key, several of which the first seals and all open, or a function that gets them; it is asked each time. */
export type SealingKeySource =
  | SealingKey
  | readonly SealingKey[]
  | (() => SealingKey | readonly SealingKey[] | Promise<SealingKey | readonly SealingKey[]>);

/** Turns a text into an entry of a store and back. The entry's name is bound to it. */
export interface Sealer {
  /** Makes the entry. */
  readonly seal: (name: string, text: string) => Promise<string>;
  /** Reads an entry; `undefined` when it was not made under this name with one of the keys. */
  readonly open: (name: string, entry: string) => Promise<string | undefined>;
}

/**
 * Creates the sealer of a store's entries: AES-256-GCM with a random 96-bit nonce, and the entry's name as additional
 * data.
 *
 * @param source - the keys; `undefined` for entries in clear
 * @throws {@link CredentialsProviderError} `ERR_OPTION_INVALID` when a key that is there at once cannot be used.
 * @see {@link https://nvlpubs.nist.gov/nistpubs/Legacy/SP/nistspecialpublication800-38d.pdf NIST SP 800-38D}
 */
export function createSealer(source: SealingKeySource | undefined): Sealer {
  if (source === undefined) return unsealed;
  if (typeof source !== "function") listKeys(source);
  const imported = new WeakMap<SealingKey, Promise<CryptoKey>>();
  const importOnce = (key: SealingKey): Promise<CryptoKey> => {
    const known = imported.get(key);
    if (known) return known;
    const made = isCryptoKey(key)
      ? Promise.resolve(key)
      : crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);
    imported.set(key, made);
    return made;
  };
  const keys = async (): Promise<readonly SealingKey[]> =>
    listKeys(typeof source === "function" ? await source() : source);

  return {
    seal: async (name, text) => {
      const [first] = await keys();
      const iv = crypto.getRandomValues(new Uint8Array(NONCE_LENGTH));
      // `listKeys` has made sure that there is one.
      const key = await importOnce(first as SealingKey);
      const sealed = new Uint8Array(
        await crypto.subtle.encrypt(parameters(name, iv), key, new TextEncoder().encode(text)),
      );
      const bytes = new Uint8Array(iv.length + sealed.length);
      bytes.set(iv);
      bytes.set(sealed, iv.length);
      return SEALED + toBase64(bytes);
    },
    open: async (name, entry) => {
      const bytes = entry.startsWith(SEALED) ? fromBase64(entry.slice(SEALED.length)) : undefined;
      if (bytes === undefined) return undefined;
      const iv = bytes.slice(0, NONCE_LENGTH);
      for (const key of await keys()) {
        try {
          const text = await crypto.subtle.decrypt(
            parameters(name, iv),
            await importOnce(key),
            bytes.slice(NONCE_LENGTH),
          );
          return new TextDecoder().decode(text);
        } catch {
          // Sealed with another key, under another name, or changed: the algorithm does not say which.
        }
      }
      return undefined;
    },
  };
}

// The number of the format stands in the entry and, through the additional data, in its seal.
const SEALED = "1.sealed.";
const CLEAR = "1.clear.";
const NONCE_LENGTH = 12;

const unsealed: Sealer = {
  seal: async (_, text) => CLEAR + text,
  open: async (_, entry) => (entry.startsWith(CLEAR) ? entry.slice(CLEAR.length) : undefined),
};

function parameters(name: string, iv: Uint8Array<ArrayBuffer>): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(`${SEALED}${name}`) };
}

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
      throw invalid(key instanceof Uint8Array ? `one has ${key.length} bytes` : "one is no key");
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
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
