import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  STSClient,
  STSClientError,
} from "@org/sts-client";
import { createStandardRetryStrategy } from "@org/sts-client/retry";
import { AdaptiveRetryStrategy, ConfiguredRetryStrategy, StandardRetryStrategy } from "@smithy/core/retry";
import { expect, test } from "vitest";

import { credentials, fakeFetch, fault, reasonOf, type Reply, success } from "../support/fake-service.ts";
import { command, commandWithCode, createClient, fetchFailed } from "../support/create-client.ts";

test.each([
  ["a throttled request by its code, at HTTP 400", [fault("Throttling", 400)], [999]],
  ["HTTP 429", [fault("Unknown", 429)], [999]],
  [
    "a server error, with growing waits",
    [fault("InternalFailure", 500), fault("ServiceUnavailable", 503)],
    [49, 99],
  ],
  ["HTTP 408", [fault("RequestTimeout", 408)], [49]],
  ["a network error", [fetchFailed("ECONNRESET")], [49]],
  [
    "a verification key that could not be fetched",
    [
      fault(
        "InvalidIdentityToken",
        400,
        {},
        "Couldn't retrieve verification key from your identity provider",
      ),
    ],
    [49],
  ],
])("retries repeat %s", async (_name, replies, waits) => {
  const { client: sts, time, seen } = createClient([...replies, success()]);
  const result = await sts.send(command()).catch((error: unknown) => error);
  expect([time.waits, seen.length]).toEqual([waits, waits.length + 1]);
  expect(result).toMatchObject({
    $metadata: { attempts: waits.length + 1, totalRetryDelay: waits.reduce((sum, wait) => sum + wait, 0) },
  });
});

test.each([
  ["AccessDenied", fault("AccessDenied", 403)],
  ["a wrong signature, with a right clock", fault("SignatureDoesNotMatch", 403)],
  ["HTTP 501", fault("Unknown", 501)],
  ["HTTP 505", fault("Unknown", 505)],
  ["a bad request", fault("ValidationError", 400)],
])("retries do not repeat %s", async (_name, reply) => {
  const { client: sts, seen } = createClient([reply, success()]);
  const error = await reasonOf(sts.send(command()));
  expect([seen.length, error.$metadata.attempts]).toEqual([1, 1]);
});

test("retries repeat an operation whose identity provider could not be reached", async () => {
  const { client: sts, seen } = createClient([fault("IDPCommunicationError", 400)]);
  const input = {
    RoleArn: "arn:aws:iam::123456789012:role/demo",
    RoleSessionName: "demo",
    WebIdentityToken: "example",
  };
  const error = await reasonOf(sts.send(new AssumeRoleWithWebIdentityCommand(input)));
  expect([seen.length, error.name]).toEqual([3, "IDPCommunicationErrorException"]);
});

test("retries end after maxAttempts with the last error", async () => {
  const { client: sts, seen, time } = createClient([fault("InternalFailure", 500)], { maxAttempts: 5 });
  const error = await reasonOf(sts.send(command()));
  expect(error).toMatchObject({
    name: "InternalFailure",
    $fault: "server",
    $metadata: { httpStatusCode: 500, attempts: 5 },
  });
  expect([seen.length, time.waits]).toEqual([5, [49, 99, 199, 399]]);
});

test.each([
  ["x-amz-retry-after in milliseconds", { "x-amz-retry-after": "700" }, 700],
  ["retry-after in seconds", { "retry-after": "2" }, 2000],
  ["retry-after as a date", { "retry-after": "Tue, 01 Jan 2030 00:00:03 GMT" }, 3000],
  ["at most five seconds more than computed", { "retry-after": "3600" }, 5049],
  ["not what cannot be read", { "retry-after": "soon" }, 49],
  ["not what is over", { "retry-after": "Tue, 01 Jan 2019 00:00:03 GMT" }, 49],
])("retries wait as the service asks: %s", async (_name, headers, wait) => {
  const { client: sts, time } = createClient([fault("InternalFailure", 500, headers), success()]);
  await sts.send(command());
  expect(time.waits).toEqual([wait]);
});

