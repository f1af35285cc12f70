import { type Operation, type OperationSchema, STSServiceException } from "@org/sts-protocol";

import type { Call } from "../calls.ts";

/** Something that names its operation, as the client's command classes do. */
export interface CommandClass<Known> {
  /** The operation. */
  readonly operation: Known;
}

/** An operation of the protocol, or a command class of it. */
export type OperationReference<Request extends object, Response extends object> =
  | Operation<Request, Response>
  | CommandClass<Operation<Request, Response>>;

/** Any operation, or a command class of any operation. */
export type AnyOperation = OperationSchema | CommandClass<OperationSchema>;

/** `T` with every member optional, at every depth. */
export type Overrides<T> = T extends Date | readonly unknown[]
  ? T
  : T extends object
    ? { readonly [Name in keyof T]?: Overrides<T[Name]> | undefined }
    : T;

/**
 * How the mock answers an operation:
 *
 * - members that go over those of the mock's own answer (`undefined` takes one away);
 * - an exception, which becomes the error answer;
 * - a function that returns or throws either, and `undefined` for the mock's own answer. Anything else that it throws
 *   is rethrown, because a bug in a test must not look like a fault of the service.
 */
export type Reply<Request extends object, Response extends object> =
  | Overrides<Response>
  | STSServiceException
  | ((input: Request, call: Call) => ReplyResult<Response> | Promise<ReplyResult<Response>>);

/** What a reply function returns. */
export type ReplyResult<Response extends object> = Overrides<Response> | STSServiceException | undefined;

/** Replies by operation name. */
export interface Replies {
  /** Answers every call from now on. */
  set(operation: string, reply: unknown): void;
  /** Answers one call, after those queued before. */
  queue(operation: string, reply: unknown): void;
  /** Finds the members to lay over the mock's own answer. Throws when the reply is an exception. */
  resolve(operation: string, input: object, call: Call): Promise<object | undefined>;
  /** Forgets all replies. */
  clear(): void;
}

/** Creates a register without replies. */
export function createReplies(): Replies {
  const standing = new Map<string, unknown>();
  const queued = new Map<string, unknown[]>();
  return {
    set: (operation, reply) => {
      standing.set(operation, reply);
    },
    queue: (operation, reply) => {
      queued.set(operation, [...(queued.get(operation) ?? []), reply]);
    },
    resolve: async (operation, input, call) => {
      const queue = queued.get(operation);
      const reply = queue !== undefined && queue.length > 0 ? queue.shift() : standing.get(operation);
      const result: unknown = typeof reply === "function" ? await reply(input, call) : reply;
      if (result instanceof STSServiceException) throw result;
      return typeof result === "object" && result !== null ? result : undefined;
    },
    clear: () => {
      standing.clear();
      queued.clear();
    },
  };
}

/** Reads the operation out of a reference. */
export function operationOf(reference: AnyOperation): OperationSchema {
  return "operation" in reference ? reference.operation : reference;
}

/** Lays overrides over an answer: structures member by member, everything else as a whole. */
export function applyOverrides(answer: object, overrides: object): Record<string, unknown> {
  const result: Record<string, unknown> = { ...answer };
  for (const [name, value] of Object.entries(overrides)) {
    const below = result[name];
    result[name] = isStructure(value) ? applyOverrides(isStructure(below) ? below : {}, value) : value;
  }
  return result;
}

function isStructure(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
