import { STSClientError } from "@org/sts-client";
import { CredentialsProviderError, memoize } from "@org/sts-client/credentials";
import { expect, onTestFinished, test, vi } from "vitest";

const HOUR = 3_600_000;

function harness(lifeMs: number | undefined = HOUR, warn: (message: string) => void = () => undefined) {
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
  const get = memoize(provider, { now: () => clock.now, random: () => 0, warn });
  return { clock, state, get };
}

test("memoize asks once until the refresh window opens", async () => {
  const { clock, get, state } = harness();
  await get();
  clock.now += HOUR - 300_001;
  expect((await get()).accessKeyId).toBe("AKIDEXAMPLE1");
  clock.now += 1;
  expect((await get()).accessKeyId).toBe("AKIDEXAMPLE2");
  expect(state.calls).toBe(2);
});

test("memoize opens the refresh window earlier by up to a fifth of it", async () => {
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

test("memoize shares one request between callers of the same moment", async () => {
  const { get, state } = harness();
  const all = await Promise.all(Array.from({ length: 50 }, () => get()));
  expect(new Set(all.map((one) => one.accessKeyId)).size).toBe(1);
  expect(state.calls).toBe(1);
});

test("memoize lets the other callers use the old credentials while one refreshes early", async () => {
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

test("memoize keeps valid credentials when an early refresh fails, and waits before trying again", async () => {
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

test("memoize keeps credentials to their last millisecond when a renewal fails, and shows the failure after it", async () => {
  const { clock, get, state } = harness();
  await get();
  clock.now += HOUR - 1;
  state.failing = true;
  expect((await get()).accessKeyId).toBe("AKIDEXAMPLE1");
  clock.now += 1;
  await expect(get()).rejects.toThrow("the service is away");
  state.failing = false;
  expect((await get()).accessKeyId).toBe("AKIDEXAMPLE4");
});

test("memoize lets every caller wait for the renewal in the mandatory window", async () => {
  const { clock, get, state } = harness();
  await get();
  clock.now += HOUR - 60_000;
  const all = await Promise.all([get(), get(), get()]);
  expect(all.map(({ accessKeyId }) => accessKeyId)).toEqual(Array(3).fill("AKIDEXAMPLE2"));
  expect(state.calls).toBe(2);
});

test.each<[how: string, warn: () => unknown]>([
  [
    "throws",
    () => {
      throw new Error("the log is full");
    },
  ],
  ["returns a promise that rejects", async () => Promise.reject(new Error("the log is full"))],
])("memoize gives credentials that are still valid when warn %s", async (_, warn) => {
  const unhandled = vi.fn<() => void>();
  process.on("unhandledRejection", unhandled);
  onTestFinished(() => void process.off("unhandledRejection", unhandled));
  const { clock, get, state } = harness(HOUR, warn);
  await get();
  clock.now += HOUR - 200_000;
  state.failing = true;
  expect((await get()).accessKeyId).toBe("AKIDEXAMPLE1");
  await new Promise((resolve) => setTimeout(resolve));
  expect(unhandled).not.toHaveBeenCalled();
});

test("memoize tells once that a renewal failed, and again after one that went well", async () => {
  const warnings: string[] = [];
  const { clock, get, state } = harness(HOUR, (message) => void warnings.push(message));
  const failTwice = async () => {
    clock.now += HOUR - 200_000;
    state.failing = true;
    await get();
    clock.now += 30_000;
    await get();
    state.failing = false;
    clock.now += 30_000;
    await get();
  };
  await get();
  await failTwice();
  expect(warnings).toEqual([expect.stringContaining("could not be renewed")]);
  // What others say may hold a secret.
  expect(warnings.join()).not.toContain("the service is away");
  await failTwice();
  expect(warnings).toHaveLength(2);
});

test.each([
  ["ahead", 3_600_000],
  ["behind", -7_200_000],
])(
  "memoize judges the end of credentials by the service's clock, once the local one is known to be %s",
  async (_name, wrongMs) => {
    let now = 1_000_000_000_000 + wrongMs;
    let offset = 0;
    let calls = 0;
    const get = memoize(
      async () => {
        const expiration = new Date(now - wrongMs + HOUR);
        return { accessKeyId: `K${++calls}`, secretAccessKey: "s", expiration };
      },
      { now: () => now, clockOffset: () => offset, random: () => 0 },
    );
    // What has just come is used, whatever the clock says.
    expect((await get()).accessKeyId).toBe("K1");
    offset = -wrongMs;
    now += HOUR - 300_001;
    expect((await get()).accessKeyId).toBe("K1");
    now += 1;
    expect((await get()).accessKeyId).toBe("K2");
  },
);

test("memoize makes one session of many refusals of one key", async () => {
  const { get, state } = harness();
  const { accessKeyId } = await get();
  const refused = { forceRefresh: true, rejectedKeyId: accessKeyId };
  const all = await Promise.all(Array.from({ length: 100 }, () => get(refused)));
  const later = await get(refused);
  expect(new Set([...all, later].map((one) => one.accessKeyId))).toEqual(new Set(["AKIDEXAMPLE2"]));
  expect(state.calls).toBe(2);
});

test("memoize ends its work when the last caller has given up, and not before", async () => {
  let inner: AbortSignal | undefined;
  const get = memoize(
    (options) =>
      new Promise((_resolve, reject) => {
        inner = options?.abortSignal;
        inner?.addEventListener("abort", () => reject(inner?.reason));
      }),
  );
  const [one, two] = [new AbortController(), new AbortController()];
  const calls = [one, two].map(({ signal }) => get({ abortSignal: signal }));
  one.abort(new Error("one"));
  await expect(calls[0]).rejects.toThrow("one");
  expect(inner?.aborted).toBe(false);
  two.abort(new Error("two"));
  await expect(calls[1]).rejects.toThrow("two");
  expect(inner?.aborted).toBe(true);
});

test("memoize stops the time limits of all who wait while it asks a person", async () => {
  const log: string[] = [];
  const caller = (name: string) => ({
    pauseTimeLimit: () => {
      log.push(`${name} stops`);
      return () => void log.push(`${name} goes on`);
    },
  });
  let ask: () => void = () => undefined;
  let end: () => void = () => undefined;
  const get = memoize(async (options) => {
    await new Promise<void>((resolve) => (ask = resolve));
    const goOn = options?.pauseTimeLimit?.();
    await new Promise<void>((resolve) => (end = resolve));
    goOn?.();
    return { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };
  });
  const first = get(caller("first"));
  ask();
  await new Promise((resolve) => setTimeout(resolve));
  const second = get(caller("second"));
  expect(log).toEqual(["first stops", "second stops"]);
  end();
  await Promise.all([first, second]);
  expect(log.slice(2)).toEqual(["first goes on", "second goes on"]);
});

test("memoize does not remember a first failure", async () => {
  const { get, state } = harness();
  state.failing = true;
  await expect(get()).rejects.toThrow("the service is away");
  state.failing = false;
  expect((await get()).accessKeyId).toBe("AKIDEXAMPLE2");
});

test("memoize recovers from a provider that throws instead of rejecting", async () => {
  let calls = 0;
  const get = memoize(() => {
    calls += 1;
    if (calls === 1) throw new Error("at once");
    return Promise.resolve({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" });
  });
  await expect(get()).rejects.toThrow("at once");
  expect((await get()).accessKeyId).toBe("AKIDEXAMPLE");
});

test("memoize asks again on forceRefresh and passes the wish on", async () => {
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

test("memoize fails a forced refresh rather than answer with what it holds", async () => {
  const { get, state } = harness();
  await get();
  state.failing = true;
  await expect(get({ forceRefresh: true })).rejects.toThrow("the service is away");
  expect((await get()).accessKeyId).toBe("AKIDEXAMPLE1");
});

test("memoize keeps credentials without expiration for good", async () => {
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

test("memoize turns an expiration that went through JSON back into a date", async () => {
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

test("memoize does not refresh on every call when credentials live shorter than the window", async () => {
  const { clock, get, state } = harness(240_000);
  await get();
  clock.now += 119_999;
  await get();
  expect(state.calls).toBe(1);
  clock.now += 1;
  await get();
  expect(state.calls).toBe(2);
});

test.each<[what: string, error: unknown, reason: string]>([
  [
    "an error of ours",
    new CredentialsProviderError("ERR_LOCK_TIMEOUT", "the file is taken"),
    "the file is taken",
  ],
  ["an error of a call", new STSClientError("ERR_NETWORK", "no way out"), "no way out"],
  [
    "a time limit",
    Object.assign(new Error("took 5 s"), { name: "TimeoutError", code: "ERR_TIMEOUT" }),
    "took 5 s",
  ],
  ["another's error", new RangeError("with a secret"), "RangeError"],
  [
    "another's error with a code like ours",
    Object.assign(new RangeError("with a secret"), { code: "ERR_NETWORK" }),
    "RangeError",
  ],
  [
    "another's error with a name like ours",
    Object.assign(new Error("with a secret"), { name: "TimeoutError" }),
    "TimeoutError",
  ],
  ...["xERR_NETWORK", "ERR_NETWORKx", "ERR_"].map((code): [string, unknown, string] => [
    `an error with a name like ours and the code ${code}`,
    Object.assign(new Error("with a secret"), { name: "TimeoutError", code }),
    "TimeoutError",
  ]),
  ...["MyTimeoutError", "TimeoutErrors"].map((name): [string, unknown, string] => [
    `an error with a code like ours and the name ${name}`,
    Object.assign(new Error("with a secret"), { name, code: "ERR_NETWORK" }),
    name,
  ]),
  ["what is no error", "with a secret", "the provider failed"],
])("memoize says why a renewal failed without the words of others: %s", async (_what, error, reason) => {
  const said = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  onTestFinished(() => said.mockRestore());
  let now = 0;
  let calls = 0;
  const get = memoize(
    async () => {
      calls += 1;
      if (calls > 1) throw error;
      return { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example", expiration: new Date(HOUR) };
    },
    { now: () => now },
  );
  await get();
  now = HOUR - 60_000;
  await get();
  expect(said.mock.calls).toEqual([
    [
      `sts-client: credentials could not be renewed, and the current ones are used until 1970-01-01T01:00:00.000Z: ${reason}`,
    ],
  ]);
});

test("memoize says that credentials without an end are kept until they are refused", async () => {
  const warn = vi.fn<(message: string) => void>();
  let calls = 0;
  const get = memoize(
    async () => {
      calls += 1;
      if (calls > 1) throw new RangeError("with a secret");
      return { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };
    },
    { refreshWindowMs: Infinity, warn },
  );
  await get();
  expect((await get()).accessKeyId).toBe("AKIDEXAMPLE");
  expect(warn.mock.calls).toEqual([[expect.stringContaining("are used until they are refused: RangeError")]]);
});

test.each([undefined, null, "text", 7])("memoize refuses a provider that returns %j", async (value) => {
  const get = memoize(async () => value as never);
  await expect(get()).rejects.toThrow("credentials: the provider did not return an object");
  await expect(get()).rejects.toBeInstanceOf(TypeError);
});

test.each([
  ["nothing", undefined, undefined],
  ["null, as JSON has it", null, undefined],
  ["a number", 1_767_225_600_000, new Date("2026-01-01T00:00:00Z")],
  ["a text", "2026-01-01T00:00:00Z", new Date("2026-01-01T00:00:00Z")],
  ["a date", new Date("2026-01-01T00:00:00Z"), new Date("2026-01-01T00:00:00Z")],
])("memoize takes %s as the expiration", async (_what, given, expiration) => {
  const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };
  const get = memoize(async () => ({ ...keys, expiration: given as Date }), { now: () => 0 });
  expect(await get()).toStrictEqual(expiration === undefined ? keys : { ...keys, expiration });
});

test("memoize says what is wrong with an expiration that is not a date", async () => {
  const get = memoize(async () => ({ accessKeyId: "a", secretAccessKey: "b", expiration: "soon" }));
  await expect(get()).rejects.toThrow("credentials: expiration is not a date");
});

/** A provider whose calls end when the test says so. */
function manual() {
  type Asked = NonNullable<Parameters<Parameters<typeof memoize>[0]>[0]>;
  const calls: { asked: Asked; resolve: (expiration?: Date) => void; reject: (error: Error) => void }[] = [];
  const clock = { now: 0 };
  const get = memoize(
    (asked) =>
      new Promise((resolve, reject) => {
        const accessKeyId = `K${calls.length + 1}`;
        calls.push({
          asked: asked ?? {},
          resolve: (expiration) =>
            resolve({ accessKeyId, secretAccessKey: "example", ...(expiration && { expiration }) }),
          reject,
        });
      }),
    { now: () => clock.now, random: () => 0, warn: () => undefined },
  );
  return { calls, clock, get };
}

/** A caller's time limit, and what was done with it. */
function timeLimit() {
  const log: string[] = [];
  const pauseTimeLimit = () => {
    log.push("stops");
    return () => void log.push("goes on");
  };
  return { log, pauseTimeLimit };
}

test("memoize passes on what the provider needs to know, and not the signal of one caller", async () => {
  const { calls, get } = manual();
  const callerClientConfig = { region: "eu-west-1" };
  const abortSignal = new AbortController().signal;
  const asked = { forceRefresh: true, rejectedKeyId: "AKIDEXAMPLE", callerClientConfig, abortSignal };
  for (const each of [{ callerClientConfig }, asked]) {
    const got = get(each as never);
    calls.at(-1)?.resolve();
    await got;
  }
  // The second is for a key that is not the current one.
  const forced = get({ ...asked, rejectedKeyId: "K1" } as never);
  calls.at(-1)?.resolve();
  await forced;
  const functions = { abortSignal: expect.any(AbortSignal), pauseTimeLimit: expect.any(Function) };
  expect(calls.map((each) => each.asked)).toStrictEqual([
    { callerClientConfig, ...functions },
    { forceRefresh: true, rejectedKeyId: "K1", callerClientConfig, ...functions },
  ]);
  expect(calls[1]?.asked.abortSignal).not.toBe(abortSignal);
});

test("memoize gives a caller who gave up the reason, though it has credentials that are still valid", async () => {
  const { calls, clock, get } = manual();
  const first = get();
  calls[0]?.resolve(new Date(HOUR));
  await first;
  clock.now = HOUR - 60_000;
  const caller = new AbortController();
  const second = get({ abortSignal: caller.signal });
  caller.abort(new Error("enough"));
  await expect(second).rejects.toThrow("enough");
  // Nobody waits for that call any more, so the next caller does not either.
  const third = get();
  calls[1]?.reject(new Error("aborted"));
  await new Promise((resolve) => setTimeout(resolve));
  const fourth = get();
  expect(calls).toHaveLength(3);
  calls[2]?.resolve();
  expect([(await third).accessKeyId, (await fourth).accessKeyId]).toEqual(["K3", "K3"]);
});

test("memoize lets nobody who may ask a person wait for a call that may not", async () => {
  const { calls, get } = manual();
  const first = get({ forceRefresh: true, rejectedKeyId: "K0" });
  // The second may not ask either; the third may.
  const all = [first, get({ forceRefresh: true, rejectedKeyId: "K0" }), get()];
  expect(calls).toHaveLength(2);
  // Nor does who may not ask start another call while there is one.
  all.push(get({ forceRefresh: true, rejectedKeyId: "K0" }));
  for (const { resolve } of calls) resolve();
  const keys = (await Promise.all(all)).map(({ accessKeyId }) => accessKeyId);
  expect(keys).toEqual(["K1", "K1", "K2", "K2"]);
});

test("memoize does not abort work that is done when a caller's signal is aborted later", async () => {
  const { calls, get } = manual();
  const caller = new AbortController();
  const got = get({ abortSignal: caller.signal });
  calls[0]?.resolve();
  await got;
  caller.abort();
  expect(calls[0]?.asked.abortSignal?.aborted).toBe(false);
});

test("memoize passes the reason of the last caller who gave up on to the provider", async () => {
  const { calls, get } = manual();
  const caller = new AbortController();
  const got = get({ abortSignal: caller.signal });
  caller.abort("enough");
  await expect(got).rejects.toBe("enough");
  expect(calls[0]?.asked.abortSignal?.reason).toBe("enough");
});

test("memoize lets time limits go on when the last of several questions is answered", async () => {
  const { calls, get } = manual();
  const { log, pauseTimeLimit } = timeLimit();
  const got = get({ pauseTimeLimit });
  const pause = calls[0]?.asked.pauseTimeLimit;
  expect(log).toEqual([]);
  const [goOn, goOnToo] = [pause?.(), pause?.()];
  goOn?.();
  goOn?.();
  expect(log).toEqual(["stops"]);
  goOnToo?.();
  expect(log).toEqual(["stops", "goes on"]);
  pause?.();
  expect(log).toEqual(["stops", "goes on", "stops"]);
  calls[0]?.resolve();
  await got;
  expect(log).toEqual(["stops", "goes on", "stops", "goes on"]);
  // A question that comes too late concerns nobody.
  pause?.();
  expect(log).toHaveLength(4);
});

test("memoize lets the time limit of a caller who gives up go on, and leaves it alone afterwards", async () => {
  const { calls, get } = manual();
  const leaving = new AbortController();
  const limits = [timeLimit(), timeLimit()] as const;
  const left = get({ abortSignal: leaving.signal, pauseTimeLimit: limits[0].pauseTimeLimit });
  const stayed = get({ pauseTimeLimit: limits[1].pauseTimeLimit });
  const goOn = calls[0]?.asked.pauseTimeLimit?.();
  leaving.abort(new Error("enough"));
  await expect(left).rejects.toThrow("enough");
  expect([limits[0].log, limits[1].log]).toEqual([["stops", "goes on"], ["stops"]]);
  goOn?.();
  calls[0]?.asked.pauseTimeLimit?.();
  expect([limits[0].log.length, limits[1].log.length]).toEqual([2, 3]);
  calls[0]?.reject(new Error("no"));
  await expect(stayed).rejects.toThrow("no");
  expect(limits[1].log).toEqual(["stops", "goes on", "stops", "goes on"]);
});
