import { canonicalPath, canonicalQuery, writeCanonicalRequest } from "./canonical.ts";
import { checkCredentials, type AwsCredentials } from "./credentials.ts";
import type { Entry, HeaderBag } from "./entry.ts";
import { formatDate, type DateFormat } from "./encoding.ts";
import type { FoundScope } from "./find-scope.ts";
import { hashHex, type Hash, type MaybePromise } from "./hash.ts";
import { createHash } from "./create-hash.ts";
import { checkOptionNames, type SignerOptions } from "./options.ts";
import { isStream, isText, readBody, UNSIGNED_PAYLOAD, type ReadBody } from "./payload.ts";
import {
  addValue,
  isUrl,
  readRequest,
  type RequestInput,
  type RequestView,
  type SignedRequest,
  writeObject,
} from "./request.ts";
import type { Scope } from "./scope.ts";
import { rulesOf, type ServiceRules } from "./services.ts";
import { signableHeaders, type ListSignable } from "./signable-headers.ts";
import { requireText, SignerError } from "./signer-error.ts";

/** What a kind of signature consists of. */
export interface SigningSetup {
  /** SHA-256, if the options have none. */
  readonly hash: Hash;
  /** The version of the signature, and the keys. */
  readonly scheme: Scheme;
  /** Options of every signature. */
  readonly defaults?: SignerOptions | undefined;
  /** Puts the signature into the query; if absent, it goes into the headers. */
  readonly placement?: Placement | undefined;
  /** Writes dates. Default: {@link formatDate}. */
  readonly writeDate?: DateFormat | undefined;
  /** Lists the headers to sign. Default: {@link signableHeaders}. */
  readonly listSignable?: ListSignable | undefined;
  /** Removes a `date` header and adds no `host`, like the class of `@smithy/signature-v4`, which creates its options itself. */
  readonly smithy?: true;
  /** Finds service and region if the options lack one of them. */
  readonly findScope?: ((request: RequestView) => FoundScope) | undefined;
  /** Checks what was given for `fetch`, after a URL. */
  readonly checkInit?: ((init: object | undefined) => void) | undefined;
  /** Changes headers before they are signed. */
  readonly editHeaders?: EditHeaders;
}

/** Changes the headers of a request with this body. */
export type EditHeaders = (headers: Map<string, HeaderBag[string]>, body: unknown) => void;

/** Where Signature Version 4 and 4a differ. */
export interface Scheme {
  /** The name in headers, parameters and the string to sign. */
  readonly algorithm: string;
  /** Writes what a key is valid for. */
  readonly writeScope: (scope: Scope) => string;
  /** Creates the signature. */
  readonly sign: (prepared: Prepared) => MaybePromise<string>;
}

/** Where a signature goes if not into the headers. Called once before signing, and may remove headers. */
export type Placement = (parts: PlacementParts) => {
  /** The query to sign. */
  readonly toSign: (signedHeaders: string) => readonly Entry[];
  /** The query to send. */
  readonly toSend: (signature: string) => readonly Entry[];
};

/** What a {@link Placement} works with. */
export interface PlacementParts extends Omit<CopiedHeaders, "wasSigned"> {
  readonly query: readonly Entry[];
  readonly options: SignerOptions;
  readonly rules: ServiceRules;
  readonly algorithm: string;
  readonly credential: string;
  readonly date: string;
  readonly sessionToken: string | undefined;
  /** The token is added after signing. */
  readonly appendsToken: boolean;
}

/** A request that is ready to be signed. */
export interface Prepared {
  readonly hash: Hash;
  readonly credentials: AwsCredentials;
  /** `20150830/us-east-1/sts/aws4_request`. */
  readonly scope: string;
  /** `20150830T123600Z`. */
  readonly date: string;
  readonly canonicalRequest: string;
  readonly stringToSign: string;
  /** Creates the signed request, with another body if one is given. */
  readonly finish: (signature: string, body?: ReadableStream<Uint8Array>) => SignedRequest;
}

