import type { CallContext } from "../call/call-context.ts";
import { classifyError, isClockSkewError, isUntouched } from "./classify-error.ts";
import type { AttemptResult, ClientMetadata } from "../errors/client-error.ts";
import { SIGNIFICANT_SKEW_MS } from "./clock-skew.ts";
import type { HandlerOutput } from "../call/middleware-stack.ts";
import { notResent } from "./one-time-code-error.ts";
import type { Attempt } from "../call/settle.ts";
import type { RetryToken } from "./standard-strategy.ts";
import { readRetryAfter } from "./retry-after.ts";
import { findSingleUse } from "./find-one-time-value.ts";
import type { HandledResponse } from "../transport/fetch-handler.ts";

/**
 * Notes what came of each attempt, and sends another after a failure that may pass, until one succeeds or the strategy
 * says no.
 *
 * @param first - the first attempt
 * @param send - sends another one
 * @param firstToken - what a strategy gave that wanted to be asked before the first attempt
 */
export async function finishAttempts(
  first: Attempt,
  send: (attempt: number) => Promise<Attempt>,
  firstToken: RetryToken | undefined,
  input: object,
  context: CallContext,
): Promise<HandlerOutput<object>> {
  const { configuration, signal, deadline, operation } = context;
  const { now } = configuration;
  const strategy = await configuration.retryStrategy();
  let token = firstToken ?? (await strategy.acquireInitialRetryToken("", signal));
  const log: CallLog = { attemptResults: [], totalRetryDelay: 0 };

  for (let attempt = first; ; attempt = await send(log.attemptResults.length + 1)) {
    if (attempt.result) {
      strategy.recordSuccess(token);
      note(attempt, attempt.result.output, attempt.result.response, log, context);
      return attempt.result;
    }
    const { error } = attempt;
    signal.throwIfAborted();
    // Every error of ours is an object; what is none, foreign code has thrown.
    if (typeof error !== "object" || error === null) throw error;
    const response = "$response" in error ? error.$response : undefined;
    const metadata = note(attempt, error, response, log, context);
    const isSkewed = Math.abs(configuration.systemClockOffset - attempt.clockOffset) >= SIGNIFICANT_SKEW_MS;
    if (isSkewed && isClockSkewError(error)) Object.assign(metadata, { clockSkewCorrected: true });

    const errorType = classifyError(error);
    const used = isUntouched(error) ? undefined : findSingleUse(operation.input, input);
    if (used && errorType === "TRANSIENT") throw notResent(context, used, error, metadata);

    const retryAfterHint = readRetryAfter(headersOf(response), now());
    try {
      const info = { error, errorType, ...(retryAfterHint && { retryAfterHint }) };
      token = await strategy.refreshRetryTokenForRetry(token, info, signal);
    } catch {
      throw error;
    }
    // A strategy of the user's own may want to repeat any failure.
    if (used) throw notResent(context, used, error, metadata);
    const delay = token.getRetryDelay();
    // What cannot be sent in time is not waited for.
    if (now() + delay >= deadline) throw error;
    log.totalRetryDelay += delay + (token.$retryLog?.acquisitionDelay ?? 0);
    if (delay > 0) await configuration.sleep(delay, signal);
  }
}

interface CallLog {
  readonly attemptResults: AttemptResult[];
  totalRetryDelay: number;
}

/** Adds an attempt to the log and the log to the `$metadata` of its outcome, which it returns. */
function note(
  { startedAt, error }: Attempt,
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
  logger?.debug({ clientName, commandName, attempt: attempts, statusCode, durationMs, error: errorName });

  Object.assign(metadata, { attempts, totalRetryDelay });
  const date = headersOf(response)["date"];
  // What Go's client records too; out of sight, so that results compare equal to the AWS SDK's.
  const more = {
    clockSkew: configuration.systemClockOffset,
    serverTime: date === undefined ? undefined : new Date(date),
    responseTime: new Date(responseTime),
    attemptResults,
  };
  for (const [name, value] of Object.entries(more))
    Object.defineProperty(metadata, name, { value, configurable: true });
  return metadata;
}

function metadataOf(bearer: { $metadata?: ClientMetadata }): ClientMetadata {
  try {
    return (bearer.$metadata ??= {});
  } catch {
    return {}; // a frozen error of foreign code
  }
}

function headersOf(response: unknown): HandledResponse["headers"] {
  return (response as HandledResponse | undefined)?.headers ?? {}; // `decode` attaches only answers
}
