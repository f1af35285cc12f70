import {
  ExpiredTokenException,
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
  sourceIdentity,
  text,
} from "./shapes.ts";

/**
 * Input of {@link AssumeRoleWithSAML}.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html#API_AssumeRoleWithSAML_RequestParameters Request parameters}
 */
export interface AssumeRoleWithSAMLRequest {
  /** ARN of the role to assume, 20 to 2,048 characters. Required. */
  RoleArn: string | undefined;
  /** ARN of the SAML provider in IAM that describes the identity provider, 20 to 2,048 characters. Required. */
  PrincipalArn: string | undefined;
  /**
   * The identity provider's SAML response, base64 encoded, 4 to 100,000 characters. Required. Redacted wherever values
   * are printed.
   */
  SAMLAssertion: string | undefined;
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
   * (12 hours). Default: 3,600 (one hour). The
   * assertion's `SessionNotOnOrAfter` can end it sooner.
   */
  DurationSeconds?: number | undefined;
  /** Minimum size of the session token in bytes, 0 to 4,096, to test the effect of longer tokens. Default: 0, no padding. */
  MinimumSessionTokenSize?: number | undefined;
}

/**
 * Output of {@link AssumeRoleWithSAML}.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html#API_AssumeRoleWithSAML_ResponseElements Response elements}
 */
export interface AssumeRoleWithSAMLResponse {
  /** The temporary credentials. */
  Credentials: Credentials;
  /** The session: its id and ARN. */
  AssumedRoleUser?: AssumedRoleUser | undefined;
  /**
   * How much of the packed size for policies and tags was used, in percent.
   *
   * @deprecated The service replaced it by `SessionTokenUtilization` in June 2026.
   */
  PackedPolicySize?: number | undefined;
  /** The user: the assertion's `NameID`. */
  Subject?: string | undefined;
  /** Format of the `NameID`: `persistent`, `transient`, or a whole URI. */
  SubjectType?: string | undefined;
  /** The assertion's `Issuer`. */
  Issuer?: string | undefined;
  /** The assertion's `Recipient`. */
  Audience?: string | undefined;
  /** Distinguishes users of two providers: base64 of the SHA-1 of issuer, account id, `/` and the SAML provider's name. */
  NameQualifier?: string | undefined;
  /** Who is behind the session, if the assertion sets a source identity. */
  SourceIdentity?: string | undefined;
  /** How much of the allowed token size the session token takes, in percent. */
  SessionTokenUtilization?: number | undefined;
  /** Size of the session token in bytes. */
  SessionTokenSize?: number | undefined;
  /** What the session knows about the end user. Redacted wherever values are printed. */
  TrustedIdentityPropagationContext?: TrustedIdentityPropagationContext | undefined;
}

/**
 * Returns temporary credentials for a role to someone whom a SAML identity provider has authenticated.
 *
 * The assertion is the proof: the request is not signed and needs no AWS credentials.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html AssumeRoleWithSAML}
 */
export const AssumeRoleWithSAML: Operation<AssumeRoleWithSAMLRequest, AssumeRoleWithSAMLResponse> = {
  name: "AssumeRoleWithSAML",
  auth: "none",
  input: {
    RoleArn: requiredArn,
    PrincipalArn: requiredArn,
    SAMLAssertion: { kind: "string", required: true, sensitive: true, min: 4, max: 100_000 },
    PolicyArns: policyArns,
    Policy: policy,
    DurationSeconds: roleDurationSeconds,
    MinimumSessionTokenSize: minimumSessionTokenSize,
  },
  output: {
    Credentials: credentials,
    AssumedRoleUser: assumedRoleUser,
    PackedPolicySize: nonNegativeInteger,
    Subject: text,
    SubjectType: text,
    Issuer: text,
    Audience: text,
    NameQualifier: text,
    SourceIdentity: sourceIdentity,
    SessionTokenUtilization: nonNegativeInteger,
    SessionTokenSize: nonNegativeInteger,
    TrustedIdentityPropagationContext: identityContext,
  },
  errors: [
    MalformedPolicyDocumentException,
    PackedPolicyTooLargeException,
    IDPRejectedClaimException,
    InvalidIdentityTokenException,
    ExpiredTokenException,
    RegionDisabledException,
  ],
  check: checkSessionPolicies,
};
