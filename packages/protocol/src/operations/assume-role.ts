import {
  ExpiredTokenException,
  InvalidContextAssertionException,
  MalformedPolicyDocumentException,
  PackedPolicyTooLargeException,
  RegionDisabledException,
} from "../exceptions.ts";
import type { Operation } from "../operation.ts";
import { checkMfa, serialNumber, serialPattern, tokenCode } from "./mfa.ts";
import { checkSessionPolicies, policyArns, type PolicyDescriptorType, rolePolicy } from "./session-policy.ts";
import { checkTags, type Tag, tagKey, tags } from "./session-tags.ts";
import {
  arn,
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
} from "./shapes.ts";

/**
 * Context about the end user that a trusted provider signed and encrypted.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_ProvidedContext.html ProvidedContext}
 */
export interface ProvidedContext {
  /** ARN of the provider that made the assertion, 20 to 2,048 characters. */
  ProviderArn?: string | undefined;
  /** The assertion, 4 to 2,048 characters. Redacted wherever values are printed. */
  ContextAssertion?: string | undefined;
}

/**
 * Input of {@link AssumeRole}.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html#API_AssumeRole_RequestParameters Request parameters}
 */
export interface AssumeRoleRequest {
  /** ARN of the role to assume, 20 to 2,048 characters. Required. */
  RoleArn: string | undefined;
  /**
   * Name of the session, 2 to 64 letters, digits and `_+=,.@-`. Required. Part of the session's ARN, so the other
   * account sees it in its logs.
   */
  RoleSessionName: string | undefined;
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
   * (12 hours). Default: 3,600 (one hour). Credentials that
   * themselves come from a role (role chaining) get at most 3,600; asking for more fails.
   */
  DurationSeconds?: number | undefined;
  /**
   * Session tags, at most 50. They override the role's tags with the same key, and must not repeat a key that the calling
   * session passes on. Default: none.
   */
  Tags?: Tag[] | undefined;
  /** Keys of tags, at most 50, that later sessions in a role chain inherit. Default: none. */
  TransitiveTagKeys?: string[] | undefined;
  /**
   * A value that you agreed on with the role's owner, so that nobody else can make you use their role: 2 to 1,224 letters,
   * digits and `_+=,.@:/-`. Redacted wherever values are printed.
   *
   * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html The confused deputy problem}
   */
  ExternalId?: string | undefined;
  /**
   * The caller's MFA device, if the role's trust policy requires MFA: a hardware device's serial number such as
   * `GAHT12345678`, or an ARN such as `arn:aws:iam::123456789012:mfa/user` (not `:user/`). 9 to 256 characters. Needs
   * `TokenCode`.
   */
  SerialNumber?: string | undefined;
  /** The six digits that the device currently shows. Each code works once. Needs `SerialNumber`. */
  TokenCode?: string | undefined;
  /**
   * Who is behind the session, 2 to 64 letters, digits and `_+=,.@-`. It stays the same through a role chain and appears in
   * the logs. Default: that of the calling session.
   */
  SourceIdentity?: string | undefined;
  /** Contexts of trusted providers, one to five. Default: none. */
  ProvidedContexts?: ProvidedContext[] | undefined;
  /** Minimum size of the session token in bytes, 0 to 4,096, to test the effect of longer tokens. Default: 0, no padding. */
  MinimumSessionTokenSize?: number | undefined;
}

/**
 * Output of {@link AssumeRole}.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html#API_AssumeRole_ResponseElements Response elements}
 */
export interface AssumeRoleResponse {
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
  /** Who is behind the session, if a source identity was set. */
  SourceIdentity?: string | undefined;
  /** How much of the allowed token size the session token takes, in percent. */
  SessionTokenUtilization?: number | undefined;
  /** Size of the session token in bytes. */
  SessionTokenSize?: number | undefined;
}

/**
 * Returns temporary credentials for a role, in this account or another.
 *
 * The role's trust policy must name the caller, who also needs `sts:AssumeRole`; the account's root user cannot call it.
 * The returned credentials cannot call GetFederationToken or GetSessionToken.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html AssumeRole}
 */
export const AssumeRole: Operation<AssumeRoleRequest, AssumeRoleResponse> = {
  name: "AssumeRole",
  auth: "sigv4",
  input: {
    RoleArn: requiredArn,
    RoleSessionName: roleSessionName,
    PolicyArns: policyArns,
    Policy: rolePolicy,
    DurationSeconds: roleDurationSeconds,
    Tags: tags,
    TransitiveTagKeys: { kind: "list", max: 50, member: tagKey },
    ExternalId: { kind: "string", sensitive: true, min: 2, max: 1224, pattern: serialPattern },
    SerialNumber: serialNumber,
    TokenCode: tokenCode,
    SourceIdentity: sourceIdentity,
    ProvidedContexts: {
      kind: "list",
      min: 1,
      max: 5,
      member: {
        kind: "struct",
        members: {
          ProviderArn: arn,
          ContextAssertion: { kind: "string", sensitive: true, min: 4, max: 2048 },
        },
      },
    },
    MinimumSessionTokenSize: minimumSessionTokenSize,
  },
  output: {
    Credentials: credentials,
    AssumedRoleUser: assumedRoleUser,
    PackedPolicySize: nonNegativeInteger,
    SourceIdentity: sourceIdentity,
    SessionTokenUtilization: nonNegativeInteger,
    SessionTokenSize: nonNegativeInteger,
  },
  errors: [
    MalformedPolicyDocumentException,
    PackedPolicyTooLargeException,
    RegionDisabledException,
    ExpiredTokenException,
    InvalidContextAssertionException,
  ],
  check: (input) => [...checkMfa(input), ...checkSessionPolicies(input), ...checkTags(input)],
};
