/**
 * Percent-encodes text as Signature Version 4 wants it: every byte but `A-Z a-z 0-9 - . _ ~`, with upper-case digits.
 *
 * Lone surrogates become U+FFFD, which is also what `fetch` sends for them.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request URI encoding}
 */
export function encodeUriComponent(text: string): string {
  return /^[\w.~-]*$/.test(text)
    ? text
    : encodeURIComponent(text.replace(/\p{Cs}/gu, "\ufffd")).replace(
        /[!'()*]/g,
        (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
      );
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
