import type {
  ExtensionConfiguration,
  STSClientConfig,
  STSClientResolvedConfig,
  ValueOrProvider,
} from "./config.ts";
import { sleep } from "../call/deadline.ts";
import type { Environment, Settings } from "./environment.ts";
import type { LoadSigner } from "../signing/request-signer.ts";
import { createFetchHandler, type RequestHandler } from "../transport/fetch-handler.ts";

/**
 * Fills in every default. Nothing is read or loaded before it is needed: a value comes from the configuration, else
 * from the environment, else from the profile, and what was found is remembered.
 *
 * @param loadSigner - loads the signer, when the first request is to be signed
 * @param loadEnvironment - what surrounds the client, when that is known already
 */
export function resolveConfig(
  config: STSClientConfig,
  loadSigner: LoadSigner,
  loadEnvironment?: () => Promise<Environment | undefined>,
): STSClientResolvedConfig {
  const { requestHandler, customUserAgent = [], retryStrategy, credentials, tls } = config;
  const environment =
    loadEnvironment ??
    once(async () => {
      // Browsers have no `process`, which its Node type does not say. Nothing is loaded where there is nothing to read.
      const { process } = globalThis as { process?: { env?: object } };
      return (
        process?.env &&
        (await import("./environment.ts")).createEnvironment(config.profile, config.logger ?? console)
      );
    });
  const setting = <Name extends keyof Settings, Given, Fallback>(
    name: Name,
    given: ValueOrProvider<Given>,
    fallback: Fallback,
  ): (() => Promise<NonNullable<Given> | Settings[Name] | Fallback>) =>
    once(async () => (await valueOf(given)) ?? (await (await environment())?.read(name)) ?? fallback, given);

  const regionSetting = setting("region", config.region, "");
  const endpointSetting = setting("endpoint", config.endpoint, undefined);
  const fipsSetting = setting("useFipsEndpoint", config.useFipsEndpoint, false);
  const loadCredentials = once(async () =>
    (await import("../signing/client-credentials.ts")).createCredentials(config, resolved),
  );

  const ownRegion = async (): Promise<string> => {
    const region = await regionSetting();
    return ORDINARY_REGION.test(region)
      ? region
      : (await import("../endpoint/locate-endpoint.ts")).checkRegion(region);
  };

  const ownRetryStrategy = once(
    async () =>
      (await valueOf(retryStrategy)) ??
      (await import("../retry/create-strategy.ts")).createRetryStrategy(resolved),
    retryStrategy,
  );

  const resolved: STSClientResolvedConfig = {
    apiVersion: "2011-06-15",
    serviceId: "STS",
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    systemClockOffset: 0,
    requestTimeout: 15_000,
    totalTimeout: 60_000,
    maxResponseBytes: 1_048_576,
    now: Date.now,
    random: Math.random,
    sleep,
    ...(requestHandler && !isHandler(requestHandler) && given(requestHandler)),
    ...given(config),
    customUserAgent: typeof customUserAgent === "string" ? [[customUserAgent]] : customUserAgent,
    requestHandler:
      requestHandler && isHandler(requestHandler) ? requestHandler : createFetchHandler(config.fetch),
    environment,
    loadSteps: once(() => import("../call/steps.ts")),
    loadWayBack: once(() => import("../call/receive-response.ts")),
    loadDecoder: once(async () => (await resolved.loadWayBack()).loadDecoderFor(resolved)),
    hasLogger: config.logger !== undefined,
    optionNames: Object.keys(config),
    region: ownRegion,
    async resolveEndpoint(isRegional) {
      const endpoint = await endpointSetting();
      // An extension may have put another function in the place of ours.
      const region = await (resolved.region === ownRegion ? regionSetting : resolved.region)();
      const useFips = await resolved.useFipsEndpoint();
      const useDualStack = await resolved.useDualstackEndpoint();
      const useGlobalEndpoint = !isRegional && (await resolved.useGlobalEndpoint());
      const isOrdinary =
        ORDINARY_REGION.test(region) &&
        !(endpoint || useFips || useDualStack || useGlobalEndpoint || tls === false);
      if (isOrdinary) return { url: new URL(`https://sts.${region}.amazonaws.com`) };
      const { locateEndpoint } = await import("../endpoint/locate-endpoint.ts");
      return locateEndpoint({ endpoint, region, useFips, useDualStack, useGlobalEndpoint, tls });
    },
    // fips-us-east-1 and the like mean the region and FIPS.
    useFipsEndpoint: async () => (await fipsSetting()) || /^fips-|-fips$/.test(await regionSetting()),
    useDualstackEndpoint: setting("useDualstackEndpoint", config.useDualstackEndpoint, false),
    useGlobalEndpoint: setting("useGlobalEndpoint", config.useGlobalEndpoint, false),
    isCustomEndpoint: async () => !!(await endpointSetting()),
    maxAttempts: setting("maxAttempts", config.maxAttempts, 3),
    retryMode: setting("retryMode", config.retryMode, "standard"),
    hasStandardRetries: async () =>
      !retryStrategy &&
      resolved.retryStrategy === ownRetryStrategy &&
      (await resolved.retryMode()) !== "adaptive",
    retryStrategy: ownRetryStrategy,
    credentials: async (asked) =>
      credentials && typeof credentials === "object" ? credentials : (await loadCredentials())(asked),
    signer: once(
      async () =>
        (await valueOf(config.signer)) ?? (await loadSigner())({ service: "sts", sha256: config.sha256 }),
      config.signer,
    ),
    disableClockSkewCorrection: setting(
      "disableClockSkewCorrection",
      config.disableClockSkewCorrection,
      false,
    ),
    userAgentAppId: setting("userAgentAppId", config.userAgentAppId, undefined),
    async withOverrides(overrides) {
      const { overrideConfig } = await import("./override-config.ts");
      return overrideConfig(resolved, config, overrides, (changed) =>
        resolveConfig(changed, loadSigner, environment),
      );
    },
  };
  for (const extension of config.extensions ?? []) extension.configure(extensionConfiguration(resolved));
  return resolved;
}

