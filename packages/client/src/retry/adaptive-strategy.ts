import { sleep } from "../call/deadline.ts";
import { limitSendRate } from "./send-rate.ts";
import {
  createStandardRetryStrategy,
  type StandardRetryOptions,
  type StandardRetryStrategy,
} from "./standard-strategy.ts";

/** Options of {@link createAdaptiveRetryStrategy}. */
export interface AdaptiveRetryOptions extends StandardRetryOptions {
  /** Waits before an attempt; rejects when the signal is aborted. Default: a timer. */
  readonly wait?: ((milliseconds: number, signal?: AbortSignal) => Promise<void>) | undefined;
}

/**
 * Creates the adaptive strategy: the standard one behind a send rate that falls when the service throttles and recovers
 * along a cubic curve. Until the first throttling it limits nothing.
 *
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html Retry behavior}
 */
export function createAdaptiveRetryStrategy(options: AdaptiveRetryOptions = {}): StandardRetryStrategy {
  const { now = Date.now, wait = sleep } = options;
  return limitSendRate(createStandardRetryStrategy(options), { now, wait });
}
