import { findScope } from "./find-scope.ts";
import { createSetup, createSign, type ClientOptions, type HeaderSigner } from "./header-signer.ts";
import type { PresignOptions, SignerOptions, SignOptions } from "./options.ts";
import type { Platform } from "./platform.ts";
import { inQuery } from "./presign.ts";
import { isUrl, type HttpRequest, type SignedFetch } from "./request.ts";
import { sign, type SignArguments } from "./sign.ts";
import { SignerError } from "./signer-error.ts";
import { signStreaming, type StreamingOptions } from "./sign-streaming.ts";
import { hmacScheme } from "./signing-key.ts";

/** Options of one signature, including the `sha256` that a signer would be created with. */
export type SignRequestOptions = SignOptions & Pick<SignerOptions, "sha256">;

/** Options of one presigned URL, including the `sha256` that a signer would be created with. */
export type PresignRequestOptions = PresignOptions & Pick<SignerOptions, "sha256">;

/**
 * Signs one request with Signature Version 4 and returns a new one of the same kind; your request is not modified.
 *
 * Takes a WHATWG `Request`, a URL with the options of `fetch`, or a plain {@link HttpRequest}. The signature covers
 * the method, path, query, body, and every header that proxies do not change. An earlier signature is replaced.
 * Region and service are optional for AWS hosts. The signing key is derived each time: use
 * {@link CreateSigner} for more than one signature.
 *
 * SHA-256 depends on the entry point: `@aws-crypto/sha256-universal`, which uses what the runtime has, in
 * `@org/sts-signer`; WebCrypto in `@org/sts-signer/webcrypto`; `node:crypto` in `@org/sts-signer/node`, to which the first
 * one resolves on Node.js.
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
export interface SignRequest {
  /** Signs a request and returns a new one of the same kind. */
  <R extends HttpRequest | Request>(request: R, options: SignRequestOptions): Promise<R>;
  /** Signs the arguments of `fetch`, and returns signed ones. */
  (url: string | URL, init: RequestInit | undefined, options: SignRequestOptions): Promise<SignedFetch>;
}

/**
 * Signs one request in its query and returns a new one of the same kind, valid for `expiresIn` seconds.
 *
 * Headers that begin with `x-amz-` become parameters, except those of S3 server-side encryption: keys do not belong in
 * URLs. Anyone who uses the URL must send the other signed headers. For S3 the body is not signed; for other services it
 * is, and it is usually empty.
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
export interface PresignRequest {
  /** Signs a request in its query and returns a new one of the same kind. */
  <R extends HttpRequest | Request>(request: R, options: PresignRequestOptions): Promise<R>;
  /** Signs a URL in its query. */
  (url: string | URL, init: RequestInit | undefined, options: PresignRequestOptions): Promise<SignedFetch>;
}

/** Signs requests in their headers or in their query, and uploads chunk by chunk. */
export interface Signer extends HeaderSigner {
  /**
   * Signs a request in its headers and returns a new one of the same kind; your request is not modified.
   *
   * Options override the signer's own. See {@link SignRequest} for what is signed. With `payload: "streaming"` the body is
   * signed chunk by chunk while it is sent.
   *
   * @throws {@link SignerError} when the options or the request cannot be signed.
   */
  sign<R extends HttpRequest | Request>(
    request: R,
    options?: Partial<StreamingOptions> & ClientOptions,
  ): Promise<R>;
  /** Signs the arguments of `fetch`, and returns signed ones: `fetch(...(await signer.sign(url, init)))`. */
  sign(
    url: string | URL,
    init?: RequestInit,
    options?: Partial<StreamingOptions> & ClientOptions,
  ): Promise<SignedFetch>;
  /**
   * Signs a request in its query, so that its URL alone is enough to send it, and returns a new one of the same kind.
   *
   * Options override the signer's own. See {@link PresignRequest} for what is signed.
   *
   * @throws {@link SignerError} when the options or the request cannot be signed.
   */
  presign<R extends HttpRequest | Request>(
    request: R,
    options?: Partial<PresignOptions> & ClientOptions,
  ): Promise<R>;
  /** Signs a URL in its query: `const [url] = await signer.presign(address)`. */
  presign(
    url: string | URL,
    init?: RequestInit,
    options?: Partial<PresignOptions> & ClientOptions,
  ): Promise<SignedFetch>;
}

/**
 * Creates a signer: defaults for every signature, and a cache of the signing keys it derived.
 *
 * The cache holds at most 100 keys, and never a secret in clear.
 *
 * @example
 * import { createSigner } from "@org/sts-signer";
 *
 * const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };
 * const signer = createSigner({ credentials, region: "eu-west-1", service: "sts" });
 * const signed = await signer.sign(new Request("https://sts.eu-west-1.amazonaws.com/", { method: "POST", body: "" }));
 *
 * @throws {@link SignerError} with code `ERR_HASH_INVALID` when `sha256` is neither a class nor a function, and
 * `ERR_OPTION_INVALID` for an unknown option.
 */
export type CreateSigner = (defaults?: SignerOptions) => Signer;

/** Binds {@link SignRequest} to a hash. */
export function bindSignRequest({ hash }: Platform): SignRequest {
  const setup = { hash, scheme: hmacScheme(), findScope, checkInit };
  return function signRequest(...args: SignArguments) {
    return sign(setup, args);
  } as SignRequest; // `sign` returns the kind that it was given
}

/** Binds {@link PresignRequest} to a hash. */
export function bindPresignRequest({ hash }: Platform): PresignRequest {
  const setup = { hash, scheme: hmacScheme(), findScope, checkInit, placement: inQuery };
  return function presignRequest(...args: SignArguments) {
    return sign(setup, args);
  } as PresignRequest; // `sign` returns the kind that it was given
}

/** Binds {@link CreateSigner} to a hash. */
export function bindCreateSigner(platform: Platform): CreateSigner {
  return function createSigner(defaults) {
    const setup = { ...createSetup(platform, defaults), findScope, checkInit };
    const sign = createSign(setup);
    return {
      sign: function signWith(...args: SignArguments) {
        const options = isUrl(args[0]) ? args[2] : args[1];
        return options && "payload" in options ? signStreaming(setup, args) : sign(...args);
      } as Signer["sign"], // the kind that comes back is the kind that was given
      presign: createSign(setup, inQuery) as Signer["presign"],
    };
  };
}

/**
 * Refuses options in the place of those of `fetch`, whose own `credentials` are text: nothing would read them.
 *
 * @throws {@link SignerError} with code `ERR_OPTION_INVALID`.
 */
function checkInit(init: Partial<SignerOptions> | undefined): void {
  const { credentials, region, service, expiresIn } = init ?? {};
  if ((credentials && typeof credentials !== "string") || (region ?? service ?? expiresIn) !== undefined)
    throw new SignerError("ERR_OPTION_INVALID", "after a URL, the options are the third argument");
}
