import { dynamoDbStore } from "@org/sts-client/credentials/dynamodb";
import type { DynamoDbStoreOptions } from "@org/sts-client/credentials/dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";

import { createFleet } from "../../../support/fleet/fleet.ts";
import { startDynamoDb } from "../../../support/fleet/servers.ts";
import type { DynamoDbServer } from "../../../support/fleet/servers.ts";
import { tableKeys } from "../../../support/fleet/table-keys.ts";

let server: DynamoDbServer;
beforeAll(async () => {
  server = await startDynamoDb();
});
afterAll(() => server.stop());

const open = (options: Partial<DynamoDbStoreOptions> = {}) =>
  dynamoDbStore({
    table: server.table,
    region: "eu-west-1",
    endpoint: server.endpoint,
    credentials: tableKeys,
    ...options,
  });
const signal = () => AbortSignal.timeout(5000);
const nameOf = () => `test-${crypto.randomUUID()}`;

test("an item says in seconds when DynamoDB may delete it, after the text's life", async () => {
  const store = open({ prefix: "p:", ttlAttribute: "gone" });
  const name = nameOf();
  const fence = (await store.lease(name, { lifeMs: 1000 }, signal())) ?? 0;
  await store.put(name, { text: "x", lifeMs: 3_600_000, fence }, signal());
  const { Item } = await server.call("GetItem", { Key: { pk: { S: `p:${name}` } } });
  const seconds = Number((Item as { gone: { N: string } }).gone.N); // written just now
  const now = Date.now() / 1000;
  expect(seconds).toBeGreaterThan(now + 3600);
  expect(seconds).toBeLessThan(now + 4 * 3600);
});

// DynamoDB deletes days late, or never where time to live is off.
test("a text that DynamoDB has not deleted is not read after its life", async () => {
  const store = open();
  const name = nameOf();
  const fence = (await store.lease(name, { lifeMs: 1000 }, signal())) ?? 0;
  await store.put(name, { text: "x", lifeMs: 1, fence }, signal());
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect((await store.get(name, signal())).text).toBeUndefined();
  expect(await server.call("GetItem", { Key: { pk: { S: `sts-session:${name}` } } })).toHaveProperty(
    "Item.text",
  );
});

test.each([-7200, -30, 30, 7200])(
  "a host whose clock is off by %i seconds takes the time from DynamoDB",
  async (seconds) => {
    const store = open({ now: () => Date.now() + seconds * 1000 });
    const name = nameOf();
    const before = Date.now();
    const { now } = await store.get(name, signal());
    // The header that tells the time has whole seconds.
    expect(Number(now)).toBeGreaterThan(before - 2000);
    expect(Number(now)).toBeLessThan(Date.now() + 2000);
    const fence = (await store.lease(name, { lifeMs: 60_000 }, signal())) ?? 0;
    expect((await open().get(name, signal())).fence).toBe(fence);
    expect(await open().lease(name, { lifeMs: 1000 }, signal())).toBeUndefined();
  },
);

test("a signature that was refused for its time is made again with DynamoDB's, once", async () => {
  const dates: (string | null)[] = [];
  const send: typeof fetch = async (input, init) => {
    const date = new Headers(init?.headers).get("x-amz-date");
    dates.push(date);
    const isEarly = !date?.startsWith("20270501");
    return new Response(
      isEarly
        ? '{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"Signature expired"}'
        : "{}",
      { status: isEarly ? 400 : 200, headers: { date: "Sat, 01 May 2027 12:00:00 GMT" } },
    );
  };
  const store = open({ fetch: send });
  const { now } = await store.get("x", signal());
  expect(dates).toHaveLength(2);
  expect(new Date(Number(now)).toISOString()).toMatch(/^2027-05-01T12:00:0/);
});

// What somebody may have written in place of a record.
test.each([
  ["texts", { fence: { S: "x" }, until: { S: "y" }, text: { N: "1" }, end: { S: "z" } }],
  ["large numbers", { fence: { N: "9e20" }, until: { N: "9e20" }, text: { S: "x" }, end: { N: "9e20" } }],
  ["negative numbers", { fence: { N: "-1" }, until: { N: "-1" }, text: { S: "x" }, end: { N: "-1" } }],
  ["a lease for ever", { fence: { N: "7" }, until: { N: "9000000000000" } }],
  ["lists", { fence: { L: [] }, until: { M: {} }, text: { NULL: true }, end: { BOOL: true } }],
])("an item with %s in place of a session is replaced and shared again", async (_, attributes) => {
  const fleet = await createFleet();
  let name = "";
  const store = open();
  const host = () =>
    fleet.createHost({
      shared: {
        store: { ...store, get: (entry, aborted) => ((name = entry), store.get(entry, aborted)) },
        key: JSON.stringify(attributes),
        storeTimeoutMs: 5000,
        now: Date.now,
      },
      provider: async () => ({
        accessKeyId: `ASIA${Math.random()}`,
        secretAccessKey: "s",
        sessionToken: "t",
        expiration: new Date(Date.now() + 3_600_000),
      }),
    });
  const first = await fleet.settle(host()());
  await server.call("PutItem", { Item: { pk: { S: `sts-session:${name}` }, ...attributes } });
  const second = await fleet.settle(host()());
  expect(second).not.toEqual(first);
  expect(await fleet.settle(host()())).toEqual(second);
  expect(fleet.count("fallback")).toBe(0);
});

test("what DynamoDB refuses is an error that names the operation and the reason, and no secret", async () => {
  const store = open({ table: "missing" });
  const error: unknown = await store.get("x", signal()).catch((caught: unknown) => caught);
  expect(String(error)).toBe("Error: DynamoDB: GetItem was refused with 400 ResourceNotFoundException");
});

test("a request ends when its signal is aborted", async () => {
  const stalled: typeof fetch = (_, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener("abort", () => reject(new Error("aborted")));
    });
  await expect(open({ fetch: stalled }).get("x", AbortSignal.timeout(20))).rejects.toThrow("aborted");
});

test.each([
  [{ table: "" }, "table is missing"],
  [{ region: "" }, "region is missing"],
  [{ credentials: undefined as never }, "credentials is missing"],
  [{ endpoint: "localhost" }, "endpoint must be a URL"],
])("options %j are refused at once", (options, message) => {
  expect(() => open(options)).toThrow(message);
});

test.each([
  ["eu-west-1", "https://dynamodb.eu-west-1.amazonaws.com/"],
  ["cn-north-1", "https://dynamodb.cn-north-1.amazonaws.com.cn/"],
])("the address in %s is %s", async (region, address) => {
  const urls: string[] = [];
  const send: typeof fetch = async (input) => {
    urls.push(new URL(String(input)).href);
    return new Response("{}");
  };
  await dynamoDbStore({ table: "t", region, credentials: tableKeys, fetch: send }).get("x", signal());
  expect(urls).toEqual([address]);
});
