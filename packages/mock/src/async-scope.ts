import { AsyncLocalStorage } from "node:async_hooks";

/** A value that applies to everything that a function starts, even after it has waited. */
export interface AsyncScope<Value> {
  /** The value of the innermost scope; `undefined` outside of all. */
  current(): Value | undefined;
  /** Runs a function in its own scope. */
  run<Result>(value: Value, callback: () => Result): Result;
}

/** Creates a scope on `AsyncLocalStorage`. `undefined` if the platform has none. */
export function createAsyncScope<Value>(): AsyncScope<Value> | undefined {
  const storage = new AsyncLocalStorage<Value>();
  return {
    current: () => storage.getStore(),
    run: (value, callback) => storage.run(value, callback),
  };
}
