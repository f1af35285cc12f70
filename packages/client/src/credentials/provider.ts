import type { RequestHandler } from "../transport/request-handler.ts";

/**
 * An access key as a provider returns it: the shape that every `@aws-sdk/client-*` and `STSClient` accept as
 * `credentials`.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html Credentials}
 */
export interface AwsCredentialIdentity {
  /** Access key id; `AKIA…` for long-term keys, `ASIA…` for temporary ones. */
  readonly accessKeyId: string;
  /** Secret part of the key. */
  readonly secretAccessKey: string;
  /** Present on temporary credentials only. AWS sets no upper limit on its length. */
  readonly sessionToken?: string;
  /** When the service stops accepting the key; absent on keys that do not expire. */
  readonly expiration?: Date;
  /** Region a key is limited to; absent on ordinary keys. */
  readonly credentialScope?: string;
  /** Twelve-digit account that owns the key, if the source stated it. */
  readonly accountId?: string;
  /**
   * Where the credentials came from, as AWS SDKs record it for their user agent; present on what our providers
   * return.
   */
  readonly $source?: object;
}

/** What a client passes to a provider when it asks for credentials. Every member may be absent. */
export interface CredentialsProviderOptions {
  /** Asks for new credentials even if the current ones have not expired. Default `false`. */
  readonly forceRefresh?: boolean | undefined;
  /**
   * With `forceRefresh`: the id of the access key that the service refused. Any other current credentials are as good
   * as new ones, so that many callers share one new session. Nobody is asked for a code, because a person was already asked for the
   * session that ended.
   */
  readonly rejectedKeyId?: string | undefined;
  /** Configuration of the calling client; providers that call STS take region and profile from it. */
  readonly callerClientConfig?: CallerClientConfig | undefined;
  /** Aborted when nobody waits for the credentials any more. */
  readonly abortSignal?: AbortSignal | undefined;
  /**
   * Pauses the time limit of the waiting call until the returned function is called: for a provider that asks a
   * person, who may take their time.
   */
  readonly pauseTimeLimit?: (() => () => void) | undefined;
}

/** The part of what a client passed to a provider that the provider's own source needs. */
export function forSource(asked: CredentialsProviderOptions | undefined): CredentialsProviderOptions {
  // A new session of an outer role is no reason to renew the inner ones, or to ask a person for another code.
  return {
    callerClientConfig: asked?.callerClientConfig,
    abortSignal: asked?.abortSignal,
    pauseTimeLimit: asked?.pauseTimeLimit,
  };
}

/** The part of a calling client's configuration that our providers use. */
export interface CallerClientConfig {
  /** Region of the calling client. It may throw or reject when the client has none. */
  readonly region?: (() => Promise<string | undefined>) | undefined;
  /** Profile that the calling client uses. */
  readonly profile?: string | undefined;
  /**
   * How the calling client sends requests, and so, by default, how a provider reaches STS: through the
   * same proxy.
   */
  readonly requestHandler?: RequestHandler | undefined;
  /** Milliseconds by which the service's clock is ahead of the calling client's, as the client has learned. */
  readonly systemClockOffset?: number | undefined;
  /** Clock of the calling client in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * A source of credentials. Works as the `credentials` option of any `@aws-sdk/client-*` and of our `STSClient`.
 *
 * @throws `CredentialsProviderError` when the source has no credentials.
 */
export type CredentialsProvider = CredentialsProviderFunction["call"];

/**
 * The signature of {@link CredentialsProvider} as a method: TypeScript compares parameters of methods in both directions,
 * so the AWS SDK's providers are accepted although they declare more of the calling client than ours use.
 */
export interface CredentialsProviderFunction {
  /** Gets credentials. */
  call(options?: CredentialsProviderOptions): Promise<AwsCredentialIdentity>;
}
