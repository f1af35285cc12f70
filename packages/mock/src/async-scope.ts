import { AsyncLocalStorage } from "node:async_hooks";

/** A value that holds for everything that a function starts, also after it has waited. */
export interface AsyncScope<Value> {
  /** The value of the innermost scope; `undefined` outside of all. */
  current(): Value | undefined;
  /** Runs a function in a scope of its own. */
  run<Result>(value: Value, callback: () => Result): Result;
}

/** Creates a scope on `AsyncLocalStorage`. `undefined` where the platform has none. */
export function createAsyncScope<Value>(): AsyncScope<Value> | undefined {
  const storage = new AsyncLocalStorage<Value>();
  return {
    current: () => storage.getStore(),
    run: (value, callback) => storage.run(value, callback),
  };
}
