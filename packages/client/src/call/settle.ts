import type { HandlerOutput } from "./middleware-stack.ts";

/** A promise's result or its error, one of them. */
export interface Outcome<T> {
  /** What it resolved to. */
  readonly result?: T;
  /** What it rejected with. */
  readonly error?: unknown;
}

/** What came of an attempt. */
export interface Attempt extends Outcome<HandlerOutput<object>> {
  /** Local clock when it was sent. */
  readonly startedAt: number;
  /** Clock offset it was signed with. */
  readonly clockOffset: number;
}

/** Turns a rejection into a value, to be decided about later. */
export function outcomeOf<T>(promise: Promise<T>): Promise<Outcome<T>> {
  return promise.then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  );
}
