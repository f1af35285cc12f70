import type { LimitedWork } from "../call/deadline.ts";
import type { HandledRequest, HandlerResult, RequestHandler } from "./request-handler.ts";

/** What {@link AttemptSender} gets besides the request. */
export interface AttemptOptions {
  /** The attempt, which may end early. */
  readonly attempt: LimitedWork;
  /** See {@link HandlerOptions.freshConnection}. */
  readonly freshConnection: boolean;
}

/**
 * Does what `handle` does, without the `AbortSignal` that foreign handlers expect: creating one and listening to it took a seventh of
 * the processor time of a call over `node:http` (measured).
 */
export type AttemptSender = (request: HandledRequest, options: AttemptOptions) => Promise<HandlerResult>;

// By function, not by handler: whoever replaces a handler's function, as tracing does, wants to be called.
/** How our own handlers send the attempts of our own client, by their function `handle`. */
export const attemptSenders: WeakMap<RequestHandler["handle"], AttemptSender> = /* @__PURE__ */ new WeakMap();
