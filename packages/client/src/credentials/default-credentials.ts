import { once } from "../config/once.ts";
import { CredentialsProviderError } from "../errors/credentials-provider-error.ts";
import type { TriedSource } from "../errors/credentials-provider-error.ts";
import { processEnvironment } from "./sources/environment.ts";
import type { Environment } from "./sources/environment.ts";
import { fromEnv } from "./sources/from-env.ts";
import { fromInstanceMetadata } from "./sources/from-instance-metadata.ts";
import type { MetadataRequestOptions } from "./sources/get-text.ts";
import type { MfaCodeOptions, MfaCodeProvider } from "./sessions/mfa-code.ts";
import type { CredentialsProvider } from "./provider.ts";
import type { SessionCache } from "./cache/session-cache.ts";
import type { StsSessionOptions } from "./sessions/sts-session.ts";

/** Options of {@link defaultCredentials}. */
export interface DefaultCredentialsOptions extends StsSessionOptions, MfaCodeOptions {
  /**
   * Profile to use; the environment's keys are then skipped. Default: the calling client's, else `AWS_PROFILE`.
   */
  readonly profile?: string | undefined;
  /**
   * Gets the code for a profile with `mfa_serial`; called with the serial number alone. Default: for roles, a question on the
   * terminal.
   */
  readonly mfaCodeProvider?: MfaCodeProvider | undefined;
  /** Replaces `fromSSO` and `fromLoginCredentials` for a profile with `sso_*` keys or `login_session`. */
  readonly signInProvider?: ((profile: string) => CredentialsProvider) | undefined;
  /** Keeps sessions between runs; `diskCache()` shares them with the AWS CLI. Default: none. */
  readonly cache?: SessionCache | undefined;
  /** Credentials file. Default `AWS_SHARED_CREDENTIALS_FILE`, else `~/.aws/credentials`. */
  readonly filepath?: string | undefined;
  /** Configuration file. Default `AWS_CONFIG_FILE`, else `~/.aws/config`. */
  readonly configFilepath?: string | undefined;
  /** Variables to read instead of those of the process. */
  readonly env?: Environment | undefined;
  /** How requests to metadata services are made. */
  readonly metadata?: MetadataRequestOptions | undefined;
}

/**
 * What a client without `credentials` uses: environment, profile (with its role, process, token file or sign-in),
 * web identity variables, container, instance; only the environment where there are no files, as in a browser.
 *
 * A source that is not set up is skipped. A source that is set up but fails is an error, and so is a selected
 * profile that does not exist, or a source that had credentials and no longer has any: another identity is never used in its
 * place.
 *
 * @throws {@link CredentialsProviderError} `ERR_CREDENTIALS_NOT_FOUND`, with every source tried and its reason; or
 * what the failing source threw.
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html Credential provider chain}
 */
export function defaultCredentials(options: DefaultCredentialsOptions = {}): CredentialsProvider {
  let sources: Promise<(profile: string | undefined) => readonly Source[]> | undefined;
  // The source that had credentials, by profile: if it no longer has any, the next source would be another identity.
  const found = new Map<string | undefined, string>();

  return async (asked) => {
    const env = options.env ?? processEnvironment();
    const profile =
      options.profile ?? asked?.callerClientConfig?.profile ?? (env["AWS_PROFILE"] || undefined);
    sources ??= createSources(options, env);
    const tried: TriedSource[] = [];
    for (const [source, provider] of (await sources)(profile)) {
      try {
        const identity = await provider(asked);
        found.set(profile, source);
        return identity;
      } catch (error) {
        const missing =
          profile !== undefined &&
          error instanceof CredentialsProviderError &&
          (error.code === "ERR_PROFILE_NOT_FOUND" || error.code === "ERR_CONFIG_UNREADABLE");
        // The AWS SDK's providers, which may have been passed in, say so the same way.
        if (
          missing ||
          found.get(profile) === source ||
          (error as { tryNextLink?: unknown } | undefined)?.tryNextLink !== true
        )
          throw error;
        tried.push({ source, error });
      }
    }
    const reasons = tried.map(
      ({ source, error }) => `${source}: ${error instanceof Error ? error.message : "failed"}`,
    );
    throw new CredentialsProviderError(
      "ERR_CREDENTIALS_NOT_FOUND",
      `no credentials found. ${reasons.join("; ")}`,
      {
        tried,
        cause: tried.at(-1)?.error,
      },
    );
  };
}

type Source = readonly [name: string, provider: CredentialsProvider];

async function createSources(
  options: DefaultCredentialsOptions,
  env: Environment,
): Promise<(profile: string | undefined) => readonly Source[]> {
  const { nodeSources } = await import("#node-sources");
  const environment: Source = ["environment", fromEnv({ env })];
  if (nodeSources === undefined) return () => [environment];

  // The environment comes first, and then nothing else has to be loaded.
  const ini = loadLate(() => nodeSources.fromIni(options));
  const tokenFile = loadLate(() => nodeSources.fromTokenFile(options));
  const container = loadLate(() => nodeSources.fromContainerMetadata({ ...options.metadata, env }));
  const instance = fromInstanceMetadata({ ...options.metadata, env, now: options.now });
  return (profile) => [
    profile === undefined ? environment : ["environment", passOver(profile)],
    [`profile "${profile ?? "default"}"`, ini],
    ["web identity", tokenFile],
    ["container", container],
    ["instance metadata", instance],
  ];
}

function loadLate(load: () => Promise<CredentialsProvider>): CredentialsProvider {
  const provider = once(load);
  return async (asked) => (await provider())(asked);
}

function passOver(profile: string): CredentialsProvider {
  return async () => {
    throw new CredentialsProviderError(
      "ERR_CREDENTIALS_NOT_CONFIGURED",
      `profile "${profile}" is selected, which comes before the variables`,
    );
  };
}
