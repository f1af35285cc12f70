import type { CallContext } from "../call/call-context.ts";
import { log } from "../call/logger.ts";
import type { HandlerOutput } from "../call/middleware-stack.ts";
import type { AttemptResult, ClientMetadata } from "../errors/client-error.ts";
import { loadFailureTools } from "../errors/load-failure-tools.ts";
import type { HandledRequest, HandledResponse } from "../transport/request-handler.ts";
import { SIGNIFICANT_SKEW_MS } from "./clock-skew.ts";
import { findOneTimeValue } from "./find-one-time-value.ts";
import type { FailedAttempt, Judgement } from "./judge-failure.ts";
import type { RetryStrategy, RetryToken } from "./standard-strategy.ts";

/**
 * Sends a request, checks the result, and after a failure that may pass waits and sends it again, until one attempt
 * succeeds or the strategy refuses another.
 *
 * @param send - sends one attempt
 */
export async function sendWithRetries(
  request: HandledRequest,
  send: () => Promise<HandlerOutput<object>>,
  input: object,
  context: CallContext,
): Promise<HandlerOutput<object>> {
  const { configuration, deadline, operation, settings } = context;
  const strategy = settings.retryStrategy as RetryStrategy; // one of the older kind makes its attempts itself
  const log: CallLog = { attemptResults: [], totalRetryDelay: 0 };
  request.headers["amz-sdk-invocation-id"] = configuration.createId();
  // The standard strategy does not wait before the first attempt, so it needs no signal.
  const signal = strategy.mode === "standard" ? undefined : deadline.signal;
  let token: RetryToken = await strategy.acquireInitialRetryToken("", signal);

  const oneTimeValue = findOneTimeValue(operation.input, input);
  if (oneTimeValue) context.hasOneTimeValue = true;
  let hasRenewed = false;
  for (let attempts = 1; ; attempts += 1) {
    deadline.throwIfStopped();
    request.headers["amz-sdk-request"] =
      `attempt=${attempts}; max=${settings.maxAttempts}${timeToLive(context)}`;
    const clockOffset = configuration.systemClockOffset;
    const startedAt = configuration.now();
    let result: HandlerOutput<object> | undefined;
    let error: unknown;
    try {
      result = await send();
      // Without this, the call would fail with `undefined`.
      if (!result) throw new TypeError(`${operation.name}: middleware returned nothing`);
    } catch (thrown) {
      error = thrown;
    }
    if (result) {
      strategy.recordSuccess(token);
      note({ startedAt }, result.output, result.response, log, context);
      return result;
    }

    deadline.throwIfStopped();
    // Our errors are always objects; a thrown primitive comes from user code, so it is rethrown unchanged.
    if (typeof error !== "object" || error === null) throw error;
    const response = "$response" in error ? error.$response : undefined;
    const metadata = note({ startedAt, error }, error, response, log, context);
    const learnedMs = Math.abs(configuration.systemClockOffset - clockOffset);
    const tools = await loadFailureTools();
    deadline.throwIfStopped();
    const attempt: FailedAttempt = {
      oneTimeValue,
      wasClockCorrected: learnedMs >= SIGNIFICANT_SKEW_MS,
      headers: headersOf(response),
      metadata,
    };
    const { errorType, isKeyRejected, retryAfterHint, failure, notResent } = tools
      ? tools.judgeFailure(error, attempt, context)
      : judgeRoughly(error, attempt);
    // A session that ended early, or keys that were rotated, are no reason to fail: the provider may have others.
    if (tools && isKeyRejected && !hasRenewed) {
      hasRenewed = true;
      const renewed = await tools.renewCredentials(context);
      if (!renewed || oneTimeValue || attempts >= settings.maxAttempts) throw error;
      context.credentials = renewed;
      continue;
    }
    if (notResent && errorType === "TRANSIENT") throw notResent;
    try {
      const info = { error, errorType, ...(retryAfterHint && { retryAfterHint }) };
      token = await strategy.refreshRetryTokenForRetry(token, info, deadline.signal);
    } catch {
      throw failure;
    }
    // The user's own strategy may want to repeat any failure.
    if (notResent) throw notResent;
    const delay = token.getRetryDelay();
    // If an attempt cannot be sent in time, do not wait for it.
    if (configuration.now() + delay >= deadline.endsAt) throw failure;
    log.totalRetryDelay += delay + (token.$retryLog?.acquisitionDelay ?? 0);
    if (delay > 0) await configuration.sleep(delay, deadline.signal);
  }
}

/**
 * Fallback if {@link judgeFailure} could not be loaded: the network may be down for it too, so a network failure counts as
 * transient. A one-time value counts as used.
 */
function judgeRoughly(error: object, { oneTimeValue, metadata }: FailedAttempt): Judgement {
  const isTransient =
    ("code" in error && /^ERR_(NETWORK|TIMEOUT)$/.test(String(error.code))) ||
    (metadata.httpStatusCode ?? 0) >= 500;
  return {
    errorType: isTransient ? "TRANSIENT" : "CLIENT_ERROR",
    failure: error,
    notResent: oneTimeValue && error,
  };
}

/** How long to wait for the response, by the service's clock: known once that differs from ours, as in Go's client. */
function timeToLive({ deadline, configuration: { systemClockOffset } }: CallContext): string {
  return deadline.endsAt < Infinity && systemClockOffset !== 0
    ? `; ttl=${new Date(deadline.endsAt + systemClockOffset).toISOString().replace(/[-:]|\.\d+/g, "")}`
    : "";
}

interface CallLog {
  readonly attemptResults: AttemptResult[];
  totalRetryDelay: number;
}

/** Adds an attempt to the log, and the log to the `$metadata` of its result, which it returns. */
function note(
  { startedAt, error }: { readonly startedAt: number; readonly error?: unknown },
  bearer: { $metadata?: ClientMetadata },
  response: unknown,
  { attemptResults, totalRetryDelay }: CallLog,
  { configuration, logger, clientName, commandName }: CallContext,
): ClientMetadata {
  const metadata = metadataOf(bearer);
  const responseTime = configuration.now();
  const durationMs = responseTime - startedAt;
  const statusCode = metadata.httpStatusCode;
  attemptResults.push({ statusCode, durationMs, ...(error !== undefined && { error }) });
  const attempts = attemptResults.length;
  const errorName = error instanceof Error ? error.name : undefined;
  log(logger, "debug", {
    clientName,
    commandName,
    attempt: attempts,
    statusCode,
    durationMs,
    error: errorName,
  });

  metadata.attempts = attempts;
  metadata.totalRetryDelay = totalRetryDelay;
  const date = headersOf(response)["date"];
  // Go's client records these too; hidden, so that results compare equal to the AWS SDK's.
  hide(metadata, "clockSkew", configuration.systemClockOffset);
  hide(metadata, "serverTime", date === undefined ? undefined : new Date(date));
  hide(metadata, "responseTime", new Date(responseTime));
  hide(metadata, "attemptResults", attemptResults);
  return metadata;
}

function hide(metadata: ClientMetadata, name: keyof ClientMetadata, value: unknown): void {
  Object.defineProperty(metadata, name, { value, configurable: true });
}

function metadataOf(bearer: { $metadata?: ClientMetadata }): ClientMetadata {
  try {
    return (bearer.$metadata ??= {});
  } catch {
    return {}; // a frozen error of foreign code
  }
}

function headersOf(response: unknown): HandledResponse["headers"] {
  return (response as HandledResponse | undefined)?.headers ?? {}; // `decodeOutput` attaches only responses
}
