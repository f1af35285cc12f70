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
};

test.each(Object.entries(faults))("the conformance suite finds a store that %s", async (_, spoil) => {
  const store = spoil(memoryStore());
  const results = await Promise.allSettled(
    sessionStoreTests({ open: () => store, stepMs: 20 }).map(({ run }) => run()),
  );
  expect(results.some(({ status }) => status === "rejected")).toBe(true);
});

test("the conformance suite finds nothing wrong with a good store", async () => {
  const store = memoryStore();
  const results = await Promise.allSettled(
    sessionStoreTests({ open: () => store, stepMs: 50 }).map(({ run }) => run()),
  );
  expect(results.filter(({ status }) => status === "rejected")).toEqual([]);
});
