import { computedProperty } from "./computed-property.ts";
import { onAbort } from "./on-abort.ts";

/** The limits of {@link LimitedWork}. */
export interface WorkLimits {
  /** The caller's signal. The promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; 0 or infinite: no limit. */
  readonly timeoutMs: number;
  /** Creates the error for the time limit. */
  readonly timeoutError: () => Error;
}

/** Work that ends when its time is over, or when somebody stops it, even if it ignores its signal. */
export class LimitedWork {
  /** When it has to end, on the monotonic clock, which nobody can set back. */
  protected dueAt: number = Infinity;
  readonly #limits: WorkLimits;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reject: ((reason: unknown) => void) | undefined;
  #stopped: { readonly reason: unknown } | undefined;
  #controller: AbortController | undefined;
  #listener: ((reason: unknown) => void) | undefined;

  /** @param limits - they count from when the work begins */
  constructor(limits: WorkLimits) {
    this.#limits = limits;
  }

  /** Aborted when the work ends early. Created on first use: few need it. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#stopped) this.#controller.abort(this.#stopped.reason);
    }
    return this.#controller.signal;
  }

  /**
   * Calls a function with the reason when the work ends early, or immediately if it already has. Takes much less time than
   * listening to {@link signal}. There is one listener at a time.
   *
   * @returns A function that stops listening.
   */
  onStop(listener: (reason: unknown) => void): () => void {
    if (this.#stopped) listener(this.#stopped.reason);
    else this.#listener = listener;
    return () => (this.#listener = undefined);
  }

  /** Runs the work; rejects as soon as the caller aborts or the time is over. */
  // V8 follows this kind of promise, so the stack of an error names the caller's functions.
  async run<T>(work: (self: this) => Promise<T>): Promise<T> {
    const { signal, timeoutMs } = this.#limits;
    if (signal?.aborted) throw signal.reason;
    let stopListening: (() => void) | undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        this.#reject = reject;
        stopListening = signal && onAbort(signal, () => this.stop(signal.reason));
        this.startTimer(limitOf(timeoutMs));
        work(this).then(resolve, reject);
      });
    } finally {
      stopListening?.();
      this.stopTimer();
      // What comes later concerns nobody any more.
      this.dueAt = Infinity;
      this.#controller = undefined;
      this.#listener = undefined;
    }
  }

  /** Ends the work early. Rejects first: what the work does about the abort does not matter. */
  stop(reason: unknown): void {
    this.#stopped ??= { reason };
    this.#reject?.(reason);
    this.#controller?.abort(reason);
    this.#listener?.(reason);
  }

  /** @throws the reason the work ended early, if it did. */
  throwIfStopped(): void {
    if (this.#stopped) throw this.#stopped.reason;
  }

  protected startTimer(leftMs: number): void {
    this.dueAt = performance.now() + leftMs;
    if (leftMs === Infinity) return;
    const wake = (): void => {
      const stillMs = this.dueAt - performance.now();
      // A timer may fire within the millisecond before its time.
      if (stillMs > 1) this.startTimer(stillMs);
      else this.stop(this.#limits.timeoutError());
    };
    this.#timer = setTimeout(wake, Math.min(Math.max(leftMs, 0), LONGEST_TIMER_MS));
  }

  protected stopTimer(): void {
    clearTimeout(this.#timer);
  }
}

/** The limits of {@link Deadline}. */
export interface CallLimits extends WorkLimits {
  /** Clock in milliseconds since 1970. */
  readonly now: () => number;
}

/** The time limits of one call, all attempts and waits included, and of the attempt under way. */
export class Deadline extends LimitedWork {
  /** When the call has to end, in milliseconds since 1970 by the client's clock; infinite without a limit. */
  endsAt: number;
  #attempt: LimitedWork | undefined;
  #pauses = 0;
  #pausedAt = 0;

  /** @param limits - those of the call, which begins now */
  constructor(limits: CallLimits) {
    super(limits);
    this.endsAt = limits.now() + limitOf(limits.timeoutMs);
  }

  /** Runs one attempt. It rejects, and its signal is aborted, when its time is over or the call ends early. */
  attempt<T>(limits: WorkLimits, work: (attempt: LimitedWork) => Promise<T>): Promise<T> {
    return (this.#attempt = new LimitedWork(limits)).run(work);
  }

  override stop(reason: unknown): void {
    super.stop(reason);
    this.#attempt?.stop(reason);
  }

  /**
   * Stops the total limit until the returned function is called: a person who is asked for a code takes the time that a person
   * takes.
   */
  pause(): () => void {
    if (this.#pauses === 0) this.#pausedAt = performance.now();
    this.#pauses += 1;
    this.stopTimer();
    let isPaused = true;
    return () => {
      if (!isPaused) return;
      isPaused = false;
      this.#pauses -= 1;
      if (this.#pauses > 0) return;
      this.endsAt += performance.now() - this.#pausedAt;
      this.startTimer(this.dueAt - this.#pausedAt);
    };
  }
}

/** Defines the option `abortSignal` as a signal that is created only when it is read. Copies of the options have it too. */
export const defineAbortSignal: ReturnType<typeof computedProperty<"abortSignal", AbortSignal>> =
  /* @__PURE__ */ computedProperty("abortSignal", true);

/** A time limit of 0 means no limit. One that is no number is exceeded at once, by an error that shows it. */
function limitOf(milliseconds: number): number {
  return milliseconds <= 0 ? Infinity : milliseconds;
}

/** Runs work other than a call with a time limit; the work's signal is aborted with the reason that the promise rejects with. */
export function withDeadline<T>(limits: WorkLimits, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return new LimitedWork(limits).run(({ signal }) => work(signal));
}

/** Waits. Rejects with the signal's reason when it is aborted. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stopListening?.();
      resolve();
    }, milliseconds);
    const stopListening =
      signal &&
      onAbort(signal, () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
  });
}

/** Longer timers overflow and fire at once. */
export const LONGEST_TIMER_MS: number = 2 ** 31 - 1;
