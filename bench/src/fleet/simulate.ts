import { memoize, sharedSession } from "@org/sts-client/credentials";
import type { CredentialsProvider } from "@org/sts-client/credentials";
import { memoryStore } from "@org/sts-client/credentials/store-conformance";
import type { SessionStore } from "@org/sts-client/credentials/store-conformance";

/** A fleet to simulate. */
export interface Simulation {
  readonly processes: number;
  readonly hours: number;
  /** Shared, or each process for itself as today. */
  readonly isShared: boolean;
  /** When STS fails, in minutes from the start. */
  readonly outage?: { readonly fromMinute: number; readonly minutes: number } | undefined;
  /** As in `sharedSession`. */
  readonly refreshWindowMs?: number | undefined;
  /** Minutes over which the processes start. */
  readonly startMinutes: number;
}

/** What was counted. */
export interface SimulationResult {
  /** Calls to STS in each hour. */
  readonly callsPerHour: readonly number[];
  /** Calls to STS during the outage. */
  readonly callsInOutage: number;
  /** Most calls to STS within one second. */
  readonly mostCallsPerSecond: number;
  /** Commands to the store, all together. */
  readonly storeReads: number;
  readonly storeWrites: number;
  /** Processes that were without credentials for a while. */
  readonly failedProcesses: number;
}

const HOUR_MS = 3_600_000;
const ASK_EVERY_MS = 60_000;
const STS_LATENCY_MS = 200;
// An outage makes hundreds of processes say that they keep what they have.
const SILENT = { warn: () => undefined, info: () => undefined };

/**
 * Runs the real code of many processes on one virtual clock: every process asks for credentials once a minute, sessions last
 * an hour, and STS takes 200 ms.
 */
export async function simulate(simulation: Simulation): Promise<SimulationResult> {
  const { processes, hours, isShared, outage, startMinutes, refreshWindowMs } = simulation;
  const timers = createTimers();
  const { now, sleep } = timers;
  const random = createRandom(1);
  const end = hours * HOUR_MS;
  const isOut = (at: number): boolean =>
    outage !== undefined &&
    at >= outage.fromMinute * 60_000 &&
    at < (outage.fromMinute + outage.minutes) * 60_000;

  const callsPerHour = Array.from({ length: hours }, () => 0);
  const callsPerSecond = new Map<number, number>();
  let callsInOutage = 0;
  let sessions = 0;
  const provider: CredentialsProvider = async () => {
    const at = now();
    const hour = Math.floor(at / HOUR_MS);
    if (hour < hours) callsPerHour[hour] = (callsPerHour[hour] ?? 0) + 1;
    const second = Math.floor(at / 1000);
    callsPerSecond.set(second, (callsPerSecond.get(second) ?? 0) + 1);
    if (isOut(at)) callsInOutage += 1;
    await sleep(STS_LATENCY_MS);
    if (isOut(at)) throw new Error("the region is down");
    sessions += 1;
    return {
      accessKeyId: `ASIA${sessions}`,
      secretAccessKey: "secret",
      sessionToken: "token",
      expiration: new Date(at + HOUR_MS),
    };
  };

  let storeReads = 0;
  let storeWrites = 0;
  const memory = memoryStore({ now });
  const store: SessionStore = {
    ...memory,
    get: (...all) => ((storeReads += 1), memory.get(...all)),
    put: (...all) => ((storeWrites += 1), memory.put(...all)),
    lease: (...all) => ((storeWrites += 1), memory.lease(...all)),
  };

  const failed = new Set<number>();
  const live = async (index: number): Promise<void> => {
    const get = isShared
      ? sharedSession(provider, { store, key: "fleet", now, random, sleep, refreshWindowMs, logger: SILENT })
      : memoize(provider, { now, random, warn: SILENT.warn });
    await sleep(random() * startMinutes * 60_000);
    while (now() < end) {
      await get().catch(() => failed.add(index));
      await sleep(ASK_EVERY_MS * (0.9 + random() / 5));
    }
  };
  const all = Promise.all(Array.from({ length: processes }, (_, index) => live(index)));
  await timers.runUntil(all);
  return {
    callsPerHour,
    callsInOutage,
    mostCallsPerSecond: Math.max(...callsPerSecond.values()),
    storeReads,
    storeWrites,
    failedProcesses: failed.size,
  };
}

interface Timer {
  readonly at: number;
  readonly wake: () => void;
}

// A clock that jumps to the next timer once everything that can go on without one has done so.
function createTimers() {
  const heap: Timer[] = [];
  let time = 0;
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      push(heap, { at: time + ms, wake: resolve });
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  const runUntil = async (work: Promise<unknown>): Promise<void> => {
    const state = { isDone: false };
    void work.finally(() => (state.isDone = true));
    while (!state.isDone) {
      // Hashing the entry's name, once per process, is real work on another thread.
      await new Promise((resolve) => (time < ASK_EVERY_MS ? setTimeout(resolve) : setImmediate(resolve)));
      const next = pop(heap);
      if (next === undefined) continue;
      time = next.at;
      next.wake();
      for (let same = heap[0]; same !== undefined && same.at <= time + 1; same = heap[0]) pop(heap)?.wake();
    }
  };
  return { now: () => time, sleep, runUntil };
}

function push(heap: Timer[], timer: Timer): void {
  let index = heap.push(timer) - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || above.at <= timer.at) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = timer;
}

function pop(heap: Timer[]): Timer | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (top === undefined || last === undefined || heap.length === 0) return top;
  let index = 0;
  for (;;) {
    const left = 2 * index + 1;
    const right = left + 1;
    const rightTimer = heap[right];
    const leftTimer = heap[left];
    if (leftTimer === undefined) break;
    const isRight = rightTimer !== undefined && rightTimer.at < leftTimer.at;
    const child = isRight ? rightTimer : leftTimer;
    if (child.at >= last.at) break;
    heap[index] = child;
    index = isRight ? right : left;
  }
  heap[index] = last;
  return top;
}

// The same numbers in every run.
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
