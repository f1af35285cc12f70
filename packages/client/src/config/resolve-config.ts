import type { OperationSchema } from "@org/sts-protocol";

import { sleep } from "../call/deadline.ts";
import { describeClient } from "../call/user-agent.ts";
import type { CredentialsProvider } from "../credentials/provider.ts";
import type { ResolvedEndpoint } from "../endpoint/rules.ts";
import { createStandardRetryStrategy, type RetryStrategy } from "../retry/standard-strategy.ts";
import type { RequestHandler, SharedRequestHandler } from "../transport/request-handler.ts";
import type { CallConfiguration, CallSettings } from "./call-settings.ts";
import type { ClientRuntime } from "./client-runtime.ts";
import type {
  ExtensionConfiguration,
  ResolvedEndpointParts,
  STSClientConfig,
  ValueOrProvider,
} from "./config.ts";
import type { Environment, Settings } from "./environment.ts";
import { type ConfigurationWithSource, SETTINGS_SOURCE } from "./settings-source.ts";
import { warnOfUnknownSendOptions } from "./unknown-options.ts";

/**
 * Fills in every default. Nothing is read or loaded before it is needed: a value comes from the configuration, else
 * from the environment, else from the profile, and is then kept.
 *
 * @param runtime - what the entry point provides
 * @param loadEnvironment - the client's environment, if that is already known
 */
