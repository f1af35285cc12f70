import type { Logger } from "../../../call/logger.ts";

/** What happened to one look at a shared store. Calls that are served from the process's own memory are not counted. */
export type SharedSessionEventKind =
  /** A session was taken from the store. */
  | "hit"
  /** Somebody else was asking for the session, and its result was waited for. */
  | "wait"
  /** The provider was asked, and so usually STS. */
  | "call"
  /** The provider was asked without the store: it failed, was too slow, or was held by somebody for too long. */
  | "fallback"
  /** An entry was passed over: changed, foreign, or sealed with a key that is not known here. */
  | "discard";

/** How often each {@link SharedSessionEventKind} happened. */
export type SharedSessionCounters = Readonly<Record<SharedSessionEventKind, number>>;

/** One thing that happened. Holds nothing secret. */
export interface SharedSessionEvent {
  /** What happened. */
  readonly kind: SharedSessionEventKind;
  /** Name of the store. */
  readonly store: string;
  /** Name of the session's entry in the store, a hash of what the session belongs to. */
  readonly entry: string;
  /** Milliseconds it took; 0 for a discarded entry. */
  readonly durationMs: number;
  /** What a call, or the store before a fallback, failed with. */
  readonly error?: unknown;
  /** Counters of this provider, with this event. */
  readonly counters: SharedSessionCounters;
}

/** Where events go. */
export interface EventOptions {
  /** Told of every event. What it throws is ignored. */
  readonly onEvent?: ((event: SharedSessionEvent) => void) | undefined;
  /** Told once when the store fails, and once when it is back. */
  readonly logger?: Pick<Logger, "warn" | "info"> | undefined;
}

/** Name of the channel of `node:diagnostics_channel` that events are published on. */
export const SHARED_SESSION_CHANNEL = "@org/sts-client:shared-session";

/** Counts events and hands them on. */
export type RecordEvent = (event: Omit<SharedSessionEvent, "counters" | "store">) => void;

/** Creates what counts the events of one provider. */
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
    try {
      onEvent?.(told);
    } catch {
      // Whoever counts must not stand between a caller and its credentials.
    }
    channel?.publish(told);
  };
}

interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: object): void;
}

interface Process {
  getBuiltinModule?(name: string): { channel(name: string): Channel } | undefined;
}

// Asked for at run time, so that bundles for browsers hold no import of it. Node.js, Bun and Deno have it.
function diagnosticsChannel(): Channel | undefined {
  const { process } = globalThis as { process?: Process }; // absent in browsers, and without the function in old versions
  return process?.getBuiltinModule?.("diagnostics_channel")?.channel(SHARED_SESSION_CHANNEL);
}
