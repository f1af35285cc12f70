import type { SendOptions } from "../call/call-context.ts";
import type * as commands from "./all.ts";
import type { Command, WithMetadata } from "./command.ts";

/** The command classes, by name. */
type Commands = typeof commands;

/** Any command's input, for middleware that works with every command. */
export type ServiceInputTypes = {
  [Name in keyof Commands]: InstanceType<Commands[Name]>["input"];
}[keyof Commands];

/** Any command's output, for middleware that works with every command: such middleware cannot know whether a member is present. */
export type ServiceOutputTypes = {
  [Name in keyof Commands]: AnyOutputOf<InstanceType<Commands[Name]>>;
}[keyof Commands];

type AnyOutputOf<AnyCommand> =
  AnyCommand extends Command<infer _Input, infer Output> ? WithMetadata<Partial<Output>> : never;

/** What a command's call resolves to. */
export type OutputOf<AnyCommand> =
  AnyCommand extends Command<infer _Input, infer Output> ? WithMetadata<Output> : never;

/** {@link SendOptions} under the AWS SDK's name for it. */
export type STSRequestOptions = SendOptions;

/**
 * An output of which a test provides only a part: `PartialOutput<AssumeRoleCommandOutput>`. The outputs themselves promise
 * what STS always sends, so that programs need not check for it.
 */
export type PartialOutput<Output> = Output extends Date
  ? Output
  : Output extends object
    ? { [Name in keyof Output]?: PartialOutput<Output[Name]> | undefined }
    : Output;
