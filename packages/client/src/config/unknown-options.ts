import { log, type Logger } from "../call/logger.ts";
import { STSClientError } from "../errors/client-error.ts";
import type { CallConfig, STSClientConfig } from "./config.ts";

/**
 * Warns about unknown options, which TypeScript would have refused.
 *
 * @throws {@link STSClientError} `ERR_CONFIG` when a value has the wrong type
 */
export function warnOfUnknownOptions(config: STSClientConfig): void {
  requireObject("STSClient", config);
  checkTypes(config);
  const names = unknownOptions(config, OPTIONS);
  for (const [option, known] of Object.entries(NESTED)) {
    const value: object = Object(config[option as keyof typeof NESTED]);
    // An instance of a class has its own members.
    if (Object.getPrototypeOf(value) === Object.prototype && !("handle" in value))
      names.push(...unknownOptions(value, known.split(" "), `${option}.`));
  }
  // Without a logger nobody would see the warning.
  if (names.length > 0)
    log(config.logger ?? console, "warn", `STSClient: unknown options are ignored: ${names.join(", ")}`);
}

/** Refuses values that cannot work. For credentials of the wrong type, the default chain would find another identity's. */
function checkTypes(options: object): void {
  for (const name of ["credentials", "fetch", "logger", "now", "requestHandler", "signer"]) {
    const value: unknown = Reflect.get(options, name);
    // `condition && value` is `false` for "not given".
    if (value) requireObject(name, value);
  }
}

function requireObject(name: string, value: unknown): void {
  if (Object(value) === value) return;
  const found = value ? `a ${typeof value}` : String(value);
  throw new STSClientError("ERR_CONFIG", `${name}: expected an object or a function, found ${found}`);
}

/** Whether an option is known. The value of an unknown one may be a secret under a wrong name. */
export function isKnownOption(name: string): boolean {
  return OPTIONS.includes(name);
}

/** The unknown names, each with the known name that has the same letters. */
function unknownOptions(options: object, known: readonly string[], prefix = ""): string[] {
  return Object.keys(options)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = known.find((other) => sortedLetters(other) === sortedLetters(name));
      return meant ? `${prefix}${name} (${meant}?)` : prefix + name;
    });
}

/**
 * Warns about unknown options of `send`, and about those that only the client has.
 *
 * @throws {@link STSClientError} `ERR_CONFIG` when a value has the wrong type
 */
export function warnOfUnknownSendOptions(options: object, logger: Logger): void {
  checkTypes(options);
  const names = unknownOptions(options, OPTIONS);
  if (names.length > 0) log(logger, "warn", `send: unknown options are ignored: ${names.join(", ")}`);
  const clientOnly = CLIENT_OPTIONS.filter((name) => Object.hasOwn(options, name));
  if (clientOnly.length > 0)
    log(logger, "warn", `send: not options of a call; give them to the client: ${clientOnly.join(", ")}`);
}

function sortedLetters(name: string): string {
  return name.toLowerCase().split("").sort().join("");
}

/** The members of options whose values are objects. */
const NESTED = {
  credentials: "accessKeyId secretAccessKey sessionToken expiration credentialScope accountId $source",
  endpoint: "protocol hostname port path query headers url properties",
  requestHandler:
    "requestTimeout connectionTimeout socketTimeout httpAgent httpsAgent throwOnRequestTimeout socketAcquisitionWarningTimeout logger",
} as const;

/** Options that a call can have too. */
const CALL_OPTIONS = [
  "credentials",
  "customUserAgent",
  "endpoint",
  "inputValidation",
  "logger",
  "maxAttempts",
  "outputValidation",
  "region",
  "requestTimeout",
  "responseFormat",
  "retryMode",
  "retryStrategy",
  "totalTimeout",
  "useDualstackEndpoint",
  "useFipsEndpoint",
  "useGlobalEndpoint",
] as const satisfies readonly (keyof CallConfig)[];

const CLIENT_OPTIONS = [
  "apiVersion",
  "authSchemePreference",
  "base64Decoder",
  "base64Encoder",
  "bodyLengthChecker",
  "cacheMiddleware",
  "credentialDefaultProvider",
  "defaultUserAgentProvider",
  "defaultsMode",
  "disableClockSkewCorrection",
  "disableHostPrefix",
  "endpointProvider",
  "extensions",
  "fetch",
  "httpAuthSchemeProvider",
  "httpAuthSchemes",
  "ignoreConfiguredEndpointUrls",
  "logMode",
  "maxResponseBytes",
  "now",
  "parseXml",
  "profile",
  "protocol",
  "protocolSettings",
  "random",
  "requestHandler",
  "runtime",
  "serviceId",
  "sha256",
  "signer",
  "signerConstructor",
  "signingEscapePath",
  "signingRegion",
  "sigv4aSigningRegionSet",
  "sleep",
  "streamCollector",
  "systemClockOffset",
  "tls",
  "urlParser",
  "userAgentAppId",
  "utf8Decoder",
  "utf8Encoder",
] as const satisfies readonly Exclude<keyof STSClientConfig, keyof CallConfig>[];

/** An option that neither list has. */
type Missing = Exclude<keyof STSClientConfig, (typeof CALL_OPTIONS | typeof CLIENT_OPTIONS)[number]>;

/** Every option: one that is missing does not compile. */
const OPTIONS: readonly ([Missing] extends [never] ? string : Missing)[] = [
  ...CALL_OPTIONS,
  ...CLIENT_OPTIONS,
];
