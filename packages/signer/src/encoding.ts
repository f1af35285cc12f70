/**
 * Percent-encodes text as Signature Version 4 wants it: every byte but `A-Z a-z 0-9 - . _ ~`, with upper-case digits.
 *
 * Lone surrogates become U+FFFD, which is also what `fetch` sends for them.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request URI encoding}
 */
export function encodeUriComponent(text: string): string {
  return UNRESERVED.test(text)
    ? text
    : encodeURIComponent(text.replace(LONE_SURROGATES, "\ufffd")).replace(/[!'()*]/g, escapeByte);
}

/**
 * Brings text that is percent-encoded already into the one canonical spelling, byte for byte and without ever failing:
 * upper-case digits, nothing encoded that need not be, everything else encoded.
 */
export function normalizeEncoding(text: string): string {
  return UNRESERVED.test(text)
    ? text
    : text.replace(/%[\da-f]{2}|[^\w.~-]+/gi, (part) => {
        if (!/^%[\da-f]{2}$/i.test(part)) return encodeUriComponent(part);
        const character = String.fromCharCode(Number.parseInt(part.slice(1), 16));
        return UNRESERVED.test(character) ? character : part.toUpperCase();
      });
}

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += (byte + 256).toString(16).slice(1);
  return text;
}

/** UTF-8 bytes of text; bytes pass through. */
export function toBytes(data: string | Uint8Array): Uint8Array {
  return typeof data === "string" ? new TextEncoder().encode(data) : data;
}

/** `20150830T123600Z`: the only date form of Signature Version 4. */
export function formatDate(date: Date): string {
  return date.toISOString().replace(/[:-]|\.\d+/g, "");
}

const UNRESERVED = /^[\w.~-]*$/;
const LONE_SURROGATES = /\p{Surrogate}/gu;

function escapeByte(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