test("retries share one quota per client, which success refills", async () => {
  const strategy = createStandardRetryStrategy({ initialRetryTokens: 20, random: () => 0 });
  const { client: sts, seen } = createClient([fault("InternalFailure", 500)], { retryStrategy: strategy });
  await reasonOf(sts.send(command()));
  expect([seen.length, strategy.getCapacity()]).toEqual([2, 6]);
  await reasonOf(sts.send(command()));
  expect(seen.length).toBe(3);
});

test.each([
  ["StandardRetryStrategy", () => new StandardRetryStrategy(2), 2],
  ["AdaptiveRetryStrategy", () => new AdaptiveRetryStrategy(async () => 2), 2],
  ["ConfiguredRetryStrategy", () => new ConfiguredRetryStrategy(4, 1), 4],
])("retries take the AWS SDK's %s as it is", async (_name, create, attempts) => {
  const { client: sts, seen } = createClient([fault("InternalFailure", 500)], { retryStrategy: create() });
  const error = await reasonOf(sts.send(command()));
  expect([seen.length, error.$metadata.attempts]).toEqual([attempts, attempts]);
});

test("retries in adaptive mode say so in the user agent", async () => {
  const { client: sts, seen } = createClient([fault("InternalFailure", 500), success()], {
    retryMode: "adaptive",
  });
  await sts.send(command());
  expect(seen.map(({ headers }) => / m\/F/.test(headers["user-agent"] ?? ""))).toEqual([true, true]);
});

test("retries sign each attempt separately, with the time at which it is sent", async () => {
  const { client: sts, seen } = createClient([fault("Throttling", 400, { "retry-after": "3" }), success()]);
  await sts.send(command());
  expect(seen.map(({ headers }) => headers["x-amz-date"])).toEqual(["20300101T000000Z", "20300101T000003Z"]);
});

test("retries pass the error of a network that fails on, with code, attempts and cause", async () => {
  const { client: sts } = createClient([fetchFailed("ECONNREFUSED")]);
  const error = await reasonOf(sts.send(command()));
  expect(error).toBeInstanceOf(STSClientError);
  expect(error).toMatchObject({
    code: "ERR_NETWORK",
    $metadata: { attempts: 3 },
    cause: { code: "ECONNREFUSED" },
  });
  expect(error.message).toBe(
    "GetSessionToken: could not reach sts.eu-west-1.amazonaws.com: example ECONNREFUSED",
  );
});

test.each([
  ["a broken connection", fetchFailed("ECONNRESET")],
  ["a server error", fault("InternalFailure", 500)],
  ["HTTP 503 without a body", new Response(null, { status: 503 })],
  ["HTTP 408", fault("RequestTimeout", 408)],
])(
  "a one-time code is not sent again after %s, and the error says why and when to try again",
  async (_name, reply) => {
    const { client: sts, seen, time } = createClient([reply, success()]);
    const error = await reasonOf(sts.send(commandWithCode()));
    expect(seen).toHaveLength(1);
    expect(time.waits).toEqual([]);
    expect(error).toBeInstanceOf(STSClientError);
    expect(error).toMatchObject({
      code: "ERR_NOT_RESENT",
      nextCodeAt: new Date(Date.UTC(2030, 0, 1, 0, 0, 30)),
      $metadata: { attempts: 1 },
    });
    expect(error.message).toMatch(
      /^GetSessionToken: .+\. Not sent again: TokenCode works once, .* from 2030-01-01T00:00:30\.000Z on$/,
    );
    expect(error.message).not.toContain("123456");
    expect(error.cause).toBeInstanceOf(Error);
  },
);

test.each([
  ["throttling", fault("Throttling", 400)],
  ["HTTP 429", fault("Unknown", 429)],
  ["a refused connection", fetchFailed("ECONNREFUSED")],
  ["a host that is not found", fetchFailed("ENOTFOUND")],
  ["a connection that did not come about in time", fetchFailed("UND_ERR_CONNECT_TIMEOUT")],
])("a one-time code is sent again after %s, which cannot have used it", async (_name, reply) => {
  const { client: sts, seen } = createClient([reply, success()]);
  await sts.send(commandWithCode());
  expect(seen).toHaveLength(2);
});

