import { isTraced, traceCall } from "#trace-call";

import type { SendOptions } from "../call/call-context.ts";
import type { AnyCommand, Command, WithMetadata } from "../commands/command.ts";
import type { ServiceInputTypes, ServiceOutputTypes } from "../commands/service-types.ts";
import type { STSClientConfig, STSClientResolvedConfig } from "../config/config.ts";
import { createMiddlewareStack, type MiddlewareStack } from "../call/middleware-stack.ts";
import { addLogMode } from "../call/log-mode.ts";
import { addSteps } from "../call/pipeline.ts";
import type { ClientRuntime } from "../config/client-runtime.ts";
import { resolveConfig } from "../config/resolve-config.ts";
import { warnOfUnknownOptions } from "../config/unknown-options.ts";

/** A callback of Node's kind. */
export type Callback<Output> = (error: unknown, output?: Output) => void;

/** The client without a SHA-256 implementation; the entry points add one. */
export class BaseClient {
  /** The configuration with every default filled in. */
  readonly config: STSClientResolvedConfig;
  /** Middleware for every call. The client's own steps are in it, under the AWS SDK's names. */
  readonly middlewareStack: MiddlewareStack<ServiceInputTypes, ServiceOutputTypes> = createMiddlewareStack();

  /**
   * @param config - every value is optional
   * @param runtime - what the entry point provides
   */
  constructor(config: STSClientConfig, runtime: ClientRuntime) {
    warnOfUnknownOptions(config);
    this.config = resolveConfig(config, runtime);
    addSteps(this.middlewareStack);
    if (config.logMode) addLogMode(this.middlewareStack, config.logMode);
  }

  /**
   * Makes a call.
   *
   * @param options - for this call only
   * @returns The operation's output with `$metadata`.
   * @throws `STSServiceException` when the service refused the request, `ProtocolError` when its response is
   * invalid, `InvalidInputError` before anything is sent, `STSClientError` otherwise, and the abort signal's reason.
   */
  send<Input extends object, Output extends object>(
    command: AnyCommand<Input, Output>,
    options?: SendOptions,
  ): Promise<WithMetadata<Output>>;
  /** Makes a call and passes its result to a callback. An error that the callback throws becomes an unhandled rejection. */
  send<Input extends object, Output extends object>(
    command: AnyCommand<Input, Output>,
    callback: Callback<WithMetadata<Output>>,
  ): void;
  /** Makes a call with options and passes its result to a callback. */
  send<Input extends object, Output extends object>(
    command: AnyCommand<Input, Output>,
    options: SendOptions,
    callback: Callback<WithMetadata<Output>>,
  ): void;
  send<Input extends object, Output extends object>(
    command: AnyCommand<Input, Output>,
    optionsOrCallback?: SendOptions | Callback<WithMetadata<Output>>,
    callback?: Callback<WithMetadata<Output>>,
  ): Promise<WithMetadata<Output>> | void {
    const isCallback = typeof optionsOrCallback === "function";
    const whenDone = isCallback ? optionsOrCallback : callback;
    const options = (isCallback ? undefined : optionsOrCallback) ?? {};
    const call = async (): Promise<WithMetadata<Output>> => {
      const own = isOwn(command) ? command : await adopt(command);
      const handler = own.resolveMiddleware(this.middlewareStack, this.config, options);
      return isTraced()
        ? traceCall(own, async () => (await handler(own)).output)
        : (await handler(own)).output;
    };
    if (!whenDone) return call();
    // If the callback throws, do not call it again with that error.
    void call().then((output) => whenDone(null, output), whenDone);
  }

  /** Closes the connections of a request handler that keeps them open. Can be called twice. */
  destroy(): void {
    this.config.requestHandler.destroy?.();
  }
}

/** Whether this package, or another copy of it, created the command. */
function isOwn<Input extends object, Output extends object>(
  command: AnyCommand<Input, Output>,
): command is Command<Input, Output> {
  return !!Object(command).constructor.operation;
}

async function adopt<Input extends object, Output extends object>(
  command: AnyCommand<Input, Output>,
): Promise<Command<Input, Output>> {
  const { adoptCommand } = await import("#adopt-command");
  return adoptCommand(command) as unknown as Command<Input, Output>; // of the same operation
}
