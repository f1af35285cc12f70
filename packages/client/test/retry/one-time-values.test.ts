import {
  AssumeRoleCommand,
  GetDelegatedAccessTokenCommand,
  GetSessionTokenCommand,
  type RequestHandler,
  STSClient,
} from "@org/sts-client";
import type { RetryStrategy } from "@org/sts-client/retry";
import { expect, test } from "vitest";

import { fakeTime, fault, reasonOf, type Reply, success } from "../support/fake-service.ts";
import { createClient, fetchFailed } from "../support/create-client.ts";

const SerialNumber = "arn:aws:iam::123456789012:mfa/me";
const TokenCode = "246813";

const commands = {
  GetSessionToken: () => new GetSessionTokenCommand({ SerialNumber, TokenCode }),
  "GetSessionToken without a code": () => new GetSessionTokenCommand({}),
};

const hourAhead = { date: "Tue, 01 Jan 2030 01:00:00 GMT" };

const NOT_CONNECTED = [
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  "ConnectionRefused",
  "FailedToOpenSocket",
  "ERR_CONNECT_TIMEOUT",
];
const MAYBE_ARRIVED = [
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "UND_ERR_SOCKET",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "ConnectionClosed",
  "ECONNREFUSED_NOT",
  "NOT_ECONNREFUSED",
];
const THROTTLING = [
  "BandwidthLimitExceeded",
  "EC2ThrottledException",
  "LimitExceededException",
  "PriorRequestNotComplete",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
  "TransactionInProgressException",
];
const SIGNATURE = [
  "AuthFailure",
  "InvalidSignatureException",
  "RequestExpired",
  "RequestInTheFuture",
  "RequestTimeTooSkewed",
  "SignatureDoesNotMatch",
];

test.each([
  ...NOT_CONNECTED.map((code) => [code, fetchFailed(code)] as const),
  ...THROTTLING.map((name) => [`${name} at HTTP 400`, fault(name, 400)] as const),
  ["Throttling at HTTP 503", fault("Throttling", 503)] as const,
  ["HTTP 429 of another name", fault("Unknown", 429)] as const,
  ...SIGNATURE.map((name) => [`${name} of a clock an hour behind`, fault(name, 403, hourAhead)] as const),
])(
  "a request with a one-time code is sent again after %s, which cannot have used it",
  async (_name, reply) => {
    const { client: sts, seen } = createClient([reply, success()]);
    expect((await sts.send(commands.GetSessionToken())).$metadata.attempts).toBe(2);
    expect(seen.map(({ body }) => new URLSearchParams(body).get("TokenCode"))).toEqual([
      TokenCode,
      TokenCode,
    ]);
  },
);

const replies: [string, Reply][] = [
  ...MAYBE_ARRIVED.map((code): [string, Reply] => [code, fetchFailed(code)]),
  ...[408, 500, 502, 503, 504].map((status): [string, Reply] => [`HTTP ${status}`, fault("Unknown", status)]),
  ["RequestTimeout", fault("RequestTimeout", 400)],
  ["RequestTimeoutException", fault("RequestTimeoutException", 400)],
  ["a refusal that the clock explains", fault("AccessDeniedException", 403, hourAhead)],
];

test.each(replies)(
  "a request with a one-time code is not sent again after %s, which may have used it",
  async (_name, reply) => {
    const { client: sts, seen, time } = createClient([reply, success()]);
    const error = await reasonOf(sts.send(commands.GetSessionToken()));
    expect(error).toMatchObject({
      name: "STSClientError",
      code: "ERR_NOT_RESENT",
      nextCodeAt: new Date(
        Date.UTC(2030, 0, 1, 0, 0, 30) + (sts.config.systemClockOffset > 0 ? 3_600_000 : 0),
      ),
      $metadata: { attempts: 1 },
    });
    expect(error.message).not.toContain(TokenCode);
    expect([seen.length, time.waits]).toEqual([1, []]);
  },
);

