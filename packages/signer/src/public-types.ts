// The types that every entry point exports. First those for programs that sign and verify requests.
export type { AwsCredentials, CredentialsSource, StsCredentials } from "./credentials.ts";
export type { HeaderBag, QueryBag } from "./entry.ts";
export type { ExplainOptions, ExplainSignature, SignatureExplanation } from "./explain-signature.ts";
export type { HashConstructor, HashFunction, HashObject, MaybePromise } from "./hash.ts";
export type { PresignOptions, SignerOptions, SignOptions } from "./options.ts";
export type {
  CheckPostPolicy,
  CheckPostPolicyOptions,
  CreatePostPolicy,
  PostCondition,
  PostPolicy,
  PostPolicyCheck,
  PostPolicyFailureReason,
  PostPolicyOptions,
} from "./post-policy.ts";
export type { HttpRequest, RequestInput, SignedFetch, SignedInit } from "./request.ts";
export type { StreamingOptions } from "./sign-streaming.ts";
export type { Difference, SignedTexts } from "./signature-difference.ts";
export type { SignerErrorCode } from "./signer-error.ts";
export type { ClientOptions, CreateHeaderSigner, HeaderSigner } from "./header-signer.ts";
export type {
  CreateSigner,
  PresignRequest,
  PresignRequestOptions,
  Signer,
  SignRequest,
  SignRequestOptions,
} from "./signer.ts";
export type {
  CreateVerifier,
  FindKey,
  SignatureClaim,
  Verifier,
  VerifierOptions,
  Verify,
  VerifyChunks,
  VerifyChunksOptions,
  VerifyChunksResult,
  VerifyChunksSuccess,
  VerifyFailure,
  VerifyFailureReason,
  VerifyKey,
  VerifyOptions,
  VerifyResult,
  VerifySuccess,
} from "./verify-options.ts";

// For library authors: the parts of a signature, and the shapes of the AWS SDK's signer.
export type { CanonicalParts } from "./canonical.ts";
export type { EventHeader, EventHeaderOf, EventHeaders, EventLong } from "./event-headers.ts";
export type { Scope } from "./scope.ts";
export type {
  EventMessage,
  EventSigningArguments,
  FormattedEvent,
  RequestPresigningArguments,
  RequestSigningArguments,
  SignableMessage,
  SignatureV4Init,
  SignedMessage,
  SigningArguments,
} from "./signature-v4.ts";
export type { DeriveSigningKey } from "./signing-key.ts";
