/** A promise's result or its error, one of them. */
export interface Settled<T> {
  /** What it resolved to. */
  readonly result?: T;
  /** What it rejected with. */
  readonly error?: unknown;
}

/** Turns a rejection into a value, to be decided about later. */
export function settle<T>(promise: Promise<T>): Promise<Settled<T>> {
  return promise.then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  );
}
