import type { GetFederationTokenRequest } from "@org/sts-protocol";

import { memoize } from "../cache/memoize.ts";
import { ownedByParameters, withOwner } from "../cache/shared/session-owner.ts";
import type { AwsCredentialIdentity, CredentialsProvider, CredentialsProviderOptions } from "../provider.ts";
import { clientOnDemand } from "./client-on-demand.ts";
import { createStsSession, identityFromResponse, warningsOf } from "./sts-session.ts";
import type { StsSessionOptions } from "./sts-session.ts";

/** Options of {@link fromFederation}. */
export interface FromFederationOptions extends StsSessionOptions {
  /** Input of GetFederationToken. Without a policy the session has no permissions. */
  readonly params: GetFederationTokenRequest;
  /** Long-term credentials of an IAM user. Default: `clientConfig.credentials`, the default credentials. */
  readonly source?: AwsCredentialIdentity | CredentialsProvider | undefined;
}

/**
 * Credentials of a federated user session, refreshed before they expire: an IAM user's permissions, narrowed by a
 * policy.
 *
 * @throws Whatever the source and the client throw; STS refuses temporary credentials as source.
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html GetFederationToken}
 */
export function fromFederation(options: FromFederationOptions): CredentialsProvider {
  const { params, clientConfig } = options;
  const source = options.source ?? clientConfig?.credentials;
  const { getClient, askSource, clockOffset } = createStsSession(options, source, clientOnDemand);
  const load = async (asked: CredentialsProviderOptions | undefined): Promise<AwsCredentialIdentity> => {
    await askSource(asked);
    const client = await getClient(asked);
    const { GetFederationTokenCommand } = await import("../../commands/get-federation-token.ts");
    const response = await client.send(new GetFederationTokenCommand(params), {
      abortSignal: asked?.abortSignal,
    });
    const arn = response.FederatedUser?.Arn;
    return identityFromResponse(
      response,
      "GetFederationToken",
      ["CREDENTIALS_STS_FEDERATION_TOKEN", "l"],
      arn,
    );
  };
  const provider = memoize(load, { ...options, clockOffset, ...warningsOf(options) });
  const operation = "GetFederationToken";
  const endpoint = clientConfig?.endpoint;
  return withOwner(
    provider,
    ownedByParameters({ operation, parameters: params, source, endpoint, getClient }),
  );
}
