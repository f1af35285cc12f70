import { encodeUriComponent, normalizeEncoding } from "./encoding.ts";
import type { HeaderBag } from "./request.ts";

/** What a canonical request is made of, each part in its canonical form. */
export interface CanonicalParts {
  /** `GET`, `POST` … */
  readonly method: string;
  /** See {@link canonicalPath}. */
  readonly path: string;
  /** See {@link canonicalQuery}. */
  readonly query: string;
  /** Values by lower-case name, see {@link canonicalHeaders}. */
  readonly headers: ReadonlyMap<string, string>;
  /** The lower-case names to sign, sorted. */
  readonly signedHeaders: readonly string[];
  /** Hexadecimal SHA-256 of the body, or `UNSIGNED-PAYLOAD`. */
  readonly payloadHash: string;
}

/**
 * Writes a request in the one form that both sides hash.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request Create a canonical request}
 */
export function createCanonicalRequest(parts: CanonicalParts): string {
  let headers = "";
  for (const name of parts.signedHeaders) headers += `${name}:${parts.headers.get(name) ?? ""}\n`;
  return `${parts.method}\n${parts.path}\n${parts.query}\n${headers}\n${parts.signedHeaders.join(";")}\n${parts.payloadHash}`;
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

/** How a path becomes canonical. Both are `false` for S3 and `true` for every other service. */
export interface PathRules {
  /** Removes dot segments and empty segments. */
  readonly normalizePath: boolean;
  /** Percent-encodes the path once more; without it the encoding it has is only brought into its canonical spelling. */
  readonly uriEscapePath: boolean;
}

/** Brings a path into canonical form. */
export function canonicalPath(path: string, rules: PathRules): string {
  if (path === "/" || path === "") return "/";
  const normal = rules.normalizePath && /\/[./]/.test(path) ? removeSegments(path) : path;
  // An encoded slash in the key of an S3 object is a slash for S3, which decodes the path before it signs it.
  return (rules.uriEscapePath ? encodeUriComponent(normal) : normalizeEncoding(normal)).replaceAll(
    "%2F",
    "/",
  );
}

/** Brings parameters, encoded names and values with a tab between, into canonical form: sorted by name, then by value. */
export function canonicalQuery(pairs: readonly string[]): string {
  // A tab sorts below every character of an encoded name, as `=` would not.
  return pairs.length === 0 ? "" : [...pairs].sort().join("&").replaceAll("\t", "=");
}

/** Brings header values into canonical form: trimmed, inner white space as one space, repeated headers joined. */
export function canonicalHeaders(headers: HeaderBag): Map<string, string> {
  const values = new Map<string, string>();
  for (const name in headers) {
    const key = name.toLowerCase();
    const value = canonicalValue(headers[name]);
    const before = values.get(key);
    values.set(key, before === undefined ? value : `${before},${value}`);
  }
  return values;
}

/** Which headers are signed, beyond the rule of {@link isSignable}. */
export interface HeaderRules {
  /** Lower-case names to sign although they usually are not. */
  readonly signableHeaders?: ReadonlySet<string> | undefined;
  /** More lower-case names to leave unsigned. */
  readonly unsignableHeaders?: ReadonlySet<string> | undefined;
}

/**
 * Says whether a header is signed. Those that proxies and browsers add, drop or rewrite are not: `authorization`,
 * `cache-control`, `connection`, `expect`, `from`, `keep-alive`, `max-forwards`, `pragma`, `referer`, `te`, `trailer`,
 * `transfer-encoding`, `upgrade`, `user-agent`, `x-amzn-trace-id`, and all that begin with `proxy-` or `sec-`.
 */
export function isSignable(name: string, rules: HeaderRules): boolean {
  return (
    !(UNSIGNABLE.test(name) || rules.unsignableHeaders?.has(name)) ||
    rules.signableHeaders?.has(name) === true
  );
}

const UNSIGNABLE =
  /^(?:authorization|cache-control|connection|expect|from|keep-alive|max-forwards|pragma|referer|te|trailer|transfer-encoding|upgrade|user-agent|x-amzn-trace-id|proxy-.*|sec-.*)$/;

function canonicalValue(value: HeaderBag[string] | undefined): string {
  if (typeof value === "object") return value.map(canonicalValue).join(",");
  const text = `${value}`;
  return /\s\s|^\s|\s$|[^\S ]/.test(text) ? text.trim().replace(/\s+/g, " ") : text;
}

function removeSegments(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop();
    else if (segment !== "" && segment !== ".") kept.push(segment);
  }
  return `/${kept.join("/")}${kept.length > 0 && path.endsWith("/") ? "/" : ""}`;
}
