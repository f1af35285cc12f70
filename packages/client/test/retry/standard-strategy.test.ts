import { STSServiceException } from "@org/sts-client";
import {
  classifyError,
  createStandardRetryStrategy,
  readRetryAfter,
  type RetryErrorInfo,
  type RetryErrorType,
  type StandardRetryOptions,
} from "@org/sts-client/retry";
import { expect, test } from "vitest";

const serviceError = (httpStatusCode: number, name = "Unknown", message = "example") =>
  new STSServiceException({
    name,
    message,
    $metadata: { httpStatusCode },
    $fault: httpStatusCode >= 500 ? "server" : "client",
  });
const coded = (code: string, cause?: unknown) => Object.assign(new Error("example", { cause }), { code });
const named = (name: string, cause?: unknown) => Object.assign(new Error("example", { cause }), { name });

/** An error below others. */
function wrapped(depth: number, error: unknown): unknown {
  let outer = error;
  for (let level = 0; level < depth; level += 1) outer = new Error(`level ${level}`, { cause: outer });
  return outer;
}

const throttling =
  "BandwidthLimitExceeded EC2ThrottledException LimitExceededException PriorRequestNotComplete ProvisionedThroughputExceededException " +
  "RequestLimitExceeded RequestThrottled RequestThrottledException SlowDown ThrottledException Throttling ThrottlingException " +
  "TooManyRequestsException TransactionInProgressException";
const network =
  "ERR_NETWORK ERR_TIMEOUT ECONNRESET ECONNREFUSED EPIPE ETIMEDOUT EHOSTUNREACH ENETUNREACH ENOTFOUND EAI_AGAIN UND_ERR_SOCKET " +
  "UND_ERR_CONNECT_TIMEOUT UND_ERR_HEADERS_TIMEOUT ConnectionRefused ConnectionClosed FailedToOpenSocket";
const spoken = [
  "Failed to fetch",
  "NetworkError when attempting to fetch resource.",
  "Load failed",
  "The Internet connection appears to be offline.",
  "The network connection was lost.",
  "Network request failed",
  "Network connection lost.",
  "fetch failed",
  "error sending request for url (https://sts.amazonaws.com/)",
  "terminated",
];
const status = (code: number): RetryErrorType => {
  if (code === 429) return "THROTTLING";
  if ([408, 500, 502, 503, 504].includes(code)) return "TRANSIENT";
  return code >= 500 ? "SERVER_ERROR" : "CLIENT_ERROR";
};

const rows: [string, unknown, RetryErrorType][] = [
  ...throttling.split(" ").flatMap((name): [string, unknown, RetryErrorType][] => [
    [`${name}, HTTP 400`, serviceError(400, name), "THROTTLING"],
    [`${name}, HTTP 503`, serviceError(503, name), "THROTTLING"],
    [`My${name}`, serviceError(400, `My${name}`), "CLIENT_ERROR"],
    [`${name}More`, serviceError(400, `${name}More`), "CLIENT_ERROR"],
  ]),
  ...network.split(" ").flatMap((code): [string, unknown, RetryErrorType][] => [
    [code, coded(code), "TRANSIENT"],
    [`${code} below`, new TypeError("example", { cause: coded(code) }), "TRANSIENT"],
    [`X${code}`, coded(`X${code}`), "CLIENT_ERROR"],
    [`${code}.X`, coded(`${code}.X`), "CLIENT_ERROR"],
  ]),
  ...spoken.flatMap((message): [string, unknown, RetryErrorType][] => [
    [`TypeError: ${message}`, new TypeError(message), "TRANSIENT"],
    [`Error: ${message}`, new Error(message), "CLIENT_ERROR"],
    [`TypeError: No, ${message}`, new TypeError(`No, ${message}`), "CLIENT_ERROR"],
  ]),
  ...["TimeoutError", "RequestTimeout", "RequestTimeoutException"].flatMap(
    (name): [string, unknown, RetryErrorType][] => [
      [name, named(name), "TRANSIENT"],
      [`${name}More`, named(`${name}More`), "CLIENT_ERROR"],
      [`My${name}`, named(`My${name}`), "CLIENT_ERROR"],
    ],
  ),
  ...[
    400, 401, 403, 404, 407, 408, 409, 410, 428, 429, 430, 499, 500, 501, 502, 503, 504, 505, 507, 511, 599,
  ].map((code): [string, unknown, RetryErrorType] => [`HTTP ${code}`, serviceError(code), status(code)]),
  ["HTTP 5000", serviceError(5000), "SERVER_ERROR"],
  ["what calls itself retryable", Object.assign(new Error("example"), { $retryable: {} }), "TRANSIENT"],
  [
    "what calls itself throttled",
    Object.assign(new Error("example"), { $retryable: { throttling: true } }),
    "THROTTLING",
  ],
  [
    "what calls itself retryable and not throttled",
    Object.assign(new Error("example"), { $retryable: { throttling: false } }),
    "TRANSIENT",
  ],
  [
    "a signature that expired",
    serviceError(403, "InvalidSignatureException", "Signature expired: 20300101T000000Z"),
    "TRANSIENT",
  ],
  ["another fault of a signature", serviceError(403, "InvalidSignatureException", "No"), "CLIENT_ERROR"],
  ["an expired signature of another name", serviceError(403, "Other", "Signature expired"), "CLIENT_ERROR"],
  [
    "a verification key that another error misses",
    serviceError(400, "Other", "Couldn't retrieve verification key"),
    "CLIENT_ERROR",
  ],
  [
    "another broken HTTP/2 stream",
    Object.assign(new Error("NGHTTP2_CANCEL"), { code: "ERR_HTTP2_STREAM_ERROR" }),
    "CLIENT_ERROR",
  ],
  ["a network error ten levels below", wrapped(10, coded("ECONNRESET")), "TRANSIENT"],
  ["a network error eleven levels below", wrapped(11, coded("ECONNRESET")), "CLIENT_ERROR"],
  ["an abort", named("AbortError"), "CLIENT_ERROR"],
  ["an abort because of the network", named("AbortError", coded("ECONNRESET")), "CLIENT_ERROR"],
  ["an abort below an error", new Error("x", { cause: named("AbortError", coded("EPIPE")) }), "CLIENT_ERROR"],
  ["a deadline because of the network", coded("ERR_DEADLINE", coded("ECONNRESET")), "CLIENT_ERROR"],
  ["a server error below an error", new Error("x", { cause: serviceError(500) }), "TRANSIENT"],
  ["throttling below an error", new Error("x", { cause: serviceError(400, "Throttling") }), "CLIENT_ERROR"],
  ["an object without fields", {}, "CLIENT_ERROR"],
];

