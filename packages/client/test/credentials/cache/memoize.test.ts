import { memoize } from "@org/sts-client/credentials";
import { describe, expect, it } from "vitest";

const HOUR = 3_600_000;

function harness(lifeMs: number | undefined = HOUR) {
  const clock = { now: 1_000_000_000_000 };
  const state = { calls: 0, failing: false, hold: undefined as Promise<void> | undefined };
  const provider = async () => {
    state.calls += 1;
    const accessKeyId = `AKIDEXAMPLE${state.calls}`;
    const expiration = lifeMs === undefined ? {} : { expiration: new Date(clock.now + lifeMs) };
    await state.hold;
    if (state.failing) throw new Error("the service is away");
    return { accessKeyId, secretAccessKey: "example", ...expiration };
  };
  const get = memoize(provider, { now: () => clock.now, random: () => 0 });
  return { clock, state, get };
}

describe("memoize", () => {
  it("asks once until the refresh window opens", async () => {
    const { clock, get, state } = harness();
    await get();
    clock.now += HOUR - 300_001;
    expect((await get()).accessKeyId).toBe("AKIDEXAMPLE1");
    clock.now += 1;
    expect((await get()).accessKeyId).toBe("AKIDEXAMPLE2");
    expect(state.calls).toBe(2);
  });

  it("opens the refresh window earlier by up to a fifth of it", async () => {
    let calls = 0;
    let now = 0;
    const get = memoize(
      async () => ({ accessKeyId: `K${++calls}`, secretAccessKey: "s", expiration: new Date(now + HOUR) }),
      { now: () => now, random: () => 0.5 },
    );
    await get();
    now = HOUR - 330_001;
    expect((await get()).accessKeyId).toBe("K1");
    now = HOUR - 330_000;
    expect((await get()).accessKeyId).toBe("K2");
  });

  it("shares one request between callers of the same moment", async () => {
    const { get, state } = harness();
    const all = await Promise.all(Array.from({ length: 50 }, () => get()));
    expect(new Set(all.map((one) => one.accessKeyId)).size).toBe(1);
    expect(state.calls).toBe(1);
  });

  it("lets the other callers use the old credentials while one refreshes early", async () => {
    const { clock, get, state } = harness();
    await get();
    clock.now += HOUR - 200_000;
    let release: () => void = () => undefined;
    state.hold = new Promise((resolve) => (release = resolve));
    const refreshing = get();
    expect((await get()).accessKeyId).toBe("AKIDEXAMPLE1");
    release();
    expect((await refreshing).accessKeyId).toBe("AKIDEXAMPLE2");
  });

  it("keeps valid credentials when an early refresh fails, and waits before trying again", async () => {
    const { clock, get, state } = harness();
    await get();
    clock.now += HOUR - 200_000;
    state.failing = true;
    expect((await get()).accessKeyId).toBe("AKIDEXAMPLE1");
    expect((await get()).accessKeyId).toBe("AKIDEXAMPLE1");
    expect(state.calls).toBe(2);
    clock.now += 30_000;
    state.failing = false;
    expect((await get()).accessKeyId).toBe("AKIDEXAMPLE3");
  });

  it("shows the failure inside the mandatory window", async () => {
    const { clock, get, state } = harness();
    await get();
    clock.now += HOUR - 60_000;
    state.failing = true;
    await expect(get()).rejects.toThrow("the service is away");
    state.failing = false;
    expect((await get()).accessKeyId).toBe("AKIDEXAMPLE3");
  });

  it("does not remember a first failure", async () => {
    const { get, state } = harness();
    state.failing = true;
    await expect(get()).rejects.toThrow("the service is away");
    state.failing = false;
    expect((await get()).accessKeyId).toBe("AKIDEXAMPLE2");
  });

  it("recovers from a provider that throws instead of rejecting", async () => {
    let calls = 0;
    const get = memoize(() => {
      calls += 1;
      if (calls === 1) throw new Error("at once");
      return Promise.resolve({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" });
    });
    await expect(get()).rejects.toThrow("at once");
    expect((await get()).accessKeyId).toBe("AKIDEXAMPLE");
  });

  it("asks again on forceRefresh and passes the wish on", async () => {
    const seen: unknown[] = [];
    const get = memoize(async (options) => {
      seen.push(options?.forceRefresh);
      return { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };
    });
    await get();
    await get();
    await get({ forceRefresh: true });
    expect(seen).toEqual([undefined, true]);
  });

  it("fails a forced refresh rather than answer with what it holds", async () => {
    const { get, state } = harness();
    await get();
    state.failing = true;
    await expect(get({ forceRefresh: true })).rejects.toThrow("the service is away");
    expect((await get()).accessKeyId).toBe("AKIDEXAMPLE1");
  });

  it("keeps credentials without expiration for good", async () => {
    let calls = 0;
    let now = 0;
    const get = memoize(
      async () => {
        calls += 1;
        return { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };
      },
      { now: () => now },
    );
    await get();
    now = Number.MAX_SAFE_INTEGER;
    await get();
    expect(calls).toBe(1);
  });

  it("turns an expiration that went through JSON back into a date", async () => {
    const text = "2026-01-01T00:00:00.000Z";
    const revived = await memoize(async () => ({
      accessKeyId: "AKIDEXAMPLE",
      secretAccessKey: "example",
      expiration: text,
    }))();
    expect(revived.expiration).toEqual(new Date(text));
    const rubbish = memoize(async () => ({ accessKeyId: "a", secretAccessKey: "b", expiration: "soon" }));
    await expect(rubbish()).rejects.toThrow(TypeError);
  });

  it("does not refresh on every call when credentials live shorter than the window", async () => {
    const { clock, get, state } = harness(240_000);
    await get();
    clock.now += 119_999;
    await get();
    expect(state.calls).toBe(1);
    clock.now += 1;
    await get();
    expect(state.calls).toBe(2);
  });
});
