import { loadProfile } from "#load-profile";

import { STSClientError } from "./client-error.ts";
import type {
  CallConfig,
  EndpointParts,
  ExtensionConfiguration,
  STSClientConfig,
  STSClientResolvedConfig,
} from "./config.ts";
import { memoize } from "./credentials/memoize.ts";
import type { CredentialsProvider } from "./credentials/provider.ts";
import { sleep } from "./deadline.ts";
import { resolveEndpoint, type ResolvedEndpoint } from "./endpoint.ts";
import { readVariable } from "./environment.ts";
import type { Profile } from "./profile.ts";
import { createStandardRetryStrategy, type RetryStrategy } from "./retry.ts";
import { type CreateSigner, createRequestSigner } from "./signing.ts";
import { createFetchHandler, type RequestHandler } from "./transmit.ts";

/**
 * Fills in every default. Nothing is read before it is needed: a value comes from the configuration, else from the
 * environment, else from the profile, and what was read is remembered.
 */
export function resolveConfig(config: STSClientConfig, createSigner: CreateSigner): STSClientResolvedConfig {
  const {
    now = Date.now,
    random = Math.random,
    logger = NO_LOGGER,
    requestHandler,
    customUserAgent = [],
  } = config;
  const parameters = requestHandler && !isHandler(requestHandler) ? requestHandler : {};

  const profile = once(async (): Promise<Profile> => {
    try {
      return await loadProfile(config.profile);
    } catch (error) {
      logger.warn("The shared config files are ignored:", error);
      return {};
    }
  });

  /** A setting that was not given is looked up in variables, then under a key of the profile. */
  const setting = <T>(
    given: T | (() => Promise<T>) | undefined,
    fallback: T,
    parse: (text: string, place: string) => T,
    key: string,
    ...variables: string[]
  ): (() => Promise<T>) =>
    isProvider(given)
      ? given
      : once(async () => {
          if (given !== undefined) return given;
          for (const name of variables) {
            const text = readVariable(name);
            if (text) return parse(text, name);
          }
          const text = (await profile())[key];
          return text === undefined ? fallback : parse(text, key);
        });

  const regionSetting = setting<string | undefined>(
    config.region,
    undefined,
    asIs,
    "region",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
  );
  const fipsSetting = setting(
    config.useFipsEndpoint,
    false,
    asBoolean,
    "use_fips_endpoint",
    "AWS_USE_FIPS_ENDPOINT",
  );
  const ignoresEndpoints = setting(
    undefined,
    false,
    asBoolean,
    "ignore_configured_endpoint_urls",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
  );
  const endpointSetting = setting<string | undefined>(
    undefined,
    undefined,
    asIs,
    "endpoint_url",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL",
  );
  const customEndpoint = async (): Promise<string | undefined> => {
    const { endpoint } = config;
    if (endpoint !== undefined) return endpointUrl(isProvider(endpoint) ? await endpoint() : endpoint);
    return (await ignoresEndpoints()) ? undefined : endpointSetting();
  };

  const resolved: STSClientResolvedConfig = {
    apiVersion: "2011-06-15",
    serviceId: "STS",
    region: async () => {
      const region = (await regionSetting()) ?? "";
      return checkRegion(realRegion(region));
    },
    credentials: memoize((asked) => findCredentials({ ...asked, callerClientConfig: resolved }), {
      now,
      random,
    }),
    async resolveEndpoint() {
      const [endpoint, useFips, useDualStack, useGlobalEndpoint] = await Promise.all([
        customEndpoint(),
        resolved.useFipsEndpoint(),
        resolved.useDualstackEndpoint(),
        resolved.useGlobalEndpoint(),
      ]);
      // An endpoint that does not depend on the region does not ask for one.
      const region = endpoint
        ? undefined
        : useGlobalEndpoint && !(await regionSetting())
          ? "aws-global"
          : await resolved.region();
      const found = resolveEndpoint({ region, useFips, useDualStack, useGlobalEndpoint, endpoint });
      if (config.tls === false && !endpoint) found.url.protocol = "http:";
      return found;
    },
    useFipsEndpoint: async () => (await fipsSetting()) || FIPS_REGION.test((await regionSetting()) ?? ""),
    useDualstackEndpoint: setting(
      config.useDualstackEndpoint,
      false,
      asBoolean,
      "use_dualstack_endpoint",
      "AWS_USE_DUALSTACK_ENDPOINT",
    ),
    useGlobalEndpoint: setting(
      config.useGlobalEndpoint,
      false,
      (text) => text.toLowerCase() === "legacy",
      "sts_regional_endpoints",
      "AWS_STS_REGIONAL_ENDPOINTS",
    ),
    isCustomEndpoint: async () => (await customEndpoint()) !== undefined,
    maxAttempts: setting(config.maxAttempts, 3, asCount, "max_attempts", "AWS_MAX_ATTEMPTS"),
    retryMode: setting(config.retryMode, "standard", asIs, "retry_mode", "AWS_RETRY_MODE"),
    retryStrategy: asProvider(config.retryStrategy, () => defaultStrategy()),
    requestHandler:
      requestHandler && isHandler(requestHandler) ? requestHandler : createFetchHandler(config.fetch),
    signer: asProvider(config.signer, async () =>
      createRequestSigner(createSigner({ service: "sts", sha256: config.sha256 })),
    ),
    logger,
    systemClockOffset: config.systemClockOffset ?? 0,
    disableClockSkewCorrection: setting(
      config.disableClockSkewCorrection,
      false,
      asBoolean,
      "disable_clock_skew_correction",
      "AWS_DISABLE_CLOCK_SKEW_CORRECTION",
    ),
    userAgentAppId: setting<string | undefined>(
      config.userAgentAppId,
      undefined,
      asIs,
      "sdk_ua_app_id",
      "AWS_SDK_UA_APP_ID",
    ),
    customUserAgent: typeof customUserAgent === "string" ? [[customUserAgent]] : customUserAgent,
    requestTimeout: config.requestTimeout ?? parameters.requestTimeout ?? 15_000,
    totalTimeout: config.totalTimeout ?? 60_000,
    maxResponseBytes: config.maxResponseBytes ?? 1_048_576,
    inputValidation: config.inputValidation,
    responseFormat: config.responseFormat,
    parseXml: config.parseXml,
    profile: config.profile,
    signingRegion: config.signingRegion,
    now,
    sleep: config.sleep ?? sleep,
    withOverrides: (overrides) => overrideConfig(resolved, config, overrides, createSigner),
  };

  const defaultProvider = once(async () => {
    const { defaultCredentials } = await import("./credentials/default-credentials.ts");
    return defaultCredentials({ profile: config.profile });
  });

  const findCredentials: CredentialsProvider = async (asked) => {
    const { credentials, credentialDefaultProvider } = config;
    if (typeof credentials === "function") return credentials(asked);
    if (credentials !== undefined) return credentials;
    const provider =
      credentialDefaultProvider?.({ ...config, parentClientConfig: resolved }) ?? (await defaultProvider());
    return provider(asked);
  };

  const defaultStrategy = async (): Promise<RetryStrategy> => {
    const mode = await resolved.retryMode();
    const options = { maxAttempts: resolved.maxAttempts, random, now };
    if (mode !== "adaptive") return createStandardRetryStrategy(options);
    const { createAdaptiveRetryStrategy } = await import("./adaptive-retry.ts");
    return createAdaptiveRetryStrategy(options);
  };

  applyExtensions(resolved, config);
  return resolved;
}

