import {
  GetSessionToken,
  type GetSessionTokenRequest,
  type GetSessionTokenResponse,
  type Operation,
} from "@org/sts-protocol/declarations";

import { Command, type WithMetadata } from "./command.ts";

export type { GetSessionTokenRequest, GetSessionTokenResponse } from "@org/sts-protocol/declarations";

/** Input of {@link GetSessionTokenCommand}. */
export interface GetSessionTokenCommandInput extends GetSessionTokenRequest {}

/** Output of {@link GetSessionTokenCommand}. */
export type GetSessionTokenCommandOutput = WithMetadata<GetSessionTokenResponse>;

/**
 * Gets temporary credentials for the IAM user who signs the request, usually with an MFA code.
 *
 * See {@link GetSessionToken} for who may call it and what may fail.
 *
 * @example
 * import { GetSessionTokenCommand, STSClient } from "@org/sts-client";
 *
 * const client = new STSClient({ region: "eu-west-1" });
 * const { Credentials } = await client.send(
 *   new GetSessionTokenCommand({ DurationSeconds: 3600 }),
 * );
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html GetSessionToken}
 */
export class GetSessionTokenCommand extends Command<GetSessionTokenCommandInput, GetSessionTokenResponse> {
  /** The operation's declaration. */
  static readonly operation: Operation<GetSessionTokenRequest, GetSessionTokenResponse> = GetSessionToken;
}
