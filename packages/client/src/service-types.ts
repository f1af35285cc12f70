import type { SendOptions } from "./call-context.ts";
import type { AssumeRoleCommandInput, AssumeRoleCommandOutput } from "./commands/assume-role.ts";
import type {
  AssumeRoleWithSAMLCommandInput,
  AssumeRoleWithSAMLCommandOutput,
} from "./commands/assume-role-with-saml.ts";
import type {
  AssumeRoleWithWebIdentityCommandInput,
  AssumeRoleWithWebIdentityCommandOutput,
} from "./commands/assume-role-with-web-identity.ts";
import type { AssumeRootCommandInput, AssumeRootCommandOutput } from "./commands/assume-root.ts";
import type {
  DecodeAuthorizationMessageCommandInput,
  DecodeAuthorizationMessageCommandOutput,
} from "./commands/decode-authorization-message.ts";
import type {
  GetAccessKeyInfoCommandInput,
  GetAccessKeyInfoCommandOutput,
} from "./commands/get-access-key-info.ts";
import type {
  GetCallerIdentityCommandInput,
  GetCallerIdentityCommandOutput,
} from "./commands/get-caller-identity.ts";
import type {
  GetDelegatedAccessTokenCommandInput,
  GetDelegatedAccessTokenCommandOutput,
} from "./commands/get-delegated-access-token.ts";
import type {
  GetFederationTokenCommandInput,
  GetFederationTokenCommandOutput,
} from "./commands/get-federation-token.ts";
import type {
  GetScopedCredentialsCommandInput,
  GetScopedCredentialsCommandOutput,
} from "./commands/get-scoped-credentials.ts";
import type {
  GetSessionTokenCommandInput,
  GetSessionTokenCommandOutput,
} from "./commands/get-session-token.ts";
import type {
  GetWebIdentityTokenCommandInput,
  GetWebIdentityTokenCommandOutput,
} from "./commands/get-web-identity-token.ts";

/** Any command's input, for middleware that serves every command. */
export type ServiceInputTypes =
  | AssumeRoleCommandInput
  | AssumeRoleWithSAMLCommandInput
  | AssumeRoleWithWebIdentityCommandInput
  | AssumeRootCommandInput
  | DecodeAuthorizationMessageCommandInput
  | GetAccessKeyInfoCommandInput
  | GetCallerIdentityCommandInput
  | GetDelegatedAccessTokenCommandInput
  | GetFederationTokenCommandInput
  | GetScopedCredentialsCommandInput
  | GetSessionTokenCommandInput
  | GetWebIdentityTokenCommandInput;

/** Any command's output, for middleware that serves every command. */
export type ServiceOutputTypes =
  | AssumeRoleCommandOutput
  | AssumeRoleWithSAMLCommandOutput
  | AssumeRoleWithWebIdentityCommandOutput
  | AssumeRootCommandOutput
  | DecodeAuthorizationMessageCommandOutput
  | GetAccessKeyInfoCommandOutput
  | GetCallerIdentityCommandOutput
  | GetDelegatedAccessTokenCommandOutput
  | GetFederationTokenCommandOutput
  | GetScopedCredentialsCommandOutput
  | GetSessionTokenCommandOutput
  | GetWebIdentityTokenCommandOutput;

/** {@link SendOptions} under the name that the AWS SDK gives it. */
export type STSRequestOptions = SendOptions;
