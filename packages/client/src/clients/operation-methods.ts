import type { SendOptions } from "../call/call-context.ts";
import * as commands from "../commands/all.ts";
import type { Command, CommandClass, WithMetadata } from "../commands/command.ts";
import type { OutputOf } from "../commands/service-types.ts";
import type { BaseClient, Callback } from "./base-client.ts";

/**
 * A method of {@link STS}: returns a promise, or takes a callback, with or without options. The promise overload is last, because
 * TypeScript and mocking libraries take the last overload as the method's type.
 */
export interface Invoke<Input extends object, Output extends object> {
  /** Makes the call and passes its result to a callback. */
  (input: Input, callback: Callback<Output>): void;
  /** Makes the call with options and passes its result to a callback. */
  (input: Input, options: SendOptions, callback: Callback<Output>): void;
  /** Makes the call. */
  (input: Input, options?: SendOptions): Promise<Output>;
}

/** A method of {@link STS} whose input is optional. */
export interface InvokeOptional<Input extends object, Output extends object> extends Invoke<Input, Output> {
  /** Makes the call with an empty input. */
  (): Promise<Output>;
}

type Commands = typeof commands;

type MethodOf<Input extends object, Output extends object> = object extends Input
  ? InvokeOptional<Input, Output>
  : Invoke<Input, Output>;

/** One method per operation, named after it: `getSessionToken` sends `GetSessionTokenCommand`. */
export type OperationMethods = {
  [
    Name in keyof Commands as Name extends `${infer Operation}Command` ? Uncapitalize<Operation> : never
  ]: MethodOf<InstanceType<Commands[Name]>["input"], OutputOf<InstanceType<Commands[Name]>>>;
};

/** Adds a method per operation to a client's class, on the prototype, where spies and stubs look for them. */
export function addOperationMethods(client: { readonly prototype: BaseClient }): void {
  // Each takes what its own type says.
  for (const AnyCommand of Object.values(commands) as unknown as CommandClass<object, object>[]) {
    const { name } = AnyCommand.operation;
    Object.defineProperty(client.prototype, name.charAt(0).toLowerCase() + name.slice(1), {
      value: function callOperation(
        this: BaseClient,
        input: object,
        ...rest: [SendOptions?, Callback<object>?]
      ) {
        return invoke(this, new AnyCommand(input), rest);
      },
      configurable: true,
      writable: true,
    });
  }
}

function invoke<Input extends object, Output extends object>(
  client: BaseClient,
  command: Command<Input, Output>,
  [optionsOrCallback, callback]: [
    (SendOptions | Callback<WithMetadata<Output>>)?,
    Callback<WithMetadata<Output>>?,
  ],
): Promise<WithMetadata<Output>> | void {
  if (typeof optionsOrCallback === "function") return client.send(command, optionsOrCallback);
  const kind = typeof optionsOrCallback;
  if (kind !== "object" && (kind !== "undefined" || callback)) {
    const error = new TypeError(`Expected http options but got ${kind}`);
    if (callback) throw error;
    return Promise.reject(error);
  }
  return callback
    ? client.send(command, optionsOrCallback ?? {}, callback)
    : client.send(command, optionsOrCallback);
}
