import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { dynamoDbStore } from "@org/sts-client/credentials/dynamodb";
import { ioredisStore } from "@org/sts-client/credentials/ioredis";
import { fileStore } from "@org/sts-client/credentials/node";
import { redisStore } from "@org/sts-client/credentials/redis";
import { memoryStore, sessionStoreTests } from "@org/sts-client/credentials/store-conformance";
import type { SessionStore } from "@org/sts-client/credentials/store-conformance";
import { Cluster, Redis } from "ioredis";
import { createClient, createClientPool, createCluster } from "redis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { redisProgram, startDynamoDb, startRedis } from "../../../support/fleet/servers.ts";
import type { DynamoDbServer, RedisServer } from "../../../support/fleet/servers.ts";
import { tableKeys } from "../../../support/fleet/table-keys.ts";

let redis: RedisServer | undefined;
let cluster: RedisServer | undefined;
let dynamoDb: DynamoDbServer | undefined;
let directory = "";
const opened: (() => unknown)[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "sts-stores-"));
  dynamoDb = await startDynamoDb();
  if (redisProgram === undefined) return;
  redis = await startRedis();
  // Of one node, to which clients speak as to many. It keeps its state in the folder.
  const folder = ["--dir", directory];
  cluster = await startRedis("--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1", ...folder);
  const client = createClient({ url: cluster.url });
  await client.connect();
  await client.clusterAddSlotsRange({ start: 0, end: 16_383 });
  while (!(await client.clusterInfo()).includes("cluster_state:ok")) await sleep(20);
  client.destroy();
});
afterAll(async () => {
  for (const close of opened) await close();
  await redis?.stop();
  await cluster?.stop();
  await dynamoDb?.stop();
  await rm(directory, { recursive: true, force: true });
});

const memory = memoryStore();

// Every time a connection of its own, as another process has.
const stores: Record<string, () => SessionStore | Promise<SessionStore>> = {
  memory: () => memory,
  file: () => fileStore({ directory }),
  dynamodb: () =>
    dynamoDbStore({
      table: dynamoDb?.table ?? "",
      endpoint: dynamoDb?.endpoint,
      region: "eu-west-1",
      credentials: tableKeys,
    }),
  redis: async () => {
    const client = createClient({ url: redis?.url ?? "" });
    await client.connect();
    opened.push(() => client.destroy());
    return redisStore(client);
  },
  "redis pool": async () => {
    const pool = createClientPool({ url: redis?.url ?? "" }, { minimum: 2 });
    await pool.connect();
    opened.push(() => pool.destroy());
    return redisStore(pool);
  },
  // Without the plain commands, and so by scripts alone.
  "redis script": async () => {
    const client = createClient({ url: redis?.url ?? "" });
    await client.connect();
    opened.push(() => client.destroy());
    return redisStore({ eval: (script, options) => client.eval(script, options) });
  },
  "redis cluster": async () => {
    const client = createCluster({ rootNodes: [{ url: cluster?.url ?? "" }] });
    await client.connect();
    opened.push(() => client.destroy());
    return redisStore(client);
  },
  ioredis: () => {
    const client = new Redis(redis?.url ?? "");
    opened.push(() => client.disconnect());
    return ioredisStore(client);
  },
  "ioredis cluster": () => {
    const client = new Cluster([cluster?.url ?? ""]);
    opened.push(() => client.disconnect());
    return ioredisStore(client);
  },
};

describe.each(Object.entries(stores))("the %s store", (name, open) => {
  const needsRedis = name.includes("redis");
  const tests = sessionStoreTests({ open });
  test.skipIf(needsRedis && redisProgram === undefined).concurrent.each(tests)(
    "a session store keeps the rule: $name",
    async ({ run }) => {
      await expect(run()).resolves.toBeUndefined();
    },
  );
});

