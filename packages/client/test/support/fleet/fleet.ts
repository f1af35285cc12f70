import { fromAssumeRole, sharedSession } from "@org/sts-client/credentials";
import type {
  CredentialsProvider,
  CredentialsProviderOptions,
  FromAssumeRoleOptions,
  SessionStore,
  SharedSessionEvent,
} from "@org/sts-client/credentials";
import { memoryStore } from "@org/sts-client/credentials/store-conformance";

import { createWorld, roleArn, userKeys } from "../sts-world.ts";

/** 32 bytes for tests. */
export const sealingKey: Uint8Array<ArrayBuffer> = new Uint8Array(32).fill(7);

type SharedOptions = Parameters<typeof sharedSession>[1];

// What providers import late takes real time, during which the clock of a test would run ahead.
let loaded: Promise<unknown> | undefined;
async function loadProviders(): Promise<unknown> {
  const { clientConfig, now } = await createWorld();
  return fromAssumeRole({ source: userKeys, params: { RoleArn: roleArn("one") }, clientConfig, now })();
}

/** How a host of {@link createFleet} differs from the others. */
export interface HostOptions {
  readonly shared?: Partial<SharedOptions>;
  readonly role?: Partial<FromAssumeRoleOptions>;
  readonly provider?: CredentialsProvider;
  /** Milliseconds by which the host's clock is ahead of the service's. */
  readonly skewMs?: number;
}

/** Hosts over one store and one fake STS, all on one clock that the test moves. */
export async function createFleet(
  options: { readonly changeStore?: (store: SessionStore) => SessionStore } = {},
) {
  await (loaded ??= loadProviders());
  const world = await createWorld();
  const { clock, fake } = world;
  // Requests and providers under way take real time, during which the clock of the test stands still: signing and loading
  // modules on a busy machine is no reason for a lease to end.
  let working = 0;
  const standStill = <T>(work: Promise<T>): Promise<T> => {
    working += 1;
    return work.finally(() => (working -= 1));
  };
  const clientConfig = {
    ...world.clientConfig,
    fetch: ((input, init) => standStill(fake.fetch(input, init))) satisfies typeof fetch,
  };
  const memory = memoryStore({ now: () => clock.now() });
  const store = options.changeStore?.(memory) ?? memory;
  const events: SharedSessionEvent[] = [];
  // Sleepers wake in the order of their time, and the clock moves with them: no real time passes.
  const sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const sleeper = { at: clock.now() + ms, wake: resolve };
      sleepers.push(sleeper);
      signal?.addEventListener("abort", () => {
        const index = sleepers.indexOf(sleeper);
        if (index >= 0) sleepers.splice(index, 1);
        reject(signal.reason as Error); // an abort reason of ours
      });
    });
  // Lets everything happen that needs no time, and then lets time pass until the next sleeper wakes.
  const settle = async <T>(work: Promise<T>): Promise<T> => {
    const state = { isDone: false };
    const done = work.finally(() => (state.isDone = true));
    done.catch(() => undefined);
    for (let turns = 0; turns < 50 && !state.isDone; turns += 1) await Promise.resolve();
    while (!state.isDone) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (state.isDone) break;
      if (working > 0) continue;
      sleepers.sort((a, b) => a.at - b.at);
      const next = sleepers[0];
      if (next === undefined) continue;
      if (next.at > clock.now()) clock.set(next.at);
      // Those that wake at about the same time do it together.
      const awake = sleepers.filter(({ at }) => at <= next.at + 100);
      sleepers.splice(0, awake.length);
      for (const { wake } of awake) wake();
    }
    return done;
  };

  const createHost = ({ shared, role, provider, skewMs = 0 }: HostOptions = {}): CredentialsProvider => {
    const now = () => clock.now() + skewMs;
    const own = fromAssumeRole({
      source: userKeys,
      params: { RoleArn: roleArn("one") },
      // A host whose clock is wrong learns the time from the first refusal.
      clientConfig: { ...clientConfig, now, maxAttempts: 2 },
      now,
      ...role,
    });
    // With the hidden property that says whose its sessions are.
    const counted: CredentialsProvider = Object.defineProperties(
      (asked?: CredentialsProviderOptions) => standStill(own(asked)),
      Object.getOwnPropertyDescriptors(own),
    );
    return sharedSession(provider ?? counted, {
      store,
      sealingKey,
      now,
      sleep,
      onEvent: (event) => events.push(event),
      ...shared,
    });
  };
  const calls = (): number => fake.calls().length;
  const count = (kind: SharedSessionEvent["kind"]): number =>
    events.filter((event) => event.kind === kind).length;
  return { ...world, clientConfig, store, events, createHost, settle, calls, count };
}
