/** The kinds of failure that a strategy decides about, under the AWS SDK's names. */
export type RetryErrorType = "THROTTLING" | "TRANSIENT" | "SERVER_ERROR" | "CLIENT_ERROR";

/** A failed attempt, as a strategy sees it. */
export interface RetryErrorInfo {
  /** The error. */
  error?: unknown;
  /** The result of `classifyError`. */
  errorType: RetryErrorType;
  /** The earliest time at which the service wants another attempt. */
  retryAfterHint?: Date;
}

/** A strategy's record of one call. */
export interface RetryToken {
  /** Retries so far: 0 for the first attempt. */
  getRetryCount(): number;
  /** Milliseconds the client must wait before the attempt. */
  getRetryDelay(): number;
  /** What the last retry took from the quota. */
  getRetryCost?(): number | undefined;
  /** Milliseconds that a strategy has waited itself. */
  $retryLog?: {
    /** Milliseconds. */
    acquisitionDelay?: number;
  };
}

/**
 * Decides whether a failed attempt is repeated. The AWS SDK's `StandardRetryStrategy`, `AdaptiveRetryStrategy` and
 * `ConfiguredRetryStrategy` are accepted as they are.
 */
export interface RetryStrategy {
  /** Name of the mode. `adaptive` is told in the user agent; `standard` says that the first attempt is not waited for. */
  readonly mode?: string | undefined;
  /** Called before the first attempt. Can wait, until `signal` is aborted, unless the mode is `standard`: then there is no signal. */
  acquireInitialRetryToken(scope: string, signal?: AbortSignal): Promise<RetryToken>;
  /** Called after a failed attempt. Rejects if there must be no other attempt. Can wait, until `signal` is aborted. */
  refreshRetryTokenForRetry(
    token: RetryToken,
    info: RetryErrorInfo,
    signal?: AbortSignal,
  ): Promise<RetryToken>;
  /** Called after a successful attempt. */
  recordSuccess(token: RetryToken): void;
}

/** Options of {@link createStandardRetryStrategy}. */
export interface StandardRetryOptions {
  /** Attempts per call, the first included. Default: 3. */
  readonly maxAttempts?: number | (() => Promise<number>) | undefined;
  /** Initial size of the retry quota; it never grows beyond 500. Default: 500. */
  readonly initialRetryTokens?: number | undefined;
  /** Longest computed wait in milliseconds. Default: 20,000. */
  readonly maxBackoffMs?: number | undefined;
  /** Number from 0 up to but not including 1. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Clock in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** The strategy of {@link createStandardRetryStrategy}, which also shows its quota. */
export interface StandardRetryStrategy extends RetryStrategy {
  /** What is left of the retry quota. */
  getCapacity(): number;
}

/**
 * Creates the standard strategy: full jitter over `50 ms × 2^(n-1)` (throttled: `1 s × 2^(n-1)`) before retry n, at most 20 s, 3 attempts, and a
 * quota that all calls of a client share. A retry costs 14 of 500 (throttled: 5); success returns the cost.
 *
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html Retry behavior}
 */
export function createStandardRetryStrategy(options: StandardRetryOptions = {}): StandardRetryStrategy {
  const {
    maxAttempts = 3,
    initialRetryTokens = QUOTA,
    maxBackoffMs = 20_000,
    random = Math.random,
    now = Date.now,
  } = options;
  let capacity = initialRetryTokens;
  return {
    mode: "standard",
    getCapacity: () => capacity,
    acquireInitialRetryToken: async () => retryToken(0, 0),
    async refreshRetryTokenForRetry(token, { errorType, retryAfterHint }) {
      const isThrottling = errorType === "THROTTLING";
      const retries = token.getRetryCount();
      const limit = typeof maxAttempts === "function" ? await maxAttempts() : maxAttempts;
      const cost = isThrottling ? 5 : 14;
      const refusal =
        !isThrottling && errorType !== "TRANSIENT"
          ? "the failure is not one that passes"
          : !(retries + 1 < limit) // anything but a number allows one attempt
            ? "all attempts are used"
            : capacity < cost && "the retry quota is used up";
      if (refusal) throw new Error(`Not retried: ${refusal}`);

      capacity -= cost;
      const backoff = Math.floor(
        random() * Math.min((isThrottling ? 1000 : 50) * 2 ** retries, maxBackoffMs),
      );
      const hint = retryAfterHint === undefined ? 0 : retryAfterHint.getTime() - now();
      return retryToken(retries + 1, Math.max(backoff, Math.min(hint, backoff + 5000)), cost);
    },
    recordSuccess(token) {
      capacity = Math.min(QUOTA, capacity + (token.getRetryCost?.() ?? 1));
    },
  };
}

const QUOTA = 500;

function retryToken(count: number, delay: number, cost?: number): RetryToken {
  return { getRetryCount: () => count, getRetryDelay: () => delay, getRetryCost: () => cost };
}
