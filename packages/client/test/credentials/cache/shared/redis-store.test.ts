import { ioredisStore } from "@org/sts-client/credentials/ioredis";
import { redisStore } from "@org/sts-client/credentials/redis";
import type { SessionStore } from "@org/sts-client/credentials/store-conformance";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const SERVER_MS = 1_764_000_000_000;

/** A client of the package `redis` that counts its commands; the server's clock is an hour from the host's and can be set. */
function createFakeClient() {
  const commands: string[] = [];
  const startedAt = performance.now();
  const record = { text: "the text", fence: "7", until: "0", end: String(SERVER_MS + 600_000) };
  const server = { aheadMs: 0, grantsLeases: true, refuses: [] as string[], refusal: "ERR unknown command" };
  const nowMs = (): number => SERVER_MS + server.aheadMs + performance.now() - startedAt;
  const run = (name: string): void => {
    commands.push(name);
    if (server.refuses.includes(name)) throw new Error(server.refusal);
  };
  const time = (): [string, string] => [
    String(Math.floor(nowMs() / 1000)),
    String(Math.floor((nowMs() % 1000) * 1000)),
  ];
  const client = {
    sendCommand: async (_command: unknown, _options: unknown): Promise<unknown> => undefined,
    hmGet: async (_key: string, fields: (keyof typeof record)[]): Promise<unknown> => {
      run("HMGET");
      return fields.map((field) => record[field]);
    },
    time: async (): Promise<unknown> => {
      run("TIME");
      return time();
    },
    eval: async (script: string): Promise<unknown> => {
      run("EVAL");
      if (script.includes("HSET")) return server.grantsLeases ? "8" : "0";
      return [record.text, record.fence, record.until, record.end, ...time()];
    },
  };
  const take = (): string[] => commands.splice(0);
  return { client, server, record, take, nowMs };
}

const signal = new AbortController().signal;
const read = (store: SessionStore) => store.get("entry", signal);

test("a client of one server reads a session in one round trip, without a script, and with the server's time", async () => {
  const { client, take, nowMs } = createFakeClient();
  const session = await read(redisStore(client));
  expect(take()).toEqual(["HMGET", "TIME"]);
  expect(session).toEqual({ text: "the text", fence: 7, leasedForMs: 0, now: nowMs() });
});

test("the server's time is asked for once a minute, and goes on in between", async () => {
  const { client, record, take, nowMs } = createFakeClient();
  const store = redisStore(client);
  await read(store);
  take();
  record.until = String(SERVER_MS + 70_000);
  vi.advanceTimersByTime(59_000);
  expect(await read(store)).toMatchObject({ leasedForMs: 11_000, now: nowMs() });
  expect(take()).toEqual(["HMGET"]);
  vi.advanceTimersByTime(2000);
  expect(await read(store)).toMatchObject({ leasedForMs: 9000, now: nowMs() });
  expect(take()).toEqual(["HMGET", "TIME"]);
});

test("a text that has ended by the server's clock is not read, whether or not the server was asked for it", async () => {
  const { client, record } = createFakeClient();
  const store = redisStore(client);
  record.end = String(SERVER_MS + 30_000);
  expect((await read(store)).text).toBe("the text");
  vi.advanceTimersByTime(30_000);
  expect((await read(store)).text).toBeUndefined();
  expect((await read(redisStore(client))).text).toBeUndefined();
});

test("the server's time is asked for again when the host's clock was set, or the host was asleep", async () => {
  const { client, take, nowMs } = createFakeClient();
  const store = redisStore(client);
  await read(store);
  take();
  vi.setSystemTime(Date.now() + 5000);
  expect((await read(store)).now).toBe(nowMs());
  expect(take()).toEqual(["HMGET", "TIME"]);
  await read(store);
  expect(take()).toEqual(["HMGET"]);
});

test("the server's time is asked for again when it refuses a lease that seemed to have ended", async () => {
  const { client, server, take, nowMs } = createFakeClient();
  const store = redisStore(client);
  await read(store);
  expect(await store.lease("entry", { lifeMs: 1000 }, signal)).toBe(8);
  await read(store);
  take();
  server.aheadMs = -300_000;
  server.grantsLeases = false;
  expect(await store.lease("entry", { lifeMs: 1000 }, signal)).toBeUndefined();
  expect((await read(store)).now).toBe(nowMs());
  expect(take()).toEqual(["EVAL", "HMGET", "TIME"]);
});

test("the server's time is asked for again after a failure: it may be another server's now", async () => {
  const { client, server, take, nowMs } = createFakeClient();
  const store = redisStore(client);
  await read(store);
  take();
  server.refuses = ["HMGET"];
  server.refusal = "Socket closed unexpectedly";
  await expect(read(store)).rejects.toThrow(server.refusal);
  expect(take()).toEqual(["HMGET"]);
  server.refuses = [];
  server.aheadMs = 4000;
  expect((await read(store)).now).toBe(nowMs());
  expect(take()).toEqual(["HMGET", "TIME"]);
});

