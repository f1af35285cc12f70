import { STSServiceException } from "@org/sts-client";
import {
  classifyError,
  createStandardRetryStrategy,
  readRetryAfter,
  type RetryToken,
  type StandardRetryStrategy,
} from "@org/sts-client/retry";
import { describe, expect, test } from "vitest";

import { readConformance, readList } from "../support/conformance.ts";

interface Step {
  response: { status: number; errorCode?: string; headers?: Record<string, string> };
  expect: { outcome: string; retryQuota?: number; delaySeconds?: number };
}

interface RetryFile {
  count: number;
  classes: Record<
    "clockSkewCodes" | "throttlingCodes" | "transientCodes" | "nodeTimeoutCodes" | "nodeNetworkCodes",
    string[]
  > & {
    transientStatuses: number[];
  };
  cases: RetryCase[];
}

interface RetryCase {
  id: string;
  version: string;
  optional?: string;
  given: { maxAttempts: number; initialRetryTokens: number; jitter: number; maxBackoffSeconds: number };
  steps?: Step[];
  threads?: Step[][];
  finalRetryQuota?: number;
}

const file = readConformance<RetryFile>("retry.json", ({ cases }) => cases);

/** The older rules cost 5 a retry and wait a second; no AWS SDK has them any more. */
const isLeftOut = ({ version, optional }: RetryCase): boolean => version === "2.0" || optional !== undefined;
const cases = (file?.cases ?? []).filter((retryCase) => !isLeftOut(retryCase));

describe.runIf(file)("published retry cases", () => {
  test.each(cases)(
    "the published retry case $id comes out as published",
    async ({ given, steps, threads, finalRetryQuota }) => {
      const strategy = createStandardRetryStrategy({
        maxAttempts: given.maxAttempts,
        initialRetryTokens: given.initialRetryTokens,
        maxBackoffMs: given.maxBackoffSeconds * 1000,
        random: () => given.jitter,
        now: () => 0,
      });
      const play = player(strategy);
      for (const step of steps ?? []) await play(step);

      // The quotas hold when the steps of the threads come in this order.
      const [first = [], second = []] = threads ?? [];
      const other = player(strategy);
      for (const step of first.slice(0, 2)) await play(step);
      for (const step of second) await other(step);
      for (const step of first.slice(2)) await play(step);
      // Each step that has a quota was compared with it; only the cases of several threads have one for the end.
      expect(threads === undefined).toBe(finalRetryQuota === undefined);
      const capacity = strategy.getCapacity();
      expect(finalRetryQuota === undefined ? undefined : capacity).toBe(finalRetryQuota);
      expect((steps ?? []).length + first.length).toBeGreaterThan(0);
    },
  );

  test("the published retry cases are all run, but for the six of 2.0 and the five about long polling", () => {
    expect(cases).toHaveLength(14);
    const left = (file?.cases ?? []).filter(isLeftOut).map(({ id }) => id);
    expect(left.filter((id) => id.startsWith("2.0: "))).toHaveLength(6);
    expect(left.filter((id) => id.startsWith("2.1: Long-polling"))).toHaveLength(5);
    expect(cases.length + left.length).toBe(file?.count);
  });
});

/** Plays one call after another; a final outcome ends the call. */
function player(strategy: StandardRetryStrategy): (step: Step) => Promise<void> {
  let token: RetryToken | undefined;
  return async ({ response, expect: expected }) => {
    token ??= await strategy.acquireInitialRetryToken("");
    let outcome: string;
    let delaySeconds: number | undefined;
    if (response.status === 200) {
      strategy.recordSuccess(token);
      token = undefined;
      outcome = "success";
    } else {
      const error = serviceError(response.status, response.errorCode);
      const hint = readRetryAfter(response.headers ?? {}, 0);
      try {
        token = await strategy.refreshRetryTokenForRetry(token, {
          error,
          errorType: classifyError(error),
          ...(hint && { retryAfterHint: hint }),
        });
        delaySeconds = token.getRetryDelay() / 1000;
        outcome = "retry_request";
      } catch (refusal) {
        token = undefined;
        outcome = REFUSALS.find(([text]) => String(refusal).includes(text))?.[1] ?? String(refusal);
      }
    }
    expect({ outcome, delaySeconds, retryQuota: strategy.getCapacity() }).toMatchObject(expected);
  };
}

const REFUSALS = [
  ["all attempts are used", "max_attempts_exceeded"],
  ["retry quota is used up", "retry_quota_exceeded"],
  ["not one that passes", "fail_request"],
] as const;

function serviceError(httpStatusCode: number, name = "Unknown", message = "example"): STSServiceException {
  return new STSServiceException({
    name,
    message,
    $metadata: { httpStatusCode },
    $fault: httpStatusCode >= 500 ? "server" : "client",
  });
}

