import type { InputValidation, MetadataBearer, OutputValidation, XmlParser } from "@org/sts-protocol";
import type { HashConstructor, HashFunction } from "@org/sts-signer";

import type {
  AwsCredentialIdentity,
  CredentialsProvider,
  CredentialsProviderOptions,
} from "../credentials/provider.ts";
import type { ResolvedEndpoint } from "../endpoint/rules.ts";
import type { Logger, LogMode } from "../call/logger.ts";
import type { BuildHandler, BuildHandlerArguments, HandlerOutput } from "../call/middleware-stack.ts";
import type { RetryStrategy } from "../retry/standard-strategy.ts";
import type { RequestSigner } from "../signing/request-signer.ts";
import type {
  HandlerParameters,
  RequestHandler,
  SharedRequestHandler,
} from "../transport/request-handler.ts";
import type { UserAgentPair } from "../call/user-agent.ts";

/** A function that gets credentials: ours, or one of the AWS SDK, which may read more of the calling client. */
// Method syntax: the AWS SDK's providers declare their own kind of client.
export type CredentialsSource = {
  /** Gets credentials. */
  get(options?: CredentialsProviderOptions): Promise<AwsCredentialIdentity>;
}["get"];

/**
 * A value, or a function that gets it; the function is called for each call, when the value is needed. `undefined` means
 * the default.
 */
export type ValueOrProvider<T> = T | (() => Promise<T | undefined>);

/** What `send` can change for one call. */
export interface CallConfig {
  /**
   * Region, such as `eu-west-1`; `aws-global` for the global endpoint. Default: `AWS_REGION`, `AWS_DEFAULT_REGION`, then
   * `region` in the profile. A pseudo region such as `fips-us-east-1` means the region with FIPS.
   */
  readonly region?: ValueOrProvider<string> | undefined;
  /**
   * Credentials, or a function that gets them. What the function returns is kept and refreshed ahead of its
   * `expiration`. Default: the environment, profile, token file, process and metadata services, as in the AWS SDK.
   */
  readonly credentials?: AwsCredentialIdentity | CredentialsSource | undefined;
  /** URL to send requests to. Default: `AWS_ENDPOINT_URL_STS`, `AWS_ENDPOINT_URL`, the profile's endpoint, then STS itself. */
  readonly endpoint?: ValueOrProvider<string | URL | EndpointParts | ResolvedEndpoint> | undefined;
  /** Use FIPS endpoints. Default: `AWS_USE_FIPS_ENDPOINT`, `use_fips_endpoint` in the profile, then `false`. */
  readonly useFipsEndpoint?: ValueOrProvider<boolean> | undefined;
  /** Use endpoints that also respond over IPv6. Default: `AWS_USE_DUALSTACK_ENDPOINT`, the profile, then `false`. */
  readonly useDualstackEndpoint?: ValueOrProvider<boolean> | undefined;
  /**
   * Use `sts.amazonaws.com` for the regions that once had no endpoint. Default: `true` when
   * `AWS_STS_REGIONAL_ENDPOINTS` (profile: `sts_regional_endpoints`) is `legacy`, else `false`.
   */
  readonly useGlobalEndpoint?: ValueOrProvider<boolean> | undefined;
  /** Attempts per call, the first included. Default: `AWS_MAX_ATTEMPTS`, `max_attempts` in the profile, then 3. */
  readonly maxAttempts?: ValueOrProvider<number> | undefined;
  /** `standard`, or `adaptive` to also slow down when throttled. Default: `AWS_RETRY_MODE`, the profile, then `standard`. */
  readonly retryMode?: ValueOrProvider<string> | undefined;
  /** Decides about retries instead of `retryMode`; the AWS SDK's strategies work too. */
  readonly retryStrategy?: ValueOrProvider<RetryStrategy | LegacyRetryStrategy> | undefined;
  /** Milliseconds one attempt may take, from sending to the last byte. 0: no limit. Default: 15,000. */
  readonly requestTimeout?: number | undefined;
  /** Milliseconds a call may take, all attempts and waits included. 0: no limit. Default: 60,000. */
  readonly totalTimeout?: number | undefined;
  /** Gets one line per call and per attempt, with secrets redacted. Default: none. */
  readonly logger?: Logger | undefined;
  /** How much of the input is checked before it is sent. Default: `"full"`. */
  readonly inputValidation?: InputValidation | undefined;
  /**
   * How much of a response is checked. `"off"` reads what is there: for fixtures, and for servers that send only a part.
   * Credential providers check everything. Default: `"full"`.
   */
  readonly outputValidation?: OutputValidation | undefined;
  /** Format to request responses in. AWS does not document `"json"`. A response in either format is read. Default: `"xml"`. */
  readonly responseFormat?: "xml" | "json" | undefined;
  /** Added to the user agent: `"my-tool/1.2"`, or pairs of name and version. */
  readonly customUserAgent?: string | readonly UserAgentPair[] | undefined;
}

