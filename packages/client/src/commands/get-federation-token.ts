import {
  GetFederationToken,
  type GetFederationTokenRequest,
  type GetFederationTokenResponse,
  type Operation,
} from "@org/sts-protocol/declarations";

import { Command, type WithMetadata } from "./command.ts";

export type { GetFederationTokenRequest, GetFederationTokenResponse } from "@org/sts-protocol/declarations";

/** Input of {@link GetFederationTokenCommand}. */
export interface GetFederationTokenCommandInput extends GetFederationTokenRequest {}

/** Output of {@link GetFederationTokenCommand}. */
export type GetFederationTokenCommandOutput = WithMetadata<GetFederationTokenResponse>;

/**
 * Gets temporary credentials for someone whom the caller has authenticated in its own way.
 *
 * See {@link GetFederationToken} for who may call it and what may fail.
 *
 * @example
 * import { GetFederationTokenCommand, STSClient } from "@org/sts-client";
 *
 * const client = new STSClient({ region: "eu-west-1" });
 * const { Credentials, FederatedUser } = await client.send(
 *   new GetFederationTokenCommand({ Name: "alice" }),
 * );
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html GetFederationToken}
 */
export class GetFederationTokenCommand extends Command<
  GetFederationTokenCommandInput,
  GetFederationTokenResponse
> {
  /** The operation's declaration. */
  static readonly operation: Operation<GetFederationTokenRequest, GetFederationTokenResponse> =
    GetFederationToken;
}
