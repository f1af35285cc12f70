import type { AsyncScope } from "./async-scope.ts";

/** Browsers have no `AsyncLocalStorage`. */
export function createAsyncScope<Value>(): AsyncScope<Value> | undefined {
  return undefined;
}
