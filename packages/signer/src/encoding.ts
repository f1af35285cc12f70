import { SignerError } from "./signer-error.ts";

/**
 * Percent-encodes text as Signature Version 4 requires: every byte but `A-Z a-z 0-9 - . _ ~`, with upper-case digits.
 *
 * @throws {@link SignerError} with code `ERR_REQUEST_INVALID` when the text contains half of a surrogate pair.
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request URI encoding}
 */
export function encodeUriComponent(text: string): string {
  // Most names and values have nothing to encode, and checking costs less than encoding them (measured).
  if (/^[\w.~-]*$/.test(text)) return text;
  try {
    return encodeURIComponent(text).replace(
      /[!'()*]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  } catch {
    throw new SignerError("ERR_REQUEST_INVALID", "path or query: half of a surrogate pair");
  }
}

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array & { toHex?: () => string }): string {
  // Built into newer runtimes: 15 times as fast on Node.js 26 (measured).
  if (bytes.toHex) return bytes.toHex();
  let text = "";
  for (const byte of bytes) text += (byte + 256).toString(16).slice(1);
  return text;
}

/** UTF-8 bytes of text; bytes pass through. */
export function toBytes(data: string | Uint8Array): Uint8Array<ArrayBuffer> {
  // WebCrypto's types refuse shared memory; nothing here is shared unless the caller's body is.
  return typeof data === "string" ? new TextEncoder().encode(data) : (data as Uint8Array<ArrayBuffer>);
}

/** Writes a date in Signature Version 4's only format: `20150830T123600Z`. */
export type DateFormat = (date: Date) => string;

/** The small {@link DateFormat}. */
export function formatDate(date: Date): string {
  return date.toISOString().replace(/[:-]|\.\d+/g, "");
}

/** Creates the fast {@link DateFormat}: it writes each second only once, and in a quarter of the time, with twice the code. */
export function createFastDateFormat(): DateFormat {
  let lastSecond: number | undefined;
  let text = "";
  return (date) => {
    const second = Math.floor(date.getTime() / 1000);
    if (second !== lastSecond) text = writeDigits(date);
    lastSecond = second;
    return text;
  };
}

function writeDigits(date: Date): string {
  const digits = String(
    date.getUTCFullYear() * 1e10 +
      (date.getUTCMonth() + 1) * 1e8 +
      date.getUTCDate() * 1e6 +
      date.getUTCHours() * 1e4 +
      date.getUTCMinutes() * 100 +
      date.getUTCSeconds(),
  );
  return `${digits.slice(0, 8)}T${digits.slice(8)}Z`;
}

/** Reads a date in the form of {@link DateFormat}, in milliseconds since 1970; `undefined` when it is not one. */
export function parseDate(date: string | undefined): number | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date ?? "") ?? [];
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // Runtimes accept 30 February and 24:00, and move them to the next day.
  return Number.isNaN(time) || new Date(time).getUTCDate() !== Number(day) ? undefined : time;
}
