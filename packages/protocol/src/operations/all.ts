import type { OperationSchema } from "../operation.ts";
import { AssumeRole } from "./assume-role.ts";
import { AssumeRoleWithSAML } from "./assume-role-with-saml.ts";
import { AssumeRoleWithWebIdentity } from "./assume-role-with-web-identity.ts";
import { AssumeRoot } from "./assume-root.ts";
import { DecodeAuthorizationMessage } from "./decode-authorization-message.ts";
import { GetAccessKeyInfo } from "./get-access-key-info.ts";
import { GetCallerIdentity } from "./get-caller-identity.ts";
import { GetDelegatedAccessToken } from "./get-delegated-access-token.ts";
import { GetFederationToken } from "./get-federation-token.ts";
import { GetScopedCredentials } from "./get-scoped-credentials.ts";
import { GetSessionToken } from "./get-session-token.ts";
import { GetWebIdentityToken } from "./get-web-identity-token.ts";

/** Every operation of STS, for servers and tools. A client that imports single operations does not carry this list. */
export const operations: readonly OperationSchema[] = [
  AssumeRole,
  AssumeRoleWithSAML,
  AssumeRoleWithWebIdentity,
  AssumeRoot,
  DecodeAuthorizationMessage,
  GetAccessKeyInfo,
  GetCallerIdentity,
  GetDelegatedAccessToken,
  GetFederationToken,
  GetScopedCredentials,
  GetSessionToken,
  GetWebIdentityToken,
];
