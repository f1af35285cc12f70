import type { Logger } from "../call/logger.ts";
import type { STSClientConfig } from "./config.ts";

/** Warns about unknown options, which TypeScript would have refused. */
export function warnOfUnknownOptions(config: STSClientConfig): void {
  const names = unknownOptions(config, new Set(Object.keys(OPTIONS)));
  for (const [option, known] of Object.entries(NESTED)) {
    const value: object = Object(config[option as keyof typeof NESTED]);
    // An instance of a class has its own members.
    if (Object.getPrototypeOf(value) === Object.prototype && !("handle" in value))
      names.push(...unknownOptions(value, new Set(known.split(" ")), `${option}.`));
  }
  // Without a logger nobody would see the warning.
  if (names.length > 0)
    (config.logger ?? console).warn(`STSClient: unknown options are ignored: ${names.join(", ")}`);
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

/** Warns about unknown options of `send`. */
export function warnOfUnknownSendOptions(options: object, logger: Logger): void {
  const names = unknownOptions(options, new Set(Object.keys(OPTIONS)));
  if (names.length > 0) logger.warn(`send: unknown options are ignored: ${names.join(", ")}`);
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

/** Every option; the type makes sure that none is missing. */
const OPTIONS: Record<keyof STSClientConfig, true> = {
  apiVersion: true,
  authSchemePreference: true,
  base64Decoder: true,
  base64Encoder: true,
  bodyLengthChecker: true,
  cacheMiddleware: true,
  credentialDefaultProvider: true,
  credentials: true,
  customUserAgent: true,
  defaultUserAgentProvider: true,
  defaultsMode: true,
  disableClockSkewCorrection: true,
  disableHostPrefix: true,
  endpoint: true,
  endpointProvider: true,
  extensions: true,
  fetch: true,
  httpAuthSchemeProvider: true,
  httpAuthSchemes: true,
  ignoreConfiguredEndpointUrls: true,
  inputValidation: true,
  logMode: true,
  logger: true,
  maxAttempts: true,
  maxResponseBytes: true,
  now: true,
  outputValidation: true,
  parseXml: true,
  profile: true,
  protocol: true,
  protocolSettings: true,
  random: true,
  region: true,
  requestHandler: true,
  requestTimeout: true,
  responseFormat: true,
  retryMode: true,
  retryStrategy: true,
  runtime: true,
  serviceId: true,
  sha256: true,
  signer: true,
  signerConstructor: true,
  signingEscapePath: true,
  signingRegion: true,
  sigv4aSigningRegionSet: true,
  sleep: true,
  streamCollector: true,
  systemClockOffset: true,
  tls: true,
  totalTimeout: true,
  urlParser: true,
  useDualstackEndpoint: true,
  useFipsEndpoint: true,
  useGlobalEndpoint: true,
  userAgentAppId: true,
  utf8Decoder: true,
  utf8Encoder: true,
};