test.each(rows)("the kind of an error: %s", (_name, error, kind) => {
  expect(classifyError(error)).toBe(kind);
});

async function refusalOf(promise: Promise<unknown>): Promise<string | undefined> {
  return promise.then(
    () => undefined,
    (error: Error) => error.message,
  );
}

/** Delays of the retries of a call that keeps failing, until the strategy says no. */
async function delaysOf(options: StandardRetryOptions, info: RetryErrorInfo): Promise<number[]> {
  const strategy = createStandardRetryStrategy({ now: () => 0, ...options });
  const delays: number[] = [];
  let token = await strategy.acquireInitialRetryToken("");
  for (;;) {
    try {
      token = await strategy.refreshRetryTokenForRetry(token, info);
    } catch {
      return delays;
    }
    delays.push(token.getRetryDelay());
  }
}

test.each<[string, RetryErrorType, StandardRetryOptions, number[]]>([
  [
    "transient",
    "TRANSIENT",
    { maxAttempts: 12, random: () => 0.5 },
    [25, 50, 100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000],
  ],
  [
    "throttling",
    "THROTTLING",
    { maxAttempts: 8, random: () => 0.5 },
    [500, 1000, 2000, 4000, 8000, 10_000, 10_000],
  ],
  ["with a lower bound of zero", "THROTTLING", { maxAttempts: 3, random: () => 0 }, [0, 0]],
  ["in whole milliseconds", "TRANSIENT", { maxAttempts: 3, random: () => 0.999 }, [49, 99]],
  [
    "under a limit of its own",
    "THROTTLING",
    { maxAttempts: 4, random: () => 0.5, maxBackoffMs: 1500 },
    [500, 750, 750],
  ],
  ["three attempts by default", "TRANSIENT", { random: () => 0.5 }, [25, 50]],
  [
    "a number of attempts that is found later",
    "TRANSIENT",
    { random: () => 0.5, maxAttempts: async () => 2 },
    [25],
  ],
  ["one attempt", "TRANSIENT", { random: () => 0.5, maxAttempts: 1 }, []],
  ["no number of attempts at all", "TRANSIENT", { random: () => 0.5, maxAttempts: Number.NaN }, []],
  ["nothing for a server error", "SERVER_ERROR", { random: () => 0.5, maxAttempts: 9 }, []],
  ["nothing for a client error", "CLIENT_ERROR", { random: () => 0.5, maxAttempts: 9 }, []],
])("the standard strategy waits: %s", async (_name, errorType, options, delays) => {
  expect(await delaysOf(options, { errorType })).toEqual(delays);
});

