import type { LogMode } from "./logger.ts";
import type { CallContext } from "./call-context.ts";
import type { BuildMiddleware, HandlerExecutionContext, MiddlewareStack } from "./middleware-stack.ts";

/** Adds the middleware that logs attempts. Its code is loaded with the first attempt. */
export function addLogMode<Input extends object, Output extends object>(
  stack: MiddlewareStack<Input, Output>,
  mode: LogMode | readonly LogMode[],
): void {
  const modes = new Set([mode].flat());
  const middleware: BuildMiddleware<Input, Output> = (next, context) =>
    async function logExchange(args) {
      const { logAttempt } = await import("./log-attempt.ts");
      return logAttempt(
        () => next(args),
        args.request,
        modes,
        context as HandlerExecutionContext & CallContext,
      ); // the client has made it
    };
  // After the signer, and before the middleware that decodes the response.
  stack.add(middleware, {
    step: "finalizeRequest",
    priority: "low",
    name: "logModeMiddleware",
    tags: ["LOGGER"],
  });
}
