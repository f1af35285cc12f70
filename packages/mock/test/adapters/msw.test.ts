import { STS } from "@aws-sdk/client-sts";
import { createFakeSts, createStsMock } from "@org/sts-mock";
import { stsHandlers } from "@org/sts-mock/msw";
import { setupStsMock } from "@org/sts-mock/node";
import { GetCallerIdentity, GetSessionToken } from "@org/sts-protocol";
import { getResponse } from "msw";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";

const credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};

const mock = setupStsMock({ hooks: { beforeAll, afterEach, afterAll } });

test.each([
  { region: "us-east-1", useGlobalEndpoint: true },
  { region: "eu-west-1" },
  { region: "us-east-2", useFipsEndpoint: true },
  { region: "eu-west-1", useDualstackEndpoint: true },
  { region: "cn-north-1" },
  { region: "us-gov-west-1" },
])("setupStsMock catches what the AWS SDK sends with %o", async (config) => {
  const sts = new STS({ ...config, credentials });
  const { Credentials } = await sts.getSessionToken({ DurationSeconds: 900 });
  expect(Credentials?.Expiration).toEqual(new Date("2011-07-11T19:55:29.611Z"));
  expect(mock.calls(GetSessionToken, { DurationSeconds: 900 })).toHaveLength(1);
  sts.destroy();
});

test("setupStsMock starts each test without calls", () => {
  expect(mock.calls()).toEqual([]);
});

test("setupStsMock lets requests to other hosts through", async () => {
  await expect(fetch("http://127.0.0.1:1/")).rejects.toThrow(TypeError);
  expect(mock.calls()).toEqual([]);
});

test("setupStsMock says what to pass when the runner has no global hooks", () => {
  expect(() => setupStsMock()).toThrow(/setupStsMock\(\{ hooks: \{ beforeAll, afterEach, afterAll \} \}\)/);
});

test.each(["beforeAll", "afterEach", "afterAll"])(
  "setupStsMock does not make do with global hooks without %s",
  (missing) => {
    for (const name of ["beforeAll", "afterEach", "afterAll"])
      vi.stubGlobal(name, name === missing ? undefined : () => undefined);
    try {
      expect(() => setupStsMock()).toThrow("found no global beforeAll, afterEach and afterAll");
    } finally {
      vi.unstubAllGlobals();
    }
  },
);

test("setupStsMock uses the global hooks of jest, and of vitest when it has them", () => {
  const hooks = { beforeAll: vi.fn(), afterEach: vi.fn(), afterAll: vi.fn() };
  for (const [name, hook] of Object.entries(hooks)) vi.stubGlobal(name, hook);
  try {
    setupStsMock();
  } finally {
    vi.unstubAllGlobals();
  }
  for (const hook of Object.values(hooks)) expect(hook).toHaveBeenCalledOnce();
});

test("the handlers answer through msw's getResponse and leave other hosts alone", async () => {
  const handlers = stsHandlers(createStsMock());
  const body = "Action=GetSessionToken&Version=2011-06-15";
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const url = "https://sts.amazonaws.com/";
  const response = await getResponse(handlers, new Request(url, { method: "POST", body, headers }));
  expect(await response?.text()).toContain("<GetSessionTokenResult>");
  expect(await getResponse(handlers, new Request("https://example.com/"))).toBeUndefined();
});

test("the strict fake verifies what the AWS SDK signed and msw caught", async () => {
  const fake = createFakeSts();
  const { setupServer } = await import("msw/node");
  const server = setupServer(...stsHandlers(fake));
  server.listen({ onUnhandledFrame: "error" });
  try {
    const sts = new STS({
      region: "us-east-1",
      credentials: {
        accessKeyId: "AKIAIOSFODNN7EXAMPLE",
        secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
      },
    });
    expect((await sts.getSessionToken({})).Credentials?.AccessKeyId).toMatch(/^ASIA/);
    const wrong = new STS({
      region: "us-east-1",
      credentials: { ...credentials, accessKeyId: "AKIAIOSFODNN7EXAMPLE" },
    });
    await expect(wrong.getSessionToken({})).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
  } finally {
    server.close();
  }
});

test("the handlers pass on what a test's reply throws by mistake, and an abort as a broken connection", async () => {
  const broken = createStsMock();
  broken.on(GetCallerIdentity, () => {
    throw new TypeError("a mistake in the test");
  });
  const url = "https://sts.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15";
  await expect(getResponse(stsHandlers(broken), new Request(url))).rejects.toThrow("a mistake in the test");

  const stalled = createStsMock();
  stalled.fault({ kind: "stall" });
  const giveUp = new AbortController();
  const response = getResponse(stsHandlers(stalled), new Request(url, { signal: giveUp.signal }));
  giveUp.abort();
  expect((await response)?.type).toBe("error");
});
