import { createAdaptiveRetryStrategy, type RetryStrategy } from "@org/sts-client/retry";
import { AdaptiveRetryStrategy, DefaultRateLimiter } from "@smithy/core/retry";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

/** What happens next: milliseconds pass, a call is made and has an outcome. */
interface Event {
  afterMs: number;
  outcome: "success" | "throttled" | "failed";
}

interface Clock {
  nowMs: number;
}

const realSetTimeout = DefaultRateLimiter["setTimeoutFn"];

beforeEach(() => {
  // No backoff: what is left is the waiting for the send rate.
  vi.spyOn(Math, "random").mockReturnValue(0);
});

afterEach(() => {
  DefaultRateLimiter["setTimeoutFn"] = realSetTimeout;
  vi.restoreAllMocks();
});

const start = Date.UTC(2030, 0, 1);

function ours(clock: Clock): RetryStrategy {
  return createAdaptiveRetryStrategy({
    maxAttempts: 100,
    now: () => clock.nowMs,
    wait: async (milliseconds) => {
      clock.nowMs += milliseconds;
    },
  });
}

function theirs(clock: Clock): RetryStrategy {
  // Smithy's types make the clock private; at run time it is a method like any other.
  const RateLimiter = DefaultRateLimiter as unknown as new () => object;
  class VirtualRateLimiter extends RateLimiter {
    getCurrentTimeInSeconds(): number {
      return clock.nowMs / 1000;
    }
  }
  DefaultRateLimiter["setTimeoutFn"] = ((resume: () => void, milliseconds: number) => {
    clock.nowMs += Math.ceil(milliseconds);
    queueMicrotask(resume);
  }) as typeof realSetTimeout;
  return new AdaptiveRetryStrategy(async () => 100, {
    rateLimiter: new VirtualRateLimiter() as unknown as DefaultRateLimiter,
  });
}

/** Times at which the requests of a script are sent. */
async function play(create: (clock: Clock) => RetryStrategy, events: Event[]): Promise<number[]> {
  const clock = { nowMs: start };
  const strategy = create(clock);
  const sentAt: number[] = [];
  for (const { afterMs, outcome } of events) {
    clock.nowMs += afterMs;
    let token = await strategy.acquireInitialRetryToken("");
    sentAt.push(clock.nowMs - start);
    if (outcome !== "success") {
      const isThrottled = outcome === "throttled";
      const error = Object.assign(new Error("example"), {
        name: isThrottled ? "Throttling" : "InternalFailure",
        $metadata: {},
        $fault: "client" as const,
      });
      token = await strategy.refreshRetryTokenForRetry(token, {
        error,
        errorType: isThrottled ? "THROTTLING" : "TRANSIENT",
      });
      sentAt.push(clock.nowMs - start);
    }
    strategy.recordSuccess(token);
  }
  return sentAt;
}

test("the adaptive strategy sends when the AWS SDK's sends", async () => {
  const event = fc.record({
    afterMs: fc.integer({ min: 0, max: 700 }),
    outcome: fc.constantFrom<Event["outcome"]>("success", "success", "success", "throttled", "failed"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 40 }), async (events) => {
      const own = await play(ours, events);
      const other = await play(theirs, events);
      expect(own).toHaveLength(other.length);
      // The AWS SDK rounds its rates to eight digits.
      for (const [index, time] of own.entries())
        expect(Math.abs(time - (other[index] ?? 0))).toBeLessThanOrEqual(index + 1);
    }),
    { numRuns: 300 },
  );
});

const every50Ms = (count: number): Event[] =>
  Array.from({ length: count }, () => ({ afterMs: 50, outcome: "success" }));

test("the adaptive strategy does not limit anything before the first throttling", async () => {
  expect((await play(ours, every50Ms(50))).at(-1)).toBe(50 * 50);
});

test("the adaptive strategy slows down while the service throttles, and recovers", async () => {
  const throttled = Array.from({ length: 20 }, (): Event => ({ afterMs: 50, outcome: "throttled" }));
  const sentAt = await play(ours, [...every50Ms(100), ...throttled, ...every50Ms(400)]);
  const gaps = sentAt.slice(1).map((time, index) => time - (sentAt[index] ?? 0));
  expect(Math.max(...gaps.slice(0, 99))).toBe(50);
  expect(Math.max(...gaps.slice(100, 140))).toBeGreaterThan(100);
  expect(Math.max(...gaps.slice(-50))).toBe(50);
});

const throttling = { error: new Error("slow down"), errorType: "THROTTLING" as const };

test("the adaptive strategy tells how long it waited itself, and does so in whole milliseconds", async () => {
  const clock = { nowMs: start };
  const waits: number[] = [];
  const strategy = createAdaptiveRetryStrategy({
    now: () => clock.nowMs,
    wait: async (milliseconds) => {
      waits.push(milliseconds);
      clock.nowMs += milliseconds;
    },
  });
  const first = await strategy.acquireInitialRetryToken("");
  expect(waits).toEqual([]);
  const second = await strategy.refreshRetryTokenForRetry(first, throttling);
  expect(waits).toEqual([2000]);
  expect([second.getRetryCount(), second.$retryLog]).toEqual([1, { acquisitionDelay: 2000 }]);
  expect(strategy.mode).toBe("adaptive");
  expect(strategy.getCapacity()).toBe(495);
  strategy.recordSuccess(second);
  expect(strategy.getCapacity()).toBe(500);
});

test("the adaptive strategy ends its wait when its signal is aborted, and begins none when it was before", async () => {
  const strategy = createAdaptiveRetryStrategy({ maxAttempts: 9 });
  const first = await strategy.acquireInitialRetryToken("");
  const early = AbortSignal.abort(new Error("before"));
  await expect(strategy.refreshRetryTokenForRetry(first, throttling, early)).rejects.toThrow("before");
  const stop = new AbortController();
  const waiting = strategy.acquireInitialRetryToken("", stop.signal);
  stop.abort(new Error("during"));
  await expect(waiting).rejects.toThrow("during");
});