// Each breaks one promise.
const faults: Record<string, (store: SessionStore) => SessionStore> = {
  "grants a lease to everybody": (store) => ({
    ...store,
    lease: async (name, request, signal) =>
      (await store.lease(name, request, signal)) ?? (request.fence === undefined ? Date.now() : undefined),
  }),
  "stores whatever the lease": (store) => {
    const texts = new Map<string, string>();
    return {
      ...store,
      put: async (name, { text }) => {
        texts.set(name, text);
        return true;
      },
      get: async (name, signal) => ({ ...(await store.get(name, signal)), text: texts.get(name) }),
    };
  },
  "numbers leases from one": (store) => ({
    ...store,
    lease: async (name, request, signal) =>
      (await store.lease(name, request, signal)) === undefined ? undefined : 1,
  }),
  "cuts texts": (store) => ({
    ...store,
    put: (name, entry, signal) => store.put(name, { ...entry, text: entry.text.slice(0, 99) }, signal),
  }),
  "forgets nothing": (store) => ({
    ...store,
    put: (name, entry, signal) => store.put(name, { ...entry, lifeMs: 1e9 }, signal),
  }),
  "does not prolong": (store) => ({
    ...store,
    lease: async (name, request, signal) =>
      request.fence !== undefined && request.lifeMs > 0 ? request.fence : store.lease(name, request, signal),
  }),
  "keeps the lease after storing": (store) => ({
    ...store,
    put: async (name, entry, signal) => {
      const stored = await store.put(name, entry, signal);
      if (stored) await store.lease(name, { fence: entry.fence, lifeMs: 10_000 }, signal);
      return stored;
    },
  }),
  "shows a text that nobody wrote": (store) => ({
    ...store,
    get: async (name, signal) => ({ text: "", ...(await store.get(name, signal)) }),
  }),
  "shows no lease": (store) => ({
    ...store,
    get: async (name, signal) => ({ ...(await store.get(name, signal)), leasedForMs: 0 }),
  }),
  "shows leases without end": (store) => ({
    ...store,
    get: async (name, signal) => {
      const seen = await store.get(name, signal);
      return { ...seen, leasedForMs: seen.fence > 0 ? 1e9 : 0 };
    },
  }),
  "lets an old holder prolong its lease": (store) => ({
    ...store,
    lease: async (name, request, signal) =>
      (await store.lease(name, request, signal)) ?? (request.lifeMs > 0 ? request.fence : undefined),
  }),
  "lets an old holder give the lease back": (store) => ({
    ...store,
    lease: async (name, request, signal) =>
      (await store.lease(name, request, signal)) ?? (request.lifeMs > 0 ? undefined : request.fence),
  }),
  "refuses a holder whose lease has ended": (store) => ({
    ...store,
    put: async (name, entry, signal) =>
      (await store.get(name, signal)).leasedForMs > 0 && store.put(name, entry, signal),
  }),
  "hides the text while it is leased": (store) => ({
    ...store,
    get: async (name, signal) => {
      const seen = await store.get(name, signal);
      return seen.leasedForMs > 0 ? { ...seen, text: undefined } : seen;
    },
  }),
  "has one record for all": (store) => ({
    ...store,
    get: (_name, signal) => store.get("one", signal),
    put: (_name, entry, signal) => store.put("one", entry, signal),
    lease: (_name, request, signal) => store.lease("one", request, signal),
  }),
  "has a clock that stands still": (store) => ({
    ...store,
    get: async (name, signal) => ({ ...(await store.get(name, signal)), now: 1 }),
  }),
  "has a clock that runs ahead": (store) => ({
    ...store,
    get: async (name, signal) => ({ ...(await store.get(name, signal)), now: Date.now() * 1000 }),
  }),
  "grants short leases only": (store) => ({
    ...store,
    lease: async (name, request, signal) =>
      request.lifeMs >= 300_000 ? undefined : store.lease(name, request, signal),
  }),
};

/** The rules that each of the faults breaks, others perhaps too. */
const brokenRules: Record<string, readonly string[]> = {
  "grants a lease to everybody": [
    "One process at a time has the lease.",
    "Of many that ask at once exactly one gets the lease.",
    "A prolonged lease outlasts its first end.",
    "The longest lease is granted.",
  ],
  "stores whatever the lease": [
    "A late holder cannot overwrite what was stored since.",
    "Nothing is stored without a lease.",
  ],
  "numbers leases from one": [
    "A lease that has ended is granted to another, with a greater number.",
    "A lease that was given back is granted at once, with a greater number.",
  ],
  "cuts texts": ["A stored text is read by every process, with every character."],
  "forgets nothing": ["A text whose life has ended is not read, and no text comes back by a lease."],
  "does not prolong": ["A prolonged lease outlasts its first end."],
  "keeps the lease after storing": ["Storing ends the lease."],
  "shows a text that nobody wrote": ["A record that was never written has no text and no lease."],
  "shows no lease": ["A lease has a whole number above zero, and shows until it ends."],
  "shows leases without end": [
    "A lease has a whole number above zero, and shows until it ends.",
    "A lease that has ended is granted to another, with a greater number.",
    "A lease that was given back is granted at once, with a greater number.",
    "Storing ends the lease.",
  ],
  "lets an old holder prolong its lease": ["A lease that went to another cannot be prolonged or given back."],
  "lets an old holder give the lease back": [
    "A lease that went to another cannot be prolonged or given back.",
  ],
  "refuses a holder whose lease has ended": [
    "A holder whose lease has ended may store while no other has it.",
  ],
  "hides the text while it is leased": ["A text stays readable while a new lease is held."],
  "has one record for all": ["Records do not touch each other."],
  "has a clock that stands still": ["The store's clock, where it tells one, goes on."],
  "has a clock that runs ahead": ["The store's clock, where it tells one, goes on."],
  "grants short leases only": ["The longest lease is granted."],
};

test.each(Object.entries(faults))("the conformance suite finds a store that %s", async (what, spoil) => {
  const store = spoil(memoryStore());
  const tests = sessionStoreTests({ open: () => store, stepMs: 20 });
  const results = await Promise.allSettled(tests.map(({ run }) => run()));
  const broken = tests.flatMap(({ name }, index) => (results[index]?.status === "rejected" ? [name] : []));
  expect(broken).toEqual(expect.arrayContaining([...(brokenRules[what] ?? [])]));
  expect(broken).not.toEqual([]);
});

test("the conformance suite finds nothing wrong with a good store", async () => {
  const store = memoryStore();
  const results = await Promise.allSettled(
    sessionStoreTests({ open: () => store, stepMs: 50 }).map(({ run }) => run()),
  );
  expect(results.filter(({ status }) => status === "rejected")).toEqual([]);
});
