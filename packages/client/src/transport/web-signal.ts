import { STSClientError } from "../errors/client-error.ts";
import type { HandlerOptions } from "./request-handler.ts";

/**
 * Turns a handler's options into one web `AbortSignal`. Our own client passes just that to a handler; programs, and AWS SDK
 * clients that use one of our handlers, may pass the AWS SDK's older kind of signal, or a time limit.
 *
 * @throws {@link STSClientError} `ERR_CONFIG` when it is not a signal, such as its controller
 */
export function webSignal({ abortSignal, requestTimeout }: SignalOptions): AbortSignal | undefined {
  if (abortSignal && typeof abortSignal.aborted !== "boolean")
    throw new STSClientError("ERR_CONFIG", "abortSignal: expected an AbortSignal, such as controller.signal");
  const signal = !abortSignal || "addEventListener" in abortSignal ? abortSignal : follow(abortSignal);
  if (!requestTimeout) return signal;
  const timeout = AbortSignal.timeout(requestTimeout);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}

interface SignalOptions extends Pick<HandlerOptions, "requestTimeout"> {
  readonly abortSignal?: HandlerOptions["abortSignal"] | undefined;
}

function follow(old: Exclude<NonNullable<HandlerOptions["abortSignal"]>, AbortSignal>): AbortSignal {
  const controller = new AbortController();
  if (old.aborted) controller.abort();
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- it has no other method
  else old.onabort = () => controller.abort();
  return controller.signal;
}