export function resolveConfig(
  config: STSClientConfig,
  runtime: ClientRuntime,
  loadEnvironment?: () => Promise<Environment | undefined>,
): CallConfiguration {
  const { endpoint, ...members } = config;
  const { requestHandler, customUserAgent = [], retryStrategy, tls = true } = members;
  const givenHandler = requestHandler && isHandler(requestHandler) ? requestHandler : undefined;
  const handlerParameters = requestHandler && !isHandler(requestHandler) ? requestHandler : undefined;
  const environment = loadEnvironment ?? once(() => createEnvironment(config));

  // A setting from the configuration, else the environment, else the profile, else the default.
  const setting = <Name extends keyof Settings, Given, Fallback>(
    name: Name,
    given: ValueOrProvider<Given>,
    fallback: Fallback,
  ): (() => Promise<NonNullable<Given> | Settings[Name] | Fallback>) =>
    once(async () => (await valueOf(given)) ?? (await (await environment())?.read(name)) ?? fallback, given);

  const regionSetting = setting("region", config.region, "");
  const endpointSetting = config.ignoreConfiguredEndpointUrls
    ? once(async () => valueOf(endpoint), endpoint)
    : setting("endpoint", endpoint, undefined);
  const fipsSetting = setting("useFipsEndpoint", config.useFipsEndpoint, false);
  const region = async (): Promise<string> => checkedRegion(await regionSetting());
  const ownRetryStrategy = once(
    async () => (await valueOf(retryStrategy)) ?? createRetryStrategy(resolved),
    retryStrategy,
  );

  const resolveEndpoint = async (isRegional?: boolean): Promise<ResolvedEndpoint> => {
    const endpoint = await endpointSetting();
    // An extension may have replaced our function with another.
    const name = await (resolved.region === region ? regionSetting : resolved.region)();
    const useFips = await resolved.useFipsEndpoint();
    const useDualStack = await resolved.useDualstackEndpoint();
    const useGlobalEndpoint = !isRegional && (await resolved.useGlobalEndpoint());
    const { endpointProvider } = config;
    const isOrdinary =
      tls &&
      ORDINARY_REGION.test(name) &&
      !(endpoint || useFips || useDualStack || useGlobalEndpoint || endpointProvider);
    if (isOrdinary) return { url: new URL(`https://sts.${name}.amazonaws.com`) };
    const { locateEndpoint } = await import("../endpoint/locate-endpoint.ts");
    const parameters = { endpoint, region: name, useFips, useDualStack, useGlobalEndpoint };
    return locateEndpoint({ ...parameters, tls, endpointProvider });
  };

  const endpointParts = async (): Promise<ResolvedEndpointParts> =>
    (await import("../endpoint/locate-endpoint.ts")).partsOf((await resolveEndpoint()).url);

  const loadSettings = async ({ auth, globalEndpoint }: OperationSchema): Promise<CallSettings> => {
    const endpoint = await resolveEndpoint(globalEndpoint === false);
    const isSigned = auth !== "none";
    const signingRegion = config.signingRegion ?? endpoint.properties?.authSchemes?.[0]?.signingRegion;
    return {
      endpoint,
      isCustomEndpoint: !!(await endpointSetting()),
      region: isSigned ? (signingRegion ?? (await resolved.region())) : "",
      signer: isSigned ? await resolved.signer() : undefined,
      maxAttempts: await resolved.maxAttempts(),
      retryStrategy: await resolved.retryStrategy(),
      disableClockSkewCorrection: await resolved.disableClockSkewCorrection(),
      userAgentAppId: await resolved.userAgentAppId(),
      environment: await environment(),
    };
  };

  // The settings read for one kind of operation. The user's own functions are called for each call, so nothing is kept then.
  const known = new Map<string, CallSettings>();
  const mayChange = SETTINGS.some((name) => typeof config[name] === "function");
  const readSettings = (operation: OperationSchema): CallSettings | Promise<CallSettings> => {
    const isOwn = resolved.region === region && resolved.retryStrategy === ownRetryStrategy;
    const kind = `${operation.auth} ${operation.globalEndpoint}`;
    const found = isOwn ? known.get(kind) : undefined;
    if (found) return found;
    return loadSettings(operation).then(function remember(settings) {
      if (isOwn && !mayChange) known.set(kind, settings);
      return settings;
    });
  };

  const resolved: CallConfiguration = {
    apiVersion: "2011-06-15",
    serviceId: "STS",
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    systemClockOffset: 0,
    requestTimeout: handlerParameters?.requestTimeout ?? 15_000,
    totalTimeout: 60_000,
    maxResponseBytes: 1_048_576,
    now: Date.now,
    random: Math.random,
    sleep,
    ...given(members),
    customUserAgent: typeof customUserAgent === "string" ? [[customUserAgent]] : customUserAgent,
    requestHandler: shared(
      givenHandler ??
        runtime.createHandler(config.fetch, handlerParameters, setting("caBundle", undefined, undefined)),
    ),
    region,
    ...(endpoint ? { endpoint: endpointParts } : {}),
    isCustomEndpoint: !!endpoint,
    tls,
    runtime: isNode() ? "node" : "browser",
    defaultUserAgentProvider: async () => describeClient(),
    resolveEndpoint,
    // fips-us-east-1 and the like mean the region with FIPS.
    useFipsEndpoint: async () => (await fipsSetting()) || /^fips-|-fips$/.test(await regionSetting()),
    useDualstackEndpoint: setting("useDualstackEndpoint", config.useDualstackEndpoint, false),
    useGlobalEndpoint: setting("useGlobalEndpoint", config.useGlobalEndpoint, false),
    maxAttempts: setting("maxAttempts", config.maxAttempts, 3),
    retryMode: setting("retryMode", config.retryMode, "standard"),
    retryStrategy: ownRetryStrategy,
    credentials: createCredentials(config, runtime, () => resolved),
    signer: once(
      async () =>
        (await valueOf(config.signer)) ?? runtime.createSigner({ service: "sts", sha256: config.sha256 }),
      config.signer,
    ),
    disableClockSkewCorrection: setting(
      "disableClockSkewCorrection",
      config.disableClockSkewCorrection,
      false,
    ),
    userAgentAppId: setting("userAgentAppId", config.userAgentAppId, undefined),
    givenLogger: config.logger,
    decodeResponse: runtime.decodeResponse,
    createId: runtime.createId,
    readSettings,
    async withOverrides(overrides) {
      warnOfUnknownSendOptions(overrides, config.logger ?? console);
      const { overrideConfig } = await import("./override-config.ts");
      return overrideConfig(resolved, config, overrides, (changed) =>
        resolveConfig(changed, runtime, environment),
      );
    },
  };
  for (const extension of config.extensions ?? []) extension.configure(extensionConfiguration(resolved));
  return resolved;
}

/** Settings whose value can be the user's own function. */
const SETTINGS = [
  "region",
  "endpoint",
  "useFipsEndpoint",
  "useDualstackEndpoint",
  "useGlobalEndpoint",
  "maxAttempts",
  "retryMode",
  "retryStrategy",
  "signer",
  "disableClockSkewCorrection",
  "userAgentAppId",
] as const;

/** Regions whose endpoint can be derived from the name alone, without the endpoint rules. */
const ORDINARY_REGION: RegExp = /^(?!cn)[a-z]{2}-[a-z]+-\d$/;

async function checkedRegion(region: string): Promise<string> {
  if (ORDINARY_REGION.test(region)) return region;
  return (await import("../endpoint/locate-endpoint.ts")).checkRegion(region);
}

// Nothing is loaded where there is nothing to read: browsers have no `process`, which the Node.js type does not say.
async function createEnvironment({
  profile,
  logger,
  [SETTINGS_SOURCE]: source,
}: STSClientConfig & ConfigurationWithSource): Promise<Environment | undefined> {
  const { process } = globalThis as { process?: { env?: object } };
  if (!process?.env) return undefined;
  const environment = await import("./environment.ts");
  return environment.createEnvironment({ ...source, profile: profile ?? source?.profile }, logger ?? console);
}

