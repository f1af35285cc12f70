import { canonicalPath, canonicalQuery, canonicalValue } from "./canonical.ts";
import { UNSIGNED_PAYLOAD } from "./payload.ts";
import { readRequest, type RequestInput } from "./request.ts";
import { rulesOf } from "./services.ts";
import { CONTENT_SHA256 } from "./sign.ts";
import { readSignature, type FieldFailure, type SignatureFields } from "./signature-fields.ts";
import { SignerError } from "./signer-error.ts";
import type { VerifyOptions } from "./verify-options.ts";

/** A signed request, split into what its signature covers. Nothing in it is trusted yet. */
export interface SignedRequestParts {
  readonly input: RequestInput;
  readonly method: string;
  readonly path: string;
  /** The canonical query, and a second one without the session token if that may have been added after signing. */
  readonly queries: readonly string[];
  readonly headers: ReadonlyMap<string, string>;
  readonly fields: SignatureFields;
  /** The hash that the request says its body has. */
  readonly declaredPayload: string | undefined;
}

/** Why a request could not be parsed. */
export type ParseFailure = FieldFailure | { readonly reason: "too-large"; readonly message: string };

/** Reads a request that anyone may have made: everything that can fail because of its contents fails here, as a result. */
export function parseSignedRequest(
  input: RequestInput,
  options: VerifyOptions,
): SignedRequestParts | ParseFailure {
  try {
    return parse(input, options);
  } catch (error) {
    // Our own errors say which part is wrong. Another error may quote the request, so it is not passed on.
    const message = error instanceof SignerError ? error.message : "the request cannot be read";
    return { reason: "malformed", message };
  }
}

/** Returns whether a declared hash excludes the body from the signature. */
export function isUnsigned(declared: string | undefined): declared is string {
  return declared !== undefined && /^(?:UNSIGNED-PAYLOAD|STREAMING-[A-Z\d-]+)$/.test(declared);
}

function parse(input: RequestInput, options: VerifyOptions): SignedRequestParts | ParseFailure {
  const request = readRequest(input);
  const { path } = request;
  let size = path.length;
  const query: (readonly [name: string, value: string])[] = [];
  for (const [name, values] of request.query) {
    for (const value of [values ?? ""].flat()) {
      query.push([name, value]);
      size += name.length + value.length;
    }
  }
  let headerSize = 0;
  const headers = new Map<string, string>();
  for (const [name, given] of request.headers) {
    const key = name.toLowerCase();
    const before = headers.get(key);
    const value = canonicalValue(given);
    headers.set(key, before === undefined ? value : `${before},${value}`);
    headerSize += name.length + value.length;
  }
  // Anything too large is not examined. `!(… <= …)` also refuses what is not text and has no length.
  if (!(size <= MAX_TARGET && headerSize <= MAX_HEADERS)) {
    return {
      reason: "too-large",
      message: `more than ${MAX_TARGET} characters of target or ${MAX_HEADERS} of headers`,
    };
  }
  // HTTP/2 has the host in `:authority`. Which of the two arrives depends on what passed the request on.
  const host = headers.get("host") ?? headers.get(":authority") ?? request.host;
  if (!headers.has("host")) headers.set("host", host);
  if (!headers.has(":authority")) headers.set(":authority", host);
  const fields = readSignature(headers, query);
  if ("reason" in fields) return fields;

  const inQuery = fields.signedIn === "query";
  const signed = inQuery ? query.filter(([name]) => name !== "X-Amz-Signature") : query;
  const untokened = inQuery ? signed.filter(([name]) => name !== "X-Amz-Security-Token") : signed;
  const { isS3 } = rulesOf(fields.service);
  const uriEscapePath = options.uriEscapePath ?? !isS3;
  const hoisted = query.find(([name]) => name.toLowerCase() === CONTENT_SHA256)?.[1];
  // As received: a server that distinguishes `post` from `POST` must not be told that they are the same.
  const method: unknown = typeof input === "object" && "method" in input ? input.method : "GET";
  if (typeof method !== "string") throw new TypeError("no method");
  return {
    input,
    method,
    path: canonicalPath(path, { uriEscapePath, normalizePath: options.normalizePath ?? uriEscapePath }),
    queries: (untokened.length < signed.length ? [signed, untokened] : [signed]).map(canonicalQuery),
    headers,
    fields,
    declaredPayload:
      headers.get(CONTENT_SHA256) ??
      (inQuery ? (hoisted ?? (isS3 ? UNSIGNED_PAYLOAD : undefined)) : undefined),
  };
}

const MAX_TARGET = 65_536;
const MAX_HEADERS = 262_144;