describe.runIf(file)("published error classes", () => {
  const { classes } = file ?? {};
  test("throttling codes are throttling at any status", () => {
    for (const code of readList("throttlingCodes", classes?.throttlingCodes)) {
      expect([code, classifyError(serviceError(400, code))]).toEqual([code, "THROTTLING"]);
      expect([code, classifyError(serviceError(503, code))]).toEqual([code, "THROTTLING"]);
    }
  });
  test("transient codes and statuses are transient", () => {
    for (const code of readList("transientCodes", classes?.transientCodes))
      expect([code, classifyError(serviceError(400, code))]).toEqual([code, "TRANSIENT"]);
    for (const status of readList("transientStatuses", classes?.transientStatuses))
      expect([status, classifyError(serviceError(status))]).toEqual([status, "TRANSIENT"]);
  });
  test("Node's network codes are transient, also as a cause", () => {
    for (const code of [
      ...readList("nodeTimeoutCodes", classes?.nodeTimeoutCodes),
      ...readList("nodeNetworkCodes", classes?.nodeNetworkCodes),
    ]) {
      const error = Object.assign(new Error("example"), { code });
      expect([code, classifyError(error)]).toEqual([code, "TRANSIENT"]);
      expect([
        code,
        classifyError(new TypeError("example", { cause: new Error("between", { cause: error }) })),
      ]).toEqual([code, "TRANSIENT"]);
    }
  });
  test("clock skew codes alone are not retried: the client has to measure the skew first", () => {
    for (const code of readList("clockSkewCodes", classes?.clockSkewCodes)) {
      expect([code, classifyError(serviceError(403, code))]).toEqual([code, "CLIENT_ERROR"]);
      const corrected = Object.assign(serviceError(403, code), { $metadata: { clockSkewCorrected: true } });
      expect([code, classifyError(corrected)]).toEqual([code, "TRANSIENT"]);
    }
  });
});

test.each([
  ["an HTTP 429 without a code", serviceError(429), "THROTTLING"],
  ["an HTTP 408 without a code", serviceError(408), "TRANSIENT"],
  ["an HTTP 501", serviceError(501), "SERVER_ERROR"],
  ["an AccessDenied", serviceError(403, "AccessDenied"), "CLIENT_ERROR"],
  [
    "a key that the identity provider did not give out",
    serviceError(
      400,
      "InvalidIdentityTokenException",
      "Couldn't retrieve verification key from your identity provider",
    ),
    "TRANSIENT",
  ],
  [
    "an identity token that is wrong",
    serviceError(400, "InvalidIdentityTokenException", "Incorrect token audience"),
    "CLIENT_ERROR",
  ],
  ["what Chromium's fetch throws", new TypeError("Failed to fetch"), "TRANSIENT"],
  [
    "what Firefox's fetch throws",
    new TypeError("NetworkError when attempting to fetch resource."),
    "TRANSIENT",
  ],
  ["what WebKit's fetch throws", new TypeError("Load failed"), "TRANSIENT"],
  [
    "what Deno's fetch throws",
    new TypeError("error sending request for url (https://sts.amazonaws.com/)"),
    "TRANSIENT",
  ],
  [
    "what Bun's fetch throws",
    Object.assign(new Error("Unable to connect."), { code: "ConnectionRefused" }),
    "TRANSIENT",
  ],
  [
    "what undici throws",
    new TypeError("fetch failed", {
      cause: Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" }),
    }),
    "TRANSIENT",
  ],
  [
    "a refused HTTP/2 stream",
    Object.assign(new Error("Stream closed with error code NGHTTP2_REFUSED_STREAM"), {
      code: "ERR_HTTP2_STREAM_ERROR",
    }),
    "TRANSIENT",
  ],
  ["a bug", new TypeError("x is not a function"), "CLIENT_ERROR"],
  [
    "an abort around a network error",
    Object.assign(
      new Error("aborted", { cause: Object.assign(new Error("reset"), { code: "ECONNRESET" }) }),
      { name: "AbortError" },
    ),
    "CLIENT_ERROR",
  ],
  ["a text", "text", "CLIENT_ERROR"],
  ["nothing", undefined, "CLIENT_ERROR"],
  ["null", null, "CLIENT_ERROR"],
])("classifyError calls %s by its kind", (_name, error, kind) => {
  expect(classifyError(error)).toBe(kind);
});

test("classifyError does not hang on an error that is its own cause", () => {
  const error: Error & { cause?: unknown } = new Error("example");
  error.cause = error;
  expect(classifyError(error)).toBe("CLIENT_ERROR");
});
