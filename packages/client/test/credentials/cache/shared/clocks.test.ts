import type { SessionStore } from "@org/sts-client/credentials";
import { memoryStore } from "@org/sts-client/credentials/store-conformance";
import { expect, test } from "vitest";

import { createFleet } from "../../../support/fleet/fleet.ts";

const HOUR_MS = 3_600_000;
const skews = [-26 * HOUR_MS, -2 * HOUR_MS, -4 * 60_000, 0, 4 * 60_000, 2 * HOUR_MS, 26 * HOUR_MS];

test.each(skews)(
  "a host whose clock is off by %i ms shares a session as long as it lives",
  async (skewMs) => {
    const { createHost, clock, count, settle } = await createFleet();
    const right = createHost();
    const wrong = createHost({ skewMs });
    const first = await settle(right());
    expect(await settle(wrong())).toEqual(first);
    clock.advanceSeconds(3200);
    expect(await settle(wrong())).toEqual(first);
    expect(count("call")).toBe(1);
    clock.advanceSeconds(220);
    expect((await settle(wrong())).accessKeyId).not.toBe(first.accessKeyId);
    expect(count("call")).toBe(2);
  },
);

test.each(skews)(
  "a host whose clock is off by %i ms makes a session that others use to its end",
  async (skewMs) => {
    const { createHost, clock, calls, count, settle } = await createFleet();
    const made = await settle(createHost({ skewMs })());
    clock.advanceSeconds(3200);
    expect(await settle(createHost()())).toEqual(made);
    clock.advanceSeconds(410);
    const later = await settle(createHost()());
    expect(Number(later.expiration)).toBeGreaterThan(clock.now());
    // One for the first session and one after its end, and the refusal from which a wrong clock is learnt.
    expect(count("call")).toBe(2);
    expect(calls()).toBe(Math.abs(skewMs) > 5 * 60_000 ? 3 : 2);
  },
);

test.each(skews)(
  "a host whose clock is off by %i ms answers from memory without a look at the store",
  async (skewMs) => {
    let looks = 0;
    const fleet = await createFleet({
      changeStore: (store) => ({ ...store, get: (...all) => ((looks += 1), store.get(...all)) }),
    });
    const host = fleet.createHost({ skewMs });
    await fleet.settle(host());
    const before = looks;
    for (let calls = 0; calls < 20; calls += 1) await host();
    expect(looks).toBe(before);
  },
);

test("where the store tells no time, a session counts as ending a margin earlier by the host's clock", async () => {
  const fleet = await createFleet();
  const inner = memoryStore({ now: () => fleet.clock.now() });
  const store: SessionStore = {
    ...inner,
    get: async (name, signal) => ({ ...(await inner.get(name, signal)), now: undefined }),
  };
  const host = (clockMarginMs?: number) => fleet.createHost({ shared: { store, clockMarginMs } });
  const first = await host()();
  // 310 seconds are left, and 280 with the margin: a reader with no margin uses it on, one with it renews.
  fleet.clock.advanceSeconds(3600 - 310);
  expect(await host(0)()).toEqual(first);
  expect((await fleet.settle(host()())).accessKeyId).not.toBe(first.accessKeyId);
});
