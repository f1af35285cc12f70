import type { STSClientResolvedConfig } from "../config/config.ts";
import { createStandardRetryStrategy, type RetryStrategy } from "./standard-strategy.ts";

/** Creates the strategy of the configured mode; the adaptive one is loaded only when it is asked for. */
export async function createRetryStrategy(options: STSClientResolvedConfig): Promise<RetryStrategy> {
  if ((await options.retryMode()) !== "adaptive") return createStandardRetryStrategy(options);
  const { createAdaptiveRetryStrategy } = await import("./adaptive-strategy.ts");
  const wait = (milliseconds: number, signal = new AbortController().signal): Promise<void> =>
    options.sleep(milliseconds, signal);
  return createAdaptiveRetryStrategy({ ...options, wait });
}
