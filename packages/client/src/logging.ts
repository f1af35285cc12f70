import { redact } from "@org/sts-protocol";

import type { CallContext } from "./call-context.ts";
import type { Handler } from "./middleware-stack.ts";

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

/** The step that logs a call when it is over, with everything secret replaced. */
export function logCall(next: Handler<object, object>, context: CallContext): Handler<object, object> {
  const { logger, clientName, commandName, operation, configuration } = context;
  return async (args) => {
    const startedAt = configuration.now();
    const line = (bearer: object): object => ({
      clientName,
      commandName,
      input: redact(operation.input, args.input),
      metadata: "$metadata" in bearer ? bearer.$metadata : undefined,
      durationMs: configuration.now() - startedAt,
    });
    try {
      const result = await next(args);
      logger?.info({ ...line(result.output), output: redact(operation.output, result.output) });
      return result;
    } catch (error) {
      logger?.error({ ...line(Object(error)), error });
      throw error;
    }
  };
}