function overrideConfig(
  resolved: STSClientResolvedConfig,
  config: STSClientConfig,
  overrides: CallConfig,
  createSigner: CreateSigner,
): STSClientResolvedConfig {
  const given = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  const { region, credentials, requestHandler, signer, retryStrategy } = resolved;
  const isRetryChanged = "maxAttempts" in given || "retryMode" in given;
  const call = resolveConfig(
    {
      ...config,
      region,
      credentials,
      requestHandler,
      signer,
      ...(!isRetryChanged && { retryStrategy }),
      ...given,
      extensions: [],
    },
    createSigner,
  );
  // The clock is the client's: what one call learns, all know.
  return Object.defineProperty(call, "systemClockOffset", {
    get: () => resolved.systemClockOffset,
    set(offset) {
      resolved.systemClockOffset = offset;
    },
  });
}

function applyExtensions(resolved: STSClientResolvedConfig, { extensions = [] }: STSClientConfig): void {
  const configuration: ExtensionConfiguration = {
    setRegion: (region) => (resolved.region = region),
    region: () => resolved.region,
    setHttpHandler: (handler) => (resolved.requestHandler = handler),
    httpHandler: () => resolved.requestHandler,
    setCredentials: (credentials) => (resolved.credentials = memoize(credentials)),
    credentials: () => resolved.credentials,
    setRetryStrategy: (strategy) => (resolved.retryStrategy = strategy),
    retryStrategy: () => resolved.retryStrategy,
  };
  for (const extension of extensions) extension.configure(configuration);
}

function once<T>(get: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | undefined;
  return () => (value ??= get());
}

function asProvider<T extends object>(
  value: T | (() => Promise<T>) | undefined,
  fallback: () => Promise<T>,
): () => Promise<T> {
  return isProvider(value) ? value : once(async () => value ?? fallback());
}

function isProvider<T>(value: T | (() => Promise<T>)): value is () => Promise<T> {
  return typeof value === "function";
}

function isHandler(value: object): value is RequestHandler {
  return "handle" in value;
}

const asIs = (text: string): string => text;

function asBoolean(text: string, place: string): boolean {
  if (!/^(true|false)$/i.test(text))
    throw new STSClientError("ERR_CONFIG", `${place}: expected true or false, found ${text}`);
  return text.toLowerCase() === "true";
}

function asCount(text: string, place: string): number {
  if (!/^[1-9]\d*$/.test(text))
    throw new STSClientError("ERR_CONFIG", `${place}: expected a whole number from 1, found ${text}`);
  return Number(text);
}

const FIPS_REGION: RegExp = /^fips-|-fips$/;

/** The region that a pseudo region stands for. */
function realRegion(region: string): string {
  return /^(aws-fips|fips-aws-global)$/.test(region) ? "us-east-1" : region.replace(FIPS_REGION, "");
}

function checkRegion(region: string): string {
  if (!region) resolveEndpoint({});
  if (!/^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/i.test(region)) {
    throw new STSClientError(
      "ERR_REGION_INVALID",
      `region: expected a host label such as eu-west-1, found ${JSON.stringify(region)}`,
    );
  }
  return region;
}

function endpointUrl(endpoint: string | URL | EndpointParts | ResolvedEndpoint): string {
  if (typeof endpoint === "string") return endpoint;
  if ("href" in endpoint) return endpoint.href;
  if ("url" in endpoint) return `${endpoint.url}`;
  const { protocol, hostname, port, path = "/" } = endpoint;
  return `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path}`;
}

const silent = (): void => {};
const NO_LOGGER = { debug: silent, info: silent, warn: silent, error: silent };
