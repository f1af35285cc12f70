import { LONGEST_LEASE_MS } from "./session-store.ts";
import type { SessionStore } from "./session-store.ts";

/** Options of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /** Clock in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * A store in the memory of this process, for tests and simulations. It is also the shortest example of a store.
 *
 * Each function does its work without interruption, as a store must do for all hosts.
 */
export function memoryStore({ now = Date.now }: MemoryStoreOptions = {}): SessionStore {
  const records = new Map<string, MemoryRecord>();
  const find = (name: string): MemoryRecord => records.get(name) ?? EMPTY;

  return {
    name: "memory",
    isPrivate: true,
    get: async (name) => {
      const { text, end, fence, until } = find(name);
      const time = now();
      return {
        ...(end > time && { text }),
        fence,
        leasedForMs: Math.max(0, until - time),
        now: time,
      };
    },
    put: async (name, { text, lifeMs, fence }) => {
      if (find(name).fence !== fence) return false;
      records.set(name, { text, end: now() + lifeMs, fence, until: 0 });
      return true;
    },
    lease: async (name, { lifeMs, fence }) => {
      const record = find(name);
      const time = now();
      if (fence === undefined ? record.until > time : record.fence !== fence) return undefined;
      const granted = fence ?? Math.max(record.fence + 1, time);
      const until = lifeMs > 0 ? time + Math.min(lifeMs, LONGEST_LEASE_MS) : 0;
      records.set(name, { ...record, fence: granted, until });
      return granted;
    },
  };
}

interface MemoryRecord {
  readonly text: string;
  readonly end: number;
  readonly fence: number;
  readonly until: number;
}

const EMPTY: MemoryRecord = { text: "", end: 0, fence: 0, until: 0 };
