import { redact } from "@org/sts-protocol/declarations";

import type { CallContext } from "./call-context.ts";
import type { HandlerOutput } from "./middleware-stack.ts";
import type { Outcome } from "./settle.ts";

/** The AWS SDK's logger interface; `console` fits. */
export interface Logger {
  /** Finest detail; optional. */
  trace?(...content: unknown[]): void;
  /** One line per attempt. */
  debug(...content: unknown[]): void;
  /** One line per successful call. */
  info(...content: unknown[]): void;
  /** Questionable configuration. */
  warn(...content: unknown[]): void;
  /** One line per failed call. */
  error(...content: unknown[]): void;
}

/** Logs a call that is over, with everything secret replaced, and passes its outcome on. */
export function logCall(
  outcome: Outcome<HandlerOutput<object>>,
  input: object,
  { logger, clientName, commandName, operation, configuration }: CallContext,
  startedAt: number,
): HandlerOutput<object> {
  const { result, error } = outcome;
  const bearer: { $metadata?: unknown } = result?.output ?? Object(error);
  const line = {
    clientName,
    commandName,
    input: redact(operation.input, input),
    metadata: bearer.$metadata,
    durationMs: configuration.now() - startedAt,
  };
  if (result) {
    logger?.info({ ...line, output: redact(operation.output, result.output) });
    return result;
  }
  logger?.error({ ...line, error });
  throw error;
}