test.each(["HMGET", "TIME"])(
  "where %s is refused, sessions are read by a script from then on",
  async (name) => {
    const { client, server, take, nowMs } = createFakeClient();
    server.refuses = [name];
    const store = redisStore(client);
    const expected = { text: "the text", fence: 7, leasedForMs: 0, now: nowMs() };
    expect(await read(store)).toEqual(expected);
    expect(take()).toEqual(["HMGET", "TIME", "EVAL"]);
    expect(await read(store)).toEqual(expected);
    expect(take()).toEqual(["EVAL"]);
  },
);

test("where something else has the key's name, the script copes with it, and the next read needs none", async () => {
  const { client, server, take } = createFakeClient();
  const store = redisStore(client);
  server.refuses = ["HMGET"];
  server.refusal = "WRONGTYPE Operation against a key holding the wrong kind of value";
  await read(store);
  expect(take()).toEqual(["HMGET", "TIME", "EVAL"]);
  server.refuses = [];
  await read(store);
  expect(take()).toEqual(["HMGET", "TIME"]);
});

test("a client of version 4, whose time is a date, gives the server's time", async () => {
  const { client, nowMs } = createFakeClient();
  const store = redisStore({ ...client, time: async () => new Date(nowMs()) });
  expect((await read(store)).now).toBe(nowMs());
});

test("a time that is none counts as unknown, and no text is taken for valid", async () => {
  const { client } = createFakeClient();
  const store = redisStore({ ...client, time: async () => "noon" });
  expect(await read(store)).toEqual({ fence: 7, leasedForMs: 0, now: undefined });
});

test.each([
  { name: "a client sends the command as it is", isReady: true, options: {}, sent: ["sent HMGET", "TIME"] },
  {
    name: "a client whose keys get a prefix",
    isReady: true,
    options: { keyPrefix: "app:" },
    sent: ["HMGET", "TIME"],
  },
  { name: "a pool", options: {}, sent: ["HMGET", "TIME"] },
  { name: "a client that does not say how it was created", isReady: true, sent: ["HMGET", "TIME"] },
])("$name reads a session with $sent", async ({ isReady, options, sent }) => {
  const { client, record, take, nowMs } = createFakeClient();
  const taken: unknown[] = [];
  const sendCommand = async (command: string[], _options: unknown): Promise<unknown> => {
    taken.push(`sent ${command[0]}`);
    expect(command.slice(1)).toEqual(["sts-session:entry", "text", "fence", "until", "end"]);
    return [record.text, record.fence, record.until, record.end];
  };
  const session = await read(redisStore({ ...client, sendCommand, isReady, options }));
  expect([...taken, ...take()]).toEqual(sent);
  expect(session).toEqual({ text: "the text", fence: 7, leasedForMs: 0, now: nowMs() });
});

// A plain command of theirs may go to a replica, and TIME to any node.
const manyServers: Record<string, (client: ReturnType<typeof createFakeClient>["client"]) => object> = {
  cluster: (client) => ({
    ...client,
    sendCommand: async (_key: unknown, _isReadonly: unknown, _command: unknown, _options: unknown) =>
      undefined,
  }),
  sentinel: (client) => ({
    ...client,
    sendCommand: async (_isReadonly: unknown, _command: unknown, _options: unknown) => undefined,
  }),
  "client with nothing but eval": ({ eval: evaluate }) => ({ eval: evaluate }),
};
test.each(Object.entries(manyServers))("a %s reads sessions by a script", async (_, change) => {
  const { client, take, nowMs } = createFakeClient();
  const store = redisStore(change(client) as typeof client); // whatever the other members are
  expect(await read(store)).toEqual({ text: "the text", fence: 7, leasedForMs: 0, now: nowMs() });
  expect(take()).toEqual(["EVAL"]);
});

test("a client of ioredis reads without a script, and a cluster of it with one", async () => {
  const { client, take } = createFakeClient();
  const { hmGet, time, eval: evaluate } = client;
  const ioredis = {
    eval: evaluate,
    time,
    hmget: async (key: string, ...fields: Parameters<typeof hmGet>[1]) => hmGet(key, fields),
  };
  const plain = await read(ioredisStore({ ...ioredis, isCluster: false }));
  expect(take()).toEqual(["HMGET", "TIME"]);
  expect(await read(ioredisStore({ ...ioredis, isCluster: true }))).toEqual(plain);
  expect(take()).toEqual(["EVAL"]);
});
