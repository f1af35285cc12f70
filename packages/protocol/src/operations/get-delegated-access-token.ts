import {
  ExpiredTradeInTokenException,
  PackedPolicyTooLargeException,
  RegionDisabledException,
} from "../exceptions.ts";
import type { Operation } from "../operation.ts";
import { arn, credentials, type Credentials, nonNegativeInteger } from "./shapes.ts";

/**
 * Input of {@link GetDelegatedAccessToken}.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetDelegatedAccessToken.html#API_GetDelegatedAccessToken_RequestParameters Request parameters}
 */
export interface GetDelegatedAccessTokenRequest {
  /**
   * The token to trade in. Required. It determines how long the credentials last. Redacted wherever values are printed, and
   * assumed to work once: a request that may have arrived is not sent again.
   */
  TradeInToken: string | undefined;
}

/**
 * Output of {@link GetDelegatedAccessToken}.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetDelegatedAccessToken.html#API_GetDelegatedAccessToken_ResponseElements Response elements}
 */
export interface GetDelegatedAccessTokenResponse {
  /** The temporary credentials. */
  Credentials: Credentials;
  /**
   * Never set.
   *
   * @deprecated The service does not return it.
   */
  PackedPolicySize?: number | undefined;
  /** ARN of the principal whose permissions the credentials have, 20 to 2,048 characters. */
  AssumedPrincipal?: string | undefined;
}

/**
 * Trades a token that someone delegated to the caller for temporary credentials of the principal behind it.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetDelegatedAccessToken.html GetDelegatedAccessToken}
 */
export const GetDelegatedAccessToken: Operation<
  GetDelegatedAccessTokenRequest,
  GetDelegatedAccessTokenResponse
> = {
  name: "GetDelegatedAccessToken",
  auth: "sigv4",
  input: {
    TradeInToken: { kind: "string", required: true, sensitive: true, singleUse: true },
  },
  output: {
    Credentials: credentials,
    PackedPolicySize: nonNegativeInteger,
    AssumedPrincipal: arn,
  },
  errors: [ExpiredTradeInTokenException, RegionDisabledException, PackedPolicyTooLargeException],
};
