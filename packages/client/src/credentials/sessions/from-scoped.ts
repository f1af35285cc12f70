import type { GetScopedCredentialsRequest } from "@org/sts-protocol";

import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import { memoize } from "../cache/memoize.ts";
import { ownedByParameters, withOwner } from "../cache/shared/session-owner.ts";
import type { AwsCredentialIdentity, CredentialsProvider, CredentialsProviderOptions } from "../provider.ts";
import { clientOnDemand } from "./client-on-demand.ts";
import { createStsSession, identityFromResponse, resolveIdentity, warningsOf } from "./sts-session.ts";
import type { StsSessionOptions } from "./sts-session.ts";

/** Options of {@link fromScoped}. */
export interface FromScopedOptions extends StsSessionOptions {
  /** Input of GetScopedCredentials: a policy, a duration, or both. */
  readonly params: GetScopedCredentialsRequest;
  /** Temporary credentials to narrow. Default: `clientConfig.credentials`, the default credentials. */
  readonly source?: AwsCredentialIdentity | CredentialsProvider | undefined;
}

/**
 * The source's own temporary credentials, narrowed by a policy or with a shorter life, refreshed before they expire.
 *
 * @throws {@link CredentialsProviderError} `ERR_OPTION_INVALID` when the source's credentials are long-term;
 * whatever the source and the client throw.
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_GetScopedCredentials.html GetScopedCredentials}
 */
export function fromScoped(options: FromScopedOptions): CredentialsProvider {
  const source = options.source ?? options.clientConfig?.credentials;
  const { getClient, askSource, clockOffset } = createStsSession(options, source, clientOnDemand);
  const load = async (asked: CredentialsProviderOptions | undefined): Promise<AwsCredentialIdentity> => {
    if (source && (await resolveIdentity(source, asked)).sessionToken === undefined) {
      throw new CredentialsProviderError(
        "ERR_OPTION_INVALID",
        "GetScopedCredentials narrows temporary credentials and the source's are long-term: use fromFederation for an IAM user",
      );
    }
    await askSource(asked);
    const client = await getClient(asked);
    const { GetScopedCredentialsCommand } = await import("../../commands/get-scoped-credentials.ts");
    const response = await client.send(new GetScopedCredentialsCommand(options.params), {
      abortSignal: asked?.abortSignal,
    });
    return identityFromResponse(
      response,
      "GetScopedCredentials",
      ["CREDENTIALS_CODE", "e"],
      response.SessionInfo?.Arn,
    );
  };
  const provider = memoize(load, { ...options, clockOffset, ...warningsOf(options) });
  const operation = "GetScopedCredentials";
  const parameters = options.params;
  const endpoint = options.clientConfig?.endpoint;
  return withOwner(provider, ownedByParameters({ operation, parameters, source, endpoint, getClient }));
}