test("a one-time code is not given away by a request without one", async () => {
  const { client: sts, seen } = createClient([fault("InternalFailure", 500), success()]);
  await sts
    .send(new AssumeRoleCommand({ RoleArn: "arn:aws:iam::123456789012:role/demo", RoleSessionName: "demo" }))
    .catch(() => {});
  expect(seen).toHaveLength(2);
});

const hourAhead = { date: "Tue, 01 Jan 2030 01:00:00 GMT" };

test("a clock that is wrong is corrected after a refused signature, once", async () => {
  const { client: sts, seen } = createClient([
    fault("SignatureDoesNotMatch", 403, hourAhead),
    success(hourAhead),
  ]);
  await sts.send(command());
  expect(seen.map(({ headers }) => headers["x-amz-date"]?.slice(0, 11))).toEqual([
    "20300101T00",
    "20300101T01",
  ]);
  expect(sts.config.systemClockOffset).toBe(3_600_500);
  await sts.send(command());
  expect(seen[2]?.headers["x-amz-date"]?.slice(0, 11)).toBe("20300101T01");
});

test("a clock that is wrong is no reason to repeat what failed for another reason", async () => {
  const { client: sts, seen } = createClient([fault("AccessDenied", 403, hourAhead), success()]);
  const error = await reasonOf(sts.send(command()));
  expect(seen).toHaveLength(1);
  expect(error.$metadata.clockSkew).toBe(3_600_500);
});

test("a clock that is wrong is corrected for a request with a one-time code too: a refused signature did not use it", async () => {
  const { client: sts, seen } = createClient([fault("SignatureDoesNotMatch", 403, hourAhead), success()]);
  await sts.send(commandWithCode());
  expect(seen).toHaveLength(2);
});

test.each([
  [0, 239_999, 1],
  [0, 240_000, 2],
  // Nothing was learned: the offset is known.
  [3_600_000, 3_600_000, 1],
])(
  "a clock that is wrong, corrected by %i ms and in truth by %i ms, explains a refused signature from four minutes on",
  async (systemClockOffset, trueOffset, requests) => {
    // The middle of the second that the date names.
    const date = new Date(Date.UTC(2030, 0, 1) + 3_600_000).toUTCString();
    const { client: sts, seen } = createClient(
      [fault("SignatureDoesNotMatch", 403, { date }), success({ date })],
      { systemClockOffset },
      Date.UTC(2030, 0, 1) + 3_600_500 - trueOffset,
    );
    await sts.send(command()).catch(() => undefined);
    expect(seen).toHaveLength(requests);
  },
);

test("the correction of a clock starts from systemClockOffset", async () => {
  const { client: sts, seen } = createClient([success()], { systemClockOffset: 7_200_000 });
  await sts.send(command());
  expect(seen[0]?.headers["x-amz-date"]).toBe("20300101T020000Z");
});

test("a clock that is wrong stays as it is with disableClockSkewCorrection", async () => {
  const { client: sts, seen } = createClient([fault("SignatureDoesNotMatch", 403, hourAhead)], {
    disableClockSkewCorrection: true,
  });
  await reasonOf(sts.send(command()));
  expect([seen.length, sts.config.systemClockOffset]).toEqual([1, 0]);
});

test("the error of a clock is not learned from a cached response", async () => {
  const { client: sts } = createClient([success({ ...hourAhead, age: "10" })]);
  await sts.send(command());
  expect(sts.config.systemClockOffset).toBe(0);
});

test("the error of a clock is not learned from a date that no signature can hold", async () => {
  for (const date of ["Sat, 13 Sep 275760 00:00:00 GMT", "Wed, 31 Dec 1969 00:00:00 GMT", "soon"]) {
    const { client: sts } = createClient([success({ date })]);
    await sts.send(command());
    await sts.send(command());
    expect(sts.config.systemClockOffset).toBe(0);
  }
});

