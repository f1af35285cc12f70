/**
 * Retry strategies, and the error classification that they are based on.
 *
 * @module @org/sts-client/retry
 */

export {
  createStandardRetryStrategy,
  type RetryErrorInfo,
  type RetryErrorType,
  type RetryStrategy,
  type RetryToken,
  type StandardRetryOptions,
  type StandardRetryStrategy,
} from "../retry/standard-strategy.ts";
export { createAdaptiveRetryStrategy, type AdaptiveRetryOptions } from "../retry/adaptive-strategy.ts";
export { classifyError } from "../retry/classify-error.ts";
export { readRetryAfter } from "../retry/retry-after.ts";
export { STSClientError, type STSClientErrorCode } from "../errors/client-error.ts";
