import type { HttpRequest } from "@org/sts-protocol";

import type { MockOptions } from "../mock-options.ts";
import type { OidcProviderOptions, SamlProviderOptions } from "./identity-providers.ts";
import type { PolicyDocument } from "./policy-document.ts";
import type { AccountOptions, RoleOptions, ServiceOptions, UserOptions } from "./principals.ts";

/** Options of `createFakeSts`. */
export interface FakeStsOptions extends MockOptions {
  /** Accounts with their own settings. Accounts that only users and roles name need not be listed. */
  readonly accounts?: readonly AccountOptions[];
  /** IAM users. Default, if accounts and roles are absent too: `demoUser`. */
  readonly users?: readonly UserOptions[];
  /** IAM roles. Default, if accounts and users are absent too: `demoRole`. */
  readonly roles?: readonly RoleOptions[];
  /** AWS services that assume roles, such as `ec2.amazonaws.com`. Default: none. */
  readonly services?: readonly ServiceOptions[];
  /**
   * Address that requests come from, the value of `aws:SourceIp`; or a function that determines it, for example from a header of the
   * request. Default: `127.0.0.1`.
   */
  readonly sourceIp?: string | ((request: HttpRequest) => string);
  /** OpenID Connect providers, for AssumeRoleWithWebIdentity. Default: none. See `createTestIssuer`. */
  readonly oidcProviders?: readonly OidcProviderOptions[];
  /** SAML providers, for AssumeRoleWithSAML. Default: none. `createTestIdentityProvider` of `@org/sts-mock/node` creates one. */
  readonly samlProviders?: readonly SamlProviderOptions[];
  /**
   * Issuer URL of the tokens of GetWebIdentityToken. Default: one in AWS's form for each account. With an HTTP server, use the server's
   * URL, so that verifiers can fetch the key set.
   */
  readonly webIdentityIssuer?: string;
  /**
   * Contents of managed policies by ARN, objects or JSON, for sessions that name them in `PolicyArns`. A policy that is not
   * listed here limits nothing, and the log says so. Default: none.
   */
  readonly managedPolicies?: Readonly<Record<string, PolicyDocument | string>>;
  /** How far a signature's date may be off, in seconds. Default: 300. */
  readonly maxSkewSeconds?: number;
  /** State of an earlier fake, so that the sessions it issued still work and the MFA codes it saw do not. */
  readonly state?: FakeStsState;
}

/** What a fake has to remember besides its options. It is plain data and can be stored as JSON. */
export interface FakeStsState {
  /** Key that the session tokens are encrypted with, in hexadecimal. */
  readonly sessionKey: string;
  /** Newest time step used, by serial number of the MFA device. */
  readonly usedMfaSteps: Readonly<Record<string, number>>;
  /** Used trade-in tokens, by id, with the time in milliseconds since 1970 at which they expire. Default: none. */
  readonly usedTradeIns?: Readonly<Record<string, number>>;
}

/** What a trade-in token is worth. */
export interface TradeInTokenOptions {
  /** ARN of the registered user or role whose credentials it yields. */
  readonly principalArn: string;
  /** Name of the session, if the principal is a role. Default: `delegated`. */
  readonly sessionName?: string;
  /** How many seconds the credentials last. Default: 3,600. */
  readonly durationSeconds?: number;
  /** Within how many seconds the token must be used. Default: 300. */
  readonly lifeSeconds?: number;
}
