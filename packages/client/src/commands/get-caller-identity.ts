import {
  GetCallerIdentity,
  type GetCallerIdentityRequest,
  type GetCallerIdentityResponse,
  type Operation,
} from "@org/sts-protocol/declarations";

import { Command, type WithMetadata } from "./command.ts";

export type { GetCallerIdentityRequest, GetCallerIdentityResponse } from "@org/sts-protocol/declarations";

/** Input of {@link GetCallerIdentityCommand}. */
export interface GetCallerIdentityCommandInput extends GetCallerIdentityRequest {}

/** Output of {@link GetCallerIdentityCommand}. */
export type GetCallerIdentityCommandOutput = WithMetadata<GetCallerIdentityResponse>;

/**
 * Returns who signs the requests.
 *
 * See {@link GetCallerIdentity} for who may call it and what may fail.
 *
 * @example
 * import { GetCallerIdentityCommand, STSClient } from "@org/sts-client";
 *
 * const client = new STSClient({ region: "eu-west-1" });
 * const { Account, Arn, UserId } = await client.send(
 *   new GetCallerIdentityCommand(),
 * );
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html GetCallerIdentity}
 */
export class GetCallerIdentityCommand extends Command<
  GetCallerIdentityCommandInput,
  GetCallerIdentityResponse
> {
  /** The operation's declaration. */
  static readonly operation: Operation<GetCallerIdentityRequest, GetCallerIdentityResponse> =
    GetCallerIdentity;
}
