import { type Logger, report } from "../../../call/logger.ts";

/** What happened when a shared store was consulted. Calls served from the process's own memory are not counted. */
export type SharedSessionEventKind =
  /** A session was taken from the store. */
  | "hit"
  /** Somebody else was asking for the session, and the caller waited for the result. */
  | "wait"
  /** The provider was called, and so usually STS. */
  | "call"
  /** The provider was called without the store, which failed, was too slow, or was held by somebody for too long. */
  | "fallback"
  /** An entry was ignored: changed, foreign, or sealed with an unknown key. */
  | "discard";

/** How often each {@link SharedSessionEventKind} happened. */
export type SharedSessionCounters = Readonly<Record<SharedSessionEventKind, number>>;

/** One event. Contains nothing secret. */
export interface SharedSessionEvent {
  /** What happened. */
  readonly kind: SharedSessionEventKind;
  /** Name of the store. */
  readonly store: string;
  /** Name of the session's entry in the store, a hash of what the session belongs to. */
  readonly entry: string;
  /** Milliseconds it took; 0 for a discarded entry. */
  readonly durationMs: number;
  /** The error of a call, or the store's error before a fallback. */
  readonly error?: unknown;
  /** This provider's counters, including this event. */
  readonly counters: SharedSessionCounters;
}

/** Where events go. */
export interface EventOptions {
  /** Called for every event. What it throws is ignored. */
  readonly onEvent?: ((event: SharedSessionEvent) => void) | undefined;
  /**
   * Gets a line when the store fails, one when it is back, and one when a session could not be renewed and is kept. Without it, only
   * the last of these is said, to `console.warn`.
   */
  readonly logger?: Pick<Logger, "warn" | "info"> | undefined;
}

/** Name of the `node:diagnostics_channel` channel that events are published on. */
export const SHARED_SESSION_CHANNEL = "@org/sts-client:shared-session";

/** Counts events and passes them on. */
export type RecordEvent = (event: Omit<SharedSessionEvent, "counters" | "store">) => void;

/** Creates the counter of one provider's events. */
export function createEventRecorder(store: string, { onEvent }: EventOptions): RecordEvent {
  const counters: Record<SharedSessionEventKind, number> = {
    hit: 0,
    wait: 0,
    call: 0,
    fallback: 0,
    discard: 0,
  };
  const channel = diagnosticsChannel();
  return (event) => {
    counters[event.kind] += 1;
    if (!onEvent && !channel?.hasSubscribers) return;
    const told: SharedSessionEvent = { ...event, store, counters: { ...counters } };
    void report(() => onEvent?.(told));
    if (channel?.hasSubscribers) channel.publish(told);
  };
}

interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: object): void;
}

interface Process {
  getBuiltinModule?(name: string): { channel(name: string): Channel } | undefined;
}

// Looked up at run time, so that bundles for browsers contain no import of it. Node.js, Bun and Deno have it.
function diagnosticsChannel(): Channel | undefined {
  const { process } = globalThis as { process?: Process }; // absent in browsers, and without the function in old versions
  return process?.getBuiltinModule?.("diagnostics_channel")?.channel(SHARED_SESSION_CHANNEL);
}
