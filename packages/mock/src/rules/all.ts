import type { Operation } from "@org/sts-protocol";
import type * as declarations from "@org/sts-protocol/declarations";

import { assumeRoleWithSaml } from "./assume-role-with-saml.ts";
import { assumeRoleWithWebIdentity } from "./assume-role-with-web-identity.ts";
import { assumeRole } from "./assume-role.ts";
import { assumeRoot } from "./assume-root.ts";
import { decodeAuthorizationMessage } from "./decode-authorization-message.ts";
import { getAccessKeyInfo } from "./get-access-key-info.ts";
import { getCallerIdentity } from "./get-caller-identity.ts";
import { getDelegatedAccessToken } from "./get-delegated-access-token.ts";
import { getFederationToken } from "./get-federation-token.ts";
import { getScopedCredentials } from "./get-scoped-credentials.ts";
import { getSessionToken } from "./get-session-token.ts";
import { getWebIdentityToken } from "./get-web-identity-token.ts";
import type { SignedRule, UnsignedRule } from "./rule.ts";

/** Name of an operation that the protocol declares. */
export type OperationName = keyof Operations;

/**
 * The one list of this package: the rule of each operation. The compiler checks it against the operations that the protocol
 * declares, and checks the documented responses against it.
 */
export const rules: Rules = {
  AssumeRole: assumeRole,
  AssumeRoleWithSAML: assumeRoleWithSaml,
  AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity,
  AssumeRoot: assumeRoot,
  DecodeAuthorizationMessage: decodeAuthorizationMessage,
  GetAccessKeyInfo: getAccessKeyInfo,
  GetCallerIdentity: getCallerIdentity,
  GetDelegatedAccessToken: getDelegatedAccessToken,
  GetFederationToken: getFederationToken,
  GetScopedCredentials: getScopedCredentials,
  GetSessionToken: getSessionToken,
  GetWebIdentityToken: getWebIdentityToken,
};

type Declarations = typeof declarations;

type Operations = {
  [
    Name in keyof Declarations as Declarations[Name] extends {
      readonly auth: string;
      readonly output: object;
    }
      ? Name
      : never
  ]: Declarations[Name];
};

type Rules = {
  readonly [Name in OperationName]: Operations[Name] extends Operation<infer Request, infer Response>
    ? SignedRule<Request, Response> | UnsignedRule<Request, Response>
    : never;
};