// What the adaptive strategy adds is loaded only when it is selected.
async function createRetryStrategy(configuration: CallConfiguration): Promise<RetryStrategy> {
  const standard = createStandardRetryStrategy(configuration);
  if ((await configuration.retryMode()) !== "adaptive") return standard;
  const { limitSendRate } = await import("../retry/send-rate.ts");
  return limitSendRate(standard, {
    now: configuration.now,
    wait: (milliseconds, signal = new AbortController().signal) => configuration.sleep(milliseconds, signal),
  });
}

// Gets the credentials: those given, those of the given provider, or of the default chain, which is loaded only then.
// What a provider returns is kept and refreshed ahead of its expiration; fixed credentials do not need that code.
function createCredentials(
  config: STSClientConfig,
  runtime: ClientRuntime,
  resolved: () => CallConfiguration,
): CredentialsProvider {
  const { credentials, credentialDefaultProvider, profile, now, random, logger } = config;
  if (credentials && typeof credentials === "object") return async () => credentials;
  let provider: Promise<CredentialsProvider> | undefined;
  const find = async (): Promise<CredentialsProvider> => {
    if (typeof credentials === "function") return credentials;
    if (credentialDefaultProvider)
      return credentialDefaultProvider({ ...config, parentClientConfig: resolved() });
    return runtime.loadDefaultCredentials(profile);
  };
  const askProvider: CredentialsProvider = async (asked) => {
    provider ??= find().catch((error: unknown) => {
      provider = undefined; // a chunk that could not be loaded may load the next time
      throw error;
    });
    return (await provider)({ ...asked, callerClientConfig: resolved() });
  };
  let remembered: Promise<CredentialsProvider> | undefined;
  const remember = async (): Promise<CredentialsProvider> => {
    try {
      const { memoize } = await import("../credentials/cache/memoize.ts");
      return memoize(askProvider, {
        now,
        random,
        clockOffset: () => resolved().systemClockOffset,
        ...(logger && { warn: (message) => logger.warn(message) }),
      });
    } catch {
      remembered = undefined;
      return askProvider; // called for each call, until the chunk can be loaded
    }
  };
  return async function getCredentials(asked) {
    remembered ??= remember();
    return (await remembered)(asked);
  };
}

/** `setX` and `x` for each part of the configuration that an extension can change. */
function extensionConfiguration(resolved: CallConfiguration): ExtensionConfiguration {
  return {
    setRegion: (region) => void (resolved.region = region),
    region: () => resolved.region,
    setHttpHandler: (handler) => void (resolved.requestHandler = shared(handler)),
    httpHandler: () => resolved.requestHandler,
    updateHttpClientConfig: (key, value) => resolved.requestHandler.updateHttpClientConfig?.(key, value),
    httpHandlerConfigs: () => resolved.requestHandler.httpHandlerConfigs?.() ?? {},
    setCredentials(credentials) {
      resolved.credentials = typeof credentials === "function" ? credentials : async () => credentials;
    },
    credentials: () => resolved.credentials,
    setRetryStrategy: (strategy) => void (resolved.retryStrategy = strategy),
    retryStrategy: () => resolved.retryStrategy,
    addChecksumAlgorithm: silent,
    checksumAlgorithms: () => [],
    setHttpAuthScheme: silent,
    httpAuthSchemes: () => [],
    setHttpAuthSchemeProvider: silent,
    httpAuthSchemeProvider: () => () => [],
  };
}

/** Keeps what a function returned, unless that came from the user's own provider, which is called each time. */
function once<T>(get: () => Promise<T>, source?: unknown): () => Promise<T> {
  let value: Promise<T> | undefined;
  const keep = async (): Promise<T> => {
    try {
      return await get();
    } catch (error) {
      value = undefined; // a chunk that could not be loaded may load the next time
      throw error;
    }
  };
  return () => (typeof source === "function" ? get() : (value ??= keep()));
}

async function valueOf<T>(given: ValueOrProvider<T>): Promise<T> {
  return typeof given === "function" ? (given as () => Promise<T>)() : given; // no value of the configuration is a function
}

/** The members that have values. */
function given<T extends object>(options: T): { [Name in keyof T]?: NonNullable<T[Name]> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}

function isHandler(value: object): value is RequestHandler {
  return "handle" in value;
}

function shared(handler: RequestHandler): SharedRequestHandler {
  return handler as SharedRequestHandler; // any class may have further members
}

/** Whether the runtime has what Node.js has; Deno and Bun do too. */
function isNode(): boolean {
  const { process } = globalThis as { process?: { versions?: { node?: string } } }; // browsers have no `process`
  return process?.versions?.node !== undefined;
}

const silent = (): void => {};
