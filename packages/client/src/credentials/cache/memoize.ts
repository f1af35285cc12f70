import type { AwsCredentialIdentity, CredentialsProvider, CredentialsProviderOptions } from "../provider.ts";

/** When {@link memoize} asks again. */
export interface MemoizeOptions {
  /**
   * Milliseconds before expiry from which one caller refreshes while the others keep using what is at hand. Default
   * 300 000. Up to a fifth is added at random, and it never exceeds half the life the credentials had when they
   * arrived.
   */
  readonly refreshWindowMs?: number | undefined;
  /**
   * Milliseconds before expiry from which every caller waits for new credentials, and sees the failure. Default 60
   * 000.
   */
  readonly mandatoryWindowMs?: number | undefined;
  /** Milliseconds to wait after a failed early refresh before the next one. Default 30 000. */
  readonly retryDelayMs?: number | undefined;
  /** Clock in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Number from 0 up to but not including 1, for the jitter. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** What {@link memoize} takes: a provider whose `expiration` may have been through JSON. */
export type RevivableProvider = (options?: CredentialsProviderOptions) => Promise<RevivableIdentity>;

/** Credentials whose `expiration` may have been through JSON. */
export interface RevivableIdentity extends Omit<AwsCredentialIdentity, "expiration"> {
  /** End of the credentials' life, as a date, its text, or milliseconds since 1970. */
  readonly expiration?: Date | string | number | undefined;
}

/**
 * Remembers what a provider returned and asks again shortly before it expires.
 *
 * Callers at the same moment share one request. A refresh that fails while the old credentials are good beyond
 * `mandatoryWindowMs` is not an error: the old ones are returned and the refresh is tried again later. Credentials
 * without `expiration` are kept for good. `forceRefresh` always asks, and fails when asking fails. An `expiration`
 * that is a string or a number, as after a trip through JSON, becomes a `Date`.
 *
 * @throws TypeError when the provider returns no object, or an `expiration` that is not a moment in time.
 */
export function memoize(provider: RevivableProvider, options: MemoizeOptions = {}): CredentialsProvider {
  const {
    refreshWindowMs = 300_000,
    mandatoryWindowMs = 60_000,
    retryDelayMs = 30_000,
    now = Date.now,
    random = Math.random,
  } = options;
  let current: AwsCredentialIdentity | undefined;
  let pending: Promise<AwsCredentialIdentity> | undefined;
  let refreshAt = 0;

  const load = async (asked?: CredentialsProviderOptions): Promise<AwsCredentialIdentity> => {
    try {
      const identity: unknown = await provider(asked);
      if (typeof identity !== "object" || identity === null)
        throw new TypeError("credentials: the provider did not return an object");
      const { expiration, ...keys } = identity as RevivableIdentity; // the signer looks at the keys
      current =
        expiration === undefined || expiration === null
          ? keys
          : { ...keys, expiration: new Date(expiration) };
      const expiresAt = current.expiration?.getTime() ?? Infinity;
      if (Number.isNaN(expiresAt)) {
        current = undefined;
        throw new TypeError("credentials: expiration is not a date");
      }
      refreshAt = expiresAt - Math.min(refreshWindowMs * (1 + random() / 5), (expiresAt - now()) / 2);
      return current;
    } catch (error) {
      refreshAt = now() + retryDelayMs;
      throw error;
    }
  };

  // The caller that starts a refresh waits for it: work left running behind an answer is cancelled on Workers
  // and frozen on Lambda, and would then block everyone who joins it.
  return async (asked) => {
    const held = current;
    const expiresAt = held?.expiration?.getTime() ?? Infinity;
    const good = held !== undefined && !asked?.forceRefresh && expiresAt - now() > mandatoryWindowMs;
    if (good && (pending !== undefined || now() < refreshAt)) return held;
    pending ??= load(asked).finally(() => (pending = undefined));
    return good ? pending.catch(() => held) : pending;
  };
}
