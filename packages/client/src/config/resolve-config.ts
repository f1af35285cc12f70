import type { OperationSchema } from "@org/sts-protocol";

import { loadEnvironment } from "#load-environment";

import { sleep } from "../call/deadline.ts";
import { log } from "../call/logger.ts";
import { describeClient } from "../call/user-agent.ts";
import type { CredentialsProvider } from "../credentials/provider.ts";
import type { ResolvedEndpoint } from "../endpoint/rules.ts";
import { STSClientError } from "../errors/client-error.ts";
import { createStandardRetryStrategy, type RetryStrategy } from "../retry/standard-strategy.ts";
import type { RequestHandler, SharedRequestHandler } from "../transport/request-handler.ts";
import type { CallConfiguration, CallSettings } from "./call-settings.ts";
import type { ClientRuntime } from "./client-runtime.ts";
import type {
  ExtensionConfiguration,
  LegacyRetryStrategy,
  ResolvedEndpointParts,
  STSClientConfig,
  ValueOrProvider,
} from "./config.ts";
import type { Environment, Settings } from "./environment.ts";
import { fixedCredentials } from "./fixed-credentials.ts";
import { once } from "./once.ts";
import { isKnownOption, warnOfUnknownSendOptions } from "./unknown-options.ts";

/**
 * Fills in every default. Nothing is read or loaded before it is needed: a value comes from the configuration, else
 * from the environment, else from the profile, and is then kept.
 *
 * @param runtime - what the entry point provides
 * @param clientEnvironment - the client's environment, if that is already known
 */
