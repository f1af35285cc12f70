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

/**
 * The one clock of a call: the caller's signal, the total limit, and the limit of the attempt under way share a timer.
 *
 * Work races against it, so a call ends on time even if the work ignores its signal.
 */
export class Deadline {
  readonly #limits: CallLimits;
  readonly #startedAt: number = performance.now();
  readonly #startedAtTime: number;
  /** Milliseconds for which the total limit was paused while a person was asked for something. */
  #pausedMs = 0;
  #pausedAt: number | undefined;
  #pauses = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wakeAt = Infinity;
  #attempt: Attempt | undefined;
  #callController: AbortController | undefined;
  #reject: ((reason: unknown) => void) | undefined;
  #stopped: { readonly reason: unknown } | undefined;
  #stopListening: (() => void) | undefined;

  constructor(limits: CallLimits) {
    this.#limits = limits;
    this.#startedAtTime = limits.now();
  }

  /** Runs the whole call; rejects as soon as the caller aborts or the total limit is reached. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this.#limits;
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise<T>((resolve, reject) => {
      this.#reject = reject;
      this.#stopListening = signal && onAbort(signal, this.#onAbort);
      this.#schedule();
      const end = (): void => {
        clearTimeout(this.#timer);
        this.#timer = undefined;
        this.#wakeAt = -Infinity;
        this.#stopListening?.();
      };
      work().then(first(end, resolve), first(end, reject));
      if (this.#stopped) end();
    });
  }

  /** Runs one attempt; if it takes longer than `timeoutMs`, rejects and aborts the attempt's signal with the same reason. */
  attempt<T>(
    timeoutMs: number,
    timeoutError: () => Error,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    this.throwIfStopped();
    return new Promise<T>((resolve, reject) => {
      const endsAt = isLimit(timeoutMs) ? performance.now() + timeoutMs : Infinity;
      const attempt: Attempt = { controller: new AbortController(), endsAt, timeoutError, reject };
      this.#attempt = attempt;
      this.#schedule();
      const end = (): void => {
        if (this.#attempt === attempt) this.#attempt = undefined;
      };
      work(attempt.controller.signal).then(first(end, resolve), first(end, reject));
    });
  }

  /** Aborted when the call ends early. Created on first use: few calls need it. */
  get signal(): AbortSignal {
    if (!this.#callController) {
      this.#callController = new AbortController();
      if (this.#stopped) this.#callController.abort(this.#stopped.reason);
    }
    return this.#callController.signal;
  }

  /** @throws the reason for which the call ended early, if it did. */
  throwIfStopped(): void {
    if (this.#stopped) throw this.#stopped.reason;
  }

  /** When the call has to end, in milliseconds since 1970 by the client's clock; infinite without a limit. */
  get endsAt(): number {
    const { totalTimeout } = this.#limits;
    return isLimit(totalTimeout) ? this.#startedAtTime + totalTimeout + this.#pausedMs : Infinity;
  }

  /**
   * Pauses the total limit until the returned function is called: a person who is asked for a code may take
   * their time.
   */
  pause(): () => void {
    this.#pausedAt ??= performance.now();
    this.#pauses += 1;
    let isPaused = true;
    return () => {
      if (!isPaused) return;
      isPaused = false;
      this.#pauses -= 1;
      if (this.#pauses > 0 || this.#pausedAt === undefined) return;
      this.#pausedMs += performance.now() - this.#pausedAt;
      this.#pausedAt = undefined;
      this.#schedule();
    };
  }

  readonly #onAbort = (): void => this.#stop(this.#limits.signal?.reason);

  // Reject first: how the work reacts to the abort does not matter.
  #stop(reason: unknown): void {
    this.#stopped ??= { reason };
    clearTimeout(this.#timer);
    this.#wakeAt = -Infinity;
    this.#stopListening?.();
    this.#reject?.(reason);
    this.#attempt?.controller.abort(reason);
    this.#callController?.abort(reason);
  }

  // The end of the total limit on the monotonic clock, which cannot be set back.
  #totalEndsAt(): number {
    const { totalTimeout } = this.#limits;
    if (!isLimit(totalTimeout) || this.#pausedAt !== undefined) return Infinity;
    return this.#startedAt + totalTimeout + this.#pausedMs;
  }

  // Sets the timer for the limit that is reached first. A timer set for an earlier moment stays: it checks again.
  #schedule(): void {
    const now = performance.now();
    const wakeAt = Math.min(this.#attempt?.endsAt ?? Infinity, this.#totalEndsAt());
    if (this.#wakeAt <= wakeAt || wakeAt === Infinity) return;
    clearTimeout(this.#timer);
    this.#wakeAt = wakeAt;
    // Longer timers overflow and fire immediately.
    this.#timer = setTimeout(() => this.#wake(), Math.min(Math.max(Math.ceil(wakeAt - now), 0), 2 ** 31 - 1));
  }

  #wake(): void {
    this.#wakeAt = Infinity;
    const attempt = this.#attempt;
    // A timer may fire within the millisecond before its time.
    const now = performance.now() + 1;
    if (this.#totalEndsAt() <= now) return this.#stop(this.#limits.totalError());
    if (attempt && attempt.endsAt <= now) {
      this.#attempt = undefined;
      const error = attempt.timeoutError();
      attempt.reject(error);
      attempt.controller.abort(error);
    }
    this.#schedule();
  }
}

interface Attempt {
  readonly controller: AbortController;
  readonly endsAt: number;
  readonly timeoutError: () => Error;
  readonly reject: (reason: unknown) => void;
}

// Cleans up before it passes on a value.
function first<T>(end: () => void, pass: (value: T) => void): (value: T) => void {
  return function settleAfter(value) {
    end();
    pass(value);
  };
}

function isLimit(milliseconds: number): boolean {
  return milliseconds > 0 && milliseconds < Infinity;
}

/** Runs work other than a call with a time limit; the work's signal is aborted with the reason that the promise rejects with. */
export function withDeadline<T>(
  { signal, timeoutMs, timeoutError }: WorkLimits,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limits = { signal, totalTimeout: timeoutMs, totalError: timeoutError, now: Date.now };
  const deadline = new Deadline(limits);
  return deadline.run(() => work(deadline.signal));
}

/** The limits of {@link withDeadline}. */
export interface WorkLimits {
  /** The caller's signal. The promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; 0 or infinite: no limit. */
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
