import {
  ALGORITHM,
  canonicalPath,
  canonicalQuery,
  copyHeaders,
  writeCanonicalRequest,
  createStringToSign,
} from "./canonical.ts";
import { formatDate, type DateFormat } from "./encoding.ts";
import { createHash, hashHex, type Hash } from "./hash.ts";
import type { PresignOptions, SignerOptions } from "./options.ts";
import { hashPayload, UNSIGNED_PAYLOAD, type Payload } from "./payload.ts";
import {
  isUrl,
  readRequest,
  type Entry,
  type HeaderBag,
  type RequestInput,
  type SignedRequest,
} from "./request.ts";
import { requireValue } from "./signer-error.ts";
import { signableNames, type ListSignable } from "./signable-headers.ts";
import type { FindSigningKey } from "./signing-key.ts";

/**
 * Where a signature goes. Without one it goes into the headers; `presign.ts` has the one for the query.
 *
 * Called once before signing, and may take headers out.
 */
export type Placement = (
  headers: HeaderBag,
  query: readonly Entry[],
  options: PresignOptions,
  credential: string,
  date: string,
  sessionToken: string | undefined,
) => {
  /** The query to sign. */
  readonly query: (signedHeaders: string) => Entry[];
  /** The request to send. */
  readonly finish: (request: SignedRequest, signature: string) => SignedRequest;
};

/** The arguments of a call in either form: a request and options, or a URL, what `fetch` takes, and options. */
export type SignArguments = readonly [input: RequestInput, second?: object, third?: object];

/** Signs a request of any kind. The public faces are `signRequest`, `presignRequest` and `Signer`. */
export async function sign(
  defaultHash: Hash,
  findKey: FindSigningKey,
  defaults: SignerOptions,
  [input, second, third]: SignArguments,
  placement?: Placement,
  writeDate: DateFormat = formatDate,
  listSignable: ListSignable = signableNames,
  // The request comes back in the kind it came; the callers' overloads say so.
): Promise<never> {
  // What is missing or wrong in the options is found where each is used.
  const options = { ...defaults, ...(isUrl(input) ? third : second) } as PresignOptions & SignerOptions;
  const request = readRequest(input, second);
  const { credentials: source, service, sha256 } = options;
  const hash = sha256 ? createHash(sha256) : defaultHash;
  const credentials = typeof source === "function" ? await source() : source;
  requireValue(
    credentials?.accessKeyId && credentials.secretAccessKey,
    "credentials",
    "ERR_CREDENTIALS_INVALID",
  );
  const {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    credentialScope: region = options.region,
  } = credentials;
  requireValue(region && service, "region/service", "ERR_SCOPE_INVALID");
  const signingDate = options.date ?? options.clock?.() ?? new Date();
  requireValue(+signingDate >= 0, "date", "ERR_DATE_INVALID");
  const date = writeDate(signingDate);
  const scope = `${date.slice(0, 8)}/${region}/${service}/aws4_request`;
  const credential = `${accessKeyId}/${scope}`;
  const isS3 = isS3Service(service);
  const { payloadHash, uriEscapePath = !isS3, normalizePath = uriEscapePath, applyChecksum = isS3 } = options;
  const headers = copyHeaders(request.headers, sessionToken && TOKEN);
  headers["host"] ??= request.host;
  const hashed =
    payloadHash ??
    headers[CONTENT_SHA256] ??
    (placement && isS3 ? UNSIGNED_PAYLOAD : hashPayload(hash, request.body ?? ""));
  const payload = typeof hashed === "string" ? hashed : await hashed;
  const read: Partial<Payload> = Object(payload); // text has none of its members
  // What was not read is a hash already.
  const bodyHash = read.hash ?? (payload as string);
  if (read.type) headers["content-type"] ??= read.type;

  const place = placement?.(headers, request.query, options, credential, date, sessionToken);
  if (!place) {
    headers["x-amz-date"] = date;
    if (payloadHash || applyChecksum || bodyHash === UNSIGNED_PAYLOAD) headers[CONTENT_SHA256] = bodyHash;
    if (sessionToken && options.sessionToken !== "append") headers[TOKEN] = sessionToken;
  }
  const signedHeaders = listSignable(headers, options);
  const names = signedHeaders.join(";");
  const canonicalRequest = writeCanonicalRequest(
    request.method,
    canonicalPath(request.path, uriEscapePath, normalizePath),
    canonicalQuery(place?.query(names) ?? request.query),
    headers,
    signedHeaders,
    names,
    bodyHash,
  );
  const digest = hashHex(hash, canonicalRequest);
  const stringToSign = createStringToSign(date, scope, typeof digest === "string" ? digest : await digest);
  const key = findKey(hash, secretAccessKey, scope, credential);
  // Not `instanceof Promise`, which libraries replace. What need not be waited for is not.
  const code = hashHex(hash, stringToSign, (key as Partial<Promise<unknown>>).then ? await key : key);
  const signature = typeof code === "string" ? code : await code;
  if (!place) {
    headers["authorization"] =
      `${ALGORITHM} Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`;
    if (sessionToken) headers[TOKEN] = sessionToken;
  }
  const signed = request.finish(headers, read.body);
  return (place?.finish(signed, signature) ?? signed) as never;
}

/** The services that sign a path as it is, and the hash of the body in a header: `s3`, `s3express`, and S3's `-o…` two. */
export function isS3Service(service: string): boolean {
  return /^s3(express|-o.*)?$/.test(service);
}

/** The header that carries the hash of the body. */
export const CONTENT_SHA256 = "x-amz-content-sha256";

/** The header that carries the session token. */
export const TOKEN = "x-amz-security-token";
