import { encodeUriComponent } from "./encoding.ts";
import { addTo, type Entry, type HeaderBag } from "./request.ts";

/** What a canonical request is made of. */
export interface CanonicalParts {
  /** `GET`, `POST` … */
  readonly method: string;
  /** The path in its canonical form, percent-encoded once more except for S3. */
  readonly path: string;
  /** The query in its canonical form, encoded, sorted by name and value. */
  readonly query: string;
  /** Values by lower-case name; those of `signedHeaders` are used. */
  readonly headers: HeaderBag;
  /** The lower-case names to sign, sorted. */
  readonly signedHeaders: readonly string[];
  /** Hexadecimal SHA-256 of the body, or `UNSIGNED-PAYLOAD`. */
  readonly payloadHash: string;
}

/**
 * Writes a request in the one form that both sides hash. Header values are brought into canonical form.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request Create a canonical request}
 */
export function createCanonicalRequest(parts: CanonicalParts): string {
  const { method, path, query, headers, signedHeaders, payloadHash } = parts;
  return writeCanonicalRequest(
    method,
    path,
    query,
    headers,
    signedHeaders,
    signedHeaders.join(";"),
    payloadHash,
  );
}

/** {@link createCanonicalRequest} without names of members, which no minifier could shorten. */
export function writeCanonicalRequest(
  method: string,
  path: string,
  query: string,
  headers: HeaderBag,
  signedHeaders: readonly string[],
  names: string,
  payloadHash: string,
): string {
  let text = `${method}\n${path}\n${query}\n`;
  for (const name of signedHeaders) text += `${name}:${canonicalValue(headers[name])}\n`;
  return `${text}\n${names}\n${payloadHash}`;
}

/**
 * Writes what the key signs: algorithm, date, scope and the hash of the canonical request.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-string-to-sign Create a string to sign}
 */
export function createStringToSign(date: string, scope: string, canonicalRequestHash: string): string {
  return `${ALGORITHM}\n${date}\n${scope}\n${canonicalRequestHash}`;
}

/** The name of Signature Version 4 in headers, parameters and the string to sign. */
export const ALGORITHM = "AWS4-HMAC-SHA256";

/**
 * Brings a path into canonical form.
 *
 * @param uriEscapePath percent-encodes the path once more; without it the encoding it has is only made uniform
 * @param normalizePath removes dot segments and empty segments
 */
export function canonicalPath(path: string, uriEscapePath: boolean, normalizePath: boolean): string {
  if (path === "/") return path;
  const normal = normalizePath && /\/[./]/.test(path) ? removeSegments(path) : path;
  // An encoded slash in the key of an S3 object is a slash for S3, which decodes the path before it signs it.
  return encodeUriComponent(uriEscapePath ? normal : decode(normal)).replaceAll("%2F", "/") || "/";
}

/** Brings parameters into canonical form: encoded, sorted by name and then by value. */
export function canonicalQuery(query: readonly Entry[]): string {
  if (query.length === 0) return "";
  // A tab sorts below every character of an encoded name, as `=` would not.
  return encodeEntries(query, "\t").sort().join("&").replaceAll("\t", "=");
}

/** Writes a query for a URL, in the order it has. */
export function writeQuery(query: readonly Entry[]): string {
  return encodeEntries(query, "=").join("&");
}

/** Copies headers under lower-case names, the values of one header together, but for an earlier signature's. */
export function copyHeaders(headers: HeaderBag, dropped?: string): HeaderBag {
  const copy: HeaderBag = {};
  for (const name in headers) {
    const key = name.toLowerCase();
    const value = headers[name];
    const isDropped =
      value === undefined || key === "authorization" || key === "x-amz-date" || key === dropped;
    if (!isDropped) addTo(copy, key, value);
  }
  return copy;
}

/** One value of a header in canonical form: trimmed, inner white space as one space, several joined with a comma. */
export function canonicalValue(value: HeaderBag[string] | undefined): string {
  if (typeof value === "object") return value.map(canonicalValue).join(",");
  const text = `${value}`;
  // Most values are in this form; to find that out takes a fifth of the time of writing them anew.
  return /^ | $|  |[\t\r\n]/.test(text) ? text.replace(/[ \t\r\n]+/g, " ").replace(/^ | $/g, "") : text;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // Not UTF-8 or not percent-encoded: there is nothing to decode.
    return path;
  }
}

function encodeEntries(entries: readonly Entry[], separator: string): string[] {
  const pairs: string[] = [];
  for (const [name, value] of entries) {
    for (const one of [value ?? ""].flat())
      pairs.push(encodeUriComponent(name) + separator + encodeUriComponent(one));
  }
  return pairs;
}

function removeSegments(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop();
    else if (segment && segment !== ".") kept.push(segment);
  }
  if (kept[0] && path.endsWith("/")) kept.push("");
  return `/${kept.join("/")}`;
}
