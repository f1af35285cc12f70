import {
  ExpiredTokenException,
  IDPCommunicationErrorException,
  IDPRejectedClaimException,
  InvalidIdentityTokenException,
  MalformedPolicyDocumentException,
  PackedPolicyTooLargeException,
  RegionDisabledException,
} from "../exceptions.ts";
import type { Operation } from "../operation.ts";
import { identityContext, type TrustedIdentityPropagationContext } from "./identity-context.ts";
import { checkSessionPolicies, policy, policyArns, type PolicyDescriptorType } from "./session-policy.ts";
import {
  assumedRoleUser,
  type AssumedRoleUser,
  credentials,
  type Credentials,
  minimumSessionTokenSize,
  nonNegativeInteger,
  requiredArn,
  roleDurationSeconds,
  roleSessionName,
  sourceIdentity,
  text,
} from "./shapes.ts";

/**
 * Input of {@link AssumeRoleWithWebIdentity}.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html#API_AssumeRoleWithWebIdentity_RequestParameters Request parameters}
 */
export interface AssumeRoleWithWebIdentityRequest {
  /** ARN of the role to assume, 20 to 2,048 characters. Required. */
  RoleArn: string | undefined;
  /**
   * Name of the session, 2 to 64 letters, digits and `_+=,.@-`. Required. Part of the session's ARN, so the other
   * account sees it in its logs.
   */
  RoleSessionName: string | undefined;
  /**
   * The identity provider's OpenID Connect id token or OAuth 2.0 access token, 4 to 20,000 characters. Required.
   * Redacted wherever values are printed.
   */
  WebIdentityToken: string | undefined;
  /**
   * Host of the identity provider, 4 to 2,048 characters, only for OAuth 2.0 access tokens: `www.amazon.com` or
   * `graph.facebook.com`, without scheme and port. Leave it out for OpenID Connect.
   */
  ProviderId?: string | undefined;
  /**
   * Managed policies of the role's account that narrow the session's permissions, at most ten. Together with `Policy`
   * at most 2,048 characters. Default: none.
   */
  PolicyArns?: PolicyDescriptorType[] | undefined;
  /**
   * Inline policy, as JSON text, that narrows the session's permissions: what both it and the role allow is allowed.
   * Together with `PolicyArns` at most 2,048 characters of U+0020 to U+00FF, tab and line breaks. Default: none.
   */
  Policy?: string | undefined;
  /**
   * How long the session lasts, in seconds: 900 (15 minutes) to the role's own maximum, which is at most 43,200
   * (12 hours). Default: 3,600 (one hour).
   */
  DurationSeconds?: number | undefined;
  /** Minimum size of the session token in bytes, 0 to 4,096, to test the effect of longer tokens. Default: 0, no padding. */
  MinimumSessionTokenSize?: number | undefined;
}

/**
 * Output of {@link AssumeRoleWithWebIdentity}.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html#API_AssumeRoleWithWebIdentity_ResponseElements Response elements}
 */
export interface AssumeRoleWithWebIdentityResponse {
  /** The temporary credentials. */
  Credentials: Credentials;
  /** The user, as the identity provider names them: the token's `sub`. 6 to 255 characters. */
  SubjectFromWebIdentityToken?: string | undefined;
  /** The session: its id and ARN. */
  AssumedRoleUser?: AssumedRoleUser | undefined;
  /**
   * How much of the packed size for policies and tags was used, in percent.
   *
   * @deprecated The service replaced it by `SessionTokenUtilization` in June 2026.
   */
  PackedPolicySize?: number | undefined;
  /** The identity provider: the token's `iss`, or the `ProviderId` of the request. */
  Provider?: string | undefined;
  /** Who the token was made for: its `aud`. */
  Audience?: string | undefined;
  /** Who is behind the session, if the token sets a source identity. */
  SourceIdentity?: string | undefined;
  /** How much of the allowed token size the session token takes, in percent. */
  SessionTokenUtilization?: number | undefined;
  /** Size of the session token in bytes. */
  SessionTokenSize?: number | undefined;
  /** What the session knows about the end user. Redacted wherever values are printed. */
  TrustedIdentityPropagationContext?: TrustedIdentityPropagationContext | undefined;
}

/**
 * Returns temporary credentials for a role to a person or workload that a web identity provider has authenticated.
 *
 * The token is the proof: the request is not signed and needs no AWS credentials.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html AssumeRoleWithWebIdentity}
 */
export const AssumeRoleWithWebIdentity: Operation<
  AssumeRoleWithWebIdentityRequest,
  AssumeRoleWithWebIdentityResponse
> = {
  name: "AssumeRoleWithWebIdentity",
  auth: "none",
  input: {
    RoleArn: requiredArn,
    RoleSessionName: roleSessionName,
    WebIdentityToken: { kind: "string", required: true, sensitive: true, min: 4, max: 20_000 },
    ProviderId: { kind: "string", min: 4, max: 2048 },
    PolicyArns: policyArns,
    Policy: policy,
    DurationSeconds: roleDurationSeconds,
    MinimumSessionTokenSize: minimumSessionTokenSize,
  },
  output: {
    Credentials: credentials,
    SubjectFromWebIdentityToken: { kind: "string", min: 6, max: 255 },
    AssumedRoleUser: assumedRoleUser,
    PackedPolicySize: nonNegativeInteger,
    Provider: text,
    Audience: text,
    SourceIdentity: sourceIdentity,
    SessionTokenUtilization: nonNegativeInteger,
    SessionTokenSize: nonNegativeInteger,
    TrustedIdentityPropagationContext: identityContext,
  },
  errors: [
    MalformedPolicyDocumentException,
    PackedPolicyTooLargeException,
    IDPRejectedClaimException,
    IDPCommunicationErrorException,
    InvalidIdentityTokenException,
    ExpiredTokenException,
    RegionDisabledException,
  ],
  check: checkSessionPolicies,
};
