import type { SessionStore } from "@org/sts-client/credentials";

/** A clock that runs faster than real time, the same in every process. */
export interface FastTime {
  /** When it started, in milliseconds since 1970. */
  readonly startedAt: number;
  /** How many times as fast it runs. */
  readonly speed: number;
}

/** Returns the current time. */
export function fastNow({ startedAt, speed }: FastTime): number {
  return startedAt + (Date.now() - startedAt) * speed;
}

/** Waits. Never for less than a few real milliseconds, so that nobody keeps the CPU busy. */
export function fastSleep({ speed }: FastTime, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, Math.max(10, ms / speed));
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason as Error); // the client aborts with an error
    });
  });
}

/** A store on the fast clock, on top of one whose server uses real time. */
export function fastStore({ speed }: FastTime, store: SessionStore): SessionStore {
  return {
    ...store,
    get: async (name, signal) => ({ ...(await store.get(name, signal)), now: undefined }),
    put: (name, entry, signal) => store.put(name, { ...entry, lifeMs: entry.lifeMs / speed }, signal),
    lease: (name, request, signal) =>
      store.lease(name, { ...request, lifeMs: request.lifeMs / speed }, signal),
  };
}
