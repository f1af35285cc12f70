import { toBytes } from "../encoding.ts";

/** Base64 of text as UTF-8. */
export function encodeBase64(text: string): string {
  return btoa(String.fromCharCode(...toBytes(text)));
}

/** Base64 for URLs, without padding, of text as UTF-8. */
export function encodeBase64Url(text: string): string {
  return encodeBase64(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Text from base64 for URLs without padding; undefined when it is not that, or not ASCII. */
export function decodeBase64Url(text: string): string | undefined {
  if (!/^[\w-]+$/.test(text) || text.length % 4 === 1) return undefined;
  return toAscii(text.replaceAll("-", "+").replaceAll("_", "/"));
}

/** Text from base64 with padding; undefined when it is not that, or not ASCII. */
export function decodeBase64Strict(text: string): string | undefined {
  return /^[A-Za-z\d+/]+={0,2}$/.test(text) && text.length % 4 === 0 ? toAscii(text) : undefined;
}

function toAscii(text: string): string | undefined {
  const decoded = atob(text);
  return /^[\0-\x7f]*$/.test(decoded) ? decoded : undefined;
}
