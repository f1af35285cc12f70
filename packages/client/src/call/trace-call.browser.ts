/** Browsers have no tracing channels. The package's import map uses this instead of `trace-call.ts`. */
export function isTraced(): boolean {
  return false;
}

/** Makes a call. */
export async function traceCall<Output>(_command: object, call: () => Promise<Output>): Promise<Output> {
  return call();
}
