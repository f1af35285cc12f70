/** When {@link withDeadline} gives up. */
export interface Deadline {
  /** The caller's signal. Its reason is what the promise rejects with. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; 0 or infinite: no limit. */
  readonly timeoutMs: number;
  /** Makes the error of the time limit. */
  readonly timeoutError: () => Error;
}

/**
 * Runs work that ends when the caller aborts or the time is over, whether the work looks at its signal or not.
 *
 * @param run - the work, which rejects and never throws; its signal is aborted with the reason that the promise rejects with
 */
export function withDeadline<T>(deadline: Deadline, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { signal, timeoutMs, timeoutError } = deadline;
  return new Promise<T>((resolve, reject) => {
    signal?.throwIfAborted();
    const controller = new AbortController();
    // Rejecting comes first: what the work makes of the abort is of no interest.
    const stop = (reason: unknown): void => {
      end();
      reject(reason);
      controller.abort(reason);
    };
    const onAbort = (): void => stop(signal?.reason);
    signal?.addEventListener("abort", onAbort);
    // Longer timers overflow and fire at once.
    const timer =
      timeoutMs > 0 && timeoutMs < 2 ** 31 ? setTimeout(() => stop(timeoutError()), timeoutMs) : undefined;
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
    run(controller.signal).finally(end).then(resolve, reject);
  });
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