test("the error of a clock is not found where there is only the rounding of the Date header", async () => {
  const { client: sts } = createClient([success({ date: "Tue, 01 Jan 2030 00:00:00 GMT" })]);
  await sts.send(command());
  expect(sts.config.systemClockOffset).toBe(0);
});

const reason = new Error("the user went away");

test("an abort before the call sends nothing", async () => {
  const { client: sts, seen } = createClient([success()]);
  expect(await reasonOf(sts.send(command(), { abortSignal: AbortSignal.abort(reason) }))).toBe(reason);
  expect(seen).toEqual([]);
});

test("an abort while credentials are looked up does not wait for them", async () => {
  const controller = new AbortController();
  const { client: sts, seen } = createClient([success()], {
    credentials: () => {
      queueMicrotask(() => controller.abort(reason));
      return new Promise(() => {});
    },
  });
  expect(await reasonOf(sts.send(command(), { abortSignal: controller.signal }))).toBe(reason);
  expect(seen).toEqual([]);
});

test("an abort in flight reaches fetch, and is not repeated", async () => {
  const controller = new AbortController();
  let fetchReason: unknown;
  const hang: Reply = ({ init }) =>
    new Promise((_resolve, reject) => {
      init.signal?.addEventListener("abort", () => {
        fetchReason = init.signal?.reason;
        reject(fetchReason);
      });
      controller.abort(reason);
    });
  const { client: sts, seen } = createClient([hang, success()]);
  expect(await reasonOf(sts.send(command(), { abortSignal: controller.signal }))).toBe(reason);
  expect([fetchReason, seen.length]).toEqual([reason, 1]);
});

test("an abort in flight ends the call also when the handler does not listen", async () => {
  const controller = new AbortController();
  const { client: sts } = createClient([
    () => {
      controller.abort(reason);
      return new Promise(() => {});
    },
  ]);
  expect(await reasonOf(sts.send(command(), { abortSignal: controller.signal }))).toBe(reason);
});

test("an abort in a wait between attempts ends it", async () => {
  const controller = new AbortController();
  const { client: sts, seen } = createClient([fault("Throttling", 400, { "retry-after": "5" }), success()], {
    sleep: (_milliseconds, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        controller.abort(reason);
      }),
  });
  expect(await reasonOf(sts.send(command(), { abortSignal: controller.signal }))).toBe(reason);
  expect(seen).toHaveLength(1);
});

test("an abort in the real timer of a wait ends it", async () => {
  const controller = new AbortController();
  const { fetch, seen } = fakeFetch(fault("Throttling", 400, { "retry-after": "5" }), success());
  const sts = new STSClient({ region: "eu-west-1", credentials, fetch });
  const call = reasonOf(sts.send(command(), { abortSignal: controller.signal }));
  setTimeout(() => controller.abort(reason), 50);
  expect(await call).toBe(reason);
  expect(seen).toHaveLength(1);
});

const ignore = () => undefined;
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const STEPS = [
  "token",
  "attempt",
  "response",
  "log",
  "other keys",
  "attempt",
  "response",
  "log",
  "retry",
  "wait",
];
test.each(["token", "response", "log", "other keys", "wait"])(
  "an abort at the moment of the %s ends the call with the same reason, and nobody is asked for anything more",
  async (moment) => {
    const controller = new AbortController();
    const steps: string[] = [];
    const reach = (step: string): void => {
      steps.push(step);
      if (step === moment) controller.abort(reason);
    };
    const token = { getRetryCount: () => 0, getRetryDelay: () => 10 };
    const refuse = (name: string, status: number) => () => {
      reach("response");
      return fault(name, status);
    };
    const { client: sts } = createClient([refuse("ExpiredToken", 403), refuse("InternalFailure", 500)], {
      retryStrategy: {
        acquireInitialRetryToken: async () => (reach("token"), token),
        refreshRetryTokenForRetry: async () => (reach("retry"), token),
        recordSuccess: () => undefined,
      },
      logger: { ...silent, debug: () => reach("log") },
      credentials: async (options?: { readonly forceRefresh?: boolean }) => {
        if (!options?.forceRefresh) return credentials;
        reach("other keys");
        return { ...credentials, accessKeyId: "AKIAI44QH8DHBEXAMPLE" };
      },
      // It does not look at its signal.
      sleep: async () => reach("wait"),
    });
    sts.middlewareStack.add(
      (next) => (args) => {
        reach("attempt");
        return next(args);
      },
      { step: "finalizeRequest", priority: "low" },
    );
    expect(await reasonOf(sts.send(command(), { abortSignal: controller.signal }))).toBe(reason);
    // What comes later would come soon.
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(steps).toEqual(STEPS.slice(0, STEPS.indexOf(moment) + 1));
    expect(reason).not.toHaveProperty("$metadata");
  },
);