/** Configuration of {@link STSClient}. Every value is optional. */
export interface STSClientConfig extends CallConfig, AcceptedConfig {
  /**
   * Sends the requests: any Smithy handler, or handler options. If the options include agents or connection limits, the
   * client sends over `node:https`. Default: `fetch`.
   */
  readonly requestHandler?: RequestHandler | HandlerParameters | undefined;
  /**
   * What to log about each attempt, at `debug`, with secrets redacted: one mode, or several. Without a
   * `logger`, the console gets it. Default: nothing.
   */
  readonly logMode?: LogMode | readonly LogMode[] | undefined;
  /** The `fetch` to send with when there is no `requestHandler`. Default: the global one at the time of the call. */
  readonly fetch?: typeof fetch | undefined;
  /** How many bytes of a response are read before it is abandoned. Default: 1,048,576. */
  readonly maxResponseBytes?: number | undefined;
  /** Reads XML responses. Default: the built-in reader; in the default entry point fast-xml-parser reads what it declines. */
  readonly parseXml?: XmlParser | undefined;
  /** SHA-256, as a class in the AWS form or as a function. Default: depends on the entry point. */
  readonly sha256?: HashConstructor | HashFunction | undefined;
  /** Signs requests instead of `@org/sts-signer`: an object with Smithy's `sign`, or a function that gets one. */
  readonly signer?: ValueOrProvider<RequestSigner> | undefined;
  /** Region of the signature. Default: the endpoint's, else `region`. */
  readonly signingRegion?: string | undefined;
  /** Creates the credentials provider when `credentials` is not given. */
  readonly credentialDefaultProvider?: ((input: unknown) => CredentialsProvider) | undefined;
  /** Profile in the shared config files. Default: `AWS_PROFILE`, then `default`. */
  readonly profile?: string | undefined;
  /** Application id for the user agent, at most 50 characters. Default: `AWS_SDK_UA_APP_ID`, `sdk_ua_app_id` in the profile. */
  readonly userAgentAppId?: ValueOrProvider<string | undefined> | undefined;
  /** Milliseconds to add to the local clock initially. Default: 0. */
  readonly systemClockOffset?: number | undefined;
  /**
   * Do not learn the clock's offset from responses. Default: `AWS_DISABLE_CLOCK_SKEW_CORRECTION`,
   * `disable_clock_skew_correction` in the profile, then `false`.
   */
  readonly disableClockSkewCorrection?: ValueOrProvider<boolean> | undefined;
  /** `false` uses http for the regional endpoints. Default: `true`. */
  readonly tls?: boolean | undefined;
  /** Ignore endpoints in the environment and the profile. Default: the environment's setting, the profile's, then `false`. */
  readonly ignoreConfiguredEndpointUrls?: boolean | undefined;
  /** Decides where requests go, instead of the endpoint rules. */
  readonly endpointProvider?: EndpointProvider | undefined;
  /** Objects that change the configuration once it is resolved. */
  readonly extensions?: readonly RuntimeExtension[] | undefined;
  /** Clock in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Number from 0 up to but not including 1, for jitter. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Waits between attempts; rejects when the signal is aborted. Default: a timer. */
  readonly sleep?: ((milliseconds: number, signal: AbortSignal) => Promise<void>) | undefined;
}

/**
 * A retry strategy of the AWS SDK's older kind, which makes the attempts itself. It is then responsible for clock correction,
 * one-time values and everything else this client checks between attempts.
 */
export interface LegacyRetryStrategy {
  /** Name of the mode, for the user agent. */
  readonly mode?: string | undefined;
  /** Makes the attempts: calls `next` until it is satisfied. */
  retry(
    next: BuildHandler<object, object & MetadataBearer>,
    args: BuildHandlerArguments<object>,
  ): Promise<HandlerOutput<object>>;
}

/** Finds the endpoint, like the AWS SDK's `endpointProvider`. */
export type EndpointProvider = {
  /** Returns the endpoint for these parameters. */
  resolve(parameters: EndpointProviderParameters, context?: { logger?: Logger }): ResolvedEndpoint;
}["resolve"];

