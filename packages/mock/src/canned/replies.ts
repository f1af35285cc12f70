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
 * How the mock responds to an operation:
 *
 * - members that override those of the mock's own response (`undefined` removes one);
 * - an exception, which becomes the error response;
 * - a function that returns or throws either, or returns `undefined` for the mock's own response. Anything else that it
 *   throws is rethrown, because a bug in a test must not look like a fault of the service.
 *
 * A fake checks the request first. Members and functions are used after the request has passed every rule of the
 * operation; an exception takes the place of those rules, but not of the signature and the limits of the input.
 */
export type Reply<Request extends object, Response extends object> =
  | Overrides<Response>
  | STSServiceException
  | ((input: Request, call: Call) => ReplyResult<Response> | Promise<ReplyResult<Response>>);

/** What a reply function returns. */
export type ReplyResult<Response extends object> = Overrides<Response> | STSServiceException | undefined;

/** Replies by operation name. */
export interface Replies {
  /** Replies to every call from now on. */
  set(operation: string, reply: unknown): void;
  /** Replies to one call, after those queued before. */
  queue(operation: string, reply: unknown): void;
  /** Takes the reply that is due when it is an exception; `undefined` leaves the reply for {@link Replies.resolve}. */
  takeException(operation: string): STSServiceException | undefined;
  /** Takes the reply that is due and finds the members that override the mock's own. Throws when it is an exception. */
  resolve(operation: string, input: object, call: Call): Promise<object | undefined>;
  /** Forgets all replies. */
  clear(): void;
}

/** Creates a register without replies. */
export function createReplies(): Replies {
  const standing = new Map<string, unknown>();
  const queued = new Map<string, unknown[]>();
  const take = (operation: string): unknown => {
    const queue = queued.get(operation);
    return queue !== undefined && queue.length > 0 ? queue.shift() : standing.get(operation);
  };
  return {
    set: (operation, reply) => {
      standing.set(operation, reply);
    },
    queue: (operation, reply) => {
      queued.set(operation, [...(queued.get(operation) ?? []), reply]);
    },
    takeException: (operation) => {
      const next = queued.get(operation)?.[0] ?? standing.get(operation);
      if (!(next instanceof STSServiceException)) return undefined;
      take(operation);
      return next;
    },
    resolve: async (operation, input, call) => {
      const reply = take(operation);
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

/** Overrides members of a response: structures member by member, everything else as a whole. */
export function applyOverrides(response: object, overrides: object): Record<string, unknown> {
  const result: Record<string, unknown> = { ...response };
  for (const [name, value] of Object.entries(overrides)) {
    const below = result[name];
    result[name] = isStructure(value) ? applyOverrides(isStructure(below) ? below : {}, value) : value;
  }
  return result;
}

function isStructure(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
