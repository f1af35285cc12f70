export {
  AssumeRole,
  type AssumeRoleRequest,
  type AssumeRoleResponse,
  type ProvidedContext,
} from "./operations/assume-role.ts";
export {
  AssumeRoleWithSAML,
  type AssumeRoleWithSAMLRequest,
  type AssumeRoleWithSAMLResponse,
} from "./operations/assume-role-with-saml.ts";
export {
  AssumeRoleWithWebIdentity,
  type AssumeRoleWithWebIdentityRequest,
  type AssumeRoleWithWebIdentityResponse,
} from "./operations/assume-role-with-web-identity.ts";
export { AssumeRoot, type AssumeRootRequest, type AssumeRootResponse } from "./operations/assume-root.ts";
export {
  DecodeAuthorizationMessage,
  type DecodeAuthorizationMessageRequest,
  type DecodeAuthorizationMessageResponse,
} from "./operations/decode-authorization-message.ts";
export {
  GetAccessKeyInfo,
  type GetAccessKeyInfoRequest,
  type GetAccessKeyInfoResponse,
} from "./operations/get-access-key-info.ts";
export {
  GetCallerIdentity,
  type GetCallerIdentityRequest,
  type GetCallerIdentityResponse,
} from "./operations/get-caller-identity.ts";
export {
  GetDelegatedAccessToken,
  type GetDelegatedAccessTokenRequest,
  type GetDelegatedAccessTokenResponse,
} from "./operations/get-delegated-access-token.ts";
export {
  GetFederationToken,
  type GetFederationTokenRequest,
  type GetFederationTokenResponse,
  type FederatedUser,
} from "./operations/get-federation-token.ts";
export {
  GetScopedCredentials,
  type GetScopedCredentialsRequest,
  type GetScopedCredentialsResponse,
  type ScopedSession,
} from "./operations/get-scoped-credentials.ts";
export {
  GetSessionToken,
  type GetSessionTokenRequest,
  type GetSessionTokenResponse,
} from "./operations/get-session-token.ts";
export {
  GetWebIdentityToken,
  type GetWebIdentityTokenRequest,
  type GetWebIdentityTokenResponse,
  WebIdentityTokenSubjectModeType,
} from "./operations/get-web-identity-token.ts";
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
export { redact, REDACTED } from "./redact.ts";
export type { Operation, OperationSchema, ServiceExceptionClass } from "./operation.ts";
