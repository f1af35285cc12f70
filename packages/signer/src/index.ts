import { explainSignatureWith, type ExplainOptions, type SignatureExplanation } from "./explain-signature.ts";
import { universalHash } from "./hash.universal.ts";
import type { SignerOptions } from "./options.ts";
import { inQuery } from "./presign.ts";
import type { HttpRequest, RequestInput } from "./request.ts";
import { formatScope, type Scope } from "./scope.ts";
import { sign, type SignArguments } from "./sign.ts";
import { SignatureV4With, type SignatureV4Init } from "./signature-v4.ts";
import {
  createHeaderSignerWith,
  createSignerWith,
  type HeaderSigner,
  type PresignRequest,
  type Signer,
  type SignRequest,
} from "./signer.ts";
import { deriveSigningKey as deriveSigningKeyWith, importSigningKey } from "./signing-key.ts";
import { verifyWith, type VerifyOptions, type VerifyResult } from "./verify.ts";

/**
 * Signs one request with Signature Version 4 and returns a new one of the same kind; the request given is not modified.
 *
 * Takes a WHATWG `Request`, a URL with what `fetch` takes beside it, or a plain {@link HttpRequest}. The signature covers
 * the method, path, query, body, and every header that proxies leave alone. The signing key is derived anew each time:
 * use {@link createSigner} for more than one signature.
 *
 * SHA-256 by `@aws-crypto/sha256-universal`, which finds what the runtime has; on Node.js this name leads to
 * `@org/sts-signer/node`.
 *
 * @example
 * import { signRequest } from "@org/sts-signer";
 *
 * const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };
 * const signed = await signRequest(
 *   "https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15",
 *   { headers: { accept: "application/json" } },
 *   { credentials, region: "eu-west-1", service: "sts" },
 * );
 * const request = new Request(...signed);
 *
 * @throws {@link SignerError} when the options or the request cannot be signed.
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html Create a signed AWS API request}
 */
export const signRequest: SignRequest = (...args: SignArguments) =>
  sign(universalHash, importSigningKey, {}, args);

/**
 * Signs one request in its query and returns a new one of the same kind, good for `expiresIn` seconds.
 *
 * Headers that begin with `x-amz-` become parameters; the other signed headers must be sent by whoever uses the URL.
 * For S3 the body is not signed; for other services it is, and is usually empty.
 *
 * @example
 * import { presignRequest } from "@org/sts-signer";
 *
 * const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };
 * const [url] = await presignRequest("https://bucket.s3.eu-west-1.amazonaws.com/key", undefined, {
 *   credentials,
 *   region: "eu-west-1",
 *   service: "s3",
 *   expiresIn: 900,
 * });
 *
 * @throws {@link SignerError} with code `ERR_EXPIRES_IN_INVALID` when `expiresIn` is not 1 to 604,800 seconds.
 * @see {@link https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html Authenticating requests: using query parameters}
 */
export const presignRequest: PresignRequest = (...args: SignArguments) =>
  sign(universalHash, importSigningKey, {}, args, inQuery);

/**
 * Creates a signer: defaults for every signature, and a store of the signing keys it derived.
 *
 * The store holds 100 keys at most and never a secret in clear.
 *
 * @example
 * import { createSigner } from "@org/sts-signer";
 *
 * const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };
 * const signer = createSigner({ credentials, region: "eu-west-1", service: "sts" });
 * const signed = await signer.sign(new Request("https://sts.eu-west-1.amazonaws.com/", { method: "POST", body: "" }));
 *
 * @throws {@link SignerError} with code `ERR_HASH_INVALID` when `sha256` is neither a class nor a function.
 */
export function createSigner(defaults?: SignerOptions): Signer {
  return createSignerWith(universalHash, defaults);
}

/**
 * Creates a signer that signs headers only: {@link createSigner} for programs that never presign and count their bytes.
 *
 * @throws {@link SignerError} with code `ERR_HASH_INVALID` when `sha256` is neither a class nor a function.
 */
export function createHeaderSigner(defaults?: SignerOptions): HeaderSigner {
  return createHeaderSignerWith(universalHash, defaults);
}

