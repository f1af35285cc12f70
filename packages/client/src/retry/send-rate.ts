import type { StandardRetryStrategy } from "./standard-strategy.ts";

/** What {@link limitSendRate} gets from its caller, so that it needs no imports. */
export interface SendRateOptions {
  /** Clock in milliseconds since 1970. */
  readonly now: () => number;
  /** Waits before an attempt; rejects when the signal is aborted. */
  readonly wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** Turns a standard strategy into the adaptive one: see `createAdaptiveRetryStrategy`. */
export function limitSendRate(
  standard: StandardRetryStrategy,
  { now, wait }: SendRateOptions,
): StandardRetryStrategy {
  const rate = createSendRate(() => now() / 1000);
  const acquire = async (signal: AbortSignal | undefined): Promise<number> => {
    let waited = 0;
    for (let delay = rate.take(); delay > 0; delay = rate.take()) {
      const milliseconds = Math.ceil(delay * 1000);
      await wait(milliseconds, signal);
      waited += milliseconds;
    }
    return waited;
  };
  return {
    ...standard,
    mode: "adaptive",
    async acquireInitialRetryToken(scope, signal) {
      await acquire(signal);
      return standard.acquireInitialRetryToken(scope);
    },
    async refreshRetryTokenForRetry(token, info, signal) {
      rate.update(info.errorType === "THROTTLING");
      const next = await standard.refreshRetryTokenForRetry(token, info);
      const acquisitionDelay = await acquire(signal);
      return { ...next, $retryLog: { acquisitionDelay } };
    },
    recordSuccess(token) {
      rate.update(false);
      standard.recordSuccess(token);
    },
  };
}

interface SendRate {
  /** Takes one token, or returns how many seconds to wait for one. */
  take(): number;
  /** Learns from a result. */
  update(isThrottled: boolean): void;
}

// The published constants of the algorithm.
const BETA = 0.7;
const SCALE = 0.4;
const SMOOTH = 0.8;
const MIN_RATE = 0.5;
const MIN_CAPACITY = 1;

function createSendRate(seconds: () => number): SendRate {
  let isEnabled = false;
  let tokens = 0;
  let capacity = MIN_CAPACITY;
  let fillRate = MIN_RATE;
  let filledAt: number | undefined;
  let measuredRate = 0;
  let requests = 0;
  let bucketAt = Math.floor(seconds());
  let throttledAt = seconds();
  let rateAtThrottle = 0;

  const refill = (): void => {
    const time = seconds();
    // The bucket is empty when the first throttling activates it.
    tokens = Math.min(capacity, tokens + (time - (filledAt ?? time)) * fillRate);
    filledAt = time;
  };

  /** Smooths the requests of each half second into a rate. */
  const measure = (): void => {
    const bucket = Math.floor(seconds() * 2) / 2;
    requests += 1;
    if (bucket <= bucketAt) return;
    measuredRate = (requests / (bucket - bucketAt)) * SMOOTH + measuredRate * (1 - SMOOTH);
    requests = 0;
    bucketAt = bucket;
  };

  const cubicRate = (): number => {
    const timeToRecover = Math.cbrt((rateAtThrottle * (1 - BETA)) / SCALE);
    return SCALE * (seconds() - throttledAt - timeToRecover) ** 3 + rateAtThrottle;
  };

  return {
    take() {
      if (!isEnabled) return 0;
      refill();
      if (tokens < 1) return (1 - tokens) / fillRate;
      tokens -= 1;
      return 0;
    },
    update(isThrottled) {
      measure();
      let rate: number;
      if (isThrottled) {
        rateAtThrottle = isEnabled ? Math.min(measuredRate, fillRate) : measuredRate;
        throttledAt = seconds();
        rate = rateAtThrottle * BETA;
        isEnabled = true;
      } else {
        rate = cubicRate();
      }
      refill();
      const newRate = Math.min(rate, 2 * measuredRate);
      fillRate = Math.max(newRate, MIN_RATE);
      capacity = Math.max(newRate, MIN_CAPACITY);
      tokens = Math.min(tokens, capacity);
    },
  };
}
