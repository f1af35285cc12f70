import type { AssumeRoleWithSAMLRequest } from "@org/sts-protocol";

import { memoize } from "../cache/memoize.ts";
import { ownedBy, withOwner } from "../cache/shared/session-owner.ts";
import type { AwsCredentialIdentity, CredentialsProvider, CredentialsProviderOptions } from "../provider.ts";
import { resolveToken } from "./resolve-token.ts";
import type { TokenSource } from "./resolve-token.ts";
import { clientOnDemand } from "./client-on-demand.ts";
import { createStsSession, identityFromResponse, warningsOf } from "./sts-session.ts";
import type { StsSessionOptions } from "./sts-session.ts";

/** Options of {@link fromSaml}. */
export interface FromSamlOptions extends StsSessionOptions {
  /**
   * The identity provider's Base64 response, or a function that gets a current one; it is valid for five
   * minutes.
   */
  readonly samlAssertion: TokenSource;
  /** The rest of the input of AssumeRoleWithSAML. */
  readonly params: Omit<AssumeRoleWithSAMLRequest, "SAMLAssertion">;
}

/**
 * Credentials of a role that trusts a SAML 2.0 identity provider, refreshed before they expire. The call is not
 * signed.
 *
 * If the provider outlives one session, pass `samlAssertion` as a function: an assertion cannot be used again
 * later.
 *
 * @throws {@link CredentialsProviderError} `ERR_TOKEN_UNAVAILABLE` when there is no assertion; whatever the client
 * throws.
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html AssumeRoleWithSAML}
 */
export function fromSaml(options: FromSamlOptions): CredentialsProvider {
  const { getClient, clockOffset } = createStsSession(options, undefined, clientOnDemand);
  const load = async (asked: CredentialsProviderOptions | undefined): Promise<AwsCredentialIdentity> => {
    const SAMLAssertion = await resolveToken(options.samlAssertion, "SAML assertion");
    const client = await getClient(asked);
    const { AssumeRoleWithSAMLCommand } = await import("../../commands/assume-role-with-saml.ts");
    const response = await client.send(new AssumeRoleWithSAMLCommand({ ...options.params, SAMLAssertion }), {
      abortSignal: asked?.abortSignal,
    });
    const arn = response.AssumedRoleUser?.Arn;
    return identityFromResponse(
      response,
      "AssumeRoleWithSAML",
      ["CREDENTIALS_STS_ASSUME_ROLE_SAML", "j"],
      arn,
    );
  };
  const provider = memoize(load, { ...options, clockOffset, ...warningsOf(options) });
  return withOwner(
    provider,
    ownedBy({
      session: async () => ["AssumeRoleWithSAML", options.params],
      // The assertion contains it, but is not read here.
      source: async () => undefined,
      endpoint: options.clientConfig?.endpoint,
      getClient,
    }),
  );
}
