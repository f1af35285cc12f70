/**
 * Where a fleet keeps its sessions: three functions on top of any database that can replace a record under a condition.
 *
 * A record has a name and contains an opaque text, the number of the newest lease, and the end of that lease. Functions
 * may throw or be slow: callers then continue without the store. `sessionStoreTests` of
 * `@org/sts-client/credentials/store-conformance` tests an implementation.
 *
 * @see `redisStore`, `ioredisStore`, `dynamoDbStore` and `fileStore`, each with its own entry point.
 */
export interface SessionStore {
  /** What log lines and events call the store, such as `redis`. */
  readonly name: string;
  /**
   * Whether nobody but the user of this process can read what is stored. Only then may entries be stored without a
   * sealing key. Default `false`.
   */
  readonly isPrivate?: boolean | undefined;
  /** Reads a record. A record that does not exist, has expired or is invalid is returned without text or lease. */
  get(name: string, signal: AbortSignal): Promise<StoredSession>;
  /**
   * Stores a text and ends the lease, in one step, if no later lease was granted.
   *
   * @returns `false`, with nothing changed, when a later lease was granted or the record is gone.
   */
  put(name: string, entry: NewSession, signal: AbortSignal): Promise<boolean>;
  /**
   * Grants, extends or ends a lease.
   *
   * @returns The lease's number; `undefined` when somebody else holds a lease, or when the lease to extend is no longer the
   * newest.
   */
  lease(name: string, request: LeaseRequest, signal: AbortSignal): Promise<number | undefined>;
}

/** A record of a {@link SessionStore}. */
export interface StoredSession {
  /** The text stored last, unless it has expired. */
  readonly text?: string | undefined;
  /** Number of the newest lease; 0 if there never was one. */
  readonly fence: number;
  /** For how many more milliseconds, by the store's clock, the lease is held; 0 when it is not. */
  readonly leasedForMs: number;
  /** The store's clock in milliseconds since 1970, where it has one that hosts can share. */
  readonly now?: number | undefined;
}

/** A text to store. */
export interface NewSession {
  /** The text, usually a few kilobytes. */
  readonly text: string;
  /** For how many milliseconds, by the store's clock, to keep it. */
  readonly lifeMs: number;
  /** Number of the lease under which it was created. */
  readonly fence: number;
}

/** Argument of {@link SessionStore.lease}. */
export interface LeaseRequest {
  /** Milliseconds from now, by the store's clock, at which the lease ends; 0 ends it. At most {@link LONGEST_LEASE_MS}. */
  readonly lifeMs: number;
  /**
   * Number of the lease to extend or end. Absent: asks for a new one, whose number is greater than that of every
   * earlier lease, including those that the store has forgotten.
   */
  readonly fence?: number | undefined;
}

/** Five minutes. A record that claims a longer lease is invalid and counts as not leased. */
export const LONGEST_LEASE_MS = 300_000;

/** How long a lease that was read still lasts; an invalid one counts as none. */
export function leasedFor(untilMs: unknown, nowMs: number): number {
  const left = Number(untilMs) - nowMs;
  return left > 0 && left <= LONGEST_LEASE_MS ? left : 0;
}

/** A lease number that was read; an invalid one counts as 0. */
export function fenceOf(value: unknown): number {
  const fence = Number(value);
  return Number.isSafeInteger(fence) && fence > 0 ? fence : 0;
}
