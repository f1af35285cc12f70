import type { RequestHandler } from "../transport/request-handler.ts";

/**
 * An access key as a provider hands it out: the shape that every `@aws-sdk/client-*` and `STSClient` accept as
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
  /** Moment the service stops accepting the key; absent on keys that do not expire. */
  readonly expiration?: Date;
  /** Region a key is limited to; absent on ordinary keys. */
  readonly credentialScope?: string;
  /** Twelve-digit account that owns the key, where the source told it. */
  readonly accountId?: string;
  /**
   * Where the credentials came from, as AWS SDKs note it for their user agent; present on what our providers
   * return.
   */
  readonly $source?: object;
}

/** What a client tells a provider when it asks for credentials. Every member may be absent. */
export interface CredentialsProviderOptions {
  /** Asks for new credentials even when those at hand have not expired. Default `false`. */
  readonly forceRefresh?: boolean | undefined;
  /**
   * With `forceRefresh`: the id of the access key that the service has refused. Any other credentials at hand are as good
   * as new ones, so that many callers make one session; and nobody is asked for a code, because a person was asked for the
   * session that ended.
   */
  readonly rejectedKeyId?: string | undefined;
  /** Configuration of the client that asks; providers that call STS take region and profile from it. */
  readonly callerClientConfig?: CallerClientConfig | undefined;
  /** Aborted when nobody waits for the credentials any more. */
  readonly abortSignal?: AbortSignal | undefined;
  /**
   * Stops the time limit of the call that waits, until the function that it returns is called: for a provider that asks a
   * person, who takes the time that a person takes.
   */
  readonly pauseTimeLimit?: (() => () => void) | undefined;
}

/** Of what a client told a provider, that which the provider's own source has to know. */
export function forSource(asked: CredentialsProviderOptions | undefined): CredentialsProviderOptions {
  // A new session of an outer role is no reason to renew the inner ones, or to ask a person for another code.
  return {
    callerClientConfig: asked?.callerClientConfig,
    abortSignal: asked?.abortSignal,
    pauseTimeLimit: asked?.pauseTimeLimit,
  };
}

/** The part of a calling client's configuration that the providers here look at. */
export interface CallerClientConfig {
  /** Region of the calling client. It may throw or reject when the client has none. */
  readonly region?: (() => Promise<string | undefined>) | undefined;
  /** Profile the calling client was told to use. */
  readonly profile?: string | undefined;
  /**
   * How the calling client sends requests, and so, unless told otherwise, how a provider reaches STS: through the
   * same proxy.
   */
  readonly requestHandler?: RequestHandler | undefined;
  /** Milliseconds that the service's clock is ahead of the calling client's, as it has learned. */
  readonly systemClockOffset?: number | undefined;
  /** Clock of the calling client in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * A source of credentials. Plugs into the `credentials` option of any `@aws-sdk/client-*` and of our `STSClient`.
 *
 * @throws `CredentialsProviderError` when the source has nothing to give.
 */
export type CredentialsProvider = CredentialsProviderFunction["call"];

/**
 * The signature of {@link CredentialsProvider}, as a method: parameters of methods are compared in both directions,
 * and so the AWS SDK's providers fit although they declare more of the calling client than ours look at.
 */
export interface CredentialsProviderFunction {
  /** Gets credentials. */
  call(options?: CredentialsProviderOptions): Promise<AwsCredentialIdentity>;
}
