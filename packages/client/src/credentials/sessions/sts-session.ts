import type { STSClient } from "../../clients/client.ts";
import type { STSClientConfig } from "../../config/config.ts";
import type { RequestHandler } from "../../transport/request-handler.ts";
import { withSource } from "../sources/credential-source.ts";
import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import { processEnvironment } from "../sources/environment.ts";
import type { AwsCredentialIdentity, CredentialsProvider, CredentialsProviderOptions } from "../provider.ts";

/** Options of every provider that calls STS. */
export interface StsSessionOptions {
  /**
   * Configuration of the client that makes the call. Region, when not given here: that of the calling client,
   * `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's, else `us-east-1`.
   */
  readonly clientConfig?: STSClientConfig | undefined;
  /** Milliseconds before expiry at which a new session is made. Default 300 000; see `memoize`. */
  readonly refreshWindowMs?: number | undefined;
  /**
   * Milliseconds before expiry at which every caller waits for the new session. Default 60 000; see `memoize`.
   */
  readonly mandatoryWindowMs?: number | undefined;
  /** Clock in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Number from 0 up to but not including 1, for jitter. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** Sends a command. */
export type SendToSts = STSClient["send"];

/**
 * Creates the function that gets the client, made at the first call and kept.
 *
 * Loading is left until then, so that a program that holds a provider but never needs it does not load a client.
 */
export function createStsSession(
  options: StsSessionOptions,
  credentials: AwsCredentialIdentity | CredentialsProvider | undefined,
  region?: string,
): (asked: CredentialsProviderOptions | undefined) => Promise<STSClient> {
  let client: Promise<STSClient> | undefined;
  const create = async (asked: CredentialsProviderOptions | undefined): Promise<STSClient> => {
    const { STSClient } = await import("../../clients/client.ts");
    const caller = asked?.callerClientConfig;
    const { clientConfig } = options;
    const profile = clientConfig?.profile ?? caller?.profile;
    const { now, random } = options;
    const requestHandler = reusable(caller?.requestHandler);
    return new STSClient({
      ...(now && { now }),
      ...(random && { random }),
      ...(requestHandler && !clientConfig?.fetch && { requestHandler }),
      ...clientConfig,
      ...(profile !== undefined && { profile }),
      ...(credentials !== undefined && { credentials }),
      region: clientConfig?.region ?? region ?? (() => defaultRegion(caller?.region, profile)),
    });
  };
  return (asked) => {
    client ??= create(asked).catch((error: unknown) => {
      client = undefined;
      throw error;
    });
    return client;
  };
}

// STS does not speak HTTP/2, which some services' clients use.
function reusable(handler: RequestHandler | undefined): RequestHandler | undefined {
  const { metadata } = (handler ?? {}) as { readonly metadata?: { readonly handlerProtocol?: string } }; // Smithy's handlers say so here
  return metadata?.handlerProtocol?.startsWith("h2") ? undefined : handler;
}

async function defaultRegion(
  callerRegion: (() => Promise<string | undefined>) | undefined,
  profile: string | undefined,
): Promise<string> {
  const env = processEnvironment();
  // A calling client without a region rejects; a session can still be had in another region.
  const called = await callerRegion?.().catch(() => undefined);
  const known = called || env["AWS_REGION"] || env["AWS_DEFAULT_REGION"];
  if (known) return known;
  const { nodeSources } = await import("#node-sources");
  return (await nodeSources?.profileRegion(profile)) ?? "us-east-1";
}

/** The part of an answer of STS that becomes credentials. */
export interface StsAnswer {
  /** The session's keys. */
  readonly Credentials?:
    | {
        readonly AccessKeyId?: string | undefined;
        readonly SecretAccessKey?: string | undefined;
        readonly SessionToken?: string | undefined;
        readonly Expiration?: Date | undefined;
      }
    | undefined;
}

/**
 * Turns an answer of STS into the form clients take as `credentials`.
 *
 * @param arn - ARN of the session, which names the account.
 * @throws {@link CredentialsProviderError} `ERR_CREDENTIALS_MALFORMED` when a key is missing from the answer.
 */
export function identityFromAnswer(
  answer: StsAnswer,
  operation: string,
  feature: readonly [name: string, id: string],
  arn?: string,
): AwsCredentialIdentity {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey) {
    throw new CredentialsProviderError(
      "ERR_CREDENTIALS_MALFORMED",
      `${operation}: the answer has no credentials`,
    );
  }
  const accountId = arn?.split(":")[4];
  return withSource(
    {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(SessionToken && { sessionToken: SessionToken }),
      ...(Expiration && { expiration: Expiration }),
      ...(accountId && { accountId }),
    },
    ...feature,
  );
}

/** Calls a provider or returns the credentials given in its place. */
export async function resolveIdentity(
  source: AwsCredentialIdentity | CredentialsProvider,
  asked?: CredentialsProviderOptions,
): Promise<AwsCredentialIdentity> {
  // A new session of an outer role is no reason to ask a person for a new code of an inner one.
  return typeof source === "function" ? source({ callerClientConfig: asked?.callerClientConfig }) : source;
}
