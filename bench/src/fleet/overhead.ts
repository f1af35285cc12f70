import { spawn, spawnSync } from "node:child_process";
import { createDecipheriv, createSecretKey } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

import { memoize, sharedSession } from "@org/sts-client/credentials";
import type { CredentialsProvider, SharedSessionEvent } from "@org/sts-client/credentials";
import { redisStore, type RedisClient } from "@org/sts-client/credentials/redis";
import { memoryStore } from "@org/sts-client/credentials/store-conformance";
import { createClient } from "redis";

import { median } from "../median.ts";

/** One contender: how long it took, and how many times as long as reading the same bytes with the same client. */
export interface Timing {
  readonly name: string;
  /** Microseconds, the median. */
  readonly time: number;
  /** Median of the ratios of each round. */
  readonly ratio: number;
  /** What the table of links shows of it: a hit through `sharedSession`, or the least that a hit can cost. */
  readonly shownAs?: "hit" | "floor" | undefined;
}

/** Hits over a link. */
export interface LinkTimings {
  /** Milliseconds that the link adds to a round trip; 0 for the loopback of this machine. */
  readonly delayMs: number;
  readonly hits: readonly Timing[];
}

/** What sharing costs. */
export interface Overhead {
  /** Sessions taken from the store, first without a delay. */
  readonly links: readonly LinkTimings[];
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
    const links: LinkTimings[] = [];
    for (const delayMs of DELAYS_MS) {
      const hits = await (delayMs === 0
        ? measureHits(port, ROUNDS)
        : throughLink(port, delayMs, (linkPort) => measureHits(linkPort, Math.ceil(ROUNDS / 10))));
      links.push({ delayMs, hits });
    }
    return { links, ...(await measureMemory()) };
  } finally {
    server.kill("SIGKILL");
  }
}

async function throughLink<T>(port: number, delayMs: number, run: (port: number) => Promise<T>): Promise<T> {
  const program = fileURLToPath(new URL("delaying-proxy.ts", import.meta.url));
  const proxy = spawn(process.execPath, [program, `${port}`, `${delayMs}`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [printed] = await once(proxy.stdout, "data");
    return await run(Number(String(printed)));
  } finally {
    proxy.kill();
  }
}

async function measureHits(port: number, rounds: number): Promise<readonly Timing[]> {
  const client = createClient({ url: `redis://127.0.0.1:${port}` });
  await client.connect();
  try {
    return await measure(client, rounds);
  } finally {
    client.destroy();
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
  readonly shownAs?: Timing["shownAs"];
}

const FIELDS = ["text", "fence", "until", "end"];
const ROUNDS = Number(process.env["FLEET_ROUNDS"] ?? 3000);
/** None, and those of a rack, a zone and a region. */
const DELAYS_MS = [0, 0.25, 0.5, 1];

let sessions = 0;
const provider: CredentialsProvider = async () => ({
  accessKeyId: `ASIA${(sessions += 1)}`,
  secretAccessKey: "s".repeat(40),
  sessionToken: "t".repeat(800),
  expiration: new Date(Date.now() + 3_600_000),
});

async function measure(client: Client, rounds: number): Promise<readonly Timing[]> {
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
    const read = isSealed ? createOpener(sealingKey, entry) : readClear;
    return [
      {
        name: `Redis: \`GET\` of a text of ${text.length.toLocaleString("en")} characters`,
        renew,
        run: () => client.get(`copy of ${entry}`),
      },
      {
        name: `\`GET\`${isSealed ? ", decryption" : ""} and \`JSON.parse\`, and nothing else`,
        renew,
        run: async () => JSON.parse(read(String(await client.get(`copy of ${entry}`)))) as unknown,
        shownAs: "floor",
      },
      {
        name: `a record of that text, ${kind}, through the store`,
        renew,
        run: () => store.get(entry, signal),
      },
      {
        name: "Redis: `HMGET` of that record and `TIME`, as once a minute",
        renew,
        run: () => Promise.all([client.hmGet(`sts-session:${entry}`, FIELDS), client.time()]),
      },
      {
        name: `a hit through \`sharedSession\`, ${kind}`,
        renew,
        run: () => reader({ forceRefresh: true }),
        shownAs: "hit",
      },
    ];
  };

  const groups = [await contendersOf(false), await contendersOf(true)];
  const times = new Map<Contender, number[]>(groups.flat().map((contender) => [contender, []]));
  const order = [...times.keys()];
  for (let round = 0; round < rounds; round += 1) {
    // Each begins in another place every time, and all of them after the same two steps.
    for (const index of order.keys()) {
      const contender = order[(index + round) % order.length];
      if (contender === undefined) continue;
      await contender.renew();
      await client.ping();
      const startedAt = performance.now();
      await contender.run();
      const took = (performance.now() - startedAt) * 1000;
      if (contender.shownAs === "hit" && last?.kind !== "hit") throw new Error("that was no hit");
      if (round >= rounds / 4) times.get(contender)?.push(took);
    }
  }
  const timesOf = (contender: Contender): readonly number[] => times.get(contender) ?? [];
  return groups.flatMap((group) =>
    group.map((contender) => ({
      name: contender.name,
      shownAs: contender.shownAs,
      time: median(timesOf(contender)),
      ratio: median(timesOf(contender).map((took, round) => took / (timesOf(group[0])[round] ?? 0))),
    })),
  );
}

// The least that any reader of a sealed entry must do, written as directly as possible: see seal-session.ts for the format.
function createOpener(sealingKey: Uint8Array, entry: string): (text: string) => string {
  const key = createSecretKey(sealingKey);
  const prefix = "1.sealed.";
  const name = Buffer.from(prefix + entry);
  return (text) => {
    const bytes = Buffer.from(text.slice(prefix.length), "base64");
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12), { authTagLength: 16 });
    decipher.setAAD(name).setAuthTag(bytes.subarray(-16));
    const opened = decipher.update(bytes.subarray(12, -16)).toString();
    decipher.final();
    return opened;
  };
}

function readClear(text: string): string {
  return text.slice("1.clear.".length);
}

async function measureMemory(): Promise<Pick<Overhead, "memoized" | "shared">> {
  const memory = async (get: CredentialsProvider): Promise<number> => {
    const all: number[] = [];
    for (let round = 0; round < 30; round += 1) {
      const startedAt = performance.now();
      for (let index = 0; index < 10_000; index += 1) await get();
      all.push((performance.now() - startedAt) / 10);
    }
    return median(all.slice(10));
  };
  const store = memoryStore();
  return {
    memoized: await memory(memoize(provider)),
    shared: await memory(sharedSession(provider, { store, key: "memory" })),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
