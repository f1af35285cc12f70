import type { CredentialsProviderOptions } from "@org/sts-client/credentials";
import { STSClient } from "@org/sts-client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { command } from "../support/create-client.ts";
import { credentials, fakeFetch, fault, reasonOf, type Reply, success } from "../support/fake-service.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const hang: Reply = () => new Promise(() => undefined);

function client(replies: Reply[], config: ConstructorParameters<typeof STSClient>[0]) {
  const { fetch, seen } = fakeFetch(...replies);
  return {
    seen,
    sts: new STSClient({ region: "eu-west-1", credentials, fetch, requestTimeout: 0, ...config }),
  };
}

/** Waits for what needs no timer, such as a signature. */
async function until(isSo: () => unknown): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

/** A call's error, and whether it is there yet. */
function failing(call: Promise<unknown>) {
  const state = { isOver: false, error: reasonOf(call).finally(() => (state.isOver = true)) };
  return state;
}

test.each(["totalTimeout", "requestTimeout"] as const)(
  "%s ends a call at its time, not before, and aborts the request",
  async (name) => {
    const { sts, seen } = client([hang], { maxAttempts: 1, [name]: 1000 });
    const call = failing(sts.send(command()));
    await until(() => seen.length);
    await vi.advanceTimersByTimeAsync(998);
    expect([call.isOver, seen.length, seen[0]?.init.signal?.aborted]).toEqual([false, 1, false]);
    await vi.advanceTimersByTimeAsync(3);
    await until(() => call.isOver);
    expect(await call.error).toMatchObject({ name: "TimeoutError" });
    expect(seen[0]?.init.signal?.reason).toMatchObject({ name: "TimeoutError" });
    expect(vi.getTimerCount()).toBe(0);
  },
);

test("a time limit may be longer than the longest timer", async () => {
  const { sts, seen } = client([hang], { totalTimeout: 2 ** 31 + 1000 });
  const call = failing(sts.send(command()));
  await until(() => seen.length);
  await vi.advanceTimersByTimeAsync(2 ** 31 + 990);
  expect(call.isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(20);
  expect(await call.error).toMatchObject({ code: "ERR_DEADLINE" });
});

test.each([0, Infinity])("a time limit of %d is none, and needs no timer", async (limit) => {
  const { sts, seen } = client([hang], { totalTimeout: limit, requestTimeout: limit });
  void sts.send(command());
  await until(() => seen.length);
  expect(vi.getTimerCount()).toBe(0);
});

test.each<[name: "requestTimeout" | "totalTimeout", limit: unknown, message: string]>([
  [
    "requestTimeout",
    Number.NaN,
    "sts.eu-west-1.amazonaws.com did not respond within NaN ms (requestTimeout)",
  ],
  ["requestTimeout", "5s", "sts.eu-west-1.amazonaws.com did not respond within 5s ms (requestTimeout)"],
  ["totalTimeout", Number.NaN, "not done within NaN ms (totalTimeout)"],
  ["totalTimeout", "5s", "not done within 5s ms (totalTimeout)"],
])("%s of %s is exceeded at once, and the error shows it", async (name, limit, message) => {
  const { sts, seen } = client([hang], { maxAttempts: 1, [name]: limit });
  const call = failing(sts.send(command()));
  if (name === "requestTimeout") await until(() => seen.length);
  await vi.advanceTimersByTimeAsync(2);
  await until(() => call.isOver);
  expect(await call.error).toMatchObject({ name: "TimeoutError", message: `GetSessionToken: ${message}` });
});

test.each<[how: string, replies: Reply[]]>([
  ["succeeds", [success()]],
  ["fails", [fault("AccessDenied", 403)]],
])("a call that %s leaves no timer behind", async (_how, replies) => {
  const { sts } = client(replies, { totalTimeout: 1000, requestTimeout: 1000 });
  await sts.send(command()).catch(() => undefined);
  expect(vi.getTimerCount()).toBe(0);
});

/** Credentials from two people, who take ten seconds each, and asks the second when the first has answered. */
async function fromPeople({ pauseTimeLimit }: CredentialsProviderOptions = {}) {
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  await wait(400);
  const goOn = [pauseTimeLimit?.(), pauseTimeLimit?.()];
  await wait(10_000);
  goOn[0]?.();
  goOn[0]?.();
  await wait(10_000);
  goOn[1]?.();
  return credentials;
}

test("the time that people take to answer does not count, and the time before and after does", async () => {
  const { sts, seen } = client([hang], { credentials: fromPeople, totalTimeout: 1000 });
  const call = failing(sts.send(command()));
  // The limit's, and that of the first wait.
  await until(() => vi.getTimerCount() === 2);
  await vi.advanceTimersByTimeAsync(20_400);
  await until(() => seen.length);
  await vi.advanceTimersByTimeAsync(595);
  expect([call.isOver, seen.length]).toEqual([false, 1]);
  await vi.advanceTimersByTimeAsync(10);
  await until(() => call.isOver);
  expect(await call.error).toMatchObject({ code: "ERR_DEADLINE" });
});

test("the time that people take to answer leaves time for another attempt", async () => {
  const { sts, seen } = client([fault("InternalFailure", 500, { "x-amz-retry-after": "400" }), success()], {
    credentials: fromPeople,
    totalTimeout: 1000,
    random: () => 0,
  });
  const call = sts.send(command());
  // The limit's, and that of the first wait.
  await until(() => vi.getTimerCount() === 2);
  await vi.advanceTimersByTimeAsync(20_400);
  await until(() => seen.length && vi.getTimerCount() > 1);
  await vi.advanceTimersByTimeAsync(400);
  expect((await call).$metadata.attempts).toBe(2);
  expect(seen).toHaveLength(2);
});

test("an answer that comes after the call has ended starts no timer", async () => {
  let goOn: (() => void) | undefined;
  const stop = new AbortController();
  const { sts } = client([success()], {
    credentials: ({ pauseTimeLimit }: CredentialsProviderOptions = {}) => {
      goOn = pauseTimeLimit?.();
      return new Promise(() => undefined);
    },
    totalTimeout: 1000,
  });
  const call = failing(sts.send(command(), { abortSignal: stop.signal }));
  await until(() => goOn);
  await vi.advanceTimersByTimeAsync(5000);
  expect(call.isOver).toBe(false);
  stop.abort(new Error("enough"));
  expect((await call.error).message).toBe("enough");
  goOn?.();
  expect(vi.getTimerCount()).toBe(0);
});

test("the first reason to end a call is the one that counts", async () => {
  const stop = new AbortController();
  const { sts, seen } = client([hang], { totalTimeout: 1000 });
  const call = failing(sts.send(command(), { abortSignal: stop.signal }));
  await until(() => seen.length);
  stop.abort(new Error("enough"));
  await vi.advanceTimersByTimeAsync(5000);
  expect((await call.error).message).toBe("enough");
  expect(seen[0]?.init.signal?.reason).toMatchObject({ message: "enough" });
});
