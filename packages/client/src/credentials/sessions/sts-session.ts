import type { AssumeRoleCommandInput } from "../../commands/assume-role.ts";
import type { STSClient } from "../../clients/client.ts";
import type { DecodeResponse } from "../../config/client-runtime.ts";
import type { STSClientConfig } from "../../config/config.ts";
import { log, type Logger } from "../../call/logger.ts";
import type { AnyPluggable } from "../../call/middleware-stack.ts";
import type { RequestHandler } from "../../transport/request-handler.ts";
import type { MemoizeOptions } from "../cache/memoize.ts";
import { withSource } from "../sources/credential-source.ts";
import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import { processEnvironment } from "../sources/environment.ts";
import {
  type ConfigurationWithSource,
  SETTINGS_SOURCE,
  type SettingsSource,
} from "../../config/settings-source.ts";
import { forSource } from "../provider.ts";
import type {
  AwsCredentialIdentity,
  CallerClientConfig,
  CredentialsProvider,
  CredentialsProviderOptions,
} from "../provider.ts";

/** Options of every provider that calls STS. */
export interface StsSessionOptions {
  /**
   * Configuration of the client that makes the call. If it has no region: the calling client's region,
   * `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's, else `us-east-1`.
   */
  readonly clientConfig?: STSClientConfig | undefined;
  /** Add middleware to the client that makes the call, as in the AWS SDK's providers. */
  readonly clientPlugins?: readonly AnyPluggable[] | undefined;
  /** Gets the log lines of that client, unless `clientConfig` has a logger. */
  readonly logger?: Logger | undefined;
  /** Configuration of the client for which credentials are fetched. It provides what is not given elsewhere. */
  readonly parentClientConfig?: ParentClientConfig | undefined;
  /** Milliseconds before expiry at which a new session is created. Default 300 000; see `memoize`. */
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

/** The part of a client's configuration that {@link StsSessionOptions.parentClientConfig} uses. */
export interface ParentClientConfig
  extends Omit<CallerClientConfig, "region">, Pick<STSClientConfig, "logger" | "region" | "userAgentAppId"> {}

/** Where `memoize` reports a failed renewal. */
export function warningsOf(options: StsSessionOptions): Pick<MemoizeOptions, "warn"> {
  const logger = loggerOf(options);
  return logger ? { warn: (message) => log(logger, "warn", message) } : {};
}

function loggerOf({ clientConfig, logger, parentClientConfig }: StsSessionOptions): Logger | undefined {
  return clientConfig?.logger ?? logger ?? parentClientConfig?.logger;
}

/** Assumes a role for a credential provider. */
export type RoleAssumer = (
  sourceCredentials: AwsCredentialIdentity,
  params: AssumeRoleCommandInput,
) => Promise<AwsCredentialIdentity>;

/** The client of a provider that calls STS. */
export interface StsSession {
  /** Gets the client, created on first use and kept. */
  readonly getClient: (asked: CredentialsProviderOptions | undefined) => Promise<STSClient>;
  /** Gets the credentials that sign the call, so that their source is asked before a person is. */
  readonly askSource: (asked: CredentialsProviderOptions | undefined) => Promise<AwsCredentialIdentity>;
  /** Milliseconds by which the service's clock is ahead, as far as the client knows. */
  readonly clockOffset: () => number;
}

/** Where the settings of the call come from, and the region of the profile. */
export interface ProfileSettings extends SettingsSource {
  /** Region of the profile, for a call whose configuration has none. */
  readonly region?: string | undefined;
  /** Assumes roles instead of a client. */
  readonly roleAssumer?: RoleAssumer | undefined;
}

/** {@link ProfileSettings}, and how the provider gets a client. */
export interface SessionSettings extends ProfileSettings {
  /**
   * Loads what creates the client. A parameter, because bundlers prepare every module behind an `import()` for late loading,
   * which costs bytes, even where nothing uses this module.
   */
  readonly loadClient: () => Promise<{
    readonly createSessionClient: (config: STSClientConfig, decodeResponse?: DecodeResponse) => STSClient;
    readonly createFetchHandler: () => RequestHandler;
  }>;
}

/**
 * Creates the client of a provider when it is first needed.
 *
 * Each call goes through the request handler of the calling client, and so through its proxy.
 */
export function createStsSession(
  options: StsSessionOptions,
  credentials: AwsCredentialIdentity | CredentialsProvider | undefined,
  { loadClient, ...settings }: SessionSettings,
): StsSession {
  const { clientConfig = {}, clientPlugins = [], parentClientConfig: parent = {}, now, random } = options;
  let made: STSClient | undefined;
  let pending: Promise<STSClient> | undefined;
  let callersHandler: RequestHandler | undefined;

  const create = async (asked: CredentialsProviderOptions | undefined): Promise<STSClient> => {
    const { createFetchHandler, createSessionClient } = await loadClient();
    const caller = asked?.callerClientConfig;
    const profile = clientConfig.profile ?? settings.profile ?? caller?.profile ?? parent.profile;
    const source = { ...settings, profile };
    const logger = loggerOf(options);
    const parentRegion = parent.region;
    const region =
      caller?.region ?? (async () => (typeof parentRegion === "function" ? parentRegion() : parentRegion));
    const config: STSClientConfig & ConfigurationWithSource = {
      userAgentAppId: parent.userAgentAppId,
      ...(now && { now }),
      ...(random && { random }),
      ...(!clientConfig.fetch && { requestHandler: forward(() => callersHandler, createFetchHandler()) }),
      ...clientConfig,
      logger,
      // Half a session is useless.
      outputValidation: "full",
      ...(profile !== undefined && { profile }),
      ...(credentials !== undefined && { credentials }),
      region: clientConfig.region ?? settings.region ?? (() => defaultRegion(region, source)),
      [SETTINGS_SOURCE]: source,
    };
    // Our own client decodes as its entry point does; a client of another package does not say how.
    const { decodeResponse } = (caller ?? {}) as { readonly decodeResponse?: DecodeResponse };
    const client = createSessionClient(config, decodeResponse);
    for (const plugin of clientPlugins) plugin.applyToStack(client.middlewareStack as never); // whatever its types say
    return (made = client);
  };

  const getClient: StsSession["getClient"] = async (asked) => {
    pending ??= create(asked).catch((error: unknown) => {
      pending = undefined;
      throw error;
    });
    const client = made ?? (await pending);
    if (!asked) return client;
    const {
      requestHandler,
      systemClockOffset = 0,
      now: callersNow = Date.now,
    } = asked.callerClientConfig ?? {};
    // The calling client may be another one than the first time, whose handler may be closed.
    callersHandler = reusable(requestHandler ?? parent.requestHandler);
    const { config } = client;
    if (config.systemClockOffset === 0 && config.now === callersNow)
      config.systemClockOffset = systemClockOffset;
    return client;
  };
  return {
    getClient,
    askSource: async (asked) => (await getClient(asked ?? {})).config.credentials(forSource(asked)),
    clockOffset: () => made?.config.systemClockOffset ?? 0,
  };
}

// Sends with the handler that the first function returns, else with the second.
function forward(select: () => RequestHandler | undefined, fallback: RequestHandler): RequestHandler {
  const current = (): RequestHandler => select() ?? fallback;
  return {
    metadata: { handlerProtocol: "http/1.1" },
    get throwsNetworkErrors() {
      return current().throwsNetworkErrors === true;
    },
    handle: (request, options) => current().handle(request, options),
  };
}

// STS does not support HTTP/2, which some services' clients use.
function reusable(handler: RequestHandler | undefined): RequestHandler | undefined {
  const { metadata } = (handler ?? {}) as { readonly metadata?: { readonly handlerProtocol?: string } }; // Smithy's handlers say so here
  return metadata?.handlerProtocol?.startsWith("h2") ? undefined : handler;
}

async function defaultRegion(
  callerRegion: (() => Promise<string | undefined>) | undefined,
  source: SettingsSource,
): Promise<string> {
  const env = source.env ?? processEnvironment();
  // A calling client without a region rejects; a session can still be created in another region.
  const called = await callerRegion?.().catch(() => undefined);
  const known = called || env["AWS_REGION"] || env["AWS_DEFAULT_REGION"];
  if (known) return known;
  const { nodeSources } = await import("#node-sources");
  return (await nodeSources?.profileRegion(source)) ?? "us-east-1";
}

/** The part of an STS response that becomes credentials. */
export interface StsResponse {
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
 * Turns an STS response into the form that clients take as `credentials`.
 *
 * @param arn - ARN of the session, which names the account.
 * @throws {@link CredentialsProviderError} `ERR_CREDENTIALS_MALFORMED` when a key is missing from the response.
 */
export function identityFromResponse(
  response: StsResponse,
  operation: string,
  feature: readonly [name: string, id: string],
  arn?: string,
): AwsCredentialIdentity {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = response.Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey) {
    throw new CredentialsProviderError(
      "ERR_CREDENTIALS_MALFORMED",
      `${operation}: the response has no credentials`,
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

/** Calls a provider, or returns the credentials that were given instead of one. */
export async function resolveIdentity(
  source: AwsCredentialIdentity | CredentialsProvider,
  asked?: CredentialsProviderOptions,
): Promise<AwsCredentialIdentity> {
  return typeof source === "function" ? source(forSource(asked)) : source;
}
