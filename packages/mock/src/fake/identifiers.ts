import { createRandomBytes } from "./random-bytes.ts";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Creates ids, keys and tokens in the forms that AWS uses. */
export interface Identifiers {
  /** An access key id of 20 characters from which the account can be read, as from real ones. */
  accessKeyId(prefix: "AKIA" | "ASIA", account: string): string;
  /** An IAM unique id of 21 characters: `AIDA…` for a user, `AROA…` for a role. */
  uniqueId(prefix: "AIDA" | "AROA"): string;
  /** A secret access key of 40 characters. */
  secretAccessKey(): string;
  /** A session token of at least this many bytes. */
  sessionToken(minimumBytes?: number): string;
  /** A request id: a version 4 UUID. */
  requestId(): string;
}

/**
 * Creates identifiers from a source of random bytes.
 *
 * @param randomBytes - default: `crypto.getRandomValues`, so that nothing issued can be guessed
 */
export function createIdentifiers(
  randomBytes: (length: number) => Uint8Array = createRandomBytes(),
): Identifiers {
  return {
    accessKeyId: (prefix, account) => prefix + base32(accountBytes(account, randomBytes(10))),
    uniqueId: (prefix) => prefix + base32(randomBytes(11)).slice(0, 17),
    secretAccessKey: () => base64(randomBytes(30)),
    sessionToken: (minimumBytes = 0) => {
      const token = SESSION_TOKEN_PREFIX + base64(randomBytes(240));
      return token.length >= minimumBytes ? token : pad(token, minimumBytes, randomBytes);
    },
    requestId: () => uuid(randomBytes(16)),
  };
}

/**
 * Reads the account number from an access key id: it is in the 40 bits after the first bit.
 *
 * @returns `undefined` when the text is not an access key id.
 */
export function accountOfAccessKeyId(accessKeyId: string): string | undefined {
  if (!/^[A-Z]{4}[A-Z2-7]{16}$/.test(accessKeyId)) return undefined;
  let bits = 0n;
  for (const letter of accessKeyId.slice(4, 14)) bits = (bits << 5n) | BigInt(BASE32.indexOf(letter));
  const account = String((bits >> 9n) & 0xff_ffff_ffffn);
  return account.length > 12 ? undefined : account.padStart(12, "0");
}

// Every real session token begins with these characters: the bytes contain the word "origin".
const SESSION_TOKEN_PREFIX = "IQoJb3JpZ2luX2Vj";

function pad(token: string, bytes: number, randomBytes: (length: number) => Uint8Array): string {
  const filler = base64(randomBytes(Math.ceil(((bytes - token.length) / 4) * 3)));
  return (token + filler).slice(0, Math.max(bytes, token.length));
}

function accountBytes(account: string, random: Uint8Array): Uint8Array {
  // 48 bits: a one, 40 bits of the account and 7 random ones. A number holds 53.
  let value = 2 ** 47 + Number(account) * 2 ** 7 + ((random[5] ?? 0) & 0x7f);
  const bytes = Uint8Array.from(random);
  for (let index = 5; index >= 0; index--) {
    bytes[index] = value % 256;
    value = Math.floor(value / 256);
  }
  return bytes;
}

function base32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0x1fff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32[(held >> bits) & 31];
    }
  }
  return text;
}

function base64(bytes: Uint8Array & { toBase64?: () => string }): string {
  // Built into newer runtimes, where it takes a third of the time.
  return bytes.toBase64?.() ?? btoa(String.fromCharCode(...bytes));
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function uuid(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index < 16; index++) {
    const byte = bytes[index] ?? 0;
    if (index === 4 || index === 6 || index === 8 || index === 10) text += "-";
    text += HEX[index === 6 ? (byte & 15) | 64 : index === 8 ? (byte & 63) | 128 : byte];
  }
  return text;
}