/** The arguments of a call in either form: a request and options, or a URL, options of `fetch`, and options. */
export type SignArguments = readonly [
  input: RequestInput,
  second?: object | undefined,
  third?: object | undefined,
];

/** Signs a request of any kind, and returns one of the same kind. */
export function sign(setup: SigningSetup, args: SignArguments): Promise<SignedRequest> {
  return prepare(setup, args, (prepared) => {
    const signature = setup.scheme.sign(prepared);
    // Nothing is awaited without need: with `node:crypto` that saves half of the time (measured).
    return typeof signature === "string" ? prepared.finish(signature) : signature.then(prepared.finish);
  });
}

/**
 * Does everything but the signature: reads the request, hashes the body, writes what is to be signed.
 *
 * @param use - gets the prepared request. Returning it instead would cost a signature one more promise, 2 % of its time (measured).
 */
export async function prepare<T>(
  setup: SigningSetup,
  [input, second, third]: SignArguments,
  use: (prepared: Prepared) => MaybePromise<T>,
): Promise<T> {
  const {
    scheme,
    placement,
    defaults,
    smithy,
    writeDate = formatDate,
    listSignable = signableHeaders,
  } = setup;
  const given = isUrl(input) ? third : second;
  if (!smithy) checkOptionNames(given);
  // Not spread: that takes Node.js 20 3 µs longer, and creates hidden classes that only a full garbage collection frees.
  const options: SignerOptions =
    defaults && given ? Object.assign({}, defaults, given) : (given ?? defaults ?? {});
  if (typeof input === "string" || "href" in input) setup.checkInit?.(second);
  const request = readRequest(input, second);
  if (!request.method) throw new SignerError("ERR_REQUEST_INVALID", "method missing");
  const { sha256, credentials: source, payloadHash } = options;
  const hash = sha256 ? createHash(sha256) : setup.hash;
  const credentials = checkCredentials(typeof source === "function" ? await source() : source);
  const { sessionToken, expiration } = credentials;

  let { service, region } = options;
  region = credentials.credentialScope ?? region;
  if (!service || !region) {
    const found = setup.findScope?.(request);
    service ||= found?.service;
    region ||= found?.region;
  }
  requireText(service, "service", "ERR_SCOPE_INVALID");
  requireText(region, "region", "ERR_SCOPE_INVALID");
  const signingDate = options.date ?? options.clock?.() ?? new Date();
  if (!(+signingDate >= 0)) throw new SignerError("ERR_DATE_INVALID", "date invalid");
  if (expiration && expiration < signingDate && !options.allowExpired)
    throw new SignerError("ERR_CREDENTIALS_EXPIRED", "credentials expired before the signing date");
  const date = writeDate(signingDate);
  const scope = scheme.writeScope({ date: date.slice(0, 8), region, service });
  const credential = `${credentials.accessKeyId}/${scope}`;

  const rules = rulesOf(service);
  const { isS3, contentHash } = rules;
  const { uriEscapePath = !isS3, normalizePath = uriEscapePath, applyChecksum = contentHash } = options;
  const appendsToken = (options.sessionToken ?? rules.sessionToken) === "append";
  const { headers, spelling, wasSigned } = copyHeaders(request, smithy);
  if (wasSigned || sessionToken) headers.delete(TOKEN);

  const { body } = request;
  setup.editHeaders?.(headers, body);
  const content = body ?? "";
  // A hash from an earlier signature may belong to another body. A stream cannot be hashed again.
  if (wasSigned && HASH.test(String(headers.get(CONTENT_SHA256))) && !isStream(content))
    headers.delete(CONTENT_SHA256);
  const isUnsigned = contentHash === UNSIGNED_PAYLOAD || (placement && isS3) || isStream(content);
  // A header with several values is not a hash, and no service accepts it.
  let bodyHash = (payloadHash ?? headers.get(CONTENT_SHA256) ?? (isUnsigned && UNSIGNED_PAYLOAD)) as
    | string
    | false;
  let read: ReadBody | undefined;
  if (!bodyHash) {
    const hashed = hashHex(hash, isText(content) ? content : (read = await readBody(content)).body);
    bodyHash = typeof hashed === "string" ? hashed : await hashed;
    if (read?.type && !headers.has("content-type")) headers.set("content-type", read.type);
  }

  const query = request.query.filter(([name]) => !SIGNATURE_PARAMETER.test(name));
  const { algorithm } = scheme;
  const place = placement?.({
    headers,
    spelling,
    query,
    options,
    rules,
    algorithm,
    credential,
    date,
    sessionToken,
    appendsToken,
  });
  if (!place) {
    headers.set("x-amz-date", date);
    if (payloadHash || applyChecksum || bodyHash === UNSIGNED_PAYLOAD) headers.set(CONTENT_SHA256, bodyHash);
    if (sessionToken && !appendsToken) headers.set(TOKEN, sessionToken);
  }
  const { signedHeaders, joined } = listSignable(headers, options);
  // A server that encodes a path once decodes it first, and some read a plus sign as a space.
  const path = uriEscapePath ? request.path : request.path.replaceAll("+", "%2B");
  const canonicalRequest = writeCanonicalRequest({
    method: request.method,
    path: canonicalPath(path, { uriEscapePath, normalizePath }),
    query: canonicalQuery(place?.toSign(joined) ?? query),
    headers,
    signedHeaders,
    joined,
    payloadHash: bodyHash,
  });
  const digest = hashHex(hash, canonicalRequest);
  return use({
    hash,
    credentials,
    scope,
    date,
    canonicalRequest,
    stringToSign: `${algorithm}\n${date}\n${scope}\n${typeof digest === "string" ? digest : await digest}`,
    finish: (signature, stream) => {
      if (!place) {
        headers.set(
          "authorization",
          `${algorithm} Credential=${credential}, SignedHeaders=${joined}, Signature=${signature}`,
        );
        if (sessionToken) headers.set(TOKEN, sessionToken);
      }
      return request.finish({
        headers: writeObject(headers, spelling),
        path,
        query: place ? place.toSend(signature) : query.length === request.query.length ? undefined : query,
        body: stream ?? read?.body,
      });
    },
  });
}

