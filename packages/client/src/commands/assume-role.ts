import {
  AssumeRole,
  type AssumeRoleRequest,
  type AssumeRoleResponse,
  type Operation,
} from "@org/sts-protocol/declarations";

import { Command, type WithMetadata } from "./command.ts";

export type { AssumeRoleRequest, AssumeRoleResponse } from "@org/sts-protocol/declarations";

/** Input of {@link AssumeRoleCommand}. */
export interface AssumeRoleCommandInput extends AssumeRoleRequest {}

/** Output of {@link AssumeRoleCommand}. */
export type AssumeRoleCommandOutput = WithMetadata<AssumeRoleResponse>;

/**
 * Gets temporary credentials for a role, in this account or another.
 *
 * See {@link AssumeRole} for who may call it and what may fail.
 *
 * @example
 * import { AssumeRoleCommand, STSClient } from "@org/sts-client";
 *
 * const client = new STSClient({ region: "eu-west-1" });
 * const { Credentials, AssumedRoleUser } = await client.send(
 *   new AssumeRoleCommand({ RoleArn: "arn:aws:iam::123456789012:role/demo", RoleSessionName: "alice" }),
 * );
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html AssumeRole}
 */
export class AssumeRoleCommand extends Command<AssumeRoleCommandInput, AssumeRoleResponse> {
  /** The operation's declaration. */
  static readonly operation: Operation<AssumeRoleRequest, AssumeRoleResponse> = AssumeRole;
}
