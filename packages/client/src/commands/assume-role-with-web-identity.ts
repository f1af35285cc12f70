import {
  AssumeRoleWithWebIdentity,
  type AssumeRoleWithWebIdentityRequest,
  type AssumeRoleWithWebIdentityResponse,
  type Operation,
} from "@org/sts-protocol/declarations";

import { Command, type WithMetadata } from "./command.ts";

export type {
  AssumeRoleWithWebIdentityRequest,
  AssumeRoleWithWebIdentityResponse,
} from "@org/sts-protocol/declarations";

/** Input of {@link AssumeRoleWithWebIdentityCommand}. */
export interface AssumeRoleWithWebIdentityCommandInput extends AssumeRoleWithWebIdentityRequest {}

/** Output of {@link AssumeRoleWithWebIdentityCommand}. */
export type AssumeRoleWithWebIdentityCommandOutput = WithMetadata<AssumeRoleWithWebIdentityResponse>;

/**
 * Gets temporary credentials for a role with an OpenID Connect token as the proof of identity; not signed.
 *
 * See {@link AssumeRoleWithWebIdentity} for who may call it and what may fail.
 *
 * @example
 * import { AssumeRoleWithWebIdentityCommand, STSClient } from "@org/sts-client";
 *
 * const client = new STSClient({ region: "eu-west-1" });
 * const token = "eyJhbGciOiJSUzI1NiJ9"; // from the identity provider
 * const { Credentials, SubjectFromWebIdentityToken } = await client.send(
 *   new AssumeRoleWithWebIdentityCommand({
 *     RoleArn: "arn:aws:iam::123456789012:role/demo",
 *     RoleSessionName: "alice",
 *     WebIdentityToken: token,
 *   }),
 * );
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html AssumeRoleWithWebIdentity}
 */
export class AssumeRoleWithWebIdentityCommand extends Command<
  AssumeRoleWithWebIdentityCommandInput,
  AssumeRoleWithWebIdentityResponse
> {
  /** The operation's declaration. */
  static readonly operation: Operation<AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse> =
    AssumeRoleWithWebIdentity;
}
