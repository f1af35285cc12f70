import { canonicalPath, canonicalQuery, canonicalValue } from "./canonical.ts";
import { readRequest, type RequestInput } from "./request.ts";
import { CONTENT_SHA256, isS3Service } from "./sign.ts";
import { readSignature, type FieldFailure, type SignatureFields } from "./signature-fields.ts";
import { UNSIGNED_PAYLOAD } from "./payload.ts";
import type { VerifyOptions } from "./verify.ts";

/** A signed request, taken apart into what its signature covers. Nothing of it is believed yet. */
export interface ReceivedRequest {
  readonly input: RequestInput;
  readonly method: string;
  readonly path: string;
  /** The canonical query, and once more without the session token when that may have been added after signing. */
  readonly queries: readonly string[];
  readonly headers: ReadonlyMap<string, string>;
  readonly fields: SignatureFields;
  /** The hash that the request says its body has. */
  readonly declaredPayload: string | undefined;
}

/** Reads a request that anyone may have made: everything that can fail on its content fails here, into a result. */
export function receive(
  input: RequestInput,
  options: VerifyOptions,
): ReceivedRequest | FieldFailure | { reason: "too-large"; message: string } {
  try {
    return read(input, options);
  } catch {
    // The original error may quote the request, so it goes no further.
    return { reason: "malformed", message: "the request cannot be read" };
  }
}

/** Says whether a declared hash leaves the body out of the signature. */
export function isUnsigned(declared: string | undefined): boolean {
  return declared !== undefined && /^(?:UNSIGNED-PAYLOAD|STREAMING-[A-Z\d-]+)$/.test(declared);
}

function read(input: RequestInput, options: VerifyOptions): ReturnType<typeof receive> {
  const request = readRequest(input);
  const { path } = request;
  const query = request.query.flatMap(([name, value]) =>
    [value ?? ""].flat().map((value) => [name, value] as const),
  );
  const headers = new Map<string, string>();
  for (const [name, given] of Object.entries(request.headers)) {
    const key = name.toLowerCase();
    const before = headers.get(key);
    const value = canonicalValue(given);
    headers.set(key, before === undefined ? value : `${before},${value}`);
  }
  if (!headers.has("host")) headers.set("host", request.host);
  const size = (parts: Iterable<string>) => [...parts].reduce((sum, part) => sum + part.length, 0);
  if (
    path.length + size(query.flat()) > MAX_TARGET ||
    size(headers.keys()) + size(headers.values()) > MAX_HEADERS
  ) {
    return {
      reason: "too-large",
      message: `more than ${MAX_TARGET} characters of target or ${MAX_HEADERS} of headers`,
    };
  }
  const fields = readSignature(headers, query);
  if ("reason" in fields) return fields;

  const inQuery = fields.signedIn === "query";
  const signed = query.filter(([name]) => !(inQuery && name === "X-Amz-Signature"));
  const untokened = signed.filter(([name]) => name !== "X-Amz-Security-Token");
  const isS3 = isS3Service(fields.service);
  const uriEscapePath = options.uriEscapePath ?? !isS3;
  const hoisted = query.find(([name]) => name.toLowerCase() === CONTENT_SHA256)?.[1];
  // As received: a server that tells `post` from `POST` must not be told that they are the same.
  const method: unknown = typeof input === "object" && "method" in input ? input.method : "GET";
  if (typeof method !== "string") throw new TypeError("no method");
  return {
    input,
    method,
    path: canonicalPath(path, uriEscapePath, options.normalizePath ?? uriEscapePath),
    queries: (inQuery && untokened.length < signed.length ? [signed, untokened] : [signed]).map(
      canonicalQuery,
    ),
    headers,
    fields,
    declaredPayload:
      headers.get(CONTENT_SHA256) ??
      (inQuery ? (hoisted ?? (isS3 ? UNSIGNED_PAYLOAD : undefined)) : undefined),
  };
}

const MAX_TARGET = 65_536;
const MAX_HEADERS = 262_144;
