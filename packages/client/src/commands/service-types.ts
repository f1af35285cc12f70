import type { SendOptions } from "../call/call-context.ts";
import type * as commands from "./all.ts";
import type { Command, WithMetadata } from "./command.ts";

/** The command classes, by name. */
type Commands = typeof commands;

/** Any command's input, for middleware that serves every command. */
export type ServiceInputTypes = {
  [Name in keyof Commands]: InstanceType<Commands[Name]>["input"];
}[keyof Commands];

/** Any command's output, for middleware that serves every command. */
export type ServiceOutputTypes = {
  [Name in keyof Commands]: OutputOf<InstanceType<Commands[Name]>>;
}[keyof Commands];

/** What a command's call resolves to. */
export type OutputOf<AnyCommand> =
  AnyCommand extends Command<infer _Input, infer Output> ? WithMetadata<Output> : never;

/** {@link SendOptions} under the name that the AWS SDK gives it. */
export type STSRequestOptions = SendOptions;