test.each([
  ["sooner than computed", 10, 25],
  ["as computed", 25, 25],
  ["later", 1000, 1000],
  ["five seconds later than computed", 5025, 5025],
  ["yet later", 5026, 5025],
  ["long ago", -60_000, 25],
])("the standard strategy waits when the service says %s: %i ms become %i", async (_name, hint, delay) => {
  const info = { errorType: "TRANSIENT", retryAfterHint: new Date(7000 + hint) } as const;
  expect(await delaysOf({ maxAttempts: 2, random: () => 0.5, now: () => 7000 }, info)).toEqual([delay]);
});

test.each([
  ["TRANSIENT", 14],
  ["THROTTLING", 5],
] as const)(
  "the standard strategy takes for a %s failure %i out of the quota, and stops when less is left",
  async (errorType, cost) => {
    for (const [initialRetryTokens, retries] of [
      [cost - 1, 0],
      [cost, 1],
      [2 * cost - 1, 1],
      [2 * cost, 2],
    ] as const) {
      const strategy = createStandardRetryStrategy({ initialRetryTokens, maxAttempts: 9, random: () => 0 });
      let token = await strategy.acquireInitialRetryToken("");
      for (let retry = 0; retry < retries; retry += 1)
        token = await strategy.refreshRetryTokenForRetry(token, { errorType });
      expect([initialRetryTokens, strategy.getCapacity()]).toEqual([
        initialRetryTokens,
        initialRetryTokens - retries * cost,
      ]);
      expect(await refusalOf(strategy.refreshRetryTokenForRetry(token, { errorType }))).toContain("quota");
    }
  },
);

test("the standard strategy takes nothing out of the quota for what it does not repeat", async () => {
  const strategy = createStandardRetryStrategy({ maxAttempts: 1 });
  const token = await strategy.acquireInitialRetryToken("");
  for (const errorType of ["TRANSIENT", "SERVER_ERROR", "CLIENT_ERROR"] as const)
    expect(await refusalOf(strategy.refreshRetryTokenForRetry(token, { errorType }))).toContain(
      "Not retried",
    );
  expect(strategy.getCapacity()).toBe(500);
});

test("the standard strategy gives back what the last retry cost, one after a first attempt, and never more than 500", async () => {
  const strategy = createStandardRetryStrategy({
    initialRetryTokens: 100,
    maxAttempts: 9,
    random: () => 0,
  });
  const first = await strategy.acquireInitialRetryToken("");
  strategy.recordSuccess(first);
  expect(strategy.getCapacity()).toBe(101);
  const transient = await strategy.refreshRetryTokenForRetry(first, { errorType: "TRANSIENT" });
  const throttled = await strategy.refreshRetryTokenForRetry(transient, { errorType: "THROTTLING" });
  expect(
    [first, transient, throttled].map((token) => [token.getRetryCount(), token.getRetryCost?.()]),
  ).toEqual([
    [0, undefined],
    [1, 14],
    [2, 5],
  ]);
  expect(strategy.getCapacity()).toBe(82);
  strategy.recordSuccess(throttled);
  expect(strategy.getCapacity()).toBe(87);
  for (let success = 0; success < 1000; success += 1) strategy.recordSuccess(transient);
  expect(strategy.getCapacity()).toBe(500);
  expect(createStandardRetryStrategy().getCapacity()).toBe(500);
});

const NOW = Date.UTC(2030, 0, 1);
test.each<[Record<string, string>, number | undefined]>([
  [{}, undefined],
  [{ "retry-after": "0" }, 0],
  [{ "retry-after": "3" }, 3000],
  [{ "retry-after": " 3 " }, 3000],
  [{ "retry-after": "1.5" }, 1500],
  [{ "retry-after": "Tue, 01 Jan 2030 00:00:03 GMT" }, 3000],
  [{ "retry-after": "Mon, 31 Dec 2029 23:59:00 GMT" }, -60_000],
  [{ "retry-after": "soon" }, undefined],
  [{ "retry-after": "" }, undefined],
  [{ "retry-after": "9".repeat(30) }, undefined],
  [{ "x-amz-retry-after": "700" }, 700],
  [{ "x-amz-retry-after": "700", "retry-after": "3" }, 700],
  [{ "x-amz-retry-after": "soon", "retry-after": "3" }, 3000],
  [{ "x-amz-retry-after": "soon" }, undefined],
  [{ "x-amz-retry-after": "9".repeat(30) }, undefined],
])("how long the service wants the client to wait: %j means %j ms", (headers, ms) => {
  expect(readRetryAfter(headers, NOW)).toEqual(ms === undefined ? undefined : new Date(NOW + ms));
});