/** What an {@link EndpointProvider} bases its decision on, under the names of the AWS SDK's rules. */
export interface EndpointProviderParameters {
  /** The region. */
  Region?: string | undefined;
  /** Whether FIPS endpoints are wanted. */
  UseFIPS?: boolean | undefined;
  /** Whether dual-stack endpoints are wanted. */
  UseDualStack?: boolean | undefined;
  /** Whether the global endpoint is wanted. */
  UseGlobalEndpoint?: boolean | undefined;
  /** The endpoint that was given. */
  Endpoint?: string | undefined;
}

/** Options of the AWS SDK's client that are accepted so that programs need not change. They have no effect here. */
export interface AcceptedConfig {
  /** Always `2011-06-15`. */
  readonly apiVersion?: string | undefined;
  /** The timeouts here do not depend on it. */
  readonly defaultsMode?: unknown;
  /** STS has no host prefixes. */
  readonly disableHostPrefix?: boolean | undefined;
  /** Always `STS`. */
  readonly serviceId?: string | undefined;
  /** The stack is cheap to resolve. */
  readonly cacheMiddleware?: boolean | undefined;
  /** Known at run time. */
  readonly runtime?: string | undefined;
  /** Not needed. */
  readonly urlParser?: unknown;
  /** Not needed. */
  readonly bodyLengthChecker?: unknown;
  /** Not needed. */
  readonly streamCollector?: unknown;
  /** Not needed. */
  readonly base64Decoder?: unknown;
  /** Not needed. */
  readonly base64Encoder?: unknown;
  /** Not needed. */
  readonly utf8Decoder?: unknown;
  /** Not needed. */
  readonly utf8Encoder?: unknown;
  /** See `customUserAgent`. */
  readonly defaultUserAgentProvider?: unknown;
  /** STS is signed with SigV4. */
  readonly authSchemePreference?: unknown;
  /** STS is signed with SigV4. */
  readonly sigv4aSigningRegionSet?: unknown;
  /** STS is signed with SigV4. */
  readonly httpAuthSchemes?: unknown;
  /** STS is signed with SigV4. */
  readonly httpAuthSchemeProvider?: unknown;
  /** See `signer`. */
  readonly signerConstructor?: unknown;
  /** See `signer`. */
  readonly signingEscapePath?: boolean | undefined;
  /** STS uses AWS Query. */
  readonly protocol?: unknown;
  /** STS uses AWS Query. */
  readonly protocolSettings?: unknown;
}

/** An endpoint in parts, like the AWS SDK's older `Endpoint`. */
export interface EndpointParts {
  /** Scheme with its colon. */
  readonly protocol: string;
  /** Host without port. */
  readonly hostname: string;
  /** Port, if it is not the scheme's default. */
  readonly port?: number | undefined;
  /** Path before the operation's own. */
  readonly path?: string | undefined;
}

/** An endpoint in parts, as `client.config.endpoint()` returns it. */
export interface ResolvedEndpointParts {
  /** Scheme with its colon. */
  protocol: string;
  /** Host without port. */
  hostname: string;
  /** Port, if it is not the scheme's default. */
  port?: number;
  /** Path before the operation's own. */
  path: string;
  /** Query parameters, if there are any. */
  query?: Record<string, string>;
}

/** Changes a client's configuration, like the AWS SDK's runtime extensions. */
export interface RuntimeExtension {
  /** Called once, when the client is created. */
  configure(configuration: ExtensionConfiguration): void;
}

/** What a {@link RuntimeExtension} can change. Has everything that extensions of the AWS SDK may call. */
export interface ExtensionConfiguration {
  /** Sets the region. */
  setRegion(region: () => Promise<string>): void;
  /** Gets the region. */
  region(): () => Promise<string>;
  /** Sets the request handler. */
  setHttpHandler(handler: RequestHandler): void;
  /** Gets the request handler. */
  httpHandler(): RequestHandler;
  /** Changes an option of the request handler, if the handler supports that. */
  updateHttpClientConfig(name: never, value: unknown): void;
  /** Returns the request handler's options, if it exposes them. */
  httpHandlerConfigs(): object;
  /** Sets the credentials. */
  setCredentials(credentials: AwsCredentialIdentity | CredentialsProvider): void;
  /** Gets the credentials. */
  credentials(): AwsCredentialIdentity | CredentialsProvider | undefined;
  /** Sets the retry strategy. */
  setRetryStrategy(strategy: () => Promise<RetryStrategy | LegacyRetryStrategy>): void;
  /** Gets the retry strategy. */
  retryStrategy(): () => Promise<RetryStrategy | LegacyRetryStrategy>;
  /** Does nothing: STS has no checksums. */
  addChecksumAlgorithm(algorithm: object): void;
  /** Always empty: STS has no checksums. */
  checksumAlgorithms(): object[];
  /** Does nothing: STS is signed with SigV4. */
  setHttpAuthScheme(scheme: object): void;
  /** Always empty: STS is signed with SigV4. */
  httpAuthSchemes(): object[];
  /** Does nothing: STS is signed with SigV4. */
  setHttpAuthSchemeProvider(provider: object): void;
  /** Returns a function that returns no schemes: STS is signed with SigV4. */
  httpAuthSchemeProvider(): object;
}

