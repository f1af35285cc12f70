import type { AssumeRoleWithWebIdentityRequest, PolicyDescriptorType } from "@org/sts-protocol";

import { assumeRoleCacheKey } from "../cache/cli-cache-key.ts";
import { shareSession, type SessionCache, type SessionResult } from "../cache/session-cache.ts";
import { memoize } from "../cache/memoize.ts";
import { ownedBy, subjectOf, withOwner } from "../cache/shared/session-owner.ts";
import type { AwsCredentialIdentity, CredentialsProvider, CredentialsProviderOptions } from "../provider.ts";
import { resolveToken } from "./resolve-token.ts";
import type { RoleAssumerWithWebIdentity } from "./default-role-assumers.ts";
import type { TokenSource } from "./resolve-token.ts";
import { clientOnDemand } from "./client-on-demand.ts";
import { createStsSession, identityFromResponse, warningsOf } from "./sts-session.ts";
import type { ProfileSettings, StsSessionOptions } from "./sts-session.ts";

/** Options of {@link fromWebToken}. */
export interface FromWebTokenOptions extends StsSessionOptions {
  /** The identity token, or a function that gets a current one; called for each session. */
  readonly webIdentityToken: TokenSource;
  /** ARN of the role. */
  readonly roleArn: string;
  /** Name of the session, 2 to 64 characters. Default: generated from the time. */
  readonly roleSessionName?: string | undefined;
  /** Host of an OAuth 2.0 provider; not for OpenID Connect. */
  readonly providerId?: string | undefined;
  /** Managed policies that narrow the session, at most ten. */
  readonly policyArns?: PolicyDescriptorType[] | undefined;
  /** Policy that narrows the session, as JSON. */
  readonly policy?: string | undefined;
  /** Lifetime of the session in seconds, 900 to the role's maximum. Default 3600. */
  readonly durationSeconds?: number | undefined;
  /** Assumes the role instead of a client, as in the AWS SDK's `fromWebToken`. */
  readonly roleAssumerWithWebIdentity?: RoleAssumerWithWebIdentity | undefined;
  /**
   * Keeps the session between runs; `diskCache()` shares it with the AWS CLI. A stored session is used only if it was created
   * with a token of the same issuer, subject and audience for the same role; if the token contains session tags, the session is not
   * stored. Default: none.
   */
  readonly cache?: SessionCache | undefined;
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

/** Like {@link fromWebToken}, with the settings of a profile. */
export function webTokenWith(options: FromWebTokenOptions, settings?: ProfileSettings): CredentialsProvider {
  const { cache, now = Date.now } = options;
  const { getClient, clockOffset } = createStsSession(options, undefined, { ...settings, ...clientOnDemand });
  const share = shareSession(cache, FEATURE, now, clockOffset);
  // The AWS SDK's name, which policies and reports look for.
  const sessionName = (): string => options.roleSessionName ?? `aws-sdk-js-session-${now()}`;
  const request = async (
    WebIdentityToken: string,
    asked: CredentialsProviderOptions | undefined,
  ): Promise<SessionResult> => {
    const client = await getClient(asked);
    const { AssumeRoleWithWebIdentityCommand } =
      await import("../../commands/assume-role-with-web-identity.ts");
    const response = await client.send(
      new AssumeRoleWithWebIdentityCommand({
        ...parametersOf(options),
        RoleSessionName: sessionName(),
        WebIdentityToken,
      }),
      { abortSignal: asked?.abortSignal },
    );
    const arn = response.AssumedRoleUser?.Arn;
    return { response, identity: identityFromResponse(response, "AssumeRoleWithWebIdentity", FEATURE, arn) };
  };
  const load = async (asked: CredentialsProviderOptions | undefined): Promise<AwsCredentialIdentity> => {
    const token = await resolveToken(options.webIdentityToken, "web identity token");
    if (options.roleAssumerWithWebIdentity) {
      return options.roleAssumerWithWebIdentity({
        ...parametersOf(options),
        RoleSessionName: sessionName(),
        WebIdentityToken: token,
      });
    }
    const claims = cache && readClaims(token);
    if (!claims) return (await request(token, asked)).identity;
    return share({
      key: await assumeRoleCacheKey(
        definedOf({ ...parametersOf(options), RoleSessionName: options.roleSessionName }),
      ),
      asked,
      isOurs: (stored) => isSessionOf(stored, claims, options.roleArn),
      request: () => request(token, asked),
    });
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

const FEATURE = ["CREDENTIALS_STS_ASSUME_ROLE_WEB_ID", "k"] as const;

function parametersOf(
  options: FromWebTokenOptions,
): Omit<AssumeRoleWithWebIdentityRequest, "RoleSessionName" | "WebIdentityToken"> {
  return {
    RoleArn: options.roleArn,
    ProviderId: options.providerId,
    PolicyArns: options.policyArns,
    Policy: options.policy,
    DurationSeconds: options.durationSeconds,
  };
}

function definedOf(members: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** What a token says about its subject. */
interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly audiences: readonly unknown[];
}

// `undefined` for a token that is not a JSON Web Token, and for one whose other claims change the session.
function readClaims(token: string): Claims | undefined {
  try {
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    const claims: Readonly<Record<string, unknown>> = JSON.parse(new TextDecoder().decode(bytes));
    const { iss, sub, aud, azp } = claims;
    const isPlain = !Object.keys(claims).some((name) => name.startsWith("https://aws.amazon.com/"));
    if (!isPlain || typeof iss !== "string" || typeof sub !== "string") return undefined;
    return { iss, sub, audiences: [aud, azp].flat() };
  } catch {
    return undefined;
  }
}

// The AWS CLI's key names the role alone; the response that it stores says whose session it is.
function isSessionOf(
  stored: Readonly<Record<string, unknown>>,
  { iss, sub, audiences }: Claims,
  roleArn: string,
): boolean {
  const { SubjectFromWebIdentityToken, Audience, Provider, AssumedRoleUser } = stored;
  const { Arn } = Object(AssumedRoleUser) as { readonly Arn?: unknown }; // a stored document may hold anything
  const [, partition, account, role] = /^arn:([\w-]+):iam::(\d+):role\/(?:.*\/)?([^/]+)$/.exec(roleArn) ?? [];
  return (
    SubjectFromWebIdentityToken === sub &&
    audiences.includes(Audience) &&
    (Provider === iss || String(Provider).endsWith(`/${iss.replace(/^https:\/\//, "")}`)) &&
    String(Arn).startsWith(`arn:${partition}:sts::${account}:assumed-role/${role}/`)
  );
}