test("an abort without a reason gives the platform's AbortError", async () => {
  const { client: sts } = createClient([success()]);
  expect(await reasonOf(sts.send(command(), { abortSignal: AbortSignal.abort() }))).toMatchObject({
    name: "AbortError",
  });
});

const hang: Reply = () => new Promise(() => {});

test("a time limit of an attempt throws by default and counts as a failure that may pass", async () => {
  const { client: sts, seen } = createClient([hang, success()], { requestTimeout: 20 });
  const output = await sts.send(command());
  expect([seen.length, output.$metadata.attempts]).toEqual([2, 2]);
});

test("a time limit of an attempt, when all are used, is a TimeoutError that names host and limit", async () => {
  const { client: sts } = createClient([hang], { maxAttempts: 2 });
  const error = await reasonOf(sts.send(command(), { requestTimeout: 20 }));
  expect(error).toBeInstanceOf(STSClientError);
  expect(error).toMatchObject({ name: "TimeoutError", code: "ERR_TIMEOUT", $metadata: { attempts: 2 } });
  expect(error.message).toBe(
    "GetSessionToken: sts.eu-west-1.amazonaws.com did not respond within 20 ms (requestTimeout)",
  );
});

test("a time limit of an attempt also covers the body", async () => {
  const { client: sts } = createClient([() => new Response(new ReadableStream({}))], {
    maxAttempts: 1,
    requestTimeout: 20,
  });
  expect(await reasonOf(sts.send(command()))).toMatchObject({ code: "ERR_TIMEOUT" });
});

test("a time limit of an attempt does not send a one-time code again", async () => {
  const { client: sts, seen } = createClient([hang, success()], { requestTimeout: 20 });
  expect(await reasonOf(sts.send(commandWithCode()))).toMatchObject({
    code: "ERR_NOT_RESENT",
    cause: { code: "ERR_TIMEOUT" },
  });
  expect(seen).toHaveLength(1);
});

test("a time limit of the whole call holds across attempts", async () => {
  const { client: sts } = createClient([hang], { totalTimeout: 30, requestTimeout: 0 });
  const error = await reasonOf(sts.send(command()));
  expect(error).toMatchObject({ name: "TimeoutError", code: "ERR_DEADLINE" });
  expect(error.message).toBe("GetSessionToken: not done within 30 ms (totalTimeout)");
});

test("a time limit of the whole call says that a one-time code may be used", async () => {
  const { client: sts } = createClient([hang], { totalTimeout: 30, requestTimeout: 0 });
  const error = await reasonOf(sts.send(commandWithCode()));
  expect(error).toMatchObject({ code: "ERR_DEADLINE" });
  expect(error.message).toBe(
    "GetSessionToken: not done within 30 ms (totalTimeout). TokenCode works once and may have been used: try again with a new one",
  );
});

test("a time limit of the whole call is not waited for when the next attempt would come too late", async () => {
  const {
    client: sts,
    seen,
    time,
  } = createClient([fault("InternalFailure", 500, { "retry-after": "4" })], { totalTimeout: 3000 });
  expect(await reasonOf(sts.send(command()))).toMatchObject({
    name: "InternalFailure",
    $metadata: { attempts: 1 },
  });
  expect([seen.length, time.waits]).toEqual([1, []]);
});

test("a time limit may be infinite", async () => {
  const { client: sts } = createClient([success()], { requestTimeout: Infinity, totalTimeout: Infinity });
  expect((await sts.send(command())).$metadata.attempts).toBe(1);
});
