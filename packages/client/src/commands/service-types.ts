import type { SendOptions } from "../call/call-context.ts";
import type { AssumeRoleCommandInput, AssumeRoleCommandOutput } from "./assume-role.ts";
import type {
  AssumeRoleWithSAMLCommandInput,
  AssumeRoleWithSAMLCommandOutput,
} from "./assume-role-with-saml.ts";
import type {
  AssumeRoleWithWebIdentityCommandInput,
  AssumeRoleWithWebIdentityCommandOutput,
} from "./assume-role-with-web-identity.ts";
import type { AssumeRootCommandInput, AssumeRootCommandOutput } from "./assume-root.ts";
import type {
  DecodeAuthorizationMessageCommandInput,
  DecodeAuthorizationMessageCommandOutput,
} from "./decode-authorization-message.ts";
import type { GetAccessKeyInfoCommandInput, GetAccessKeyInfoCommandOutput } from "./get-access-key-info.ts";
import type { GetCallerIdentityCommandInput, GetCallerIdentityCommandOutput } from "./get-caller-identity.ts";
import type {
  GetDelegatedAccessTokenCommandInput,
  GetDelegatedAccessTokenCommandOutput,
} from "./get-delegated-access-token.ts";
import type {
  GetFederationTokenCommandInput,
  GetFederationTokenCommandOutput,
} from "./get-federation-token.ts";
import type {
  GetScopedCredentialsCommandInput,
  GetScopedCredentialsCommandOutput,
} from "./get-scoped-credentials.ts";
import type { GetSessionTokenCommandInput, GetSessionTokenCommandOutput } from "./get-session-token.ts";
import type {
  GetWebIdentityTokenCommandInput,
  GetWebIdentityTokenCommandOutput,
} from "./get-web-identity-token.ts";

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