export function resolveConfig(
  config: STSClientConfig,
  runtime: ClientRuntime,
  clientEnvironment?: () => Promise<Environment | undefined>,
): CallConfiguration {
  const { endpoint, ...members } = config;
  const { requestHandler, customUserAgent = [], retryStrategy, tls = true } = members;
  const givenHandler = requestHandler && isHandler(requestHandler) ? requestHandler : undefined;
  const handlerParameters = requestHandler && !isHandler(requestHandler) ? requestHandler : undefined;
  const environment = clientEnvironment ?? once(() => loadEnvironment(config));

  let mayChange = false;
  // What the configuration gives. The user's own function is called each time: what it returned is not kept.
  const given = <Value>(
    value: ValueOrProvider<Value> | undefined,
    otherwise: () => Promise<Value>,
  ): (() => Promise<Value>) => {
    if (typeof value !== "function") return once(async () => value ?? otherwise());
    mayChange = true;
    const get = value as () => Promise<Value | undefined>; // no value of the configuration is a function
    return async () => (await get()) ?? otherwise();
  };
  // A setting from the configuration, else the environment, else the profile, else the default.
  const setting = <Name extends keyof Settings & keyof STSClientConfig, Fallback>(
    name: Name,
    fallback: Fallback,
  ): (() => Promise<GivenSetting<Name> | Settings[Name] | Fallback>) =>
    given<GivenSetting<Name> | Settings[Name] | Fallback>(
      config[name] as ValueOrProvider<GivenSetting<Name>> | undefined, // which all settings are
      async () => (await (await environment())?.read(name)) ?? fallback,
    );

  const regionSetting = setting("region", "");
  const endpointSetting = config.ignoreConfiguredEndpointUrls
    ? given<GivenSetting<"endpoint"> | undefined>(endpoint, async () => undefined)
    : setting("endpoint", undefined);
  const fipsSetting = setting("useFipsEndpoint", false);
  const region = async (): Promise<string> => checkedRegion(await regionSetting());
  const ownRetryStrategy = given<RetryStrategy | LegacyRetryStrategy>(retryStrategy, () =>
    createRetryStrategy(resolved),
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

  // The settings read for an operation. The user's own functions are called for each call, so nothing is kept then.
  const known = new WeakMap<OperationSchema, CallSettings>();
  const readSettings = (operation: OperationSchema): CallSettings | Promise<CallSettings> => {
    const isOwn = resolved.region === region && resolved.retryStrategy === ownRetryStrategy;
    const found = isOwn ? known.get(operation) : undefined;
    if (found) return found;
    return loadSettings(operation).then(function remember(settings) {
      if (isOwn && !mayChange) known.set(operation, settings);
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
    ...withoutUndefined(members),
    customUserAgent: typeof customUserAgent === "string" ? [[customUserAgent]] : customUserAgent,
    requestHandler: shared(
      givenHandler ??
        runtime.createHandler(config.fetch, handlerParameters, async () =>
          (await environment())?.read("caBundle"),
        ),
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
    useDualstackEndpoint: setting("useDualstackEndpoint", false),
    useGlobalEndpoint: setting("useGlobalEndpoint", false),
    maxAttempts: setting("maxAttempts", 3),
    retryMode: setting("retryMode", "standard"),
    retryStrategy: ownRetryStrategy,
    credentials: createCredentials(config, runtime, () => resolved),
    signer: given(config.signer, async () => runtime.createSigner({ service: "sts", sha256: config.sha256 })),
    disableClockSkewCorrection: setting("disableClockSkewCorrection", false),
    userAgentAppId: setting("userAgentAppId", undefined),
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
  // An unknown option may be a secret under a wrong name, such as version 2's secretAccessKey: it is kept, but not printed.
  for (const name of Object.keys(members)) {
    if (!isKnownOption(name) && Reflect.get(resolved, name) === Reflect.get(members, name))
      Object.defineProperty(resolved, name, { enumerable: false });
  }
  for (const extension of config.extensions ?? []) extension.configure(extensionConfiguration(resolved));
  return resolved;
}

/** What the configuration can have for a setting, other than a function. */
type GivenSetting<Name extends keyof STSClientConfig> = Exclude<
  STSClientConfig[Name],
  undefined | (() => unknown)
>;

/** Regions whose endpoint can be derived from the name alone, without the endpoint rules. */
const ORDINARY_REGION: RegExp = /^(?!cn)[a-z]{2}-[a-z]+-\d$/;

async function checkedRegion(region: string): Promise<string> {
  if (ORDINARY_REGION.test(region)) return region;
  return (await import("../endpoint/locate-endpoint.ts")).checkRegion(region);
}

// What the adaptive strategy adds is loaded only when it is selected.
async function createRetryStrategy(configuration: CallConfiguration): Promise<RetryStrategy> {
  const standard = createStandardRetryStrategy(configuration);
  const mode = await configuration.retryMode();
  if (/^(standard|legacy)$/.test(mode)) return standard;
  if (mode !== "adaptive")
    throw new STSClientError("ERR_CONFIG", `retryMode: expected standard or adaptive, found ${mode}`);
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
  if (credentials && typeof credentials === "object") {
    const getCredentials: CredentialsProvider = async () => credentials;
    // A promise of credentials is waited for, as in the AWS SDK.
    if (!("then" in credentials)) fixedCredentials.set(getCredentials, credentials);
    return getCredentials;
  }
  const provider = once(async () => {
    if (typeof credentials === "function") return credentials;
    return credentialDefaultProvider
      ? credentialDefaultProvider({ ...config, parentClientConfig: resolved() })
      : runtime.loadDefaultCredentials(profile);
  });
  const askProvider: CredentialsProvider = async (asked) =>
    (await provider())({ ...asked, callerClientConfig: resolved() });
  let remembered: Promise<CredentialsProvider> | undefined;
  const remember = async (): Promise<CredentialsProvider> => {
    try {
      const { memoize } = await import("../credentials/cache/memoize.ts");
      return memoize(askProvider, {
        now,
        random,
        clockOffset: () => resolved().systemClockOffset,
        ...(logger && { warn: (message) => log(logger, "warn", message) }),
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

/** The members that have values. */
function withoutUndefined<T extends object>(options: T): { [Name in keyof T]?: NonNullable<T[Name]> } {
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
