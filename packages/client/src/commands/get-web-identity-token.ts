import {
  GetWebIdentityToken,
  type GetWebIdentityTokenRequest,
  type GetWebIdentityTokenResponse,
  type Operation,
} from "@org/sts-protocol/declarations";

import { Command, type WithMetadata } from "./command.ts";

export type { GetWebIdentityTokenRequest, GetWebIdentityTokenResponse } from "@org/sts-protocol/declarations";

/** Input of {@link GetWebIdentityTokenCommand}. */
export interface GetWebIdentityTokenCommandInput extends GetWebIdentityTokenRequest {}

/** Output of {@link GetWebIdentityTokenCommand}. */
export type GetWebIdentityTokenCommandOutput = WithMetadata<GetWebIdentityTokenResponse>;

/**
 * Gets a signed token that proves the caller's identity to services outside AWS.
 *
 * See {@link GetWebIdentityToken} for who may call it and what may fail.
 *
 * @example
 * import { GetWebIdentityTokenCommand, STSClient } from "@org/sts-client";
 *
 * const client = new STSClient({ region: "eu-west-1" });
 * const { WebIdentityToken, Expiration } = await client.send(
 *   new GetWebIdentityTokenCommand({ Audience: ["https://example.com"], SigningAlgorithm: "RS256" }),
 * );
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html GetWebIdentityToken}
 */
export class GetWebIdentityTokenCommand extends Command<
  GetWebIdentityTokenCommandInput,
  GetWebIdentityTokenResponse
> {
  /** The operation's declaration. */
  static readonly operation: Operation<GetWebIdentityTokenRequest, GetWebIdentityTokenResponse> =
    GetWebIdentityToken;
}
