import { createServer, connect } from "node:net";
import type { Server, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { fromAssumeRole, sharedSession } from "@org/sts-client/credentials";
import type { CredentialsProvider, SharedSessionEvent } from "@org/sts-client/credentials";
import { ioredisStore } from "@org/sts-client/credentials/ioredis";
import { redisStore } from "@org/sts-client/credentials/redis";
import { createFakeSts } from "@org/sts-mock";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { roleArn, userKeys } from "../../../support/sts-world.ts";
import { redisProgram, startRedis } from "../../../support/fleet/servers.ts";
import type { RedisServer } from "../../../support/fleet/servers.ts";
import { sealingKey } from "../../../support/fleet/fleet.ts";

let redis: RedisServer;
let proxy: Proxy;
const opened: (() => void)[] = [];
const skip = redisProgram === undefined;

/** A wire to the server that a test can make slow or cut. */
interface Proxy {
  readonly port: number;
  /** Milliseconds by which replies come late. */
  delayMs: number;
  /** Holds everything back, as a network does that has come apart. */
  readonly cut: () => void;
  /** Lets everything through. */
  readonly mend: () => void;
  /** Breaks all connections. */
  readonly hangUp: () => void;
  readonly close: () => void;
}

async function startProxy(target: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server: Server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      if (isCut) from.pause();
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
      from.on("data", (bytes) => {
        if (from === near || proxy.delayMs === 0) to.write(bytes);
        else setTimeout(() => to.destroyed || to.write(bytes), proxy.delayMs);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    delayMs: 0,
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.pause();
    },
    mend: () => {
      isCut = false;
      for (const socket of sockets) socket.resume();
    },
    hangUp,
    close: () => {
      hangUp();
      server.close();
    },
  };
}

beforeEach(async () => {
  if (redisProgram === undefined) return;
  redis = await startRedis("--maxmemory-policy", "noeviction");
  proxy = await startProxy(redis.port);
});
afterEach(async () => {
  for (const close of opened.splice(0)) close();
  proxy?.close();
  await redis?.stop();
});

describe.each(["redis", "ioredis"])("a fleet over %s", (kind) => {
  async function createFleet() {
    const events: SharedSessionEvent[] = [];
    const lines: string[] = [];
    const fake = createFakeSts({
      users: [
        {
          name: "demo",
          accessKeys: [userKeys],
        },
      ],
      roles: [{ name: "one", trustPolicy: "account" }],
    });
    const logger = {
      warn: (line: unknown) => lines.push(`down: ${String(line)}`),
      info: (line: unknown) => lines.push(`up: ${String(line)}`),
    };
    const url = `redis://127.0.0.1:${proxy.port}`;
    const createHost = async (): Promise<CredentialsProvider> => {
      const options = { sealingKey, storeTimeoutMs: 1000, leaseMs: 500, logger };
      const provider = fromAssumeRole({
        source: userKeys,
        params: { RoleArn: roleArn("one") },
        clientConfig: { region: "us-east-1", fetch: (input, init) => fake.fetch(input, init) },
      });
      const onEvent = (event: SharedSessionEvent) => events.push(event);
      if (kind === "redis") {
        const client = createClient({ url, socket: { reconnectStrategy: 50 } });
        client.on("error", () => undefined);
        await client.connect();
        opened.push(() => client.destroy());
        return sharedSession(provider, { ...options, onEvent, store: redisStore(client) });
      }
      const client = new Redis(url, { retryStrategy: () => 50 });
      client.on("error", () => undefined);
      opened.push(() => client.disconnect());
      return sharedSession(provider, { ...options, onEvent, store: ioredisStore(client) });
    };
    const calls = (): number => fake.calls().length;
    const count = (wanted: string): number => events.filter(({ kind: found }) => found === wanted).length;
    return { createHost, calls, count, lines };
  }

  /** Lets the hosts ask anew: what they have is refused. */
  const ask = (hosts: readonly CredentialsProvider[]) =>
    Promise.all(hosts.map((host) => host({ forceRefresh: true })));

  // What happens to the store, and how it is healed. Every host then asks by itself, and shares again afterwards.
  const troubles: Record<string, { readonly hurt: () => unknown; readonly heal: () => unknown }> = {
    "is stopped": { hurt: () => redis.stop(), heal: () => redis.restart() },
    "is paused": {
      hurt: () => redis.process().kill("SIGSTOP"),
      heal: () => redis.process().kill("SIGCONT"),
    },
    "answers after five seconds": {
      hurt: () => (proxy.delayMs = 5000),
      heal: () => {
        proxy.delayMs = 0;
        proxy.hangUp();
      },
    },
    "cannot be reached": { hurt: () => proxy.cut(), heal: () => proxy.mend() },
    "is full": {
      hurt: async () => {
        await command("CONFIG SET maxmemory 1");
        await command("FLUSHALL");
      },
      heal: () => command("CONFIG SET maxmemory 0"),
    },
  };

  async function command(text: string): Promise<void> {
    const socket = connect(redis.port, "127.0.0.1");
    socket.write(`${text}\r\n`);
    await new Promise((resolve) => socket.once("data", resolve));
    socket.destroy();
  }

  for (const [trouble, { hurt, heal }] of Object.entries(troubles)) {
    // The scripts are the same; what differs is how a client behaves without its server.
    if (kind === "ioredis" && trouble === "is full") continue;
    test.skipIf(skip)(
      `when the server ${trouble}, every host asks by itself, says so once, and comes back`,
      async () => {
        const { createHost, calls, count, lines } = await createFleet();
        const hosts = await Promise.all([createHost(), createHost(), createHost()]);
        const together = await Promise.all(hosts.map((host) => host()));
        expect(new Set(together.map(({ accessKeyId }) => accessKeyId)).size).toBe(1);
        expect([calls(), count("fallback")]).toEqual([1, 0]);

        await hurt();
        const alone = await ask(hosts);
        expect(new Set(alone.map(({ accessKeyId }) => accessKeyId)).size).toBe(3);
        expect(calls()).toBe(4);
        expect(lines.map((line) => line.split(":")[0])).toEqual(["down", "down", "down"]);
        await ask(hosts);
        expect(lines).toHaveLength(3);

        await heal();
        // Clients take a moment to come back.
        for (let tries = 0; tries < 40 && lines.length < 6; tries += 1) {
          await sleep(100);
          await ask(hosts);
        }
        expect(lines.slice(3).map((line) => line.split(":")[0])).toEqual(["up", "up", "up"]);
        // The first makes a session, the others take it: at once where the machine is fast enough for the store's time limit.
        const isShared = async (): Promise<boolean> => {
          const before = calls();
          const [first] = await ask(hosts.slice(0, 1));
          const rest = await ask(hosts.slice(1));
          return (
            calls() - before === 1 && rest.every(({ accessKeyId }) => accessKeyId === first?.accessKeyId)
          );
        };
        let shared = false;
        for (let tries = 0; tries < 10 && !shared; tries += 1) {
          await sleep(600);
          shared = await isShared();
        }
        expect(shared).toBe(true);
      },
    );
  }

  // What somebody may have written in place of a session.
  const rubbish: Record<string, (key: string) => string> = {
    "a text": (key) => `SET ${key} rubbish`,
    "a list": (key) => `RPUSH ${key} a b c`,
    "a hash of other fields": (key) => `HSET ${key} a b c d`,
    "a hash of nonsense": (key) => `HSET ${key} text x fence y until z end w`,
    "numbers beyond all bounds": (key) => `HSET ${key} text x fence 1e308 until 1e308 end 1e308`,
    "negative numbers": (key) => `HSET ${key} text x fence -5 until -1 end 9000000000000`,
    "a lease for ever": (key) => `HSET ${key} fence 7 until 9000000000000`,
    "no number": (key) => `HSET ${key} text x fence nan until inf end nan`,
  };
  for (const [what, write] of Object.entries(rubbish)) {
    if (kind === "ioredis") continue;
    test.skipIf(skip)(
      `when the server holds ${what} in place of a session, it is replaced and shared again`,
      async () => {
        const { createHost, calls, count } = await createFleet();
        const first = await (await createHost())();
        const socket = connect(redis.port, "127.0.0.1");
        socket.write("KEYS *\r\n");
        const reply = await new Promise<string>((resolve) =>
          socket.once("data", (data) => resolve(String(data))),
        );
        const key = /sts-session:[0-9a-f]{64}/.exec(reply)?.[0] ?? "";
        await command(`DEL ${key}`);
        await command(write(key));
        socket.destroy();
        const second = await (await createHost())();
        expect(second.accessKeyId).not.toBe(first.accessKeyId);
        expect(await (await createHost())()).toEqual(second);
        expect([calls(), count("fallback")]).toEqual([2, 0]);
      },
    );
  }

  test.skipIf(skip)(
    "when the server starts again empty, one host makes a new session and those that have one go on",
    async () => {
      const { createHost, calls } = await createFleet();
      const old = await createHost();
      const first = await old();
      await redis.restart();
      await sleep(300);
      const [a, b] = await Promise.all([createHost(), createHost()]);
      const [one, two] = await Promise.all([a(), b()]);
      expect(one.accessKeyId).toBe(two.accessKeyId);
      expect(await old()).toEqual(first);
      expect(calls()).toBe(2);
    },
  );
});
