export { STSClient } from "../webcrypto-client.ts";
export { STS } from "../webcrypto-sts.ts";
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
