export { STSClient } from "../client.ts";
export { STS } from "../sts.ts";
export type { Invoke, InvokeOptional, OperationMethods } from "../operation-methods.ts";
export {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  type AssumeRoleCommandOutput,
} from "../commands/assume-role.ts";
export {
  AssumeRoleWithSAMLCommand,
  type AssumeRoleWithSAMLCommandInput,
  type AssumeRoleWithSAMLCommandOutput,
} from "../commands/assume-role-with-saml.ts";
export {
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityCommandInput,
  type AssumeRoleWithWebIdentityCommandOutput,
} from "../commands/assume-role-with-web-identity.ts";
export {
  AssumeRootCommand,
  type AssumeRootCommandInput,
  type AssumeRootCommandOutput,
} from "../commands/assume-root.ts";
export {
  DecodeAuthorizationMessageCommand,
  type DecodeAuthorizationMessageCommandInput,
  type DecodeAuthorizationMessageCommandOutput,
} from "../commands/decode-authorization-message.ts";
export {
  GetAccessKeyInfoCommand,
  type GetAccessKeyInfoCommandInput,
  type GetAccessKeyInfoCommandOutput,
} from "../commands/get-access-key-info.ts";
export {
  GetCallerIdentityCommand,
  type GetCallerIdentityCommandInput,
  type GetCallerIdentityCommandOutput,
} from "../commands/get-caller-identity.ts";
export {
  GetDelegatedAccessTokenCommand,
  type GetDelegatedAccessTokenCommandInput,
  type GetDelegatedAccessTokenCommandOutput,
} from "../commands/get-delegated-access-token.ts";
export {
  GetFederationTokenCommand,
  type GetFederationTokenCommandInput,
  type GetFederationTokenCommandOutput,
} from "../commands/get-federation-token.ts";
export {
  GetScopedCredentialsCommand,
  type GetScopedCredentialsCommandInput,
  type GetScopedCredentialsCommandOutput,
} from "../commands/get-scoped-credentials.ts";
export {
  GetSessionTokenCommand,
  type GetSessionTokenCommandInput,
  type GetSessionTokenCommandOutput,
} from "../commands/get-session-token.ts";
export {
  GetWebIdentityTokenCommand,
  type GetWebIdentityTokenCommandInput,
  type GetWebIdentityTokenCommandOutput,
} from "../commands/get-web-identity-token.ts";
export type {
  AssumeRoleRequest,
  AssumeRoleResponse,
  AssumeRoleWithSAMLRequest,
  AssumeRoleWithSAMLResponse,
  AssumeRoleWithWebIdentityRequest,
  AssumeRoleWithWebIdentityResponse,
  AssumeRootRequest,
  AssumeRootResponse,
  DecodeAuthorizationMessageRequest,
  DecodeAuthorizationMessageResponse,
  GetAccessKeyInfoRequest,
  GetAccessKeyInfoResponse,
  GetCallerIdentityRequest,
  GetCallerIdentityResponse,
  GetDelegatedAccessTokenRequest,
  GetDelegatedAccessTokenResponse,
  GetFederationTokenRequest,
  GetFederationTokenResponse,
  GetScopedCredentialsRequest,
  GetScopedCredentialsResponse,
  GetSessionTokenRequest,
  GetSessionTokenResponse,
  GetWebIdentityTokenRequest,
  GetWebIdentityTokenResponse,
} from "@org/sts-protocol";

export {
  ExpiredTokenException,
  ExpiredTradeInTokenException,
  IDPCommunicationErrorException,
  IDPRejectedClaimException,
  InsufficientSessionLifetimeException,
  InvalidAuthorizationMessageException,
  InvalidContextAssertionException,
  InvalidIdentityTokenException,
  InvalidInputError,
  InvalidSubjectCredentialsException,
  JWTPayloadSizeExceededException,
  MalformedPolicyDocumentException,
  OutboundWebIdentityFederationDisabledException,
  PackedPolicyTooLargeException,
  ProtocolError,
  RegionDisabledException,
  SessionDurationEscalationException,
  STSServiceException,
  WebIdentityTokenSubjectModeType,
  type AssumedRoleUser,
  type Credentials,
  type FederatedUser,
  type InputIssue,
  type InputRule,
  type OriginIdentity,
  type PolicyDescriptorType,
  type ProtocolErrorCode,
  type ProvidedContext,
  type ScopedSession,
  type Tag,
  type TransactionContext,
  type TrustedIdentityPropagationContext,
} from "@org/sts-protocol/declarations";
export type { InputValidation, XmlElement, XmlParser } from "@org/sts-protocol";
export {
  STSClientError,
  type AttemptResult,
  type ClientMetadata,
  type STSClientErrorCode,
} from "../errors/client-error.ts";
export { isClockSkew, isExpiredCredentials, isMfaFailure, isThrottling } from "../errors/error-predicates.ts";

export {
  decorateDefaultCredentialProvider,
  getDefaultRoleAssumer,
  getDefaultRoleAssumerWithWebIdentity,
  type ClientPlugin,
  type DefaultCredentialProvider,
  type ParentClientConfig,
  type RoleAssumer,
  type RoleAssumerOptions,
  type RoleAssumerWithWebIdentity,
} from "../credentials/sessions/default-role-assumers.ts";

export type { SendOptions } from "../call/call-context.ts";
export type { ServiceInputTypes, ServiceOutputTypes, STSRequestOptions } from "../commands/service-types.ts";
export type {
  AcceptedConfig,
  CallConfig,
  CredentialsSource,
  EndpointParts,
  ExtensionConfiguration,
  HandlerParameters,
  RuntimeExtension,
  STSClientConfig,
  STSClientResolvedConfig,
  ValueOrProvider,
} from "../config/config.ts";
export type {
  AwsCredentialIdentity,
  CallerClientConfig,
  CredentialsProvider,
  CredentialsProviderOptions,
} from "../credentials/provider.ts";
export type { EndpointProperties, ResolvedEndpoint, SigningScheme } from "../endpoint/rules.ts";
export type {
  RetryErrorInfo,
  RetryErrorType,
  RetryStrategy,
  RetryToken,
} from "../retry/standard-strategy.ts";
export type { Callback } from "../base-client.ts";
export type { Environment, Settings } from "../config/environment.ts";
export type { Logger } from "../call/logging.ts";
export type { RequestSigner, RequestSigningOptions } from "../signing/request-signer.ts";
export type { UserAgentPair } from "../call/user-agent.ts";

export {
  createFetchHandler,
  type HandledRequest,
  type HandledResponse,
  type HandlerAnswer,
  type HandlerOptions,
  type RequestHandler,
} from "../transport/fetch-handler.ts";
export {
  createMiddlewareStack,
  type AbsoluteOptions,
  type Handler,
  type HandlerArguments,
  type HandlerExecutionContext,
  type HandlerOutput,
  type LastHandler,
  type LastHandlerOutput,
  type Middleware,
  type MiddlewareOptions,
  type MiddlewareStack,
  type Pluggable,
  type Priority,
  type RelativeOptions,
  type Step,
} from "../call/middleware-stack.ts";
export { Command, type CommandArguments, type CommandClass, type WithMetadata } from "../commands/command.ts";
