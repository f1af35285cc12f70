import { type OperationSchema, STSServiceException } from "@org/sts-protocol";

import type { Call } from "../calls.ts";
import { checkMembers } from "../check-members.ts";

/** `T` with every member optional, at every level. */
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
 *   throws is rethrown, because a bug in a test must not look like a service error.
 *
 * A fake checks the request first. Members and functions are used after the request has passed every rule of the
 * operation; an exception replaces those rules, but not the signature check and the limits of the input.
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
  set(operation: OperationSchema, reply: unknown): void;
  /** Replies to one call, after those queued before. */
  queue(operation: OperationSchema, reply: unknown): void;
  /** Takes the next reply if it is an exception; `undefined` leaves the reply for {@link Replies.resolve}. */
  takeException(operation: OperationSchema): STSServiceException | undefined;
  /** Takes the next reply and returns the members that override the mock's own. Throws if it is an exception. */
  resolve(
    operation: OperationSchema,
    input: object,
    call: Call,
  ): object | undefined | Promise<object | undefined>;
  /** Forgets all replies. */
  clear(): void;
}

/** Creates a register without replies. */
export function createReplies(): Replies {
  const standing = new Map<string, unknown>();
  const queued = new Map<string, unknown[]>();
  const take = ({ name }: OperationSchema): unknown => {
    const queue = queued.get(name);
    return queue !== undefined && queue.length > 0 ? queue.shift() : standing.get(name);
  };
  return {
    set: (operation, reply) => {
      checkReply(operation, reply, `on(${operation.name})`);
      standing.set(operation.name, reply);
    },
    queue: (operation, reply) => {
      checkReply(operation, reply, `once(${operation.name})`);
      queued.set(operation.name, [...(queued.get(operation.name) ?? []), reply]);
    },
    takeException: (operation) => {
      const next = queued.get(operation.name)?.[0] ?? standing.get(operation.name);
      if (!(next instanceof STSServiceException)) return undefined;
      take(operation);
      return next;
    },
    resolve: (operation, input, call) => {
      const reply = take(operation);
      return typeof reply === "function" ? callReply(operation, () => reply(input, call)) : membersOf(reply);
    },
    clear: () => {
      standing.clear();
      queued.clear();
    },
  };
}

async function callReply(operation: OperationSchema, reply: () => unknown): Promise<object | undefined> {
  const result = await reply();
  if (result === undefined) return undefined;
  checkResult(operation, result, `the reply function of ${operation.name}`);
  return membersOf(result);
}

function checkReply(operation: OperationSchema, reply: unknown, where: string): void {
  if (typeof reply !== "function") checkResult(operation, reply, where);
}

function checkResult(operation: OperationSchema, result: unknown, where: string): void {
  if (result instanceof STSServiceException) return;
  if (typeof result !== "object" || result === null || Array.isArray(result) || result instanceof Error) {
    const found = result instanceof Error ? `a ${result.name}` : result === null ? "null" : typeof result;
    throw new TypeError(
      `${where}: expected members of the response, a function, or an exception of STS, such as serviceError("AccessDenied", 403, "no"); found ${found}`,
    );
  }
  checkMembers(operation.output, result, where);
}

function membersOf(reply: unknown): object | undefined {
  if (reply instanceof STSServiceException) throw reply;
  return typeof reply === "object" && reply !== null ? reply : undefined;
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
