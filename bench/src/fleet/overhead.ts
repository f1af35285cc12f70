import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";

import { memoize, sharedSession } from "@org/sts-client/credentials";
import type { CredentialsProvider, SharedSessionEvent } from "@org/sts-client/credentials";
import { redisStore, type RedisClient } from "@org/sts-client/credentials/redis";
import { createClient } from "redis";

import { median } from "../median.ts";

/** What a hit costs, in microseconds; medians. */
export interface Overhead {
  /** The store's own round trip: reading a text of the same length. */
  readonly roundTrip: number;
  /** The store's function alone: the same text and what belongs to it, through a script. */
  readonly get: number;
  /** A session taken from the store, encrypted. */
  readonly sealedHit: number;
  /** The same in clear. */
  readonly clearHit: number;
  /** A call that is served from the process's memory, with `memoize` and with `sharedSession`. */
  readonly memoized: number;
  readonly shared: number;
}

/** Measures hits against a Redis server of its own; `undefined` where none is installed. */
export async function measureOverhead(): Promise<Overhead | undefined> {
  const program = ["redis-server", "valkey-server"].find(
    (name) => spawnSync(name, ["--version"]).status === 0,
  );
  if (program === undefined) return undefined;
  const port = await freePort();
  const server = spawn(program, ["--port", `${port}`, "--bind", "127.0.0.1", "--save", ""], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    for await (const line of server.stdout) if (/ready to accept/i.test(String(line))) break;
    server.stdout.resume();
    const client = createClient({ url: `redis://127.0.0.1:${port}` });
    await client.connect();
    try {
      return await measure(client);
    } finally {
      client.destroy();
    }
  } finally {
    server.kill("SIGKILL");
  }
}

interface Client extends RedisClient {
  get(key: string): Promise<unknown>;
  set(key: string, text: string): Promise<unknown>;
}

async function measure(client: Client): Promise<Overhead> {
  let sessions = 0;
  const provider: CredentialsProvider = async () => ({
    accessKeyId: `ASIA${(sessions += 1)}`,
    secretAccessKey: "s".repeat(40),
    sessionToken: "t".repeat(800),
    expiration: new Date(Date.now() + 3_600_000),
  });
  let events: SharedSessionEvent[] = [];
  const store = redisStore(client);
  const sealingKey = crypto.getRandomValues(new Uint8Array(32));
  const open = (isSealed: boolean): CredentialsProvider =>
    sharedSession(provider, {
      store,
      key: isSealed ? "sealed" : "clear",
      onEvent: (event) => events.push(event),
      ...(isSealed ? { sealingKey } : { unsealed: true }),
    });
  await client.set("text", "x".repeat(1500));

  // A provider looks at the store again when told to refresh; the other one has put a new session there just before.
  const hit = async (isSealed: boolean): Promise<() => Promise<unknown>> => {
    const get = open(isSealed);
    await get();
    return async () => get({ forceRefresh: true });
  };
  let name = "";
  const kinds = {
    roundTrip: async () => client.get("text"),
    get: async () => store.get(name, AbortSignal.timeout(1000)),
    sealedHit: await hit(true),
    clearHit: await hit(false),
  };
  await kinds.sealedHit();
  name = events[0]?.entry ?? "";
  const makers = { sealedHit: open(true), clearHit: open(false) };
  const times: Record<string, number[]> = { roundTrip: [], get: [], sealedHit: [], clearHit: [] };
  for (let round = 0; round < 1500; round += 1) {
    for (const [kind, run] of Object.entries(kinds)) {
      if (kind !== "roundTrip")
        await makers[kind === "sealedHit" ? "sealedHit" : "clearHit"]({ forceRefresh: true });
      events = [];
      const startedAt = performance.now();
      await run();
      const took = (performance.now() - startedAt) * 1000;
      if (kind.endsWith("Hit") && events.some((event) => event.kind !== "hit"))
        throw new Error("that was no hit");
      if (round >= 500) times[kind]?.push(took);
    }
  }
  const memory = async (get: CredentialsProvider): Promise<number> => {
    const all: number[] = [];
    for (let round = 0; round < 30; round += 1) {
      const startedAt = performance.now();
      for (let index = 0; index < 10_000; index += 1) await get();
      all.push((performance.now() - startedAt) / 10);
    }
    return median(all.slice(10));
  };
  return {
    roundTrip: median(times["roundTrip"] ?? []),
    get: median(times["get"] ?? []),
    sealedHit: median(times["sealedHit"] ?? []),
    clearHit: median(times["clearHit"] ?? []),
    memoized: await memory(memoize(provider)),
    shared: await memory(open(true)),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
