import { ExpiredTokenException, RegionDisabledException } from "../exceptions.ts";
import type { Operation } from "../operation.ts";
import { type PolicyDescriptorType, taskPolicy } from "./session-policy.ts";
import {
  credentials,
  type Credentials,
  minimumSessionTokenSize,
  nonNegativeInteger,
  sourceIdentity,
} from "./shapes.ts";

/**
 * Input of {@link AssumeRoot}.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html#API_AssumeRoot_RequestParameters Request parameters}
 */
export interface AssumeRootRequest {
  /** Account id of the member account, or ARN of its principal, 12 to 2,048 characters. Required. */
  TargetPrincipal: string | undefined;
  /**
   * The task, as one managed policy. Required. `arn:aws:iam::aws:policy/root-task/` followed by
   * `IAMAuditRootUserCredentials`, `IAMCreateRootUserPassword`, `IAMDeleteRootUserCredentials`, `S3UnlockBucketPolicy` or
   * `SQSUnlockQueuePolicy`.
   */
  TaskPolicyArn: PolicyDescriptorType | undefined;
  /** How long the session lasts, in seconds: 0 to 900 (15 minutes). Default: 900. */
  DurationSeconds?: number | undefined;
  /** Minimum size of the session token in bytes, 0 to 4,096, to test the effect of longer tokens. Default: 0, no padding. */
  MinimumSessionTokenSize?: number | undefined;
}

/**
 * Output of {@link AssumeRoot}.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html#API_AssumeRoot_ResponseElements Response elements}
 */
export interface AssumeRootResponse {
  /** The temporary credentials. */
  Credentials: Credentials;
  /** Who is behind the session, if the calling session has a source identity. */
  SourceIdentity?: string | undefined;
  /** How much of the allowed token size the session token takes, in percent. */
  SessionTokenUtilization?: number | undefined;
  /** Size of the session token in bytes. */
  SessionTokenSize?: number | undefined;
}

/**
 * Returns short-lived credentials for one privileged task on a member account of the organization.
 *
 * Only principals of the management account or the delegated administrator account can call it, and not as the root user.
 * The global endpoint does not serve it: give the client a region.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html AssumeRoot}
 */
export const AssumeRoot: Operation<AssumeRootRequest, AssumeRootResponse> = {
  name: "AssumeRoot",
  auth: "sigv4",
  input: {
    TargetPrincipal: { kind: "string", required: true, min: 12, max: 2048 },
    TaskPolicyArn: taskPolicy,
    DurationSeconds: { kind: "integer", min: 0, max: 900 },
    MinimumSessionTokenSize: minimumSessionTokenSize,
  },
  output: {
    Credentials: credentials,
    SourceIdentity: sourceIdentity,
    SessionTokenUtilization: nonNegativeInteger,
    SessionTokenSize: nonNegativeInteger,
  },
  errors: [RegionDisabledException, ExpiredTokenException],
  globalEndpoint: false,
};
