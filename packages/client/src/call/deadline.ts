import { onAbort } from "./on-abort.ts";

/** The time limits of one call. */
export interface CallLimits {
  /** The caller's signal. The call rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds the call may take, all attempts and waits included; 0 or infinite: no limit. */
  readonly totalTimeout: number;
  /** Creates the error for the total limit. */
  readonly totalError: () => Error;
  /** Clock in milliseconds since 1970. */
  readonly now: () => number;
}

/** The one clock of a call: see {@link createDeadline}. */
export interface Deadline {
  /** Runs the whole call; rejects as soon as the caller aborts or the total limit is over. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Runs one attempt; rejects when it takes longer than `timeoutMs`, and its signal is then aborted with the same reason. */
  attempt<T>(
    timeoutMs: number,
    timeoutError: () => Error,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
  /** Aborted when the call ends early. Created on first use: few calls need it. */
  readonly signal: AbortSignal;
  /** @throws the reason the call ended early, if it did. */
  throwIfStopped(): void;
  /** When the call has to end, in milliseconds since 1970 by the client's clock; infinite without a limit. */
  readonly endsAt: number;
  /**
   * Stops the total limit until the returned function is called: a person who is asked for a code takes the time that a person
   * takes.
   */
  pause(): () => void;
}

/**
 * Creates the one clock of a call: the caller's signal, the total limit, and the limit of the attempt under way share a timer.
 *
 * Work races against it, so a call ends on time even if the work ignores its signal.
 */
export function createDeadline({ signal, totalTimeout, totalError, now }: CallLimits): Deadline {
  const startedAt = performance.now();
  const startedAtTime = now();
  const totalMs = limitOf(totalTimeout);
  /** Milliseconds for which the total limit was paused while a person was asked for something. */
  let pausedMs = 0;
  let pausedAt: number | undefined;
  let pauses = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wakesAt = Infinity;
  let current: Attempt | undefined;
  let controller: AbortController | undefined;
  let rejectCall: ((reason: unknown) => void) | undefined;
  let stopped: { readonly reason: unknown } | undefined;
  let stopListening: (() => void) | undefined;

  // On the monotonic clock, which nobody can set back.
  const totalEndsAt = (): number => (pausedAt === undefined ? startedAt + totalMs + pausedMs : Infinity);

  const end = (): void => {
    clearTimeout(timer);
    wakesAt = -Infinity;
    stopListening?.();
  };

  // Rejects first: what the work does about the abort does not matter.
  const stop = (reason: unknown): void => {
    stopped ??= { reason };
    end();
    rejectCall?.(reason);
    current?.controller.abort(reason);
    controller?.abort(reason);
  };

  // Sets the timer for the limit that is reached first. A timer set for an earlier moment stays: it checks again.
  const schedule = (): void => {
    const next = Math.min(current?.endsAt ?? Infinity, totalEndsAt());
    if (wakesAt <= next || next === Infinity) return;
    clearTimeout(timer);
    wakesAt = next;
    const waitMs = Math.max(Math.ceil(next - performance.now()), 0);
    // Longer timers overflow and fire at once.
    timer = setTimeout(wake, Math.min(waitMs, 2 ** 31 - 1));
  };

  function wake(): void {
    wakesAt = Infinity;
    // A timer may fire within the millisecond before its time.
    const time = performance.now() + 1;
    if (totalEndsAt() <= time) return stop(totalError());
    const attempt = current;
    if (attempt && attempt.endsAt <= time) {
      current = undefined;
      const error = attempt.timeoutError();
      attempt.reject(error);
      attempt.controller.abort(error);
    }
    schedule();
  }

  const throwIfStopped = (): void => {
    if (stopped) throw stopped.reason;
  };

  return {
    run(work) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      return new Promise((resolve, reject) => {
        rejectCall = reject;
        stopListening = signal && onAbort(signal, () => stop(signal.reason));
        schedule();
        cleanUpAfter(work(), end).then(resolve, reject);
        if (stopped) end();
      });
    },
    attempt(timeoutMs, timeoutError, work) {
      throwIfStopped();
      return new Promise((resolve, reject) => {
        const endsAt = performance.now() + limitOf(timeoutMs);
        const attempt: Attempt = { controller: new AbortController(), endsAt, timeoutError, reject };
        current = attempt;
        schedule();
        const endAttempt = (): void => {
          if (current === attempt) current = undefined;
        };
        cleanUpAfter(work(attempt.controller.signal), endAttempt).then(resolve, reject);
      });
    },
    get signal() {
      if (!controller) {
        controller = new AbortController();
        if (stopped) controller.abort(stopped.reason);
      }
      return controller.signal;
    },
    throwIfStopped,
    get endsAt() {
      return startedAtTime + totalMs + pausedMs;
    },
    pause() {
      pausedAt ??= performance.now();
      pauses += 1;
      let isPaused = true;
      return () => {
        if (!isPaused) return;
        isPaused = false;
        pauses -= 1;
        if (pauses > 0 || pausedAt === undefined) return;
        pausedMs += performance.now() - pausedAt;
        pausedAt = undefined;
        schedule();
      };
    },
  };
}

interface Attempt {
  readonly controller: AbortController;
  readonly endsAt: number;
  readonly timeoutError: () => Error;
  readonly reject: (reason: unknown) => void;
}

// Cleans up before it passes on a value or an error. V8 follows this chain, so the stack of an error names the caller's functions.
async function cleanUpAfter<T>(work: Promise<T>, end: () => void): Promise<T> {
  try {
    return await work;
  } finally {
    end();
  }
}

/** A time limit of 0 means no limit. */
function limitOf(milliseconds: number): number {
  return milliseconds > 0 ? milliseconds : Infinity;
}

/** Runs work other than a call with a time limit; the work's signal is aborted with the reason that the promise rejects with. */
export function withDeadline<T>(
  { timeoutMs, timeoutError }: WorkLimits,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    const limitMs = limitOf(timeoutMs);
    const stop = (): void => {
      const error = timeoutError();
      reject(error);
      controller.abort(error);
    };
    const timer = limitMs < 2 ** 31 ? setTimeout(stop, limitMs) : undefined;
    cleanUpAfter(work(controller.signal), () => clearTimeout(timer)).then(resolve, reject);
  });
}

/** The limits of {@link withDeadline}. */
export interface WorkLimits {
  /** Milliseconds; 0 or more than a timer can wait: no limit. */
  readonly timeoutMs: number;
  /** Creates the error for the time limit. */
  readonly timeoutError: () => Error;
}

/** Waits. Rejects with the signal's reason when it is aborted. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