/**
 * Checks the signature of a request as a server does, in its headers or in its query.
 *
 * Never throws on what a request holds, however hostile: the answer says why it was refused and, when `client` tells
 * what the client signed, which line differs. The work is bounded by the limits on target, headers and body. Signatures
 * and tokens are compared in constant time. Whether a request was seen before is not checked.
 *
 * @example
 * import { verify } from "@org/sts-signer";
 *
 * const secrets = new Map([["AKIDEXAMPLE", { secretAccessKey: "example" }]]);
 * const result = await verify(new Request("https://sts.eu-west-1.amazonaws.com/"), {
 *   findKey: async (accessKeyId) => secrets.get(accessKeyId),
 *   region: "eu-west-1",
 *   service: "sts",
 * });
 * if (!result.ok) console.log(result.reason); // unsigned
 *
 * @throws what `findKey` throws.
 */
export function verify(request: RequestInput, options: VerifyOptions): Promise<VerifyResult> {
  return verifyWith(universalHash, request, options);
}

/**
 * Signs like the class of the same name in `@smithy/signature-v4`, and takes its place: `new S3Client({ signer })`.
 *
 * Three things differ: `sha256` may be left out, paths of S3 are not escaped twice unless asked for, and what cannot be
 * signed rejects with a {@link SignerError} instead of a string.
 *
 * @example
 * import { SignatureV4 } from "@org/sts-signer";
 *
 * const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };
 * const signer = new SignatureV4({ credentials, region: "eu-west-1", service: "sts" });
 * const signed = await signer.sign({ method: "GET", hostname: "sts.eu-west-1.amazonaws.com", path: "/", headers: {} });
 */
export class SignatureV4 extends SignatureV4With {
  /** Keeps the options; nothing is asked for before the first signature. */
  constructor(init: SignatureV4Init) {
    super(universalHash, init);
  }
}

/**
 * Tells what {@link signRequest} or {@link presignRequest} would sign: the texts to hold against a server's, or to hand to
 * {@link verify} as `client`.
 *
 * @throws {@link SignerError} when the options or the request cannot be signed.
 */
export function explainSignature(
  request: HttpRequest | Request,
  options: ExplainOptions,
): Promise<SignatureExplanation> {
  return explainSignatureWith(universalHash, request, options);
}

/**
 * Derives the key that signs for one day, region and service from a secret key: 32 bytes.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#derive-signing-key Derive a signing key}
 */
export async function deriveSigningKey(secretAccessKey: string, scope: Scope): Promise<Uint8Array> {
  return deriveSigningKeyWith(universalHash, secretAccessKey, formatScope(scope));
}

export { SignerError, type SignerErrorCode } from "./signer-error.ts";
export { createCanonicalRequest, createStringToSign, type CanonicalParts } from "./canonical.ts";
export type { ExplainOptions, SignatureExplanation } from "./explain-signature.ts";
export type { Scope } from "./scope.ts";
export type { AwsCredentials, CredentialsSource } from "./credentials.ts";
export type { HashConstructor, HashFunction, HashObject, MaybePromise } from "./hash.ts";
export type { PresignOptions, SignerOptions, SignOptions } from "./options.ts";
export type { HeaderBag, HttpRequest, QueryBag, RequestInput, SignedFetch, SignedInit } from "./request.ts";
export type {
  HeaderSigner,
  PresignRequest,
  PresignRequestOptions,
  Signer,
  SignRequest,
  SignRequestOptions,
} from "./signer.ts";
export type {
  SignatureClaim,
  VerifyFailure,
  VerifyFailureReason,
  VerifyKey,
  VerifyOptions,
  VerifyResult,
  VerifySuccess,
} from "./verify.ts";
export type { Difference, SignedTexts } from "./signature-difference.ts";
export type { EventHeader, EventHeaderOf, EventHeaders, EventLong } from "./event-headers.ts";
export type {
  EventMessage,
  EventSigningArguments,
  FormattedEvent,
  RequestPresigningArguments,
  RequestSigningArguments,
  SignableMessage,
  SignatureV4Init,
  SignatureV4With,
  SignedMessage,
  SigningArguments,
} from "./signature-v4.ts";
