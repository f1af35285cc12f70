import { loadProfile } from "#load-profile";

import { STSClientError } from "../errors/client-error.ts";
import { log, type Logger } from "../call/logger.ts";
import { NO_PROFILE, type Profile } from "./profile.ts";
import type { SettingsSource } from "./settings-source.ts";

/** Settings that can come from the environment and the shared config files. */
export interface Settings {
  /** See {@link CallConfig.region}. */
  readonly region: string;
  /** See {@link CallConfig.endpoint}. */
  readonly endpoint: string;
  /** See {@link CallConfig.useFipsEndpoint}. */
  readonly useFipsEndpoint: boolean;
  /** See {@link CallConfig.useDualstackEndpoint}. */
  readonly useDualstackEndpoint: boolean;
  /** See {@link CallConfig.useGlobalEndpoint}. */
  readonly useGlobalEndpoint: boolean;
  /** See {@link CallConfig.maxAttempts}. */
  readonly maxAttempts: number;
  /** See {@link CallConfig.retryMode}. */
  readonly retryMode: string;
  /** See {@link STSClientConfig.userAgentAppId}. */
  readonly userAgentAppId: string;
  /** See {@link STSClientConfig.disableClockSkewCorrection}. */
  readonly disableClockSkewCorrection: boolean;
  /** File with the trusted certificates. */
  readonly caBundle: string;
}

/** The client's environment, where there are environment variables. */
export interface Environment {
  /** Looks up a setting. Rejects when the value it finds is invalid. */
  read<Name extends keyof Settings>(name: Name): Promise<Settings[Name] | undefined>;
  /** `AWS_EXECUTION_ENV`, for the user agent. */
  readonly executionEnvironment: string | undefined;
  /** Adds the id of the trace that a Lambda function runs in, so that Lambda detects a function that ends up calling itself. */
  setTraceId(headers: Record<string, string>): void;
}

/**
 * Creates a reader of settings: an environment variable overrides the profile. The files are read once,
 * when a setting is in no variable; files that cannot be read are ignored with a warning.
 *
 * @param source - the profile, and where to find it and the variables
 *
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html Settings reference}
 */
export function createEnvironment(source: SettingsSource, logger: Logger): Environment {
  const { env } = source;
  let profile: Promise<Profile> | undefined;
  const readProfile = async (): Promise<Profile> => {
    profile ??= loadProfile(source).catch((error: unknown) => {
      log(logger, "warn", "The shared config files are ignored:", error);
      return NO_PROFILE;
    });
    return profile;
  };
  const read = async <T>([parse, key, ...variables]: Source<T>): Promise<T | undefined> => {
    for (const name of variables) {
      const text = env ? env[name] : readVariable(name);
      if (text) return parse(text, name);
    }
    const { place, settings } = await readProfile();
    const text = settings[key];
    return text ? parse(text, `${key} of ${place}`) : undefined;
  };
  const isLambda = readVariable("AWS_LAMBDA_FUNCTION_NAME") !== undefined;
  return {
    async read(name) {
      if (name === "endpoint" && (await read(IGNORE_ENDPOINTS))) return undefined;
      return read(SOURCES[name]);
    },
    executionEnvironment: readVariable("AWS_EXECUTION_ENV"),
    setTraceId(headers) {
      // Lambda sets a new id for each invocation of the function.
      const traceId = isLambda && readVariable("_X_AMZN_TRACE_ID");
      if (traceId && !Object.keys(headers).some((name) => name.toLowerCase() === "x-amzn-trace-id"))
        headers["X-Amzn-Trace-Id"] = traceId;
    },
  };
}

/** How to parse a setting, its key in the profile, and its variables in order of precedence. */
type Source<T> = readonly [parse: (text: string, place: string) => T, key: string, ...variables: string[]];

const IGNORE_ENDPOINTS: Source<boolean> = [
  parseBoolean,
  "ignore_configured_endpoint_urls",
  "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
];

const SOURCES: { readonly [Name in keyof Settings]: Source<Settings[Name]> } = {
  region: [String, "region", "AWS_REGION", "AWS_DEFAULT_REGION"],
  endpoint: [String, "endpoint_url", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"],
  useFipsEndpoint: [parseBoolean, "use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT"],
  useDualstackEndpoint: [parseBoolean, "use_dualstack_endpoint", "AWS_USE_DUALSTACK_ENDPOINT"],
  useGlobalEndpoint: [parseRegionalEndpoints, "sts_regional_endpoints", "AWS_STS_REGIONAL_ENDPOINTS"],
  maxAttempts: [parseCount, "max_attempts", "AWS_MAX_ATTEMPTS"],
  retryMode: [parseRetryMode, "retry_mode", "AWS_RETRY_MODE"],
  caBundle: [String, "ca_bundle", "AWS_CA_BUNDLE"],
  userAgentAppId: [String, "sdk_ua_app_id", "AWS_SDK_UA_APP_ID"],
  disableClockSkewCorrection: [
    parseBoolean,
    "disable_clock_skew_correction",
    "AWS_DISABLE_CLOCK_SKEW_CORRECTION",
  ],
};

/** An empty variable counts as not set. */
function readVariable(name: string): string | undefined {
  try {
    return process.env[name] || undefined;
  } catch {
    return undefined; // Deno without --allow-env
  }
}

function parseBoolean(text: string, place: string): boolean {
  return parseWord(text, place, ["true", "false"]) === "true";
}

/** `true`: the regions that once had no endpoint use the global one. */
function parseRegionalEndpoints(text: string, place: string): boolean {
  return parseWord(text, place, ["legacy", "regional"]) === "legacy";
}

function parseRetryMode(text: string, place: string): string {
  return parseWord(text, place, ["standard", "adaptive", "legacy"]);
}

function parseWord(text: string, place: string, words: readonly string[]): string {
  const word = text.toLowerCase();
  if (!words.includes(word))
    throw new STSClientError("ERR_CONFIG", `${place}: expected ${words.join(" or ")}, found ${text}`);
  return word;
}

function parseCount(text: string, place: string): number {
  if (!/^[1-9]\d*$/.test(text))
    throw new STSClientError("ERR_CONFIG", `${place}: expected a whole number from 1, found ${text}`);
  return Number(text);
}