/** Configuration with every default filled in: what `client.config` is. Its members have the AWS SDK's names. */
export interface STSClientResolvedConfig {
  /** Always `2011-06-15`. */
  readonly apiVersion: string;
  /** Always `STS`. */
  readonly serviceId: string;
  /** Gets the region. Rejects when there is none, or when it cannot be part of a host name. */
  region: () => Promise<string>;
  /** Gets the credentials, kept until shortly before they expire. */
  credentials: CredentialsProvider;
  /** Gets the parts of the endpoint, if you gave one; absent otherwise. */
  readonly endpoint?: () => Promise<ResolvedEndpointParts>;
  /** Gets the endpoint for the region and the other parameters; `isRegional` excludes the global endpoint. */
  readonly resolveEndpoint: (isRegional?: boolean) => Promise<ResolvedEndpoint>;
  /** Whether {@link STSClientConfig.endpoint} was given. */
  readonly isCustomEndpoint: boolean;
  /** `false` if regional endpoints are used over http. */
  readonly tls: boolean;
  /** `node` or `browser`, whichever is closer. */
  readonly runtime: string;
  /** Gets the user agent pairs that do not come from the configuration. */
  readonly defaultUserAgentProvider: () => Promise<UserAgentPair[]>;
  /** Whether FIPS endpoints are used. */
  readonly useFipsEndpoint: () => Promise<boolean>;
  /** Whether dual-stack endpoints are used. */
  readonly useDualstackEndpoint: () => Promise<boolean>;
  /** Whether the global endpoint is used. */
  readonly useGlobalEndpoint: () => Promise<boolean>;
  /** Attempts per call. */
  readonly maxAttempts: () => Promise<number>;
  /** Name of the retry mode. */
  readonly retryMode: () => Promise<string>;
  /** Gets the retry strategy. */
  retryStrategy: () => Promise<RetryStrategy | LegacyRetryStrategy>;
  /** Sends requests; can be passed to other clients, including those of the AWS SDK. */
  requestHandler: SharedRequestHandler;
  /** Signs requests. */
  readonly signer: () => Promise<RequestSigner>;
  /** Gets the log lines. */
  readonly logger: Logger;
  /** Milliseconds added to the local clock, learned from the service; shared by all calls of the client. */
  systemClockOffset: number;
  /** Whether the offset stays as it is. */
  readonly disableClockSkewCorrection: () => Promise<boolean>;
  /** Application id for the user agent. */
  readonly userAgentAppId: () => Promise<string | undefined>;
  /** See {@link CallConfig.customUserAgent}. */
  readonly customUserAgent: readonly UserAgentPair[];
  /** See {@link CallConfig.requestTimeout}. */
  readonly requestTimeout: number;
  /** See {@link CallConfig.totalTimeout}. */
  readonly totalTimeout: number;
  /** See {@link STSClientConfig.maxResponseBytes}. */
  readonly maxResponseBytes: number;
  /** See {@link CallConfig.inputValidation}. */
  readonly inputValidation?: InputValidation | undefined;
  /** See {@link CallConfig.outputValidation}. */
  readonly outputValidation?: OutputValidation | undefined;
  /** See {@link CallConfig.responseFormat}. */
  readonly responseFormat?: "xml" | "json" | undefined;
  /** See {@link STSClientConfig.parseXml}. */
  readonly parseXml?: XmlParser | undefined;
  /** See {@link STSClientConfig.profile}. */
  readonly profile?: string | undefined;
  /** See {@link STSClientConfig.signingRegion}. */
  readonly signingRegion?: string | undefined;
  /** Clock in milliseconds since 1970. */
  readonly now: () => number;
  /** Waits between attempts. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Number from 0 up to but not including 1. */
  readonly random: () => number;
}
