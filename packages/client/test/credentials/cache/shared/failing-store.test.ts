import type { CredentialsProvider, SessionStore } from "@org/sts-client/credentials";
import { expect, test } from "vitest";

import { createFleet } from "../../../support/fleet/fleet.ts";

const never = (): Promise<never> => new Promise(() => undefined);
const broken = (): Promise<never> => Promise.reject(new Error("connection lost"));

// What a store may do instead of its work. The names are read after "A store that".
const faults: Record<string, Partial<SessionStore>> = {
  "cannot be read": { get: broken },
  "cannot be written": { put: broken },
  "grants no lease but fails": { lease: broken },
  "fails at everything": { get: broken, put: broken, lease: broken },
  "never responds": { get: never, put: never, lease: never },
  "never responds to a write": { put: never },
  "throws at once": {
    get: () => {
      throw new Error("no");
    },
  },
  "gives nothing": { get: async () => undefined as never },
  "gives rubbish": {
    get: async () => ({ text: 5, fence: "x", leasedForMs: "long", now: "noon" }) as never,
  },
  "says it is leased for ever": {
    get: async () => ({ fence: 1, leasedForMs: Number.MAX_SAFE_INTEGER, now: Date.now() }),
  },
  "refuses every lease": { lease: async () => undefined },
  "refuses every entry": { put: async () => false },
};

test.each(Object.entries(faults))("a store that %s is no reason to fail", async (_, fault) => {
  const fleet = await createFleet({ changeStore: (store) => ({ ...store, ...fault }) });
  const hosts = Array.from({ length: 4 }, () => fleet.createHost({ shared: { storeTimeoutMs: 50 } }));
  const all = await fleet.settle(Promise.all(hosts.map((host) => host())));
  for (const { expiration } of all) expect(Number(expiration)).toBeGreaterThan(fleet.clock.now());
  expect(fleet.calls()).toBeGreaterThanOrEqual(1);
  expect(fleet.calls()).toBeLessThanOrEqual(4);
  fleet.clock.advanceSeconds(3500);
  for (const host of hosts) {
    const { expiration } = await fleet.settle(host());
    expect(Number(expiration) - fleet.clock.now()).toBeGreaterThan(60_000);
  }
});

test("a store that fails is named once, and once more when it is back", async () => {
  let isDown = true;
  const { createHost, settle, count } = await createFleet({
    changeStore: (store) => ({ ...store, get: (...all) => (isDown ? broken() : store.get(...all)) }),
  });
  const lines: unknown[] = [];
  const logger = { warn: (line: unknown) => lines.push(line), info: (line: unknown) => lines.push(line) };
  const host = createHost({ shared: { logger } });
  for (let calls = 0; calls < 3; calls += 1) await settle(host({ forceRefresh: true }));
  expect(count("fallback")).toBe(3);
  expect(lines).toEqual([
    "sts-client: the session store memory failed at get: connection lost; every process asks STS by itself",
  ]);
  isDown = false;
  for (let calls = 0; calls < 3; calls += 1) await settle(host({ forceRefresh: true }));
  expect(count("fallback")).toBe(3);
  expect(lines.slice(1)).toEqual(["sts-client: the session store memory is back"]);
});

test("a waiter whose store goes down in the meantime asks STS itself", async () => {
  let looks = 0;
  const fleet = await createFleet({
    changeStore: (store) => ({
      ...store,
      get: async (name, signal) => {
        looks += 1;
        return looks > 3 ? broken() : { ...(await store.get(name, signal)), fence: 5, leasedForMs: 9000 };
      },
    }),
  });
  const identity = await fleet.settle(fleet.createHost()());
  expect(identity.accessKeyId).toMatch(/^ASIA/);
  expect(fleet.count("fallback")).toBe(1);
});

test("a lease that somebody holds too long is waited for as long as was said, and no longer", async () => {
  const { createHost, settle, clock, events } = await createFleet({
    changeStore: (store) => ({
      ...store,
      get: async (name, signal) => ({ ...(await store.get(name, signal)), fence: 5, leasedForMs: 9000 }),
      lease: async () => undefined,
    }),
  });
  const start = clock.now();
  await settle(createHost({ shared: { waitTimeoutMs: 20_000 } })());
  const waited = clock.now() - start;
  expect(waited).toBeGreaterThanOrEqual(20_000);
  expect(waited).toBeLessThan(23_000);
  expect(events[0]).toMatchObject({ kind: "fallback", error: { message: /20000 ms/ } });
});

test("a holder that vanished is succeeded after its lease, by one", async () => {
  let granted = 0;
  const { createHost, settle, now, clock, count } = await createFleet({
    changeStore: (store) => ({
      ...store,
      lease: async (...asked) => {
        const fence = await store.lease(...asked);
        if (fence !== undefined) granted += 1;
        return fence;
      },
    }),
  });
  // A host that takes the lease and never comes back.
  const frozen = createHost({ provider: never, shared: { key: "k", waitTimeoutMs: 0 } });
  void frozen();
  await expect.poll(() => granted).toBe(1);
  let calls = 0;
  const provider: CredentialsProvider = async () => {
    calls += 1;
    const expiration = new Date(now() + 3_600_000);
    return { accessKeyId: `ASIA${calls}`, secretAccessKey: "secret", sessionToken: "token", expiration };
  };
  // The key stands for the same session as the frozen host's.
  const hosts = Array.from({ length: 10 }, () => createHost({ provider, shared: { key: "k" } }));
  const start = clock.now();
  const all = await settle(Promise.all(hosts.map((host) => host())));
  expect(new Set(all.map(({ accessKeyId }) => accessKeyId)).size).toBe(1);
  expect([calls, count("fallback")]).toEqual([1, 0]);
  expect(clock.now() - start).toBeGreaterThanOrEqual(10_000);
  expect(clock.now() - start).toBeLessThan(13_000);
});
