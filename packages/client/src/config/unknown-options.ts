import type { STSClientConfig } from "./config.ts";

/** Warns of options that do not exist, which TypeScript would have refused. */
export function warnOfUnknownOptions(config: STSClientConfig): void {
  const unknown = Object.keys(config).filter((name) => !(name in OPTIONS));
  if (unknown.length === 0) return;
  const names = unknown.map((name) => {
    const meant = Object.keys(OPTIONS).find((known) => sortedLetters(known) === sortedLetters(name));
    return meant ? `${name} (${meant}?)` : name;
  });
  // Without a logger nobody would hear of it.
  (config.logger ?? console).warn(`STSClient: unknown options are ignored: ${names.join(", ")}`);
}

function sortedLetters(name: string): string {
  return name.toLowerCase().split("").sort().join("");
}

/** Every option; the type makes it complete. */
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
  logger: true,
  maxAttempts: true,
  maxResponseBytes: true,
  now: true,
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
