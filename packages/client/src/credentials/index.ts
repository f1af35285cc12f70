export { fromAssumeRole, fromAssumeRole as fromTemporaryCredentials } from "./from-assume-role.ts";
export { fromEnv } from "./from-env.ts";
export { fromFederation } from "./from-federation.ts";
export { fromGitHubActions } from "./from-github-actions.ts";
export { fromHttp } from "./from-http.ts";
export { fromInstanceMetadata } from "./from-instance-metadata.ts";
export { fromMfaSession } from "./from-mfa-session.ts";
export { fromSaml } from "./from-saml.ts";
export { fromScoped } from "./from-scoped.ts";
export { fromWebToken } from "./from-web-token.ts";
export { defaultCredentials } from "./default-credentials.ts";
export { memoize } from "./memoize.ts";
export { totp } from "./totp.ts";
export { CredentialsProviderError } from "./credentials-provider-error.ts";

export type { DefaultCredentialsOptions } from "./default-credentials.ts";
export type { Environment } from "./environment.ts";
export type { FromAssumeRoleOptions } from "./from-assume-role.ts";
export type { FromEnvOptions } from "./from-env.ts";
export type { FromFederationOptions } from "./from-federation.ts";
export type { FromGitHubActionsOptions } from "./from-github-actions.ts";
export type { FromHttpOptions } from "./from-http.ts";
export type { FromInstanceMetadataOptions } from "./from-instance-metadata.ts";
export type { FromMfaSessionOptions } from "./from-mfa-session.ts";
export type { FromSamlOptions } from "./from-saml.ts";
export type { FromScopedOptions } from "./from-scoped.ts";
export type { FromWebTokenOptions } from "./from-web-token.ts";
export type { MemoizeOptions, RevivableIdentity, RevivableProvider } from "./memoize.ts";
export type { MetadataRequestOptions } from "./get-text.ts";
export type { MfaCodeContext, MfaCodeProvider } from "./mfa-code.ts";
export type { StsSessionOptions } from "./sts-session.ts";
export type { TokenSource } from "./resolve-token.ts";
export type { TotpOptions } from "./totp.ts";
export type { CachedDocument, SessionCache } from "./session-cache.ts";
export type {
  CredentialsProviderErrorCode,
  CredentialsProviderErrorDetails,
  TriedSource,
} from "./credentials-provider-error.ts";
export type {
  AwsCredentialIdentity,
  CallerClientConfig,
  CredentialsProvider,
  CredentialsProviderFunction,
  CredentialsProviderOptions,
} from "./provider.ts";
