/**
 * The signer on the runtime's WebCrypto, without third-party code.
 *
 * @module @org/sts-signer/webcrypto
 */

import { webcryptoHash } from "./hash.webcrypto.ts";
import { bindExplainSignature, type ExplainSignature } from "./explain-signature.ts";
import {
  bindCheckPostPolicy,
  bindCreatePostPolicy,
  type CheckPostPolicy,
  type CreatePostPolicy,
} from "./post-policy.ts";
import type { Platform } from "./platform.ts";
import { SignatureV4Base, type SignatureV4Init } from "./signature-v4.ts";
import { bindCreateHeaderSigner, type CreateHeaderSigner } from "./header-signer.ts";
import {
  bindCreateSigner,
  bindPresignRequest,
  bindSignRequest,
  type CreateSigner,
  type PresignRequest,
  type SignRequest,
} from "./signer.ts";
import { bindDeriveSigningKey, type DeriveSigningKey } from "./signing-key.ts";
import { bindCreateVerifier, bindVerify, bindVerifyChunks } from "./verifier.ts";
import type { CreateVerifier, Verify, VerifyChunks } from "./verify-options.ts";

const platform: Platform = { hash: webcryptoHash };

// For programs that sign and verify requests. The type of each function documents it.

/** Signs one request in its headers: see {@link SignRequest}. */
export const signRequest: SignRequest = /* @__PURE__ */ bindSignRequest(platform);
/** Signs one request in its query: see {@link PresignRequest}. */
export const presignRequest: PresignRequest = /* @__PURE__ */ bindPresignRequest(platform);
/** Creates a signer for many requests: see {@link CreateSigner}. */
export const createSigner: CreateSigner = /* @__PURE__ */ bindCreateSigner(platform);
/** Creates a signer that cannot presign: see {@link CreateHeaderSigner}. */
export const createHeaderSigner: CreateHeaderSigner = /* @__PURE__ */ bindCreateHeaderSigner(platform);
/** Verifies the signature of one request: see {@link Verify}. */
export const verify: Verify = /* @__PURE__ */ bindVerify(platform);
/** Creates a verifier for many requests: see {@link CreateVerifier}. */
export const createVerifier: CreateVerifier = /* @__PURE__ */ bindCreateVerifier(platform);
/** Verifies one upload in signed chunks: see {@link VerifyChunks}. */
export const verifyChunks: VerifyChunks = /* @__PURE__ */ bindVerifyChunks(platform);
/** Creates the fields of an upload by form: see {@link CreatePostPolicy}. */
export const createPostPolicy: CreatePostPolicy = /* @__PURE__ */ bindCreatePostPolicy(platform);
/** Checks the fields of an upload by form: see {@link CheckPostPolicy}. */
export const checkPostPolicy: CheckPostPolicy = /* @__PURE__ */ bindCheckPostPolicy(platform);
/** Shows what is signed: see {@link ExplainSignature}. */
export const explainSignature: ExplainSignature = /* @__PURE__ */ bindExplainSignature(platform);

/** Signs like the class of the same name in `@smithy/signature-v4`, and can replace it: see {@link SignatureV4Init}. */
export class SignatureV4 extends SignatureV4Base {
  /** Stores the options; nothing is called before the first signature. */
  constructor(init: SignatureV4Init) {
    super(platform, init);
  }
}

export { SignerError } from "./signer-error.ts";
export type * from "./public-types.ts";

// For library authors: the parts of a signature.

/** Derives the key for one day, region and service: see {@link DeriveSigningKey}. */
export const deriveSigningKey: DeriveSigningKey = /* @__PURE__ */ bindDeriveSigningKey(platform);
export { createCanonicalRequest, createStringToSign } from "./canonical.ts";
