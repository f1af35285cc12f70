import { createClock, createFakeSts, createStsMock, type LogEntry, stsMatchers } from "@org/sts-mock";
import { stsHandlers } from "@org/sts-mock/msw";
import { startStsServer } from "@org/sts-mock/node";
import { GetCallerIdentity, GetSessionToken } from "@org/sts-protocol";
import { setupServer } from "msw/node";
import { afterEach, describe, expect, test, vi } from "vitest";

import { call, DEMO_SERIAL } from "../support/call.ts";

const ACTION = "Action=GetCallerIdentity&Version=2011-06-15";
const URL_OF_STS = `https://sts.us-east-1.amazonaws.com/?${ACTION}`;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("boundary keeps faults, replies and calls of functions apart that run at the same time", async () => {
  const mock = createStsMock();
  const first = mock.boundary(async (account: string) => {
    mock.fault({ kind: "status", statusCode: 503 });
    mock.on(GetCallerIdentity, { Account: account });
    await turn();
    const statuses = [(await mock.fetch(URL_OF_STS)).status, (await mock.fetch(URL_OF_STS)).status];
    return { statuses, calls: mock.calls().length, text: await (await mock.fetch(URL_OF_STS)).text() };
  });
  const second = mock.boundary(async () => {
    const { status } = await mock.fetch(URL_OF_STS);
    mock.reset();
    await turn();
    return { status, calls: mock.calls().length };
  });
  const [one, two, three] = await Promise.all([first("111122223333"), second(), first("444455556666")]);
  expect(one).toMatchObject({ statuses: [503, 200], calls: 2 });
  expect(one.text).toContain("<Account>111122223333</Account>");
  expect(three.text).toContain("<Account>444455556666</Account>");
  expect(two).toEqual({ status: 200, calls: 0 });
  expect(mock.calls()).toEqual([]);
  expect(await (await mock.fetch(URL_OF_STS)).text()).toContain("<Account>123456789012</Account>");
});

test("boundary holds for requests that msw catches, and for matchers", async () => {
  const mock = createStsMock();
  const server = setupServer(...stsHandlers(mock));
  server.listen({ onUnhandledFrame: "error" });
  try {
    const status = mock.boundary(async (statusCode: number) => {
      mock.fault({ kind: "status", statusCode });
      await turn();
      const response = await fetch(URL_OF_STS);
      expect(stsMatchers.toHaveReceivedOperationTimes(mock, GetCallerIdentity, 1).pass).toBe(true);
      return response.status;
    });
    expect(await Promise.all([status(503), status(500), status(429)])).toEqual([503, 500, 429]);
    expect(mock.calls()).toEqual([]);
  } finally {
    server.close();
  }
});

test("boundary does not hold for an HTTP server, which cannot tell who sends", async () => {
  const mock = createStsMock();
  const server = await startStsServer({ sts: mock });
  await mock.boundary(async () => {
    await (await fetch(`${server.url}/?${ACTION}`)).text();
    expect(mock.calls()).toEqual([]);
  })();
  expect(mock.calls()).toHaveLength(1);
  await server.close();
});

describe("time", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test("faked timers move the fake that was made before them", async () => {
    const fake = createFakeSts();
    vi.useFakeTimers({ now: new Date("2040-01-01T00:00:00Z"), toFake: ["Date"] });
    const { Credentials } = await call(fake, GetSessionToken, { DurationSeconds: 900 });
    expect(Credentials.Expiration).toEqual(new Date("2040-01-01T00:15:00Z"));
    vi.setSystemTime(new Date("2041-01-01T00:00:00Z"));
    expect(fake.clock.now()).toBe(Date.parse("2041-01-01T00:00:00Z"));
    fake.clock.advanceSeconds(60);
    expect(fake.clock.now()).toBe(Date.parse("2041-01-01T00:01:00Z"));
  });
});

const login = async (fake: ReturnType<typeof createFakeSts>, code?: string): Promise<unknown> =>
  await call(fake, GetSessionToken, {
    SerialNumber: DEMO_SERIAL,
    TokenCode: code ?? (await fake.mfaCode(DEMO_SERIAL)),
  });
const stopped = () => createFakeSts({ clock: createClock({ at: new Date("2026-03-01T12:00:00Z") }) });

test("mfaCode gives a code that works in each of ten tests within 30 seconds", async () => {
  const fake = stopped();
  for (let index = 0; index < 10; index += 1) expect(await login(fake)).toHaveProperty("Credentials");
});

test("mfaCode gives codes that are refused when they are used again, also when their time has come", async () => {
  const fake = stopped();
  const codes: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    const code = await fake.mfaCode(DEMO_SERIAL);
    codes.push(code);
    await login(fake, code);
  }
  for (let step = 0; step < 6; step += 1) {
    for (const code of codes) await expect(login(fake, code)).rejects.toMatchObject({ name: "AccessDenied" });
    fake.clock.advanceSeconds(30);
  }
});

test("mfaCode does not widen the window for codes from elsewhere", async () => {
  const fake = stopped();
  const other = stopped();
  await login(fake);
  await login(fake);
  other.clock.advanceSeconds(60);
  const ahead = await other.mfaCode(DEMO_SERIAL);
  await expect(login(fake, ahead)).rejects.toMatchObject({ name: "AccessDenied" });
  expect(await fake.mfaCode(DEMO_SERIAL)).toBe(ahead);
  expect(await login(fake, ahead)).toHaveProperty("Credentials");
});

test("mfaCode gives codes whose use is part of the state", async () => {
  const fake = stopped();
  const codes: string[] = [];
  for (let index = 0; index < 4; index += 1) {
    codes.push(await fake.mfaCode(DEMO_SERIAL));
    await login(fake, codes.at(-1));
  }
  const next = createFakeSts({ clock: fake.clock, state: fake.exportState() });
  for (const code of codes) await expect(login(next, code)).rejects.toMatchObject({ name: "AccessDenied" });
});

test("a program that asks again because the documented credentials have ended is told once, in the log", async () => {
  const log: LogEntry[] = [];
  const mock = createStsMock({ log: (entry) => log.push(entry) });
  for (let index = 0; index < 3; index += 1) await call(mock, GetSessionToken, {});
  expect(log.map(({ notes }) => notes.length)).toEqual([0, 1, 0]);
  expect(log[1]?.notes[0]).toContain('createStsMock({ responses: "realistic" })');
});