test.each(replies)(
  "a request with a one-time code is not sent again after %s, unless there is none in it",
  async (_name, reply) => {
    const { client: sts, seen } = createClient([reply, success()]);
    expect((await sts.send(commands["GetSessionToken without a code"]())).$metadata.attempts).toBe(2);
    expect(seen).toHaveLength(2);
  },
);

test("an error about a one-time code says once what was called, why it failed, what works once, and when to try again", async () => {
  const { client: sts } = createClient([fetchFailed("ECONNRESET")]);
  expect((await reasonOf(sts.send(commands.GetSessionToken()))).message).toBe(
    "GetSessionToken: could not reach sts.eu-west-1.amazonaws.com: example ECONNRESET. Not sent again: TokenCode works once, and the failed attempt may have used it. Try again with the code that the device shows from 2030-01-01T00:00:30.000Z on",
  );
});

test("an error about a one-time code says that the attempt failed when what was thrown says nothing", async () => {
  const handle = async (): Promise<never> => {
    throw { name: "Busy", $metadata: { httpStatusCode: 503 } }; // eslint-disable-line no-throw-literal
  };
  const { client: sts } = createClient([success()], { requestHandler: { handle } });
  const { code, message } = await reasonOf(sts.send(commands.GetSessionToken()));
  expect([code, message.slice(0, 50)]).toEqual([
    "ERR_NOT_RESENT",
    "GetSessionToken: it failed. Not sent again: TokenC",
  ]);
});

test("an error says once that a one-time code is still good, after all attempts", async () => {
  const { client: sts } = createClient([fetchFailed("ECONNREFUSED")]);
  const { code, message } = await reasonOf(sts.send(commands.GetSessionToken()));
  expect([code, message]).toEqual([
    "ERR_NETWORK",
    "GetSessionToken: could not reach sts.eu-west-1.amazonaws.com: example ECONNREFUSED. TokenCode was not used and is still good",
  ]);
});

test("the service's own words are not changed when a one-time code was not used", async () => {
  const { client: sts } = createClient([fault("Throttling", 400)]);
  expect((await reasonOf(sts.send(commands.GetSessionToken()))).message).toBe("example");
});

const senders: [string, (sts: STSClient) => Promise<unknown>, string, boolean][] = [
  ["GetSessionToken", (sts) => sts.send(commands.GetSessionToken()), "TokenCode", true],
  [
    "AssumeRole",
    (sts) =>
      sts.send(
        new AssumeRoleCommand({
          RoleArn: "arn:aws:iam::123456789012:role/one",
          RoleSessionName: "me",
          SerialNumber,
          TokenCode,
        }),
      ),
    "TokenCode",
    true,
  ],
  [
    "GetDelegatedAccessToken",
    (sts) => sts.send(new GetDelegatedAccessTokenCommand({ TradeInToken: "example-trade-in-token" })),
    "TradeInToken",
    false,
  ],
];
test.each(senders)(
  "a request with a one-time code is not sent again by %s, and the error says what to try again with",
  async (name, send, member, isCode) => {
    const { client: sts, seen } = createClient([fault("InternalFailure", 500)]);
    const error = await reasonOf(send(sts));
    expect(seen).toHaveLength(1);
    expect(error.code).toBe("ERR_NOT_RESENT");
    expect(error.message).toContain(
      `Not sent again: ${member} works once, and the failed attempt may have used it`,
    );
    expect(error.message).toContain(
      isCode
        ? "the code that the device shows from 2030-01-01T00:00:30.000Z on"
        : "Try again with a new value",
    );
    expect("nextCodeAt" in error).toBe(isCode);
    expect(error.message).not.toMatch(/246813|example-trade-in-token/);
  },
);

