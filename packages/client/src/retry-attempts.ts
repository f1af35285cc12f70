import type { CallContext } from "./call-context.ts";
import { classifyError, isClockSkewError, isUntouched } from "./classify-error.ts";
import { type AttemptResult, type ClientMetadata, STSClientError } from "./client-error.ts";
import { SIGNIFICANT_SKEW_MS } from "./clock-skew.ts";
import type { Handler } from "./middleware-stack.ts";
import { readRetryAfter } from "./retry-after.ts";
import type { HandledRequest, HandledResponse } from "./transmit.ts";

/** The step that sends a request again after a failure that may pass, and notes what came of each attempt. */
export function retryAttempts(next: Handler<object, object>, context: CallContext): Handler<object, object> {
  const { configuration, signal, deadline, logger, operation, clientName, commandName } = context;
  const { now } = configuration;
  return async (args) => {
    const strategy = await configuration.retryStrategy();
    const maxAttempts = await configuration.maxAttempts();
    const { headers } = args.request as HandledRequest; // the serializer has put it in
    // Absent in a browser page that was not loaded over https.
    headers["amz-sdk-invocation-id"] = globalThis.crypto?.randomUUID?.() ?? `${now()}`;
    const attemptResults: AttemptResult[] = [];
    let totalRetryDelay = 0;
    let token = await strategy.acquireInitialRetryToken("");
    for (let attempts = 1; ; attempts += 1) {
      signal.throwIfAborted();
      headers["amz-sdk-request"] = `attempt=${attempts}; max=${maxAttempts}`;
      const offset = configuration.systemClockOffset;
      const startedAt = now();
      const note = (metadata: ClientMetadata, response: unknown, error?: unknown): void => {
        const responseTime = now();
        const durationMs = responseTime - startedAt;
        const statusCode = metadata.httpStatusCode;
        attemptResults.push({ statusCode, durationMs, ...(error !== undefined && { error }) });
        logger?.debug({
          clientName,
          commandName,
          attempt: attempts,
          statusCode,
          durationMs,
          error: errorName(error),
        });
        Object.assign(metadata, { attempts, totalRetryDelay });
        // What Go's client records; kept out of sight so that results compare equal to the AWS SDK's.
        const date = (response as HandledResponse | undefined)?.headers["date"];
        const more = {
          clockSkew: configuration.systemClockOffset,
          serverTime: date && new Date(date),
          responseTime: new Date(responseTime),
          attemptResults,
        };
        for (const [name, value] of Object.entries(more)) {
          Object.defineProperty(metadata, name, { value, configurable: true });
        }
      };

      try {
        const result = await next(args);
        strategy.recordSuccess(token);
        note(metadataOf(result.output), result.response);
        return result;
      } catch (thrown) {
        signal.throwIfAborted();
        // Every error here is an object or, from foreign code, not worth decorating.
        if (typeof thrown !== "object" || thrown === null) throw thrown;
        const response =
          "$response" in thrown ? (thrown.$response as HandledResponse | undefined) : undefined;
        const metadata = metadataOf(thrown);
        note(metadata, response, thrown);
        if (
          isClockSkewError(thrown) &&
          Math.abs(configuration.systemClockOffset - offset) >= SIGNIFICANT_SKEW_MS
        ) {
          Object.assign(metadata, { clockSkewCorrected: true });
        }
        const errorType = classifyError(thrown);
        const used =
          errorType === "TRANSIENT" && !isUntouched(thrown) && findSingleUse(operation.input, args.input);
        if (used) throw notResent(context, used, thrown, metadata);

        const retryAfterHint = response && readRetryAfter(response.headers, now());
        try {
          token = await strategy.refreshRetryTokenForRetry(token, {
            error: thrown,
            errorType,
            ...(retryAfterHint && { retryAfterHint }),
          });
        } catch {
          throw thrown;
        }
        const delay = token.getRetryDelay();
        // What cannot be sent in time is not waited for.
        if (now() + delay >= deadline) throw thrown;
        totalRetryDelay += delay + (token.$retryLog?.acquisitionDelay ?? 0);
        if (delay > 0) await configuration.sleep(delay, signal);
      }
    }
  };
}

function errorName(error: unknown): string | undefined {
  return error instanceof Error ? error.name : undefined;
}

function metadataOf(bearer: object): ClientMetadata {
  const holder = bearer as { $metadata?: ClientMetadata };
  try {
    return (holder.$metadata ??= {});
  } catch {
    return {}; // a frozen error of foreign code
  }
}

type NamedValue = readonly [name: string, value: string];

function findSingleUse(members: CallContext["operation"]["input"], input: object): NamedValue | undefined {
  return Object.entries(input).find(([name, value]) => {
    const schema = members[name];
    return schema !== undefined && "singleUse" in schema && typeof value === "string";
  });
}

/** Codes of MFA devices change at full half minutes: RFC 6238's default, which AWS uses. */
const CODE_PERIOD_MS = 30_000;

function notResent(
  { configuration, operation }: CallContext,
  [member, value]: NamedValue,
  cause: object,
  $metadata: ClientMetadata,
): STSClientError {
  const serviceTime = configuration.now() + configuration.systemClockOffset;
  const nextCodeAt = new Date((Math.floor(serviceTime / CODE_PERIOD_MS) + 1) * CODE_PERIOD_MS);
  // Six digits come from a device that will show others; any other value has to be asked for again.
  const isCode = /^\d{6}$/.test(value);
  const advice = isCode
    ? `with the code that the device shows from ${nextCodeAt.toISOString()} on`
    : "with a new value";
  const error = new STSClientError(
    "ERR_NOT_RESENT",
    `${operation.name}: not sent again, because the failed attempt may have used ${member}, which works once. Try again ${advice}. ${cause instanceof Error ? cause.message : ""}`,
    { cause },
  );
  return Object.assign(error, { $metadata }, isCode && { nextCodeAt });
}
