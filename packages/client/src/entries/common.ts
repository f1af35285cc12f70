// What every entry point of the client exports besides its `STSClient` and `STS`.

// For users: commands, errors, configuration.

export * from "../commands/all.ts";

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
  type MetadataBearer,
  type MetadataBearer as __MetadataBearer,
  type ResponseMetadata,
  type ServiceErrorDetails,
  type Tag,
  type TransactionContext,
  type TrustedIdentityPropagationContext,
} from "@org/sts-protocol/declarations";
export type { InputValidation, OutputValidation, XmlElement, XmlParser } from "@org/sts-protocol";
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
  type RoleAssumerOptions,
  type RoleAssumerWithWebIdentity,
} from "../credentials/sessions/default-role-assumers.ts";

export type { ParentClientConfig, RoleAssumer } from "../credentials/sessions/sts-session.ts";

export type { SendOptions } from "../call/call-context.ts";
export type { SerializeContext } from "../call/serialize-command.ts";
export type { CallEvent } from "../call/trace-call.ts";
export type {
  PartialOutput,
  ServiceInputTypes,
  ServiceOutputTypes,
  STSRequestOptions,
} from "../commands/service-types.ts";
export type {
  AcceptedConfig,
  LegacyRetryStrategy,
  CallConfig,
  CredentialsSource,
  EndpointParts,
  EndpointProvider,
  EndpointProviderParameters,
  ExtensionConfiguration,
  ExtensionConfiguration as STSExtensionConfiguration,
  ResolvedEndpointParts,
  RuntimeExtension,
  STSClientConfig,
  STSClientConfig as ClientDefaults,
  STSClientConfig as STSClientConfigType,
  STSClientResolvedConfig,
  STSClientResolvedConfig as STSClientResolvedConfigType,
  ValueOrProvider,
} from "../config/config.ts";
export type {
  AwsCredentialIdentity,
  CallerClientConfig,
  CredentialsProvider,
  CredentialsProviderOptions,
} from "../credentials/provider.ts";
// For authors of middleware, handlers, providers and strategies.

export type { EndpointProperties, ResolvedEndpoint, SigningScheme } from "../endpoint/rules.ts";
export type {
  RetryErrorInfo,
  RetryErrorType,
  RetryStrategy,
  RetryToken,
} from "../retry/standard-strategy.ts";
export { BaseClient as __Client, type BaseClient, type Callback } from "../clients/base-client.ts";
export type { Invoke, InvokeOptional, OperationMethods } from "../clients/operation-methods.ts";
export type { Logger, LogMode } from "../call/logger.ts";
export type { RequestSigner, RequestSigningOptions } from "../signing/request-signer.ts";
export type { UserAgentPair } from "../call/user-agent.ts";

export { createFetchHandler } from "../transport/fetch-handler.ts";
export type {
  HandledRequest,
  HandledResponse,
  HandlerOptions,
  HandlerParameters,
  HandlerResult,
  RequestHandler,
  SharedRequestHandler,
  SmithyAbortSignal,
} from "../transport/request-handler.ts";
export {
  createMiddlewareStack,
  type AbsoluteOptions,
  type AnyMiddleware,
  type AnyPluggable,
  type BuildHandler,
  type BuildHandlerArguments,
  type BuildMiddleware,
  type DeserializeMiddleware,
  type Handler,
  type HandlerArguments,
  type HandlerExecutionContext,
  type HandlerOutput,
  type InStep,
  type LastHandler,
  type LastHandlerOutput,
  type Middleware,
  type MiddlewareOptions,
  type MiddlewareStack,
  type MiddlewareTarget,
  type Pluggable,
  type Priority,
  type RelativeOptions,
  type Step,
} from "../call/middleware-stack.ts";
export {
  Command,
  Command as $Command,
  type AnyCommand,
  type CommandArguments,
  type CommandClass,
  type WithMetadata,
} from "../commands/command.ts";
