import {
  ALGORITHM,
  canonicalPath,
  canonicalQuery,
  createCanonicalRequest,
  createStringToSign,
  UNSIGNABLE,
} from "./canonical.ts";
import type { AwsCredentials } from "./credentials.ts";
import { formatDate } from "./encoding.ts";
import { chain, createHash, type Hash } from "./hash.ts";
import type { PresignOptions, SignerOptions } from "./options.ts";
import { hashPayload, UNSIGNED_PAYLOAD, type Payload } from "./payload.ts";
import { readRequest, toBag, type Entry, type HeaderBag, type RequestInput } from "./request.ts";
import { scopeParts } from "./scope.ts";
import { SignerError, type SignerErrorCode } from "./signer-error.ts";
import type { FindSigningKey } from "./signing-key.ts";

/**
 * Where a signature goes. Without one it goes into the headers; `presign.ts` has the one for the query.
 *
 * Called once before signing, and may take headers out. What it returns writes the query: first what is signed, and then
 * with the signature what is sent.
 */
export type Placement = (
  headers: HeaderBag,
  query: readonly Entry[],
  options: PresignOptions,
  credential: string,
  date: string,
  sessionToken: string | undefined,
) => (signedHeaders: string, signature?: string) => Entry[];

/** Sees the two texts that a signature is made of. */
export type Observe = (canonicalRequest: string, stringToSign: string) => void;

/** The arguments of a call in either form: a request and options, or a URL, what `fetch` takes, and options. */
export type SignArguments = readonly [input: RequestInput, second?: object, third?: object];

/** Signs a request of any kind. The public faces are `signRequest`, `presignRequest` and `Signer`. */
export async function sign(
  defaultHash: Hash,
  findKey: FindSigningKey,
  defaults: SignerOptions,
  [input, second, third]: SignArguments,
  placement?: Placement,
  observe?: Observe,
  // The request comes back in the kind it came; the callers' overloads say so.
): Promise<never> {
  const isUrl = typeof input === "string" || input instanceof URL;
  // What is missing or wrong in the merged options is found where each is used.
  const options = { ...defaults, ...(isUrl ? third : second) } as PresignOptions & SignerOptions;
  const request = readRequest(input, isUrl ? second : undefined);
  const { credentials: source, service, sha256 } = options;
  const hash = sha256 ? createHash(sha256) : defaultHash;
  const credentials: Partial<AwsCredentials> = (typeof source === "function" ? await source() : source) ?? {};
  const { sessionToken } = credentials;
  const secretAccessKey = requireValue(
    credentials.secretAccessKey,
    "secretAccessKey",
    "ERR_CREDENTIALS_INVALID",
  );
  const signingDate = options.date ?? options.clock?.() ?? new Date();
  const date = requireValue(+signingDate && formatDate(signingDate), "date", "ERR_DATE_INVALID");
  const scope = scopeParts({
    date: date.slice(0, 8),
    region: requireValue(credentials.credentialScope ?? options.region, "region", "ERR_SCOPE_INVALID"),
    service: requireValue(service, "service", "ERR_SCOPE_INVALID"),
  });
  const scopeText = scope.join("/");
  const credential = `${requireValue(credentials.accessKeyId, "accessKeyId", "ERR_CREDENTIALS_INVALID")}/${scopeText}`;
  // Started before the body is hashed: with an asynchronous hash the two run side by side.
  const key = findKey(hash, secretAccessKey, scope, credential);

  const isS3 = isS3Service(service);
  const { payloadHash, uriEscapePath = !isS3, normalizePath = uriEscapePath, applyChecksum = isS3 } = options;
  const headers = toBag(request.headers.map(([name, value]) => [name.toLowerCase(), value]));
  delete headers["authorization"];
  delete headers["x-amz-date"];
  headers["host"] ??= request.host;
  if (sessionToken) delete headers[TOKEN];
  const given = payloadHash ?? headers[CONTENT_SHA256] ?? (placement && isS3 ? UNSIGNED_PAYLOAD : undefined);
  const hashed = given === undefined ? hashPayload(hash, request.body) : { hash: String(given) };
  const payload: Payload = hashed instanceof Promise ? await hashed : hashed;
  if (payload.type) headers["content-type"] ??= payload.type;

  const isAppended = options.sessionToken === "append";
  const place = placement?.(headers, request.query, options, credential, date, sessionToken);
  if (!place) {
    headers["x-amz-date"] = date;
    if (payloadHash || applyChecksum || payload.hash === UNSIGNED_PAYLOAD)
      headers[CONTENT_SHA256] = payload.hash;
    if (sessionToken && !isAppended) headers[TOKEN] = sessionToken;
  }
  const signedHeaders = Object.keys(headers)
    .filter(
      (name) =>
        options.signableHeaders?.has(name) ||
        !(UNSIGNABLE.test(name) || options.unsignableHeaders?.has(name)),
    )
    .sort();
  const names = signedHeaders.join(";");
  const canonicalRequest = createCanonicalRequest({
    method: request.method,
    path: canonicalPath(request.path, uriEscapePath, normalizePath),
    query: canonicalQuery(place?.(names) ?? request.query),
    headers,
    signedHeaders,
    payloadHash: payload.hash,
  });
  const computed = chain(hash.hex(canonicalRequest), (digest) => {
    const stringToSign = createStringToSign(date, scopeText, digest);
    observe?.(canonicalRequest, stringToSign);
    return chain(key, (key) => hash.hex(stringToSign, key));
  });
  const signature = computed instanceof Promise ? await computed : computed;
  if (!place) {
    headers["authorization"] =
      `${ALGORITHM} Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`;
    if (sessionToken) headers[TOKEN] = sessionToken;
  }
  return request.finish(headers, place?.(names, signature), payload.body) as never;
}

/** The services that sign a path as it is, and the hash of the body in a header. */
export function isS3Service(service: string): boolean {
  return /^s3(express|-outposts|-object-lambda)?$/.test(service);
}

/** The header that carries the hash of the body. */
export const CONTENT_SHA256 = "x-amz-content-sha256";

/** The header that carries the session token. */
export const TOKEN = "x-amz-security-token";

/** Passes a value on, or says what is missing. */
export function requireValue<T>(
  value: T | 0 | "" | false | undefined,
  name: string,
  code: SignerErrorCode,
): T {
  if (!value) throw new SignerError(code, `${name} is missing or invalid`);
  return value;
}
