import type { PolicyDescriptorType } from "@org/sts-protocol";

import { memoize } from "../cache/memoize.ts";
import { ownedBy, subjectOf, withOwner } from "../cache/shared/session-owner.ts";
import type { AwsCredentialIdentity, CredentialsProvider, CredentialsProviderOptions } from "../provider.ts";
import { resolveToken } from "./resolve-token.ts";
import type { TokenSource } from "./resolve-token.ts";
import { createStsSession, identityFromAnswer, warningsOf } from "./sts-session.ts";
import type { ProfileSettings, StsSessionOptions } from "./sts-session.ts";

/** Options of {@link fromWebToken}. */
export interface FromWebTokenOptions extends StsSessionOptions {
  /** The identity token, or a function that gets a current one; asked for each session. */
  readonly webIdentityToken: TokenSource;
  /** ARN of the role. */
  readonly roleArn: string;
  /** Name of the session, 2 to 64 characters. Default: one made from the time. */
  readonly roleSessionName?: string | undefined;
  /** Host of an OAuth 2.0 provider; not for OpenID Connect. */
  readonly providerId?: string | undefined;
  /** Managed policies that narrow the session, at most ten. */
  readonly policyArns?: PolicyDescriptorType[] | undefined;
  /** Policy that narrows the session, as JSON. */
  readonly policy?: string | undefined;
  /** Life of the session in seconds, 900 to the role's maximum. Default 3600. */
  readonly durationSeconds?: number | undefined;
}

/**
 * Credentials of a role that trusts an OpenID Connect provider, refreshed before they expire. The call is not
 * signed.
 *
 * @throws {@link CredentialsProviderError} `ERR_TOKEN_UNAVAILABLE` when there is no token; whatever the client
 * throws.
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html AssumeRoleWithWebIdentity}
 */
export function fromWebToken(options: FromWebTokenOptions): CredentialsProvider {
  return webTokenWith(options);
}

/** As {@link fromWebToken}, with the settings of a profile. */
export function webTokenWith(options: FromWebTokenOptions, settings?: ProfileSettings): CredentialsProvider {
  const { now = Date.now } = options;
  const { getClient, clockOffset } = createStsSession(options, undefined, settings);
  const load = async (asked: CredentialsProviderOptions | undefined): Promise<AwsCredentialIdentity> => {
    const WebIdentityToken = await resolveToken(options.webIdentityToken, "web identity token");
    const client = await getClient(asked);
    const { AssumeRoleWithWebIdentityCommand } =
      await import("../../commands/assume-role-with-web-identity.ts");
    const answer = await client.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: options.roleArn,
        RoleSessionName: options.roleSessionName ?? `sts-client-${now()}`,
        WebIdentityToken,
        ProviderId: options.providerId,
        PolicyArns: options.policyArns,
        Policy: options.policy,
        DurationSeconds: options.durationSeconds,
      }),
      { abortSignal: asked?.abortSignal },
    );
    return identityFromAnswer(
      answer,
      "AssumeRoleWithWebIdentity",
      ["CREDENTIALS_STS_ASSUME_ROLE_WEB_ID", "k"],
      answer.AssumedRoleUser?.Arn,
    );
  };
  const provider = memoize(load, { ...options, clockOffset, ...warningsOf(options) });
  const { webIdentityToken, roleArn, roleSessionName, providerId, policyArns, policy, durationSeconds } =
    options;
  return withOwner(
    provider,
    ownedBy({
      session: async () => [
        "AssumeRoleWithWebIdentity",
        { roleArn, roleSessionName, providerId, policyArns, policy, durationSeconds },
      ],
      source: async () => subjectOf(await resolveToken(webIdentityToken, "web identity token")),
      endpoint: options.clientConfig?.endpoint,
      getClient,
    }),
  );
}
