import { LONGEST_TIMER_MS } from "../../../call/deadline.ts";
import { log } from "../../../call/logger.ts";
import { withoutSecrets } from "../../../errors/without-secrets.ts";
import type { Sealer } from "./seal-session.ts";
import type { EventOptions } from "./session-events.ts";
import { LONGEST_LEASE_MS } from "./session-store.ts";
import type { LeaseRequest, NewSession, SessionStore, StoredSession } from "./session-store.ts";

/** The store failed: it threw, or did not respond in time. Never leaves this folder. */
export class StoreFailure extends Error {
  /** Always `StoreFailure`. */
  override readonly name = "StoreFailure";
}

/** A store that fails in only one way, and in bounded time. */
export interface GuardedStore {
  /** As in {@link SessionStore}, with the text opened; throws {@link StoreFailure}. */
  readonly get: (name: string) => Promise<OpenedSession>;
  /** As in {@link SessionStore}, and seals the text; also `false` when the store fails, since the caller has valid credentials. */
  readonly put: (name: string, entry: NewSession) => Promise<boolean>;
  /** As in {@link SessionStore}; throws {@link StoreFailure}. */
  readonly lease: (name: string, request: LeaseRequest) => Promise<number | undefined>;
}

/** A record whose text has been opened. */
export interface OpenedSession extends StoredSession {
  /** Whether there is a text that cannot be opened. */
  readonly isUnreadable: boolean;
}

/**
 * Limits the time of a store's functions, turns everything they throw into one error, and logs once that the store
 * fails and once that it is back.
 */
export function guardStore(
  store: SessionStore,
  sealer: Sealer,
  { logger, timeoutMs }: Pick<EventOptions, "logger"> & { readonly timeoutMs: number },
): GuardedStore {
  // A full store can be read but not written: it is back only when what failed works again.
  const failing = new Set<string>();
  const note = (what: string, error?: StoreFailure): void => {
    const wasFailing = failing.size > 0;
    if (error) failing.add(what);
    else if (what === "get") failing.delete(what);
    else failing.clear();
    if (error && !wasFailing)
      log(logger, "warn", `sts-client: ${error.message}; every process asks STS by itself`, error);
    if (wasFailing && failing.size === 0)
      log(logger, "info", `sts-client: the session store ${store.name} is back`);
  };

  // With callbacks, not with `withDeadline` and `await`: a hit takes an eighth less processor time (measured).
  const attempt = <T>(
    what: string,
    run: (signal: AbortSignal) => Promise<T>,
    secrets: readonly string[] = [],
  ): Promise<T> =>
    new Promise((resolve, reject) => {
      const controller = new AbortController();
      let isOver = false;
      const isFirst = (): boolean => {
        if (isOver) return false;
        clearTimeout(timer);
        return (isOver = true);
      };
      const succeed = (result: T): void => {
        if (!isFirst()) return;
        note(what);
        resolve(result);
      };
      const fail = (error: unknown): void => {
        if (!isFirst()) return;
        const cause = withoutSecrets(error, secrets);
        const reason = cause instanceof Error ? cause.message : "unknown error";
        const failure = new StoreFailure(`the session store ${store.name} failed at ${what}: ${reason}`, {
          cause,
        });
        note(what, failure);
        reject(failure);
      };
      const wake = (): void => {
        const reason = new Error(`no response within ${timeoutMs} ms`);
        fail(reason);
        controller.abort(reason);
      };
      const timer = setTimeout(wake, Math.min(timeoutMs, LONGEST_TIMER_MS));
      run(controller.signal).then(succeed, fail).catch(reject);
    });

  return {
    get: (name) =>
      attempt("get", async (signal) => {
        const { text: given, fence, leasedForMs, now } = await store.get(name, signal);
        // Anyone may have written the store, and what is in it.
        const entry = typeof given === "string" && given !== "" ? given : undefined;
        const opened = entry === undefined ? undefined : sealer.open(name, entry);
        // Nothing is awaited without need.
        const text = typeof opened === "object" ? await opened : opened;
        return {
          text,
          isUnreadable: text === undefined && entry !== undefined,
          fence: Number.isSafeInteger(fence) ? fence : 0,
          leasedForMs: leasedForMs > 0 && leasedForMs <= LONGEST_LEASE_MS ? leasedForMs : 0,
          now: now !== undefined && Number.isFinite(now) && now > 0 ? now : undefined,
        };
      }),
    put: (name, entry) =>
      attempt(
        "put",
        async (signal) => store.put(name, { ...entry, text: await sealer.seal(name, entry.text) }, signal),
        // A client of a database may hang the whole command on its error.
        [entry.text],
      ).catch(() => false),
    lease: (name, request) => attempt("lease", async (signal) => store.lease(name, request, signal)),
  };
}
