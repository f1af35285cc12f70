/**
 * Credential providers for every runtime, for this client and for every `@aws-sdk/client-*`.
 *
 * @module @org/sts-client/credentials
 */

export {
  fromAssumeRole,
  fromAssumeRole as fromTemporaryCredentials,
} from "../credentials/sessions/from-assume-role.ts";
export { fromEnv } from "../credentials/sources/from-env.ts";
export { fromFederation } from "../credentials/sessions/from-federation.ts";
export { fromGitHubActions } from "../credentials/sources/from-github-actions.ts";
export { fromHttp } from "../credentials/sources/from-http.ts";
export { fromInstanceMetadata } from "../credentials/sources/from-instance-metadata.ts";
export { fromMfaSession } from "../credentials/sessions/from-mfa-session.ts";
export { fromSaml } from "../credentials/sessions/from-saml.ts";
export { fromScoped } from "../credentials/sessions/from-scoped.ts";
export { fromWebToken } from "../credentials/sessions/from-web-token.ts";
export { defaultCredentials } from "../credentials/default-credentials.ts";
export { memoize } from "../credentials/cache/memoize.ts";
export { sharedSession } from "../credentials/cache/shared/shared-session.ts";
export { totp } from "../credentials/sessions/totp.ts";
export { CredentialsProviderError } from "../errors/credentials-provider-error.ts";

export type { DefaultCredentialsOptions } from "../credentials/default-credentials.ts";
export type { Environment } from "../credentials/sources/environment.ts";
export type { FromAssumeRoleOptions } from "../credentials/sessions/from-assume-role.ts";
export type { FromEnvOptions } from "../credentials/sources/from-env.ts";
export type { FromFederationOptions } from "../credentials/sessions/from-federation.ts";
export type { FromGitHubActionsOptions } from "../credentials/sources/from-github-actions.ts";
export type { FromHttpOptions } from "../credentials/sources/from-http.ts";
export type { FromInstanceMetadataOptions } from "../credentials/sources/from-instance-metadata.ts";
export type { FromMfaSessionOptions } from "../credentials/sessions/from-mfa-session.ts";
export type { FromSamlOptions } from "../credentials/sessions/from-saml.ts";
export type { FromScopedOptions } from "../credentials/sessions/from-scoped.ts";
export type { FromWebTokenOptions } from "../credentials/sessions/from-web-token.ts";
export type { MemoizeOptions, RevivableIdentity, RevivableProvider } from "../credentials/cache/memoize.ts";
export type { MetadataRequestOptions } from "../credentials/sources/get-text.ts";
export type {
  MfaCodeOptions,
  MfaCodeProvider,
  MfaCodeRequest,
  MfaCodeSource,
} from "../credentials/sessions/mfa-code.ts";
export type {
  ParentClientConfig,
  RoleAssumer,
  StsSessionOptions,
} from "../credentials/sessions/sts-session.ts";
export type { TokenSource } from "../credentials/sessions/resolve-token.ts";
export type { TotpOptions } from "../credentials/sessions/totp.ts";
export type { SealingKeySource } from "../credentials/cache/shared/seal-session.ts";
export type { SealingKey } from "../credentials/cache/shared/sealing-key.ts";
export { LONGEST_LEASE_MS } from "../credentials/cache/shared/session-store.ts";
export type {
  LeaseRequest,
  NewSession,
  SessionStore,
  StoredSession,
} from "../credentials/cache/shared/session-store.ts";
export type {
  EventOptions as SharedSessionEventOptions,
  SharedSessionCounters,
  SharedSessionEvent,
  SharedSessionEventKind,
} from "../credentials/cache/shared/session-events.ts";
export type { SharedSessionOptions } from "../credentials/cache/shared/shared-session-options.ts";
export type { CachedDocument, SessionCache } from "../credentials/cache/session-cache.ts";
export type {
  CredentialsProviderErrorCode,
  CredentialsProviderErrorDetails,
  TriedSource,
} from "../errors/credentials-provider-error.ts";
export type {
  AwsCredentialIdentity,
  CallerClientConfig,
  CredentialsProvider,
  CredentialsProviderFunction,
  CredentialsProviderOptions,
} from "../credentials/provider.ts";
export type { AnyPluggable } from "../call/middleware-stack.ts";
export type { RoleAssumerWithWebIdentity } from "../credentials/sessions/default-role-assumers.ts";