// Codes change at full half minutes of the service's clock.
test.each([
  ["00:00:00.000", 0, "00:00:30"],
  ["00:00:29.999", 0, "00:00:30"],
  ["00:00:30.000", 0, "00:01:00"],
  ["00:00:59.999", 0, "00:01:00"],
  ["00:00:25.000", 10_000, "00:01:00"],
  ["00:00:35.000", -10_000, "00:00:30"],
])(
  "at %s, on a clock that is %i ms behind, the next one-time code comes at %s",
  async (now, offset, next) => {
    const startMs = Date.parse(`2030-01-01T${now}Z`);
    const { client: sts } = createClient(
      [fault("InternalFailure", 500)],
      { systemClockOffset: offset },
      startMs,
    );
    expect(await reasonOf(sts.send(commands.GetSessionToken()))).toMatchObject({
      nextCodeAt: new Date(`2030-01-01T${next}Z`),
    });
  },
);

test.each([["1234567"], ["12345a"], ["12345"]])(
  "%j, which is not a one-time code, has no next one",
  async (value) => {
    const { client: sts } = createClient([fault("InternalFailure", 500)], { inputValidation: "off" });
    const error = await reasonOf(sts.send(new GetSessionTokenCommand({ SerialNumber, TokenCode: value })));
    expect(error.code).toBe("ERR_NOT_RESENT");
    expect("nextCodeAt" in error).toBe(false);
  },
);

/** A strategy of a user's own, and what it was told. */
function strategyThat(repeats: boolean) {
  const told: string[] = [];
  const token = { getRetryCount: () => 0, getRetryDelay: () => 0 };
  const strategy: RetryStrategy = {
    acquireInitialRetryToken: async () => {
      told.push("first");
      return token;
    },
    refreshRetryTokenForRetry: async (_token, { errorType }) => {
      told.push(errorType);
      if (!repeats) throw new Error("no more");
      return token;
    },
    recordSuccess: () => {
      told.push("success");
    },
  };
  return { strategy, told };
}

test("a strategy of one's own that repeats whatever fails does not make a one-time code go out twice", async () => {
  for (const [reply, kind] of [
    [fault("AccessDenied", 403), ["CLIENT_ERROR"]],
    [fault("Unknown", 501), ["SERVER_ERROR"]],
    [fault("InternalFailure", 500), []],
  ] as const) {
    const { strategy, told } = strategyThat(true);
    const { client: sts, seen } = createClient([reply, success()], { retryStrategy: strategy });
    expect((await reasonOf(sts.send(commands.GetSessionToken()))).code).toBe("ERR_NOT_RESENT");
    expect([seen.length, told]).toEqual([1, ["first", ...kind]]);
  }
});

test("a strategy of one's own that repeats whatever fails repeats requests without one, and is told of the success", async () => {
  const { strategy, told } = strategyThat(true);
  const {
    client: sts,
    seen,
    time,
  } = createClient([fault("AccessDenied", 403), fault("Unknown", 501), success()], {
    retryStrategy: strategy,
  });
  await sts.send(commands["GetSessionToken without a code"]());
  expect([seen.length, told]).toEqual([3, ["first", "CLIENT_ERROR", "SERVER_ERROR", "success"]]);
  // Its delays are 0.
  expect(time.waits).toEqual([]);
});

test("a strategy of one's own that repeats nothing leaves the error as it is", async () => {
  for (const [name, command] of Object.entries(commands)) {
    const { strategy, told } = strategyThat(false);
    const { client: sts, seen } = createClient([fault("AccessDenied", 403)], { retryStrategy: strategy });
    expect([name, (await reasonOf(sts.send(command()))).name]).toEqual([name, "AccessDenied"]);
    expect([seen.length, told]).toEqual([1, ["first", "CLIENT_ERROR"]]);
  }
});

