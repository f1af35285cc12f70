import { createStsMock } from "@org/sts-mock";
import { setupStsMock } from "@org/sts-mock/node";
import { http, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";

const own = setupServer(http.get("https://example.test/x", () => HttpResponse.text("own")));
beforeAll(() => {
  own.listen({ onUnhandledFrame: "error" });
});
afterEach(() => {
  own.resetHandlers();
});
afterAll(() => {
  own.close();
});
const get = async (): Promise<string> => (await fetch("https://example.test/x")).text();
const identity = async (): Promise<string> =>
  (await fetch("https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15")).text();

test("the project's own msw server responds before the STS mock is there", async () => {
  expect(await get()).toBe("own");
});

setupStsMock({ server: own, hooks: { beforeAll, beforeEach, afterEach, afterAll } });

test.for([1, 2])(
  "with setupStsMock and the project's own msw server both respond, also after resetHandlers (test %i)",
  async () => {
    expect(await get()).toBe("own");
    expect(await identity()).toContain("<Account>123456789012</Account>");
  },
);

test("setupStsMock without the project's own msw server refuses to start beside it, and says what to pass", async () => {
  const starts: (() => Promise<void>)[] = [];
  const ignore = (): void => {};
  setupStsMock({ hooks: { beforeAll: (run) => starts.push(run), afterEach: ignore, afterAll: ignore } });
  await expect(starts[0]?.()).rejects.toThrow(
    "another msw server listens in this process, and two take requests away from each other; pass it: setupStsMock({ server, hooks })",
  );
  expect(await get()).toBe("own");
});

const hooks = { beforeAll, beforeEach, afterEach, afterAll };
test.for([
  ["an unknown option", { hook: hooks }, 'there is no "hook" here; did you mean "hooks"?'],
  [
    "options beside a mock",
    { mock: createStsMock(), responses: "realistic", hooks },
    "responses has no effect beside mock",
  ],
  [
    "a server without beforeEach",
    { server: own, hooks: { beforeAll, afterEach, afterAll } },
    'hooks: "beforeEach" is missing',
  ],
  ["a mock that is none", { mock: {}, hooks }, "expected an object with the method handle()"],
] as const)("setupStsMock refuses %s", ([, options, message]) => {
  expect(() => setupStsMock(options as object)).toThrow(message);
});

test("the project's own msw server responds after the STS mock was there", async () => {
  expect(await get()).toBe("own");
});
