import { redact } from "@org/sts-protocol/declarations";

import type { CallContext } from "./call-context.ts";
import { log } from "./logger.ts";
import type { Handler, HandlerArguments, HandlerOutput } from "./middleware-stack.ts";

/** Makes a call and logs the result, with secrets redacted. */
export async function logOutcome(
  next: Handler<object, object>,
  args: HandlerArguments<object>,
  { logger, clientName, commandName, operation, configuration }: CallContext,
): Promise<HandlerOutput<object>> {
  const startedAt = configuration.now();
  const line = (metadata: unknown): object => ({
    clientName,
    commandName,
    input: redact(operation.input, args.input),
    metadata,
    durationMs: configuration.now() - startedAt,
  });
  try {
    const result = await next(args);
    const { output } = result;
    const { $metadata }: { $metadata?: unknown } = output;
    log(logger, "info", { ...line($metadata), output: redact(operation.output, output) });
    return result;
  } catch (error) {
    log(logger, "error", { ...line(Object(error).$metadata), error });
    throw error;
  }
}
