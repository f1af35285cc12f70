/**
 * Where a fleet keeps its sessions: three functions over any database that can replace a record under a condition.
 *
 * A record has a name and holds an opaque text, the number of the newest lease, and the end of that lease. Functions
 * may throw and may be slow: whoever asks for credentials then goes on without the store. `sessionStoreTests` of
 * `@org/sts-client/credentials/store-conformance` checks an implementation.
 *
 * @see `redisStore`, `ioredisStore`, `dynamoDbStore` and `fileStore`, each with an entry point of its own.
 */
export interface SessionStore {
  /** What log lines and events call the store, such as `redis`. */
  readonly name: string;
  /**
   * Whether nobody but the user of this process can read what is stored. Only then may entries be stored without a
   * sealing key. Default `false`.
   */
  readonly isPrivate?: boolean | undefined;
  /** Reads a record. A record that does not exist, has ended or is invalid is one without text or lease. */
  get(name: string, signal: AbortSignal): Promise<StoredSession>;
  /**
   * Stores a text and ends the lease, in one step, if no later lease was granted.
   *
   * @returns `false`, with nothing changed, when a later lease was granted or the record is gone.
   */
  put(name: string, entry: NewSession, signal: AbortSignal): Promise<boolean>;
  /**
   * Grants, prolongs or ends a lease.
   *
   * @returns The lease's number; `undefined` when somebody else holds a lease, or when the lease to prolong is not the
   * newest any more.
   */
  lease(name: string, request: LeaseRequest, signal: AbortSignal): Promise<number | undefined>;
}

/** A record of a {@link SessionStore}. */
export interface StoredSession {
  /** The text stored last, unless its life has ended. */
  readonly text?: string | undefined;
  /** Number of the newest lease; 0 when there never was one. */
  readonly fence: number;
  /** For how many more milliseconds, by the store's clock, the lease is held; 0 when it is not. */
  readonly leasedForMs: number;
  /** The store's clock in milliseconds since 1970, where it has one that hosts can share. */
  readonly now?: number | undefined;
}

/** A text to store. */
export interface NewSession {
  /** The text, as short as a few kilobytes. */
  readonly text: string;
  /** For how many milliseconds, by the store's clock, it is to be kept. */
  readonly lifeMs: number;
  /** Number of the lease under which it was made. */
  readonly fence: number;
}

/** What is asked of {@link SessionStore.lease}. */
export interface LeaseRequest {
  /** Milliseconds from now, by the store's clock, at which the lease ends; 0 ends it. At most {@link LONGEST_LEASE_MS}. */
  readonly lifeMs: number;
  /**
   * Number of the lease to prolong or end. Absent: a new one is asked for, whose number is greater than that of every
   * lease before, also of those that the store has forgotten.
   */
  readonly fence?: number | undefined;
}

/** Five minutes. A record that claims to be leased for longer is invalid and counts as not leased. */
export const LONGEST_LEASE_MS = 300_000;

/** How long a found lease lasts; an invalid one is no lease. */
export function leasedFor(untilMs: unknown, nowMs: number): number {
  const left = Number(untilMs) - nowMs;
  return left > 0 && left <= LONGEST_LEASE_MS ? left : 0;
}

/** A found lease number; an invalid one is none. */
export function fenceOf(value: unknown): number {
  const fence = Number(value);
  return Number.isSafeInteger(fence) && fence > 0 ? fence : 0;
}
