import { onAbort } from "../../call/on-abort.ts";
import type { CredentialsProviderOptions } from "../provider.ts";

/** Work that several callers wait for. */
export interface SharedLoad<T> {
  /** Whether the work must not ask anybody for a code. */
  readonly isRestricted: boolean;
  /** Waits with the others. Rejects with the caller's reason when the caller gives up. */
  join(asked: CredentialsProviderOptions | undefined): Promise<T>;
}

/**
 * Starts work that several callers wait for. It is aborted when the last of them has given up. While it asks a person,
 * the time limits of all of them are paused.
 *
 * @param onEnd - called once, when nobody can join any more
 */
export function shareLoad<T>(
  work: (asked: CredentialsProviderOptions) => Promise<T>,
  asked: CredentialsProviderOptions | undefined,
  onEnd: () => void,
): SharedLoad<T> {
  const controller = new AbortController();
  const waiting = new Set<Waiting>();
  let pauses = 0;
  const pauseTimeLimit = (): (() => void) => {
    pauses += 1;
    for (const each of waiting) each.pause();
    let isPaused = true;
    return () => {
      if (!isPaused) return;
      isPaused = false;
      pauses -= 1;
      if (pauses === 0) for (const each of waiting) each.resume();
    };
  };
  const result = work({
    ...(asked?.forceRefresh !== undefined && { forceRefresh: asked.forceRefresh }),
    ...(asked?.rejectedKeyId !== undefined && { rejectedKeyId: asked.rejectedKeyId }),
    callerClientConfig: asked?.callerClientConfig,
    abortSignal: controller.signal,
    pauseTimeLimit,
  });
  // Before anybody who joined goes on.
  void result.then(onEnd, onEnd);

  const join = (caller: CredentialsProviderOptions | undefined): Promise<T> => {
    const waiter = createWaiting(caller?.pauseTimeLimit);
    waiting.add(waiter);
    // This caller waits to the end, and has no time limit to pause.
    if (!caller?.abortSignal && !caller?.pauseTimeLimit) return result;
    if (pauses > 0) waiter.pause();
    const signal = caller.abortSignal;
    return new Promise<T>((resolve, reject) => {
      const leave = (): void => {
        waiting.delete(waiter);
        waiter.resume();
        reject(signal?.reason);
        if (waiting.size > 0) return;
        onEnd();
        controller.abort(signal?.reason);
      };
      const stopListening = signal ? onAbort(signal, leave) : undefined;
      const settleWith = <V>(pass: (value: V) => void) => {
        return (value: V): void => {
          stopListening?.();
          waiting.delete(waiter);
          waiter.resume();
          pass(value);
        };
      };
      result.then(settleWith(resolve), settleWith(reject));
    });
  };
  return { isRestricted: asked?.rejectedKeyId !== undefined, join };
}

/** The time limit of one caller. */
interface Waiting {
  pause(): void;
  resume(): void;
}

function createWaiting(pauseTimeLimit: CredentialsProviderOptions["pauseTimeLimit"]): Waiting {
  let resumeTimeLimit: (() => void) | undefined;
  return {
    pause: () => void (resumeTimeLimit ??= pauseTimeLimit?.()),
    resume() {
      resumeTimeLimit?.();
      resumeTimeLimit = undefined;
    },
  };
}
