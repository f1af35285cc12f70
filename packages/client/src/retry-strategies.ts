export {
  createStandardRetryStrategy,
  type RetryErrorInfo,
  type RetryErrorType,
  type RetryStrategy,
  type RetryToken,
  type StandardRetryOptions,
  type StandardRetryStrategy,
} from "./retry.ts";
export { createAdaptiveRetryStrategy, type AdaptiveRetryOptions } from "./adaptive-retry.ts";
export { classifyError } from "./classify-error.ts";
export { readRetryAfter } from "./retry-after.ts";
export { STSClientError, type STSClientErrorCode } from "./client-error.ts";
