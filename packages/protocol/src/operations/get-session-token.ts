import { RegionDisabledException } from "../exceptions.ts";
import type { Operation } from "../operation.ts";
import { checkMfa, serialNumber, tokenCode } from "./mfa.ts";
import {
  credentials,
  type Credentials,
  minimumSessionTokenSize,
  nonNegativeInteger,
  userDurationSeconds,
} from "./shapes.ts";

/**
 * Input of {@link GetSessionToken}; every member is optional.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html#API_GetSessionToken_RequestParameters Request parameters}
 */
export interface GetSessionTokenRequest {
  /**
   * How long the credentials work, in seconds: 900 (15 minutes) to 129,600 (36 hours) for an IAM user.
   * Default: 43,200 (12 hours). The account's root user gets at most 3,600 (one hour), which is also its default;
   * asking for more gives one hour, not an error.
   */
  DurationSeconds?: number | undefined;
  /**
   * The caller's MFA device: a hardware device's serial number such as `GAHT12345678`, or a virtual device's ARN such as
   * `arn:aws:iam::123456789012:mfa/user` (not `:user/`). 9 to 256 characters. Needs `TokenCode`.
   */
  SerialNumber?: string | undefined;
  /** The six digits that the device currently shows. Each code works once. Needs `SerialNumber`. */
  TokenCode?: string | undefined;
  /** Minimum size of the session token in bytes, 0 to 4,096, to test the effect of longer tokens. Default: 0, no padding. */
  MinimumSessionTokenSize?: number | undefined;
}

/**
 * Output of {@link GetSessionToken}.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html#API_GetSessionToken_ResponseElements Response elements}
 */
export interface GetSessionTokenResponse {
  /** The temporary credentials. */
  Credentials: Credentials;
  /** How much of the allowed token size the session token takes, in percent. */
  SessionTokenUtilization?: number | undefined;
  /** Size of the session token in bytes. */
  SessionTokenSize?: number | undefined;
}

/**
 * Returns temporary credentials for the IAM user who signs the request, usually to prove possession of an MFA device.
 *
 * Only long-term credentials can call it. The returned credentials cannot call IAM unless an MFA code was given, and of STS
 * only AssumeRole and GetCallerIdentity. No permission is needed, and no policy can deny it.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html GetSessionToken}
 */
export const GetSessionToken: Operation<GetSessionTokenRequest, GetSessionTokenResponse> = {
  name: "GetSessionToken",
  auth: "sigv4",
  input: {
    DurationSeconds: userDurationSeconds,
    SerialNumber: serialNumber,
    TokenCode: tokenCode,
    MinimumSessionTokenSize: minimumSessionTokenSize,
  },
  output: {
    Credentials: credentials,
    SessionTokenUtilization: nonNegativeInteger,
    SessionTokenSize: nonNegativeInteger,
  },
  errors: [RegionDisabledException],
  check: checkMfa,
};
