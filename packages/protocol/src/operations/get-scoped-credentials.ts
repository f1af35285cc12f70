import {
  InsufficientSessionLifetimeException,
  InvalidSubjectCredentialsException,
  MalformedPolicyDocumentException,
  PackedPolicyTooLargeException,
} from "../exceptions.ts";
import type { Operation } from "../operation.ts";
import { combination } from "./combination.ts";
import { credentials, type Credentials, integer, requiredText, text } from "./shapes.ts";

/**
 * The session behind scoped credentials: the same principal as the calling session.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_ScopedSession.html ScopedSession}
 */
export interface ScopedSession {
  /** Id of the session, such as `AROAEXAMPLEID:example-session`. */
  ScopedSessionId: string | undefined;
  /** ARN of the session. */
  Arn: string | undefined;
}

/**
 * Input of {@link GetScopedCredentials}.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetScopedCredentials.html#API_GetScopedCredentials_RequestParameters Request parameters}
 */
export interface GetScopedCredentialsRequest {
  /**
   * Policy, as JSON text, that narrows the calling session: what both allow is allowed. At most 2,048 characters. Required
   * unless `DurationSeconds` is given.
   */
  Policy?: string | undefined;
  /**
   * How long the credentials last, in seconds: 1 to 129,600 (36 hours), and not longer than the calling session. Default:
   * as long as the calling session. Required unless `Policy` is given.
   */
  DurationSeconds?: number | undefined;
  /** Minimum size of the session token in bytes, at most 4,096, to test the effect of longer tokens. Default: 0, no padding. */
  MinimumSessionTokenSize?: number | undefined;
  /** What the credentials are for, at most 256 characters. The account's CloudTrail log shows it. Default: none. */
  ScopedSessionDescription?: string | undefined;
}

/**
 * Output of {@link GetScopedCredentials}.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetScopedCredentials.html#API_GetScopedCredentials_ResponseElements Response elements}
 */
export interface GetScopedCredentialsResponse {
  /** The temporary credentials. */
  Credentials: Credentials;
  /** The session: its id and ARN. */
  SessionInfo?: ScopedSession | undefined;
  /** How much of the allowed token size the session token takes, in percent. */
  SessionTokenUtilization?: number | undefined;
  /** Size of the session token in bytes. */
  SessionTokenSize?: number | undefined;
  /** How many policies have narrowed the session so far, at most three. */
  ScopedPoliciesCount?: number | undefined;
  /** Who is behind the session, if the calling session has a source identity. */
  SourceIdentity?: string | undefined;
}

/**
 * Returns credentials for the calling session, with fewer permissions or a shorter life.
 *
 * Only temporary credentials can call it. The global endpoint does not serve it: give the client a region.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetScopedCredentials.html GetScopedCredentials}
 */
export const GetScopedCredentials: Operation<GetScopedCredentialsRequest, GetScopedCredentialsResponse> = {
  name: "GetScopedCredentials",
  auth: "sigv4",
  input: {
    Policy: text,
    DurationSeconds: integer,
    MinimumSessionTokenSize: integer,
    ScopedSessionDescription: text,
  },
  output: {
    Credentials: credentials,
    SessionInfo: {
      kind: "struct",
      members: { ScopedSessionId: requiredText, Arn: requiredText },
    },
    SessionTokenUtilization: integer,
    SessionTokenSize: integer,
    ScopedPoliciesCount: integer,
    SourceIdentity: text,
  },
  errors: [
    InsufficientSessionLifetimeException,
    InvalidSubjectCredentialsException,
    MalformedPolicyDocumentException,
    PackedPolicyTooLargeException,
  ],
  globalEndpoint: false,
  check: ({ Policy, DurationSeconds }) =>
    (Policy ?? DurationSeconds ?? undefined) === undefined
      ? combination(
          "Policy",
          "or DurationSeconds is required: scoped credentials must differ from the caller's",
        )
      : [],
};
