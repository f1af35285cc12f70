import { type Operation, operations, type OperationSchema } from "@org/sts-protocol";

import { didYouMean } from "./nearest-name.ts";

/** Something that names its operation, like the command classes of `@org/sts-client`. */
export interface CommandClass<Known> {
  /** The operation. */
  readonly operation: Known;
}

/** A command class of `@aws-sdk/client-sts`, recognized by its name (`GetSessionTokenCommand`). */
export type SdkCommandClass<Request extends object, Response extends object> = abstract new (
  ...input: never[]
) => SdkCommand<Request, Response>;

/** The part of an `@aws-sdk/client-sts` command's types that matters here. */
export interface SdkCommand<Request extends object, Response extends object> {
  /** Its input. */
  readonly input: Request;
  /** Leads to its output. */
  resolveMiddleware(...parameters: never[]): (request: never) => Promise<{
    /** What the call resolves to. */
    readonly output: Response;
  }>;
}

/** An operation of the protocol, or a command class of it. */
export type OperationReference<Request extends object, Response extends object> =
  | Operation<Request, Response>
  | CommandClass<Operation<Request, Response>>
  | SdkCommandClass<Request, Response>;

/** Any operation, or a command class of any operation. */
export type AnyOperation = OperationSchema | CommandClass<OperationSchema> | SdkCommandClass<object, object>;

/**
 * Finds the operation that a reference names.
 *
 * @param caller - the function that was called, for the message
 * @throws TypeError when the reference names no operation of STS.
 */
export function operationOf(reference: AnyOperation, caller: string): OperationSchema {
  const given: unknown = reference; // JavaScript programs pass anything
  const found = namedBy(given);
  if (found !== undefined) return found;
  const names = operations.map(({ name }) => name);
  const name = nameOf(given);
  throw new TypeError(
    name === undefined
      ? `${caller}: expected an operation of @org/sts-protocol, such as GetSessionToken, or a command class of @org/sts-client or @aws-sdk/client-sts, such as GetSessionTokenCommand`
      : `${caller}: ${name} is no operation of STS and no command class of one; ${didYouMean(name.replace(/Command$/, ""), names)}`,
  );
}

/**
 * Checks the name of an operation.
 *
 * @throws TypeError with the nearest correct name.
 */
export function checkOperationName(name: string, caller: string): string {
  const names = operations.map((operation) => operation.name);
  if (names.includes(name)) return name;
  throw new TypeError(
    `${caller}: ${JSON.stringify(name.slice(0, 64))} is no operation of STS; ${didYouMean(name, names)}`,
  );
}

function namedBy(given: unknown): OperationSchema | undefined {
  if (typeof given !== "object" && typeof given !== "function") return undefined;
  if (given === null) return undefined;
  const own: unknown = "operation" in given ? given.operation : given;
  // Compared by name, because a project may have two copies of the protocol.
  const name = typeof own === "function" ? commandName(own.name) : nameOf(own);
  return operations.find((operation) => operation.name === name);
}

function nameOf(given: unknown): string | undefined {
  if ((typeof given !== "object" && typeof given !== "function") || given === null) return undefined;
  return "name" in given && typeof given.name === "string" && given.name !== "" ? given.name : undefined;
}

/** Bundlers put an underscore before a class name, or a number after it, if the name is taken. */
function commandName(className: string): string | undefined {
  return /^_*(\w+?)Command[\d$]*$/.exec(className)?.[1];
}
