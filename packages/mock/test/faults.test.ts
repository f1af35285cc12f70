import {
  createClock,
  createFakeSts,
  createStsMock,
  type Fault,
  serviceError,
  type StsMock,
} from "@org/sts-mock";
import { startStsServer } from "@org/sts-mock/node";
import { AssumeRole, GetCallerIdentity, GetSessionToken } from "@org/sts-protocol";
import { beforeEach, expect, test } from "vitest";

import { call, DEMO_SERIAL } from "./support/call.ts";

const URL_OF_STS = "https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15";
let mock: StsMock;
beforeEach(() => {
  mock = createStsMock({ clock: createClock({ at: new Date("2026-03-01T12:00:00Z") }) });
});

test.each([
  [{ kind: "throttling" }, 400, "Throttling"],
  [{ kind: "throttling", statusCode: 429 }, 429, "Throttling"],
  [{ kind: "status", statusCode: 408 }, 408, "RequestTimeout"],
  [{ kind: "status", statusCode: 429 }, 429, "TooManyRequestsException"],
  [{ kind: "status", statusCode: 500 }, 500, "InternalFailure"],
  [{ kind: "status", statusCode: 501 }, 501, "NotImplemented"],
  [{ kind: "status", statusCode: 502 }, 502, "BadGateway"],
  [{ kind: "status", statusCode: 503 }, 503, "ServiceUnavailable"],
  [{ kind: "status", statusCode: 504 }, 504, "GatewayTimeout"],
  [{ kind: "region-disabled" }, 403, "RegionDisabledException"],
  [{ kind: "key-fetch" }, 400, "InvalidIdentityToken"],
  [{ kind: "error", error: serviceError("Custom", 418, "short and stout") }, 418, "Custom"],
] satisfies [Fault, number, string][])("a fault answers with an error: %j", async (fault, status, code) => {
  mock.fault(fault);
  const response = await mock.fetch(URL_OF_STS);
  expect(response.status).toBe(status);
  expect(await response.text()).toContain(`<Code>${code}</Code>`);
  expect(mock.calls()).toMatchObject([{ operation: "GetCallerIdentity", outcome: code }]);
  expect((await mock.fetch(URL_OF_STS)).status).toBe(200);
});

test("a fault answers with an error and hints when to come back, in each form", async () => {
  const date = new Date("2026-03-01T12:00:30Z");
  mock.fault({ kind: "throttling", retryAfterSeconds: 2 });
  mock.fault({ kind: "status", statusCode: 503, retryAfterDate: date });
  mock.fault({ kind: "throttling", retryAfterMs: 700 });
  const headers = [
    await mock.fetch(URL_OF_STS),
    await mock.fetch(URL_OF_STS),
    await mock.fetch(URL_OF_STS),
  ].map((response) => response.headers);
  expect(headers.map((found) => found.get("retry-after"))).toEqual([
    "2",
    "Sun, 01 Mar 2026 12:00:30 GMT",
    null,
  ]);
  expect(headers[2]?.get("x-amz-retry-after")).toBe("700");
});

test("a fault breaks the answer with a page, an empty body, half the XML, a wrong type and a wrong date", async () => {
  mock
    .fault({ kind: "html" })
    .fault({ kind: "empty" })
    .fault({ kind: "empty", statusCode: 502 })
    .fault({ kind: "truncated-xml" })
    .fault({ kind: "content-type", contentType: "application/octet-stream" })
    .fault({ kind: "skewed-date", offsetSeconds: -3600 });
  const page = await mock.fetch(URL_OF_STS);
  expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html"]);
  expect(await page.text()).toContain("<!DOCTYPE html>");
  const empty = await mock.fetch(URL_OF_STS);
  expect([empty.status, await empty.text()]).toEqual([200, ""]);
  const bad = await mock.fetch(URL_OF_STS);
  expect([bad.status, await bad.text()]).toEqual([502, ""]);
  const half = await (await mock.fetch(URL_OF_STS)).text();
  expect(half).toMatch(/^<GetCallerIdentityResponse/);
  expect(half).not.toContain("</GetCallerIdentityResponse>");
  expect((await mock.fetch(URL_OF_STS)).headers.get("content-type")).toBe("application/octet-stream");
  expect((await mock.fetch(URL_OF_STS)).headers.get("date")).toBe("Sun, 01 Mar 2026 11:00:00 GMT");
  expect(mock.calls().map(({ outcome }) => outcome)).toEqual(Array.from({ length: 6 }, () => "fault"));
});

test("a fault breaks the answer by sending it slowly", async () => {
  mock.fault({ kind: "slow-body", chunkBytes: 100, delayMs: 1 });
  const response = await mock.fetch(URL_OF_STS);
  const pieces: number[] = [];
  for await (const piece of response.body ?? []) pieces.push(piece.length);
  expect(pieces.length).toBeGreaterThan(3);
  expect(Math.max(...pieces)).toBe(100);
});

