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
  const decoded = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return /^[\0-\x7f]*$/.test(decoded) ? decoded : undefined;
}
