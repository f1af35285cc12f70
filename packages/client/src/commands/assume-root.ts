import {
  AssumeRoot,
  type AssumeRootRequest,
  type AssumeRootResponse,
  type Operation,
} from "@org/sts-protocol/declarations";

import { Command, type WithMetadata } from "./command.ts";

export type { AssumeRootRequest, AssumeRootResponse } from "@org/sts-protocol/declarations";

/** Input of {@link AssumeRootCommand}. */
export interface AssumeRootCommandInput extends AssumeRootRequest {}

/** Output of {@link AssumeRootCommand}. */
export type AssumeRootCommandOutput = WithMetadata<AssumeRootResponse>;

/**
 * Gets short-lived credentials for one privileged task on a member account of the organization.
 *
 * See {@link AssumeRoot} for who may call it and what may fail.
 *
 * @example
 * import { AssumeRootCommand, STSClient } from "@org/sts-client";
 *
 * const client = new STSClient({ region: "eu-west-1" });
 * const { Credentials, SourceIdentity } = await client.send(
 *   new AssumeRootCommand({
 *     TargetPrincipal: "123456789012",
 *     TaskPolicyArn: { arn: "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials" },
 *   }),
 * );
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html AssumeRoot}
 */
export class AssumeRootCommand extends Command<AssumeRootCommandInput, AssumeRootResponse> {
  /** The operation's declaration. */
  static readonly operation: Operation<AssumeRootRequest, AssumeRootResponse> = AssumeRoot;
}
