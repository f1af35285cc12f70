import type { HandlerOptions } from "./request-handler.ts";

/**
 * Turns a handler's options into one web `AbortSignal`. Our own client passes just that; an AWS SDK client that uses
 * one of our handlers may pass its older kind of signal, or a time limit.
 */
export function webSignal({ abortSignal, requestTimeout }: HandlerOptions): AbortSignal | undefined {
  const signal = !abortSignal || "addEventListener" in abortSignal ? abortSignal : follow(abortSignal);
  if (!requestTimeout) return signal;
  const timeout = AbortSignal.timeout(requestTimeout);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}

function follow(old: Exclude<NonNullable<HandlerOptions["abortSignal"]>, AbortSignal>): AbortSignal {
  const controller = new AbortController();
  if (old.aborted) controller.abort();
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- it has no other method
  else old.onabort = () => controller.abort();
  return controller.signal;
}