test("a fault breaks the connection before the request has its effect, or after it", async () => {
  const fake = createFakeSts();
  const input = { SerialNumber: DEMO_SERIAL, TokenCode: await fake.mfaCode(DEMO_SERIAL) };
  const code = (): Promise<unknown> =>
    call(fake, GetSessionToken, input).then(
      () => "ok",
      (error: Error) => error.name,
    );
  fake.fault({ kind: "network-error" });
  expect(
    (
      await fake.respond({
        method: "POST",
        hostname: "sts.amazonaws.com",
        path: "/",
        headers: {},
        body: "Action=GetCallerIdentity&Version=2011-06-15",
      })
    ).effect,
  ).toBeDefined();
  fake.fault({ kind: "network-error" });
  // The connection broke before the code was looked at, so it is still good below.
  expect(await code()).not.toBe("ok");
  fake.fault({ kind: "network-error", afterHandling: true });
  expect(await code()).toBe("ok");
  // The code was used up although a client saw only a broken connection.
  expect(await code()).toBe("AccessDenied");
});

test("a fault that breaks the connection looks as fetch shows it", async () => {
  mock.fault({ kind: "network-error" });
  await expect(mock.fetch(URL_OF_STS)).rejects.toThrow(TypeError);
  mock.fault({ kind: "network-error" });
  expect((await mock.handle(new Request(URL_OF_STS))).type).toBe("error");
});

test("a fault breaks the connection by staying silent until the client gives up", async () => {
  mock.fault({ kind: "stall" });
  const controller = new AbortController();
  const pending = mock.fetch(URL_OF_STS, { signal: controller.signal });
  while (mock.calls().length === 0) await Promise.resolve();
  controller.abort(new Error("enough"));
  await expect(pending).rejects.toThrow("enough");
});

test("a fault breaks the connection over HTTP too", async () => {
  const server = await startStsServer({ sts: mock });
  const url = `${server.url}/?Action=GetCallerIdentity&Version=2011-06-15`;
  mock.fault({ kind: "network-error" });
  await expect(fetch(url)).rejects.toThrow(TypeError);
  mock.fault({ kind: "slow-body", chunkBytes: 50, delayMs: 1 });
  expect(await (await fetch(url)).text()).toContain("</GetCallerIdentityResponse>");
  mock.fault({ kind: "slow-body", chunkBytes: 1, delayMs: 50 });
  const slow = await fetch(url);
  await slow.body?.cancel();
  mock.fault({ kind: "stall" });
  await expect(fetch(url, { signal: AbortSignal.timeout(50) })).rejects.toThrow(/timeout/i);
  expect((await fetch(url)).status).toBe(200);
  await server.close();
});

const outcomes = async (count: number): Promise<(string | undefined)[]> => {
  for (let index = 0; index < count; index++) await mock.fetch(URL_OF_STS);
  return mock.calls().map(({ outcome }) => outcome);
};

test("a fault happens as often as told, in the order planned", async () => {
  mock.fault({ kind: "throttling" }, { times: 2 }).fault({ kind: "status", statusCode: 500 });
  expect(await outcomes(5)).toEqual(["Throttling", "Throttling", "InternalFailure", "ok", "ok"]);
});

test("a fault happens to one operation only", async () => {
  mock
    .fault({ kind: "throttling" }, { operation: AssumeRole })
    .fault({ kind: "html" }, { operation: "GetSessionToken" });
  expect(await outcomes(1)).toEqual(["ok"]);
  await expect(call(mock, AssumeRole, { RoleArn: "r", RoleSessionName: "s" })).rejects.toMatchObject({
    name: "Throttling",
  });
});

test("a fault happens by chance, and the same seed gives the same chances", async () => {
  const run = async (seed: number): Promise<string> => {
    const seeded = createStsMock({ seed });
    seeded.fault({ kind: "throttling" }, { probability: 0.3 });
    for (let index = 0; index < 200; index++) {
      await call(seeded, GetCallerIdentity, {}).catch(() => {});
    }
    return seeded
      .calls()
      .map(({ outcome }) => (outcome === "ok" ? "." : "x"))
      .join("");
  };
  const first = await run(7);
  expect(await run(7)).toBe(first);
  expect(await run(8)).not.toBe(first);
  const share = first.replaceAll(".", "").length / 200;
  expect(share).toBeGreaterThan(0.2);
  expect(share).toBeLessThan(0.4);
});

test("a planned fault does not happen any more after reset", async () => {
  mock.fault({ kind: "throttling" }, { times: Infinity });
  mock.reset();
  expect(await outcomes(1)).toEqual(["ok"]);
});
