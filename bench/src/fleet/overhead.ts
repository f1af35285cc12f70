import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";

import { memoize, sharedSession } from "@org/sts-client/credentials";
import type { CredentialsProvider, SharedSessionEvent } from "@org/sts-client/credentials";
import { redisStore, type RedisClient } from "@org/sts-client/credentials/redis";
import { createClient } from "redis";

import { median } from "../median.ts";

/** One contender: how long it took, and how many times as long as reading the same bytes with the same client. */
export interface Timing {
  readonly name: string;
  /** Microseconds, the median. */
  readonly time: number;
  /** Median of the ratios of each round. */
  readonly ratio: number;
}

/** What sharing costs. */
export interface Overhead {
  /** Sessions taken from the store. */
  readonly hits: readonly Timing[];
  /** Microseconds of a call that is served from the process's memory, with `memoize` and with `sharedSession`. */
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
  hGet(key: string, field: string): Promise<unknown>;
  hmGet(key: string, fields: string[]): Promise<unknown>;
  time(): Promise<unknown>;
  set(key: string, text: string): Promise<unknown>;
  ping(): Promise<unknown>;
}

interface Contender {
  readonly name: string;
  /** Another process stores a new session. */
  readonly renew: () => Promise<unknown>;
  readonly run: () => Promise<unknown>;
  readonly isHit?: boolean;
}

const FIELDS = ["text", "fence", "until", "end"];
const ROUNDS = Number(process.env["FLEET_ROUNDS"] ?? 3000);

async function measure(client: Client): Promise<Overhead> {
  let sessions = 0;
  const provider: CredentialsProvider = async () => ({
    accessKeyId: `ASIA${(sessions += 1)}`,
    secretAccessKey: "s".repeat(40),
    sessionToken: "t".repeat(800),
    expiration: new Date(Date.now() + 3_600_000),
  });
  let last: SharedSessionEvent | undefined;
  const store = redisStore(client);
  const sealingKey = crypto.getRandomValues(new Uint8Array(32));
  const open = (isSealed: boolean): CredentialsProvider =>
    sharedSession(provider, {
      store,
      key: isSealed ? "sealed" : "clear",
      onEvent: (event) => (last = event),
      ...(isSealed ? { sealingKey } : { unsealed: true }),
    });

  const signal = new AbortController().signal;
  const contendersOf = async (isSealed: boolean): Promise<readonly [Contender, ...Contender[]]> => {
    const [maker, reader] = [open(isSealed), open(isSealed)];
    await reader();
    const entry = last?.entry ?? "";
    const text = String(await client.hGet(`sts-session:${entry}`, "text"));
    await client.set(`copy of ${entry}`, text);
    // A provider looks at the store again when told to refresh, and finds what the other one has just stored.
    const renew = (): Promise<unknown> => maker({ forceRefresh: true });
    const kind = isSealed ? "sealed" : "in clear";
    return [
      {
        name: `Redis: GET of a text of ${text.length.toLocaleString("en")} characters`,
        renew,
        run: () => client.get(`copy of ${entry}`),
      },
      {
        name: `a record of that text, ${kind}, through the store`,
        renew,
        run: () => store.get(entry, signal),
      },
      {
        name: "Redis: HMGET of that record and TIME, as once a minute",
        renew,
        run: () => Promise.all([client.hmGet(`sts-session:${entry}`, FIELDS), client.time()]),
      },
      {
        name: `a hit through sharedSession, ${kind}`,
        renew,
        run: () => reader({ forceRefresh: true }),
        isHit: true,
      },
    ];
  };

  const groups = [await contendersOf(false), await contendersOf(true)];
  const times = new Map<Contender, number[]>(groups.flat().map((contender) => [contender, []]));
  const order = [...times.keys()];
  for (let round = 0; round < ROUNDS; round += 1) {
    // Each begins in another place every time, and all of them after the same two steps.
    for (const index of order.keys()) {
      const contender = order[(index + round) % order.length];
      if (contender === undefined) continue;
      await contender.renew();
      await client.ping();
      const startedAt = performance.now();
      await contender.run();
      const took = (performance.now() - startedAt) * 1000;
      if (contender.isHit && last?.kind !== "hit") throw new Error("that was no hit");
      if (round >= ROUNDS / 4) times.get(contender)?.push(took);
    }
  }
  const timesOf = (contender: Contender): readonly number[] => times.get(contender) ?? [];
  const hits = groups.flatMap((group) =>
    group.map((contender) => ({
      name: contender.name,
      time: median(timesOf(contender)),
      ratio: median(timesOf(contender).map((took, round) => took / (timesOf(group[0])[round] ?? 0))),
    })),
  );

  const memory = async (get: CredentialsProvider): Promise<number> => {
    const all: number[] = [];
    for (let round = 0; round < 30; round += 1) {
      const startedAt = performance.now();
      for (let index = 0; index < 10_000; index += 1) await get();
      all.push((performance.now() - startedAt) / 10);
    }
    return median(all.slice(10));
  };
  return { hits, memoized: await memory(memoize(provider)), shared: await memory(open(true)) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