/** Regions whose endpoint follows from the name alone, without the endpoint rules. */
const ORDINARY_REGION: RegExp = /^(?!cn)[a-z]{2}-[a-z]+-\d$/;

/** `setX` and `x` for each part of the configuration that an extension may change. */
function extensionConfiguration(resolved: STSClientResolvedConfig): ExtensionConfiguration {
  const parts = {
    Region: "region",
    HttpHandler: "requestHandler",
    Credentials: "credentials",
    RetryStrategy: "retryStrategy",
  };
  const entries = Object.entries(parts).flatMap(([name, key]) => [
    [`set${name}`, (part: unknown) => Object.assign(resolved, { [key]: part })],
    [name.charAt(0).toLowerCase() + name.slice(1), () => resolved[key as keyof STSClientResolvedConfig]],
  ]);
  return Object.fromEntries(entries) as ExtensionConfiguration; // the names are those of the interface
}

/** Remembers what a function gave, unless that came from the user's own provider, which is asked each time. */
function once<T>(get: () => Promise<T>, source?: unknown): () => Promise<T> {
  let value: Promise<T> | undefined;
  const keep = async (): Promise<T> => {
    try {
      return await get();
    } catch (error) {
      value = undefined; // a chunk that could not be loaded may come the next time
      throw error;
    }
  };
  return () => (typeof source === "function" ? get() : (value ??= keep()));
}

async function valueOf<T>(given: ValueOrProvider<T>): Promise<T> {
  return typeof given === "function" ? (given as () => Promise<T>)() : given; // no value of the configuration is a function
}

/** The members that have a value. */
function given<T extends object>(options: T): { [Name in keyof T]?: NonNullable<T[Name]> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}

function isHandler(value: object): value is RequestHandler {
  return "handle" in value;
}

const silent = (): void => {};