// Creating a signal takes time, and a standard strategy does not wait.
test.each([
  [undefined, true],
  ["standard", false],
])(
  "a strategy of one's own whose mode is %s gets an empty scope, and a signal to end its wait with: %s",
  async (mode, hasSignal) => {
    const controller = new AbortController();
    const reason = new Error("the user went away");
    let got: unknown;
    const strategy: RetryStrategy = {
      ...strategyThat(true).strategy,
      mode,
      acquireInitialRetryToken: (scope, signal) => {
        controller.abort(reason);
        got = { scope, reason: signal?.reason };
        return new Promise(() => undefined);
      },
    };
    const { client: sts } = createClient([success()], { retryStrategy: strategy });
    const call = sts.send(commands.GetSessionToken(), { abortSignal: controller.signal });
    expect(await reasonOf(call)).toBe(reason);
    expect(got).toEqual({ scope: "", reason: hasSignal ? reason : undefined });
  },
);

test("a strategy of one's own that has waited itself has its time added to the client's", async () => {
  const token = { getRetryCount: () => 0, getRetryDelay: () => 200, $retryLog: { acquisitionDelay: 30 } };
  const strategy: RetryStrategy = {
    acquireInitialRetryToken: async () => token,
    refreshRetryTokenForRetry: async () => token,
    recordSuccess: () => {},
  };
  const { client: sts, time } = createClient(
    [fault("InternalFailure", 500), fault("InternalFailure", 500), success()],
    {
      retryStrategy: strategy,
    },
  );
  const { $metadata } = await sts.send(commands["GetSessionToken without a code"]());
  expect([time.waits, $metadata.totalRetryDelay]).toEqual([[200, 200], 460]);
});

const values: [string, unknown][] = [
  ["a text", "broken"],
  ["nothing", undefined],
  ["null", null],
  ["a number", 7],
  ["an error that cannot be changed", Object.freeze(new Error("frozen"))],
];
const throwers: [string, (thrown: unknown) => STSClient][] = [
  [
    "a provider of credentials",
    (thrown) => {
      const credentials = () => Promise.reject(thrown);
      return new STSClient({ region: "eu-west-1", credentials, ...fakeTime().options });
    },
  ],
  [
    "middleware in an attempt",
    (thrown) => {
      const { client } = createClient([success()]);
      const middleware = () => () => Promise.reject(thrown);
      client.middlewareStack.add(middleware, { step: "finalizeRequest", priority: "low" });
      return client;
    },
  ],
];
test.each(
  throwers.flatMap(([who, create]) => values.map(([what, thrown]) => ({ who, what, create, thrown }))),
)("what foreign code throws is passed on as it is: $what of $who", async ({ create, thrown }) => {
  const outcome = await create(thrown)
    .send(commands.GetSessionToken())
    .then(
      () => "a success",
      (error: unknown) => ({ error }),
    );
  expect(outcome).toEqual({ error: thrown });
});

test.each([
  ["GetSessionToken", true],
  ["GetSessionToken without a code", undefined],
] as const)("a handler is told to use a fresh connection for %s: %s", async (name, freshConnection) => {
  const told: unknown[] = [];
  const handle: RequestHandler["handle"] = async (_request, options) => {
    told.push(options?.freshConnection);
    throw Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
  };
  const { client: sts } = createClient([success()], { requestHandler: { handle } });
  await reasonOf(sts.send(commands[name]()));
  expect(told).toEqual([freshConnection, freshConnection, freshConnection]);
});

test.each([
  [1048, "InternalFailure", 1],
  [1049, "InternalFailure", 1],
  [1050, "sent again", 2],
])(
  "a wait from 1,000 to 1,049 ms is begun only before a deadline: at %i ms the outcome is %s",
  async (totalTimeout, expected, requests) => {
    const {
      client: sts,
      seen,
      time,
    } = createClient(
      [
        () => {
          time.nowMs += 1000;
          return fault("InternalFailure", 500);
        },
        success(),
      ],
      { totalTimeout },
    );
    const outcome = await sts.send(commands["GetSessionToken without a code"]()).then(
      () => "sent again",
      (error: Error) => error.name,
    );
    expect([outcome, seen.length]).toEqual([expected, requests]);
  },
);
