import {
  GetAccessKeyInfo,
  type GetAccessKeyInfoRequest,
  type GetAccessKeyInfoResponse,
  type Operation,
} from "@org/sts-protocol/declarations";

import { Command, type WithMetadata } from "./command.ts";

export type { GetAccessKeyInfoRequest, GetAccessKeyInfoResponse } from "@org/sts-protocol/declarations";

/** Input of {@link GetAccessKeyInfoCommand}. */
export interface GetAccessKeyInfoCommandInput extends GetAccessKeyInfoRequest {}

/** Output of {@link GetAccessKeyInfoCommand}. */
export type GetAccessKeyInfoCommandOutput = WithMetadata<GetAccessKeyInfoResponse>;

/**
 * Returns the account that an access key id belongs to.
 *
 * See {@link GetAccessKeyInfo} for who may call it and what may fail.
 *
 * @example
 * import { GetAccessKeyInfoCommand, STSClient } from "@org/sts-client";
 *
 * const client = new STSClient({ region: "eu-west-1" });
 * const { Account } = await client.send(
 *   new GetAccessKeyInfoCommand({ AccessKeyId: "AKIAIOSFODNN7EXAMPLE" }),
 * );
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html GetAccessKeyInfo}
 */
export class GetAccessKeyInfoCommand extends Command<GetAccessKeyInfoCommandInput, GetAccessKeyInfoResponse> {
  /** The operation's declaration. */
  static readonly operation: Operation<GetAccessKeyInfoRequest, GetAccessKeyInfoResponse> = GetAccessKeyInfo;
}
