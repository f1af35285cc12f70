/** A promise's result or its error. */
export interface Settled<T> {
  /** What it resolved to. */
  readonly result?: T;
  /** What it rejected with. */
  readonly error?: unknown;
}

/** Turns a rejection into a value, for a later decision. */
export function settle<T>(promise: Promise<T>): Promise<Settled<T>> {
  return promise.then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  );
}