/** The headers of a request by lower-case name, ready to be changed. */
export interface CopiedHeaders {
  readonly headers: Map<string, HeaderBag[string]>;
  /** The name that a header has in the request, if it differs. */
  readonly spelling: ReadonlyMap<string, string>;
  /** Whether the request has been signed before. */
  readonly wasSigned: boolean;
}

/** Copies headers, the values of one header together, without those of an earlier signature. */
function copyHeaders(request: RequestView, isSmithy: true | undefined): CopiedHeaders {
  const headers = new Map<string, HeaderBag[string]>();
  const spelling = new Map<string, string>();
  let wasSigned = false;
  for (const [name, value] of request.headers) {
    const key = name.toLowerCase();
    if (key === "authorization") wasSigned = true;
    else if (
      value !== undefined &&
      value !== null &&
      key !== "x-amz-date" &&
      key !== "x-amz-region-set" &&
      !(isSmithy && key === "date")
    ) {
      addValue(headers, key, value);
      if (key !== name) spelling.set(key, name);
    }
  }
  if (!isSmithy && !headers.has("host") && !headers.has(":authority")) headers.set("host", request.host);
  return { headers, spelling, wasSigned };
}

/** The header that carries the hash of the body. */
export const CONTENT_SHA256 = "x-amz-content-sha256";

/** The header that carries the session token. */
export const TOKEN = "x-amz-security-token";

const HASH = /^[\da-f]{64}$/;

const SIGNATURE_PARAMETER =
  /^X-Amz-(Algorithm|Credential|Date|Expires|Region-Set|Security-Token|Signature|SignedHeaders)$/;
