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
  const names = unknownOptions(config, new Set(Object.keys(OPTIONS)));
  for (const [option, known] of Object.entries(NESTED)) {
    const value: object = Object(config[option as keyof typeof NESTED]);
    // An instance of a class has its own members.
    if (Object.getPrototypeOf(value) === Object.prototype && !("handle" in value))
      names.push(...unknownOptions(value, new Set(known.split(" ")), `${option}.`));
  }
  // Without a logger nobody would see the warning.
  if (names.length > 0)
    log(config.logger ?? console, "warn", `STSClient: unknown options are ignored: ${names.join(", ")}`);
}

/** Refuses values that cannot work. For credentials of the wrong type, the default chain would find another identity's. */
function checkTypes(options: object): void {
  for (const name of ["credentials", "fetch", "logger", "now", "requestHandler"]) {
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
  return Object.hasOwn(OPTIONS, name);
}

/** The unknown names, each with the known name that has the same letters. */
function unknownOptions(options: object, known: ReadonlySet<string>, prefix = ""): string[] {
  return Object.keys(options)
    .filter((name) => !known.has(name))
    .map((name) => {
      const meant = [...known].find((other) => sortedLetters(other) === sortedLetters(name));
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
  const known: Readonly<Record<string, "client" | "call">> = OPTIONS;
  const names = unknownOptions(options, new Set(Object.keys(known)));
  if (names.length > 0) log(logger, "warn", `send: unknown options are ignored: ${names.join(", ")}`);
  const clientOnly = Object.keys(options).filter(
    (name) => Object.hasOwn(known, name) && known[name] === "client",
  );
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

/** Every option, and whether a call can have its own; the type makes sure that none is missing. */
const OPTIONS: {
  readonly [Name in keyof Required<STSClientConfig>]: Name extends keyof CallConfig ? "call" : "client";
} = {
  apiVersion: "client",
  authSchemePreference: "client",
  base64Decoder: "client",
  base64Encoder: "client",
  bodyLengthChecker: "client",
  cacheMiddleware: "client",
  credentialDefaultProvider: "client",
  credentials: "call",
  customUserAgent: "call",
  defaultUserAgentProvider: "client",
  defaultsMode: "client",
  disableClockSkewCorrection: "client",
  disableHostPrefix: "client",
  endpoint: "call",
  endpointProvider: "client",
  extensions: "client",
  fetch: "client",
  httpAuthSchemeProvider: "client",
  httpAuthSchemes: "client",
  ignoreConfiguredEndpointUrls: "client",
  inputValidation: "call",
  logMode: "client",
  logger: "call",
  maxAttempts: "call",
  maxResponseBytes: "client",
  now: "client",
  outputValidation: "call",
  parseXml: "client",
  profile: "client",
  protocol: "client",
  protocolSettings: "client",
  random: "client",
  region: "call",
  requestHandler: "client",
  requestTimeout: "call",
  responseFormat: "call",
  retryMode: "call",
  retryStrategy: "call",
  runtime: "client",
  serviceId: "client",
  sha256: "client",
  signer: "client",
  signerConstructor: "client",
  signingEscapePath: "client",
  signingRegion: "client",
  sigv4aSigningRegionSet: "client",
  sleep: "client",
  streamCollector: "client",
  systemClockOffset: "client",
  tls: "client",
  totalTimeout: "call",
  urlParser: "client",
  useDualstackEndpoint: "call",
  useFipsEndpoint: "call",
  useGlobalEndpoint: "call",
  userAgentAppId: "client",
  utf8Decoder: "client",
  utf8Encoder: "client",
};
