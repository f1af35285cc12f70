import {
  AssumeRoleWithSAML,
  type AssumeRoleWithSAMLRequest,
  type AssumeRoleWithSAMLResponse,
  type Operation,
} from "@org/sts-protocol/declarations";

import { Command, type WithMetadata } from "./command.ts";

export type { AssumeRoleWithSAMLRequest, AssumeRoleWithSAMLResponse } from "@org/sts-protocol/declarations";

/** Input of {@link AssumeRoleWithSAMLCommand}. */
export interface AssumeRoleWithSAMLCommandInput extends AssumeRoleWithSAMLRequest {}

/** Output of {@link AssumeRoleWithSAMLCommand}. */
export type AssumeRoleWithSAMLCommandOutput = WithMetadata<AssumeRoleWithSAMLResponse>;

/**
 * Gets temporary credentials for a role with a SAML assertion as the proof of identity; not signed.
 *
 * See {@link AssumeRoleWithSAML} for who may call it and what may fail.
 *
 * @example
 * import { AssumeRoleWithSAMLCommand, STSClient } from "@org/sts-client";
 *
 * const client = new STSClient({ region: "eu-west-1" });
 * const assertion = "PHNhbWxwOlJlc3BvbnNlPg=="; // from the identity provider
 * const { Credentials, Subject } = await client.send(
 *   new AssumeRoleWithSAMLCommand({
 *     RoleArn: "arn:aws:iam::123456789012:role/demo",
 *     PrincipalArn: "arn:aws:iam::123456789012:saml-provider/example",
 *     SAMLAssertion: assertion,
 *   }),
 * );
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html AssumeRoleWithSAML}
 */
export class AssumeRoleWithSAMLCommand extends Command<
  AssumeRoleWithSAMLCommandInput,
  AssumeRoleWithSAMLResponse
> {
  /** The operation's declaration. */
  static readonly operation: Operation<AssumeRoleWithSAMLRequest, AssumeRoleWithSAMLResponse> =
    AssumeRoleWithSAML;
}
