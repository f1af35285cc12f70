import type { SendOptions } from "../call/call-context.ts";
import type * as commands from "./all.ts";
import type { Command, WithMetadata } from "./command.ts";

/** The command classes, by name. */
type Commands = typeof commands;

/** Any command's input, for middleware that serves every command. */
export type ServiceInputTypes = {
  [Name in keyof Commands]: InstanceType<Commands[Name]>["input"];
}[keyof Commands];

/** Any command's output, for middleware that serves every command: of a member it cannot know whether it is there. */
export type ServiceOutputTypes = {
  [Name in keyof Commands]: AnyOutputOf<InstanceType<Commands[Name]>>;
}[keyof Commands];

type AnyOutputOf<AnyCommand> =
  AnyCommand extends Command<infer _Input, infer Output> ? WithMetadata<Partial<Output>> : never;

/** What a command's call resolves to. */
export type OutputOf<AnyCommand> =
  AnyCommand extends Command<infer _Input, infer Output> ? WithMetadata<Output> : never;

/** {@link SendOptions} under the name that the AWS SDK gives it. */
export type STSRequestOptions = SendOptions;

/**
 * An output of which a test gives only a part: `PartialOutput<AssumeRoleCommandOutput>`. The outputs themselves promise
 * what STS always sends, so that programs need not ask whether it is there.
 */
export type PartialOutput<Output> = Output extends Date
  ? Output
  : Output extends object
    ? { [Name in keyof Output]?: PartialOutput<Output[Name]> | undefined }
    : Output;
