import { fromMfaSession } from "@org/sts-client/credentials";
import { expect, test } from "vitest";

import { acceptingService, memoryCache } from "../../support/accepting-service.ts";

const START = Date.UTC(2030, 0, 1);

/** Providers of one session that share a cache. */
function providers() {
  const { sent, clock, send } = acceptingService();
  const now = () => clock.now;
  const cache = memoryCache(now);
  let code = 100_000;
  const create = () =>
    fromMfaSession({
      source: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "example" },
      serialNumber: "GAHT12345678",
      mfaCodeProvider: async () => String(++code),
      clientConfig: { region: "eu-west-1", fetch: send, now },
      cache,
      now,
      random: () => 0,
    });
  return { sent, clock, cache, create };
}

/** Changes the stored session, as another program may have written it. */
function rewrite(
  { cache }: ReturnType<typeof providers>,
  change: (credentials: Record<string, unknown>) => Record<string, unknown>,
  writtenAt: number,
): void {
  for (const [key, { value }] of cache.documents) {
    const { Credentials } = value;
    if (typeof Credentials === "object")
      cache.documents.set(key, { value: { ...value, Credentials: change({ ...Credentials }) }, writtenAt });
  }
}

const seconds = (time: number): string => new Date(time).toISOString();

// A third of its life has to be left: a quarter of an hour at most, a minute at least.
test.each([
  [43_200, 900],
  [3600, 900],
  [2700, 900],
  [1800, 600],
  [900, 300],
  [300, 100],
  [180, 60],
  [120, 60],
  [90, 60],
])(
  "a session in the cache of %i seconds is used while %i are left, and not a millisecond longer",
  async (life, left) => {
    for (const [missing, requests] of [
      [0, 1],
      [1, 2],
    ] as const) {
      const world = providers();
      const first = await world.create()();
      const end = START + life * 1000;
      rewrite(world, (credentials) => ({ ...credentials, Expiration: seconds(end) }), START);
      world.clock.now = end - left * 1000 + missing;
      const second = await world.create()();
      expect([missing, world.sent.length]).toEqual([missing, requests]);
      expect(second.accessKeyId === first.accessKeyId).toBe(requests === 1);
    }
  },
);

test("a session in the cache that was written after its end is not used", async () => {
  const world = providers();
  await world.create()();
  rewrite(
    world,
    (credentials) => ({ ...credentials, Expiration: seconds(START + 899_000) }),
    START + 900_000,
  );
  await world.create()();
  expect(world.sent).toHaveLength(2);
});

test.each([
  ["AccessKeyId", undefined],
  ["AccessKeyId", 7],
  ["SecretAccessKey", undefined],
  ["SecretAccessKey", 7],
  ["SessionToken", undefined],
  ["SessionToken", null],
  ["Expiration", undefined],
  ["Expiration", "soon"],
])("a session in the cache is not used when its %s is %j", async (name, value) => {
  const world = providers();
  await world.create()();
  rewrite(world, (credentials) => ({ ...credentials, [name]: value }), START);
  await world.create()();
  expect(world.sent).toHaveLength(2);
});

test.each([
  ["123456789012", "123456789012"],
  [undefined, undefined],
  [123_456_789_012, undefined],
])(
  "a session in the cache with the account %j gives credentials with the account %j",
  async (AccountId, accountId) => {
    const world = providers();
    await world.create()();
    rewrite(world, (credentials) => ({ ...credentials, AccountId }), START);
    const { accountId: found, ...identity } = await world.create()();
    expect([found, world.sent.length]).toEqual([accountId, 1]);
    expect(identity).toMatchObject({
      accessKeyId: "ASIAIOSFODNN7EXAMP01",
      secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
      sessionToken: "example-session-token",
      expiration: new Date(START + 43_200_000),
    });
  },
);

test("a session that says no account is stored without one", async () => {
  const { cache, create } = providers();
  await create()();
  const stored = [...cache.documents.values()].flatMap(({ value }) => value["Credentials"] ?? []);
  expect(stored).toStrictEqual([
    {
      AccessKeyId: "ASIAIOSFODNN7EXAMP01",
      SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
      SessionToken: "example-session-token",
      Expiration: "2030-01-01T12:00:00Z",
    },
  ]);
});

test("a forced refresh because of another key takes the stored session, and because of its own does not", async () => {
  const { create, sent } = providers();
  const mine = create();
  const { accessKeyId } = await mine();
  const other = await create()({ forceRefresh: true, rejectedKeyId: "ASIAIOSFODNN7EXAMPLE" });
  expect([sent.length, other.accessKeyId]).toEqual([1, accessKeyId]);
  await expect(create()({ forceRefresh: true, rejectedKeyId: accessKeyId })).rejects.toThrow(
    "the session ended early",
  );
});

test("a forced refresh by a provider that has returned none yet refuses the stored one", async () => {
  const { create, sent } = providers();
  const first = await create()();
  const second = await create()({ forceRefresh: true });
  expect([sent.length, second.accessKeyId === first.accessKeyId]).toEqual([2, false]);
});

test("a forced refresh refuses what was returned last, and takes what another has stored since", async () => {
  const { create, sent } = providers();
  const [mine, theirs] = [create(), create()];
  const first = await mine();
  await theirs();
  const newer = await theirs({ forceRefresh: true });
  expect(newer.accessKeyId).not.toBe(first.accessKeyId);
  expect((await mine({ forceRefresh: true })).accessKeyId).toBe(newer.accessKeyId);
  expect(sent).toHaveLength(2);
  expect((await mine({ forceRefresh: true })).accessKeyId).not.toBe(newer.accessKeyId);
  expect(sent).toHaveLength(3);
});

test("a forced refresh makes a session where none is stored any more", async () => {
  const { cache, create, sent } = providers();
  const mine = create();
  await mine();
  cache.documents.clear();
  await mine({ forceRefresh: true });
  expect(sent).toHaveLength(2);
});

test("a forced refresh stores the new session for the others", async () => {
  const { create, sent } = providers();
  const mine = create();
  await mine();
  const newer = await mine({ forceRefresh: true });
  expect((await create()()).accessKeyId).toBe(newer.accessKeyId);
  expect(sent).toHaveLength(2);
});

test("providers that ask at the same moment make one session, and all get it", async () => {
  const { create, sent } = providers();
  const all = await Promise.all(Array.from({ length: 8 }, () => create()()));
  expect([sent.length, new Set(all.map(({ accessKeyId }) => accessKeyId)).size]).toEqual([1, 1]);
});
