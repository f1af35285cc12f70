import {
  ALGORITHM,
  canonicalHeaders,
  canonicalPath,
  canonicalQuery,
  createCanonicalRequest,
  createStringToSign,
  isSignable,
} from "./canonical.ts";
import { checkCredentials, type AwsCredentials } from "./credentials.ts";
import { formatDate } from "./encoding.ts";
import { chain, type Hash, type MaybePromise } from "./hash.ts";
import type { SignOptions } from "./options.ts";
import { hashPayload, UNSIGNED_PAYLOAD } from "./payload.ts";
import { readRequest, type HeaderBag, type RequestInput, type RequestView } from "./request.ts";
import { formatScope, type Scope } from "./scope.ts";
import { SignerError } from "./signer-error.ts";
import type { SigningKeys } from "./signing-key.ts";

/** What signs: an implementation of SHA-256 and the keys derived with it. */
export interface Engine {
  readonly hash: Hash;
  readonly keys: SigningKeys;
}

/** Signs a request in its headers. The public faces are `signRequest` and `Signer.sign`. */
export async function sign(
  engine: Engine,
  options: SignOptions,
  input: RequestInput,
  init?: RequestInit,
  observe?: Observe,
): Promise<unknown> {
  const request = readRequest(input, init);
  const { credentials: source } = options;
  const context = createContext(engine, options, typeof source === "function" ? await source() : source);
  const { credentials, date } = context;

  const headers = copyHeaders(request, /^(?:authorization|x-amz-date)$/);
  headers["x-amz-date"] = date;
  const given = options.payloadHash ?? findHeader(headers, CONTENT_SHA256);
  const payload = given === undefined ? hashPayload(engine.hash, request.body) : { hash: given };
  const { hash, body, contentType } = payload instanceof Promise ? await payload : payload;
  if (contentType && findHeader(headers, "content-type") === undefined) headers["content-type"] = contentType;
  if (options.payloadHash !== undefined || context.applyChecksum || hash === UNSIGNED_PAYLOAD)
    setHeader(headers, CONTENT_SHA256, hash);

  const { sessionToken } = credentials;
  const after = options.sessionToken === "append";
  if (sessionToken && !after) setHeader(headers, TOKEN, sessionToken);
  const values = canonicalHeaders(headers);
  const signedHeaders = [...values.keys()]
    .filter((name) => isSignable(name, options) && !(after && name === TOKEN))
    .sort();
  const text = canonicalRequest(request, context, request.query, values, signedHeaders, hash);
  const signature = computeSignature(engine, context, text, observe);
  if (sessionToken && after) setHeader(headers, TOKEN, sessionToken);
  headers["authorization"] =
    `${ALGORITHM} Credential=${context.credential}, SignedHeaders=${signedHeaders.join(";")}, Signature=${typeof signature === "string" ? signature : await signature}`;
  return request.finish(headers, undefined, body);
}

/** Everything about a signature that does not come from the request. */
export interface Context {
  readonly credentials: AwsCredentials;
  readonly date: string;
  readonly scope: string;
  readonly credential: string;
  readonly key: MaybePromise<unknown>;
  readonly isS3: boolean;
  readonly uriEscapePath: boolean;
  readonly normalizePath: boolean;
  readonly applyChecksum: boolean;
}

/** Checks the options and fills in the rules of the service. */
export function createContext(
  engine: Engine,
  options: SignOptions,
  found: AwsCredentials | undefined,
): Context {
  const credentials = checkCredentials(found);
  const { accessKeyId, secretAccessKey, credentialScope } = credentials;
  const { service } = options;
  const signingDate = options.date ?? options.clock?.() ?? new Date();
  if (Number.isNaN(+signingDate)) throw new SignerError("ERR_DATE_INVALID", "date: expected a valid Date");
  const date = formatDate(signingDate);
  const parts: Scope = { date: date.slice(0, 8), region: credentialScope ?? options.region, service };
  const scope = formatScope(parts);
  const isS3 = isS3Service(service);
  const uriEscapePath = options.uriEscapePath ?? !isS3;
  return {
    credentials,
    date,
    scope,
    credential: `${accessKeyId}/${scope}`,
    // Started before the body is hashed: with an asynchronous hash the two run side by side.
    key: engine.keys(secretAccessKey, accessKeyId, scope, parts),
    isS3,
    uriEscapePath,
    normalizePath: options.normalizePath ?? uriEscapePath,
    applyChecksum: options.applyChecksum ?? isS3,
  };
}

/** The services that sign a path as it is, and the hash of the body in a header. */
export function isS3Service(service: string): boolean {
  return /^s3(?:express|-outposts|-object-lambda)?$/.test(service);
}

/** The canonical request of a request that is being signed. */
export function canonicalRequest(
  request: RequestView,
  rules: Context,
  query: readonly string[],
  headers: ReadonlyMap<string, string>,
  signedHeaders: readonly string[],
  payloadHash: string,
): string {
  return createCanonicalRequest({
    method: request.method,
    path: canonicalPath(request.path, rules),
    query: canonicalQuery(query),
    headers,
    signedHeaders,
    payloadHash,
  });
}

/** The last two stages: string to sign, signature. */
export function computeSignature(
  engine: Engine,
  context: Context,
  canonicalRequest: string,
  observe?: Observe,
): MaybePromise<string> {
  return chain(engine.hash.sha256Hex(canonicalRequest), (hex) =>
    chain(context.key, (key) => {
      const stringToSign = createStringToSign(context.date, context.scope, hex);
      observe?.(canonicalRequest, stringToSign);
      return engine.hash.hmacHex(key, stringToSign);
    }),
  );
}

/** Sees the two texts that a signature is made of. */
export type Observe = (canonicalRequest: string, stringToSign: string) => void;

/** The request's headers without those of an earlier signature, and with a host. */
export function copyHeaders(request: RequestView, dropped: RegExp): HeaderBag {
  const headers: HeaderBag = {};
  let hasHost = false;
  for (const name in request.headers) {
    const key = name.toLowerCase();
    hasHost ||= key === "host";
    const value = request.headers[name];
    if (value !== undefined && !dropped.test(key)) headers[name] = value;
  }
  if (!hasHost) headers["host"] = request.host;
  return headers;
}

/** A header's value, whatever case its name is written in. */
export function findHeader(headers: HeaderBag, name: string): string | undefined {
  for (const key in headers) if (key.toLowerCase() === name) return String(headers[key]);
  return undefined;
}

/** The header that carries the hash of the body. */
export const CONTENT_SHA256 = "x-amz-content-sha256";
const TOKEN = "x-amz-security-token";

function setHeader(headers: HeaderBag, name: string, value: string): void {
  for (const key in headers) if (key.toLowerCase() === name) delete headers[key];
  headers[name] = value;
}
