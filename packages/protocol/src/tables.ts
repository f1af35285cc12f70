/**
 * The tables, types and errors of all operations, without encoding and decoding.
 *
 * @module @org/sts-protocol/declarations
 */

// For users.

export * from "./operations/all.ts";
export type {
  OriginIdentity,
  TransactionContext,
  TrustedIdentityPropagationContext,
} from "./operations/identity-context.ts";
export type { PolicyDescriptorType } from "./operations/session-policy.ts";
export type { Tag } from "./operations/session-tags.ts";
export type { AssumedRoleUser, Credentials } from "./operations/shapes.ts";

export {
  STSServiceException,
  type MetadataBearer,
  type ResponseMetadata,
  type ServiceErrorDetails,
  type ServiceExceptionOptions,
} from "./service-exception.ts";
export {
  ExpiredTokenException,
  ExpiredTradeInTokenException,
  IDPCommunicationErrorException,
  IDPRejectedClaimException,
  InsufficientSessionLifetimeException,
  InvalidAuthorizationMessageException,
  InvalidContextAssertionException,
  InvalidIdentityTokenException,
  InvalidSubjectCredentialsException,
  JWTPayloadSizeExceededException,
  MalformedPolicyDocumentException,
  OutboundWebIdentityFederationDisabledException,
  PackedPolicyTooLargeException,
  RegionDisabledException,
  SessionDurationEscalationException,
} from "./exceptions.ts";
export { ProtocolError, type ProtocolErrorCode } from "./protocol-error.ts";
export { InvalidInputError, type InputIssue, type InputRule } from "./invalid-input-error.ts";
export { redact } from "./redact.ts";
export { REDACTED } from "./redacted.ts";

// For library authors.

export type { Operation, OperationSchema } from "./operation.ts";
export type { ServiceExceptionClass } from "./service-exception.ts";
