import {
  GetDelegatedAccessToken,
  type GetDelegatedAccessTokenRequest,
  type GetDelegatedAccessTokenResponse,
  type Operation,
} from "@org/sts-protocol/declarations";

import { Command, type WithMetadata } from "./command.ts";

export type {
  GetDelegatedAccessTokenRequest,
  GetDelegatedAccessTokenResponse,
} from "@org/sts-protocol/declarations";

/** Input of {@link GetDelegatedAccessTokenCommand}. */
export interface GetDelegatedAccessTokenCommandInput extends GetDelegatedAccessTokenRequest {}

/** Output of {@link GetDelegatedAccessTokenCommand}. */
export type GetDelegatedAccessTokenCommandOutput = WithMetadata<GetDelegatedAccessTokenResponse>;

/**
 * Trades a token that someone delegated to the caller for temporary credentials.
 *
 * See {@link GetDelegatedAccessToken} for who may call it and what may fail.
 *
 * @example
 * import { GetDelegatedAccessTokenCommand, STSClient } from "@org/sts-client";
 *
 * const client = new STSClient({ region: "eu-west-1" });
 * const token = "example"; // what was delegated
 * const { Credentials, AssumedPrincipal } = await client.send(
 *   new GetDelegatedAccessTokenCommand({ TradeInToken: token }),
 * );
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetDelegatedAccessToken.html GetDelegatedAccessToken}
 */
export class GetDelegatedAccessTokenCommand extends Command<
  GetDelegatedAccessTokenCommandInput,
  GetDelegatedAccessTokenResponse
> {
  /** The operation's declaration. */
  static readonly operation: Operation<GetDelegatedAccessTokenRequest, GetDelegatedAccessTokenResponse> =
    GetDelegatedAccessToken;
}
