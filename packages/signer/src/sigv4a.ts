import type { AwsCredentials } from "./credentials.ts";
import { universalHash } from "./hash.universal.ts";
import type { HttpRequest, SignedFetch } from "./request.ts";
import { signV4a, type SignV4aOptions } from "./sign-v4a.ts";
import type { SignArguments } from "./sign.ts";
import { deriveSigningKeyV4a as deriveWith } from "./signing-key-v4a.ts";

/** The two forms of {@link signRequestV4a} and {@link presignRequestV4a}. */
export interface SignRequestV4a {
  /** Signs a request and returns a new one of the same kind. */
  <R extends HttpRequest | Request>(request: R, options: SignV4aOptions): Promise<R>;
  /** Signs what `fetch` takes, and returns what `fetch` takes. */
  (url: string | URL, init: RequestInit | undefined, options: SignV4aOptions): Promise<SignedFetch>;
}

/**
 * Signs one request with Signature Version 4a, whose signature is good in several regions, and returns a new one of the
 * same kind. S3 Multi-Region Access Points and EventBridge global endpoints want it.
 *
 * Takes what `signRequest` takes. An ECDSA signature takes some hundred times as long as one of Signature Version 4.
 *
 * @example
 * import { signRequestV4a } from "@org/sts-signer/sigv4a";
 *
 * const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };
 * const signed = await signRequestV4a(new Request("https://example.mrap.accesspoint.s3-global.amazonaws.com/key"), {
 *   credentials,
 *   regionSet: "*",
 *   service: "s3",
 * });
 *
 * @throws {@link SignerError} when the options or the request cannot be signed.
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html#how-sigv4a-works How AWS SigV4a works}
 */
export const signRequestV4a: SignRequestV4a = (...args: SignArguments) =>
  signV4a(universalHash, {}, args, "header");

/**
 * Signs one request in its query with Signature Version 4a; see `presignRequest` for what travels where.
 *
 * @throws {@link SignerError} when the options or the request cannot be signed.
 */
export const presignRequestV4a: SignRequestV4a = (...args: SignArguments) =>
  signV4a(universalHash, {}, args, "query");

/**
 * Derives the private key that belongs to a secret, 32 bytes.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#derive-signing-key-sigv4a Derive a signing key for SigV4a}
 */
export function deriveSigningKeyV4a(
  credentials: Pick<AwsCredentials, "accessKeyId" | "secretAccessKey">,
): Promise<Uint8Array> {
  return deriveWith(universalHash, credentials);
}

export { SignerError, type SignerErrorCode } from "./signer-error.ts";
export type { AwsCredentials, CredentialsSource } from "./credentials.ts";
export type { HashConstructor, HashFunction, HashObject, MaybePromise } from "./hash.ts";
export type { PresignOptions, SignerOptions, SignOptions } from "./options.ts";
export type { HeaderBag, HttpRequest, QueryBag, SignedFetch, SignedInit } from "./request.ts";
export type { SignV4aOptions } from "./sign-v4a.ts";
