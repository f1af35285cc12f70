import { type OperationSchema, redact } from "@org/sts-protocol/declarations";

import type { HttpRequest, Operation } from "@org/sts-protocol";

import type { CallContext, SendOptions } from "../call/call-context.ts";
import { deserializeCommand, serializeCommand, type SerializeContext } from "../call/serialize-command.ts";
import type { HandledResponse } from "../transport/request-handler.ts";
import { webSignal } from "../transport/web-signal.ts";
import { Deadline } from "../call/deadline.ts";
import { createMiddlewareStack, type Handler, type MiddlewareStack } from "../call/middleware-stack.ts";
import { transmit } from "../call/steps.ts";
import type { CallConfiguration, CallSettings } from "../config/call-settings.ts";
import type { STSClientResolvedConfig } from "../config/config.ts";
import { type ClientMetadata, STSClientError } from "../errors/client-error.ts";
import { findOneTimeValue } from "../retry/find-one-time-value.ts";

/** An operation's output, plus what is known about the exchange. */
export type WithMetadata<Output> = Output & {
  /** What is known about the exchange. */
  $metadata: ClientMetadata;
};

/** A command's class. */
export interface CommandClass<Input extends object, Output extends object> {
  /** Creates a command. */
  new (input: Input): Command<Input, Output>;
  /** The operation's declaration. */
  readonly operation: OperationSchema;
}

/**
 * A command that a client can send: one of this package, or one of `@aws-sdk/client-sts`, which is recognized by the name of its
 * operation.
 */
export interface AnyCommand<Input extends object, Output extends object> {
  /** The operation's input. */
  readonly input: Input;
  /** Binds the call to a client's stack and configuration. */
  // Method syntax and `never`: the AWS SDK's types for its stacks and configurations do not matter here.
  resolveMiddleware(
    clientStack: never,
    configuration: never,
    options: never,
  ): Handler<Input, WithMetadata<Output>>;
}

/** The input, which is optional when no member is required. */
export type CommandArguments<Input> = object extends Input ? [input?: Input] : [input: Input];

/** One call to make: an input, and middleware for this call only. */
export abstract class Command<Input extends object, Output extends object> {
  /** The input, as you passed it. */
  readonly input: Input;

  static {
    // Called by Node.js and Bun to print an object, and by JSON: an input may contain secrets. Hidden from types and copies.
    const value = function printRedacted(this: Command<object, object>): object {
      const { name, input } = operationOf(this);
      return { [`${name}Command`]: redact(input, this.input) };
    };
    for (const name of [Symbol.for("nodejs.util.inspect.custom"), "toJSON"])
      Object.defineProperty(this.prototype, name, { value, configurable: true, writable: true });
  }

  /** @param input - the operation's input; optional when no member is required */
  constructor(...[input]: CommandArguments<Input>) {
    this.input = input ?? ({} as Input); // left out only when no member is required
  }

  /** Middleware for this call only; runs together with the client's. Created on first use: few calls have their own. */
  get middlewareStack(): MiddlewareStack<Input, WithMetadata<Output>> {
    const value = createMiddlewareStack<Input, WithMetadata<Output>>();
    Object.defineProperty(this, "middlewareStack", { value, enumerable: true });
    return value;
  }

  /**
   * Creates the request from the input, unsigned, like commands of the AWS SDK. A client does not call it.
   *
   * @param context - can say where the request goes; the global endpoint otherwise
   * @throws `InvalidInputError` when the input breaks a documented rule.
   */
  async serialize(input: Input, context?: SerializeContext): Promise<HttpRequest> {
    return serializeCommand(operationOf(this), input, context);
  }

  /**
   * Decodes a response into the output, like commands of the AWS SDK. A client does not call it.
   *
   * @throws `STSServiceException` when the service refused, `ProtocolError` when the response does not come from STS.
   */
  async deserialize(response: HandledResponse, _context?: object): Promise<WithMetadata<Output>> {
    return deserializeCommand(operationOf(this), response);
  }

  /**
   * Binds the call to a client's stack and configuration.
   *
   * @returns A function that makes the call when it is given the command.
   */
  resolveMiddleware(
    clientStack: MiddlewareStack<object, WithMetadata<object>>,
    configuration: STSClientResolvedConfig,
    options: SendOptions = {},
  ): Handler<Input, WithMetadata<Output>> {
    const operation = operationOf(this);
    if (!("readSettings" in configuration)) return refuseForeignClient(operation.name);
    const {
      abortSignal,
      requestTimeout = configuration.requestTimeout,
      totalTimeout = configuration.totalTimeout,
      ...overrides
    } = options;
    const timeoutError = (): Error => {
      const [member] = findOneTimeValue(operation.input, this.input) ?? [];
      const advice = member ? `. ${member} works once and may have been used: try again with a new one` : "";
      return new STSClientError(
        "ERR_DEADLINE",
        `${operation.name}: not done within ${totalTimeout} ms (totalTimeout)${advice}`,
      );
    };
    const clientConfiguration = configuration as CallConfiguration; // `resolveConfig` has made it
    // What is missing here is added when the call begins, before the first step runs.
    const context = {
      logger: configuration.logger,
      clientName: "STSClient",
      commandName: `${operation.name}Command`,
      inputFilterSensitiveLog: (input: object) => redact(operation.input, input),
      outputFilterSensitiveLog: (output: object) => redact(operation.output, output),
      __smithy_context: { service: "STS", operation: operation.name, commandInstance: this, abortSignal },
      operation,
      requestTimeout,
    } as unknown as CallContext;
    // Middleware for any command works for this one.
    let stack = clientStack as unknown as typeof this.middlewareStack;
    if (Object.hasOwn(this, "middlewareStack")) stack = stack.concat(this.middlewareStack);
    // The deserializer produces the operation's output.
    const last = transmit(context) as unknown as Handler<Input, WithMetadata<Output>>;
    const handler = stack.resolve(last, context);

    return ({ input }) => {
      const signal = webSignal({ abortSignal });
      const { now } = clientConfiguration;
      context.deadline = new Deadline({ signal, timeoutMs: totalTimeout, timeoutError, now });
      const begin = (settings: CallSettings): ReturnType<typeof handler> => {
        context.settings = settings;
        return handler({ input });
      };
      const start = (config: CallConfiguration): ReturnType<typeof handler> => {
        context.configuration = config;
        context.logger = config.logger;
        // Nothing is awaited once the settings are known.
        const settings = config.readSettings(operation);
        return "then" in settings ? settings.then(begin) : begin(settings);
      };
      return context.deadline.run(() =>
        Object.keys(overrides).length > 0
          ? clientConfiguration.withOverrides(overrides).then(start)
          : start(clientConfiguration),
      );
    };
  }
}

function operationOf<Input extends object, Output extends object>(
  command: Command<Input, Output>,
): Operation<Input, Output> {
  // What a subclass must have: the operation of its own types.
  return (command.constructor as unknown as { readonly operation: Operation<Input, Output> }).operation;
}

/** For a command that was passed to another package's client, such as that of `@aws-sdk/client-sts`. */
function refuseForeignClient(operation: string): () => Promise<never> {
  return async () => {
    throw new STSClientError(
      "ERR_COMMAND",
      `${operation}Command of @org/sts-client was given to a client of another package: import STSClient from @org/sts-client, or the command from the client's package`,
    );
  };
}
