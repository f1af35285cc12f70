import { p256 } from "@noble/curves/nist.js";

import { canonicalPath, canonicalQuery, copyHeaders, writeCanonicalRequest } from "./canonical.ts";
import { formatDate, toHex } from "./encoding.ts";
import { createHash, hashHex, type Hash } from "./hash.ts";
import type { PresignOptions, SignerOptions } from "./options.ts";
import { hashPayload, UNSIGNED_PAYLOAD } from "./payload.ts";
import { inQuery, withQuery } from "./presign.ts";
import { isUrl, readRequest, type Entry } from "./request.ts";
import { CONTENT_SHA256, isS3Service, TOKEN, type SignArguments } from "./sign.ts";
import { signableNames } from "./signable-headers.ts";
import { requireValue } from "./signer-error.ts";
import { ALGORITHM_V4A, deriveSigningKeyV4a } from "./signing-key-v4a.ts";

/** What a SigV4a signature needs besides the request: as for SigV4, but regions instead of a region. */
export interface SignV4aOptions extends Omit<PresignOptions, "region" | "sessionToken"> {
  /** The regions where the signature is good: names, such as `["us-east-1", "eu-*"]`, or `*` for all. */
  readonly regionSet: string | readonly string[];
  /** SHA-256 as a class in the AWS form or as a function; `@aws-crypto/sha256-universal` by default. */
  readonly sha256?: SignerOptions["sha256"];
}

/** Signs a request of any kind with SigV4a, in its headers or in its query. */
export async function signV4a(
  defaultHash: Hash,
  defaults: Partial<SignV4aOptions>,
  [input, second, third]: SignArguments,
  place: "header" | "query",
  // The request comes back in the kind it came; the callers' overloads say so.
): Promise<never> {
  // What is missing in the options is found where each is used.
  const options = { ...defaults, ...(isUrl(input) ? third : second) } as SignV4aOptions;
  const { credentials: source, service, sha256, payloadHash } = options;
  const request = readRequest(input, second);
  const hash = sha256 ? createHash(sha256) : defaultHash;
  const credentials = typeof source === "function" ? await source() : source;
  requireValue(
    credentials?.accessKeyId && credentials.secretAccessKey,
    "credentials",
    "ERR_CREDENTIALS_INVALID",
  );
  const regionSet = [options.regionSet ?? ""].flat().join(",");
  requireValue(regionSet && service, "regionSet/service", "ERR_SCOPE_INVALID");
  const signingDate = options.date ?? options.clock?.() ?? new Date();
  requireValue(+signingDate >= 0, "date", "ERR_DATE_INVALID");
  const date = formatDate(signingDate);
  // The scope names no region: the regions are signed in a header or a parameter of their own.
  const scope = `${date.slice(0, 8)}/${service}/aws4_request`;
  const credential = `${credentials.accessKeyId}/${scope}`;
  const { sessionToken } = credentials;

  const isS3 = isS3Service(service);
  const { uriEscapePath = !isS3, normalizePath = uriEscapePath, applyChecksum = isS3 } = options;
  const headers = copyHeaders(request.headers, sessionToken && TOKEN);
  delete headers["x-amz-region-set"];
  headers["host"] ??= request.host;
  const stated =
    payloadHash ?? headers[CONTENT_SHA256] ?? (place === "query" && isS3 ? UNSIGNED_PAYLOAD : undefined);
  const payload = stated === undefined ? await hashPayload(hash, request.body ?? "") : String(stated);
  const read = typeof payload === "object" ? payload : undefined;
  const bodyHash = read?.hash ?? String(payload);
  if (read?.type) headers["content-type"] ??= read.type;

  const kept = request.query.filter(([name]) => name !== REGION_SET);
  const query =
    place === "query"
      ? inQuery(headers, kept, { ...options, region: "" }, credential, date, sessionToken)
      : undefined;
  if (!query) {
    headers["x-amz-date"] = date;
    headers["x-amz-region-set"] = regionSet;
    if (payloadHash || applyChecksum || bodyHash === UNSIGNED_PAYLOAD) headers[CONTENT_SHA256] = bodyHash;
    if (sessionToken) headers[TOKEN] = sessionToken;
  }
  const signedHeaders = signableNames(headers, options);
  const names = signedHeaders.join(";");
  const entries: Entry[] = (query?.query(names) ?? kept).map(([name, value]) => [
    name,
    query && name === "X-Amz-Algorithm" ? ALGORITHM_V4A : value,
  ]);
  if (query) entries.push([REGION_SET, regionSet]);
  const path = canonicalPath(request.path, uriEscapePath, normalizePath);
  const canonicalQueryText = canonicalQuery(query ? entries : request.query);
  const text = writeCanonicalRequest(
    request.method,
    path,
    canonicalQueryText,
    headers,
    signedHeaders,
    names,
    bodyHash,
  );
  const stringToSign = [ALGORITHM_V4A, date, scope, await hashHex(hash, text)].join("\n");
  const key = await deriveSigningKeyV4a(hash, credentials);
  const digest = await hash.bytes(stringToSign);
  // SigV4a does not ask for the smaller of the two values of s.
  const signature = toHex(p256.sign(digest, key, { prehash: false, lowS: false, format: "der" }));

  if (!query)
    headers["authorization"] =
      `${ALGORITHM_V4A} Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`;
  const signed = request.finish(headers, read?.body);
  return (query ? withQuery(signed, [...entries, ["X-Amz-Signature", signature]]) : signed) as never;
}

const REGION_SET = "X-Amz-Region-Set";
