/**
 * Signature Version 4a, whose signatures are valid in several regions.
 *
 * @module @org/sts-signer/sigv4a
 */

import type { AwsCredentials } from "./credentials.ts";
import { universalHash } from "./hash.universal.ts";
import { inQuery } from "./presign.ts";
import { bindSignRequestV4a, type SignRequestV4a } from "./sign-v4a.ts";
import { deriveSigningKeyV4a as deriveWith } from "./signing-key-v4a.ts";

/**
 * Signs one request with Signature Version 4a, whose signature is valid in several regions, and returns a new one of the
 * same kind. S3 Multi-Region Access Points and EventBridge global endpoints require it.
 *
 * Takes what `signRequest` takes. Needs the package `@noble/curves`, which you install separately. An ECDSA signature takes
 * about a hundred times as long as one of Signature Version 4.
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
 * @throws {@link SignerError} when the options or the request cannot be signed, with code `ERR_PEER_MISSING` when
 * `@noble/curves` is not installed.
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html#how-sigv4a-works How AWS SigV4a works}
 */
export const signRequestV4a: SignRequestV4a = /* @__PURE__ */ bindSignRequestV4a(universalHash);

/**
 * Signs one request in its query with Signature Version 4a; see `presignRequest` for what goes where.
 *
 * @throws {@link SignerError} as {@link signRequestV4a} does.
 */
export const presignRequestV4a: SignRequestV4a = /* @__PURE__ */ bindSignRequestV4a(universalHash, inQuery);

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
export type { AwsCredentials, CredentialsSource, StsCredentials } from "./credentials.ts";
export type { HeaderBag, QueryBag } from "./entry.ts";
export type { HashConstructor, HashFunction, MaybePromise } from "./hash.ts";
export type { PresignOptions, SignerOptions, SignOptions } from "./options.ts";
export type { HttpRequest, SignedFetch, SignedInit } from "./request.ts";
export type { SignRequestV4a, SignV4aOptions } from "./sign-v4a.ts";
