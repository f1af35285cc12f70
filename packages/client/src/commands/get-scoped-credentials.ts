import {
  GetScopedCredentials,
  type GetScopedCredentialsRequest,
  type GetScopedCredentialsResponse,
  type Operation,
} from "@org/sts-protocol/declarations";

import { Command, type WithMetadata } from "./command.ts";

export type {
  GetScopedCredentialsRequest,
  GetScopedCredentialsResponse,
} from "@org/sts-protocol/declarations";

/** Input of {@link GetScopedCredentialsCommand}. */
export interface GetScopedCredentialsCommandInput extends GetScopedCredentialsRequest {}

/** Output of {@link GetScopedCredentialsCommand}. */
export type GetScopedCredentialsCommandOutput = WithMetadata<GetScopedCredentialsResponse>;

/**
 * Gets credentials for the calling session, with fewer permissions or a shorter life.
 *
 * See {@link GetScopedCredentials} for who may call it and what may fail.
 *
 * @example
 * import { GetScopedCredentialsCommand, STSClient } from "@org/sts-client";
 *
 * const client = new STSClient({ region: "eu-west-1" });
 * const { Credentials, SessionInfo } = await client.send(
 *   new GetScopedCredentialsCommand({ DurationSeconds: 900 }),
 * );
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetScopedCredentials.html GetScopedCredentials}
 */
export class GetScopedCredentialsCommand extends Command<
  GetScopedCredentialsCommandInput,
  GetScopedCredentialsResponse
> {
  /** The operation's declaration. */
  static readonly operation: Operation<GetScopedCredentialsRequest, GetScopedCredentialsResponse> =
    GetScopedCredentials;
}
