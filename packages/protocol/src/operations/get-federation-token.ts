import {
  MalformedPolicyDocumentException,
  PackedPolicyTooLargeException,
  RegionDisabledException,
} from "../exceptions.ts";
import type { MembersOf, OptionalMember, StructSchema } from "../schema.ts";
import type { Operation } from "../operation.ts";
import { checkSessionPolicies, policy, policyArns, type PolicyDescriptorType } from "./session-policy.ts";
import { checkTags, type Tag, tags } from "./session-tags.ts";
import {
  credentials,
  type Credentials,
  minimumSessionTokenSize,
  namePattern,
  nonNegativeInteger,
  requiredArn,
  sessionId,
  userDurationSeconds,
} from "./shapes.ts";

/**
 * The session of a federated user.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_FederatedUser.html FederatedUser}
 */
export interface FederatedUser {
  /** Account id and name, such as `123456789012:Bob`, 2 to 193 characters. */
  FederatedUserId: string | undefined;
  /** ARN of the session, such as `arn:aws:sts::123456789012:federated-user/Bob`, 20 to 2,048 characters. */
  Arn: string | undefined;
}

const federatedUser: OptionalMember<StructSchema<MembersOf<FederatedUser>>> = {
  kind: "struct",
  members: { FederatedUserId: sessionId, Arn: requiredArn },
};

/**
 * Input of {@link GetFederationToken}.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html#API_GetFederationToken_RequestParameters Request parameters}
 */
export interface GetFederationTokenRequest {
  /** Name of the federated user, 2 to 32 letters, digits and `_+=,.@-`. Required. Part of the session's ARN. */
  Name: string | undefined;
  /**
   * Inline policy, as JSON text: what both it and the caller's policies allow is allowed. Without `Policy` and
   * `PolicyArns` the session can only do what resource policies allow it by name. Together with `PolicyArns` at most
   * 2,048 characters of U+0020 to U+00FF, tab and line breaks.
   */
  Policy?: string | undefined;
  /** Managed policies of the caller's account, used like `Policy`: at most ten. */
  PolicyArns?: PolicyDescriptorType[] | undefined;
  /**
   * How long the session lasts, in seconds: 900 (15 minutes) to 129,600 (36 hours). Default: 43,200 (12 hours). The
   * account's root user gets at most 3,600 (one hour).
   */
  DurationSeconds?: number | undefined;
  /** Session tags, at most 50. They override the user's own tags with the same key. Default: none. */
  Tags?: Tag[] | undefined;
  /** Minimum size of the session token in bytes, 0 to 4,096, to test the effect of longer tokens. Default: 0, no padding. */
  MinimumSessionTokenSize?: number | undefined;
}

/**
 * Output of {@link GetFederationToken}.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html#API_GetFederationToken_ResponseElements Response elements}
 */
export interface GetFederationTokenResponse {
  /** The temporary credentials. */
  Credentials: Credentials;
  /** The session: its id and ARN. */
  FederatedUser?: FederatedUser | undefined;
  /**
   * How much of the packed size for policies and tags was used, in percent.
   *
   * @deprecated The service replaced it by `SessionTokenUtilization` in June 2026.
   */
  PackedPolicySize?: number | undefined;
  /** How much of the allowed token size the session token takes, in percent. */
  SessionTokenUtilization?: number | undefined;
  /** Size of the session token in bytes. */
  SessionTokenSize?: number | undefined;
}

/**
 * Returns temporary credentials for a user whom the caller has authenticated.
 *
 * Only long-term credentials can call it, ideally those of an IAM user on a server. The returned credentials cannot call IAM, and
 * of STS only GetCallerIdentity.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html GetFederationToken}
 */
export const GetFederationToken: Operation<GetFederationTokenRequest, GetFederationTokenResponse> = {
  name: "GetFederationToken",
  auth: "sigv4",
  input: {
    Name: { kind: "string", required: true, min: 2, max: 32, pattern: namePattern },
    Policy: policy,
    PolicyArns: policyArns,
    DurationSeconds: userDurationSeconds,
    Tags: tags,
    MinimumSessionTokenSize: minimumSessionTokenSize,
  },
  output: {
    Credentials: credentials,
    FederatedUser: federatedUser,
    PackedPolicySize: nonNegativeInteger,
    SessionTokenUtilization: nonNegativeInteger,
    SessionTokenSize: nonNegativeInteger,
  },
  errors: [MalformedPolicyDocumentException, PackedPolicyTooLargeException, RegionDisabledException],
  check: (input) => [...checkSessionPolicies(input), ...checkTags(input)],
};
