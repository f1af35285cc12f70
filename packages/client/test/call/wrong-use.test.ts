// Values of the wrong kind, and foreign parts that do not keep their promises: what a program without types, or a wrong
// environment, brings. Each must end in an error that says so, before a one-time code is spent.
import { inspect } from "node:util";

import {
  GetCallerIdentityCommand,
  type RequestHandler,
  type RetryStrategy,
  STS,
  type STSClientConfig,
} from "@org/sts-client";
import { createNodeHandler } from "@org/sts-client/node";
import { createAdaptiveRetryStrategy } from "@org/sts-client/retry";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";

import { credentials, fakeFetch, fault, reasonOf, type Reply, success } from "../support/fake-service.ts";
import { command, commandWithCode, createClient } from "../support/create-client.ts";

// What is tested here is what the type forbids.
const client = (replies: Reply[], config: object = {}) => createClient(replies, config);

afterEach(() => {
  vi.unstubAllEnvs();
});

const handlers: [string, () => Partial<STSClientConfig>][] = [
  ["fetch", () => ({ fetch, endpoint: "http://127.0.0.1:9" })],
  ["node", () => ({ requestHandler: createNodeHandler({ proxy: false }), endpoint: "http://127.0.0.1:9" })],
];
test.each(handlers)(
  "credentials that cannot be part of a header are refused by %s without being shown, and without another attempt",
  async (_, make) => {
    // A line break is refused by the signer; what fetch and Node.js cannot send is refused when they try.
    const refused = [
      ["TOKEN-MARK\nX", "ERR_CREDENTIALS_INVALID", "sessionToken"],
      ["TOKEN-MARK\0X", "ERR_CONFIG", "x-amz-security-token"],
      ["TOKEN-MARK\u20acX", "ERR_CONFIG", "x-amz-security-token"],
    ] as const;
    for (const [sessionToken, code, name] of refused) {
      const { client: sts } = client([], { ...make(), credentials: { ...credentials, sessionToken } });
      const error = await reasonOf(sts.send(command()));
      expect(error).toMatchObject({ code, $metadata: { attempts: 1 } });
      expect(error.message).toContain(name);
      const shown = inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error);
      expect(shown).not.toMatch(/TOKEN-MARK|SECRET-KEY-MARK/);
    }
  },
);

test.each(["localhost:4566", "ftp://example.com", "mailto:sts"])(
  "an endpoint without http or https is refused before anything is sent: %s",
  async (endpoint) => {
    const { client: sts, seen } = client([success()], { endpoint });
    const error = await reasonOf(sts.send(command()));
    expect(error).toMatchObject({ code: "ERR_ENDPOINT" });
    expect(error.message).toContain("not an absolute URL of http or https");
    expect(seen).toHaveLength(0);
  },
);

test("an endpoint of another kind is refused", async () => {
  for (const endpoint of [4566, true, {}]) {
    const { client: sts } = client([success()], { endpoint });
    expect(await reasonOf(sts.send(command()))).toMatchObject({ code: "ERR_ENDPOINT" });
  }
});

test("an endpoint that cannot be read is shown without its password", async () => {
  const { client: sts } = client([success()], { endpoint: "http://me:PASSWORD-MARK@exa mple.com" });
  const error = await reasonOf(sts.send(command()));
  expect(error).toMatchObject({ code: "ERR_ENDPOINT" });
  expect(inspect(error)).not.toContain("PASSWORD-MARK");
});

test("a region that is not text is refused", async () => {
  const { client: sts } = client([success()], { region: 5 });
  expect(await reasonOf(sts.send(command()))).toMatchObject({ code: "ERR_REGION_INVALID" });
});

test("credentials that a provider does not return are missed by name", async () => {
  for (const nothing of [undefined, null, "text"]) {
    const { client: sts, seen } = client([success()], { credentials: async () => nothing });
    const error = await reasonOf(sts.send(command()));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe("credentials: the provider did not return an object");
    expect(seen).toHaveLength(0);
  }
});

test("credentials of null count as not given", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "example");
  const { client: sts, seen } = client([success()], { credentials: null });
  await sts.send(command());
  expect(seen[0]?.headers["authorization"]).toContain("AKIAIOSFODNN7EXAMPLE");
});

test("options of a call may be null", async () => {
  const options = null as unknown as undefined;
  const { client: sts } = client([success()]);
  await expect(sts.send(command(), options)).resolves.toHaveProperty("Credentials");
  const { fetch } = fakeFetch(success());
  const aggregated = new STS({ region: "eu-west-1", credentials, fetch });
  await expect(aggregated.getSessionToken({}, options)).resolves.toHaveProperty("Credentials");
});

test.each([Number.NaN, -1, 0])("a number of attempts of %s means one", async (maxAttempts) => {
  const { client: sts, seen } = client([fault("InternalFailure", 500)], { maxAttempts });
  await reasonOf(sts.send(command()));
  expect(seen).toHaveLength(1);
});

test.each([
  ["x-amz-retry-after", "9".repeat(400)],
  ["retry-after", "9".repeat(400)],
  ["retry-after", "9".repeat(20)],
])("a retry-after beyond all time does not take the backoff away: %s", async (name, value) => {
  const { client: sts, time } = client([fault("InternalFailure", 500, { [name]: value }), success()]);
  await sts.send(command());
  expect(time.waits).toEqual([49]);
});

test.each([
  ["gives nothing", async () => undefined],
  [
    "throws undefined",
    () => {
      // eslint-disable-next-line no-throw-literal
      throw undefined;
    },
  ],
])("a request handler that %s makes the call fail with an error", async (_, handle) => {
  const { client: sts } = client([], { requestHandler: { handle } as unknown as RequestHandler });
  expect(await reasonOf(sts.send(command()))).toBeInstanceOf(Error);
});

test.each([
  ["InternalError", 501],
  ["AccessDenied", 403],
])("a one-time code is not sent again after %s, whatever a strategy says", async (name, status) => {
  const token = { getRetryCount: () => 0, getRetryDelay: () => 0 };
  const always: RetryStrategy = {
    acquireInitialRetryToken: async () => token,
    refreshRetryTokenForRetry: async () => token,
    recordSuccess: () => {},
  };
  const { client: sts, seen } = client([fault(name, status), success()], { retryStrategy: always });
  expect(await reasonOf(sts.send(commandWithCode()))).toMatchObject({ code: "ERR_NOT_RESENT" });
  expect(seen).toHaveLength(1);
});

test("a one-time code is not spent when a setting turns out to make no sense", async () => {
  vi.stubEnv("AWS_DISABLE_CLOCK_SKEW_CORRECTION", "yes");
  const { client: sts, seen } = client([success()]);
  expect(await reasonOf(sts.send(commandWithCode()))).toMatchObject({ code: "ERR_CONFIG" });
  expect(seen).toHaveLength(0);
});

test("a strategy that an extension sets is asked before the first attempt", async () => {
  const { fetch, seen } = fakeFetch(success());
  const asked: number[] = [];
  const strategy: RetryStrategy = {
    async acquireInitialRetryToken() {
      asked.push(seen.length);
      return { getRetryCount: () => 0, getRetryDelay: () => 0 };
    },
    refreshRetryTokenForRetry: (token) => Promise.reject(new Error(`no ${token.getRetryCount()}`)),
    recordSuccess: () => {},
  };
  const extensions = [
    {
      configure(configuration: { setRetryStrategy(get: () => Promise<RetryStrategy>): void }) {
        configuration.setRetryStrategy(async () => strategy);
      },
    },
  ];
  await client([], { fetch, extensions }).client.send(command());
  expect(asked).toEqual([0]);
});

test("an abort ends the wait for the adaptive send rate, and leaves no timer behind", async () => {
  const stop = new AbortController();
  let pending = 0;
  let begun = 0;
  const sleep = (_: number, signal: AbortSignal): Promise<void> => {
    pending += 1;
    begun += 1;
    return new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => {
        pending -= 1;
        reject(signal.reason as Error);
      });
      queueMicrotask(() => stop.abort(new Error("enough")));
    });
  };
  const { client: sts } = client([fault("Throttling", 400)], {
    retryMode: "adaptive",
    maxAttempts: 9,
    sleep,
  });
  await expect(sts.send(command(), { abortSignal: stop.signal })).rejects.toThrow("enough");
  await vi.waitFor(() => expect(pending).toBe(0));
  expect(begun).toBeGreaterThan(0);
});

test("an abort ends the wait of the adaptive strategy itself", async () => {
  const strategy = createAdaptiveRetryStrategy();
  const token = await strategy.acquireInitialRetryToken("");
  await reasonOf(
    strategy.refreshRetryTokenForRetry(
      token,
      { errorType: "THROTTLING" },
      AbortSignal.abort(new Error("enough")),
    ),
  );
  await expect(strategy.acquireInitialRetryToken("", AbortSignal.abort(new Error("enough")))).rejects.toThrow(
    "enough",
  );
});

test("middleware that sends a request to another host finds the host header of that host in the signature", async () => {
  const seen: Record<string, string>[] = [];
  const requestHandler: RequestHandler = {
    async handle({ headers }) {
      seen.push(headers);
      return { response: { statusCode: 403, headers: {}, body: "" } };
    },
  };
  const { client: sts } = client([], { requestHandler });
  sts.middlewareStack.add(
    (next) => async (args) => {
      Object.assign(args.request as object, { hostname: "proxy.example.com", port: 8443 });
      return next(args);
    },
    { step: "build" },
  );
  await reasonOf(sts.send(new GetCallerIdentityCommand({})));
  expect(seen[0]?.["host"]).toBe("proxy.example.com:8443");
});

test.each([
  ["initialize", "output"],
  ["serialize", "output"],
  ["build", "output"],
  ["finalizeRequest", "GetSessionToken: middleware returned nothing"],
  ["deserialize", "response"],
] as const)(
  "middleware of the step %s that returns nothing ends the call with an error",
  async (step, words) => {
    for (const nothing of [undefined, null]) {
      const { client: sts, seen } = client([success()]);
      sts.middlewareStack.add(
        (next) => async (args) => {
          await next(args);
          return nothing as never; // which the type forbids
        },
        { step },
      );
      const error = await reasonOf(sts.send(command()));
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toContain(words);
      expect(seen).toHaveLength(1);
    }
  },
);

const form = "Action=GetSessionToken&Version=2011-06-15";
const bodies: [kind: string, make: () => unknown, length: string | undefined, logged: string][] = [
  ["text", () => form, "41", form],
  ["bytes", () => new TextEncoder().encode(form), "41", form],
  ["an ArrayBuffer", () => new TextEncoder().encode(form).buffer, undefined, form],
  ["URLSearchParams", () => new URLSearchParams(form), undefined, form],
  ["a Blob, which the signer reads", () => new Blob([form]), undefined, form],
  ["a stream", () => new Blob([form]).stream(), undefined, ""],
  ["nothing", () => undefined, "0", ""],
];
test.each(bodies)(
  "a body that middleware replaced has no wrong length, can be logged, and hides no failure: %s",
  async (_, make, length, logged) => {
    const lines: { readonly request?: { readonly body?: string } }[] = [];
    const logger = { ...console, info() {}, error() {}, debug: (line: object) => void lines.push(line) };
    const lengths: unknown[] = [];
    const { client: sts } = client([new TypeError("no network")], {
      logger,
      logMode: "requestWithBody",
      maxAttempts: 1,
    });
    sts.middlewareStack.add(
      (next) => async (args) => {
        Object.assign(args.request as object, { body: make() });
        return next(args);
      },
      { step: "build", priority: "high" },
    );
    sts.middlewareStack.add(
      (next) => async (args) => {
        lengths.push((args.request as { headers: Record<string, string> }).headers["content-length"]);
        return next(args);
      },
      { step: "finalizeRequest" },
    );
    expect(await reasonOf(sts.send(command()))).toMatchObject({
      code: "ERR_NETWORK",
      cause: { message: "no network" },
    });
    expect(lengths).toEqual([length]);
    expect(lines.find(({ request }) => request)?.request?.body).toBe(logged);
  },
);

test("amz-sdk-request says until when an answer is of use, by the service's clock, once the clock's error is known", async () => {
  const late = new Date(Date.UTC(2030, 0, 1, 1)).toUTCString();
  const { client: sts, seen } = client([success({ date: late }), success({ date: late })]);
  await sts.send(command());
  await sts.send(command(), { totalTimeout: 30_000 });
  await sts.send(command(), { totalTimeout: 0 });
  expect(seen.map(({ headers }) => headers["amz-sdk-request"])).toEqual([
    "attempt=1; max=3",
    "attempt=1; max=3; ttl=20300101T010030Z",
    "attempt=1; max=3",
  ]);
});

test.each<[found: string, input: unknown]>([
  ["function", () => undefined],
  ["string", "arn:aws:iam::123456789012:role/reader"],
  ["number", 900],
])(
  "an input that is a %s, such as a callback in its place, is refused before anything is sent",
  async (found, input) => {
    const { fetch, seen } = fakeFetch(success());
    const sts = new STS({ region: "eu-west-1", credentials, fetch });
    // The type forbids it.
    const error = await reasonOf(sts.getSessionToken(input as object));
    expect(error).toMatchObject({
      code: "ERR_INVALID_INPUT",
      message: `GetSessionToken: input must be an object, not a ${found}`,
    });
    expect(seen).toHaveLength(0);
  },
);

const wrongTypes: [string, unknown, string][] = [
  ["credentials", "AKIAIOSFODNN7EXAMPLE", "credentials: expected an object or a function, found a string"],
  ["credentials", 1, "credentials: expected an object or a function, found a number"],
  ["fetch", "undici", "fetch: expected an object or a function, found a string"],
  ["logger", "debug", "logger: expected an object or a function, found a string"],
  ["now", Date.UTC(2030, 0), "now: expected an object or a function, found a number"],
  ["requestHandler", "undici", "requestHandler: expected an object or a function, found a string"],
  ["signer", "v4", "signer: expected an object or a function, found a string"],
];
test.each(wrongTypes)("the option %s is refused when its type is wrong: %j", (name, value, message) => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAOTHEREXAMPLE0000");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "example");
  expect(() => client([success()], { [name]: value })).toThrow(
    expect.objectContaining({ code: "ERR_CONFIG", message }),
  );
});

test("credentials of the wrong type given to one call are refused, and not replaced by the client's", async () => {
  const { client: sts, seen } = client([success()]);
  const options: object = { credentials: "AKIAIOSFODNN7EXAMPLE" };
  expect(await reasonOf(sts.send(command(), options))).toMatchObject({
    code: "ERR_CONFIG",
    message: "credentials: expected an object or a function, found a string",
  });
  expect(seen).toHaveLength(0);
});

test.each([
  ["a region alone", "eu-west-1", "found a string"],
  ["null", null, "found null"],
])("a client is not made from %s", (_, config, found) => {
  // The type forbids it.
  const Client = STS as unknown as new (config: unknown) => STS;
  expect(() => new Client(config)).toThrow(
    expect.objectContaining({
      code: "ERR_CONFIG",
      message: `STSClient: expected an object or a function, ${found}`,
    }),
  );
});

test("false in place of credentials means that none are given, as in condition && credentials", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAOTHEREXAMPLE0000");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "example");
  const { client: sts, seen } = client([success()], { credentials: false });
  await sts.send(command());
  expect(seen[0]?.headers["authorization"]).toContain("AKIAOTHEREXAMPLE0000");
});

test.each([
  [GetCallerIdentityCommand, "create one, as in send(new GetCallerIdentityCommand({ … }))"],
  [() => ({}), "create one, as in send(new GetCallerIdentityCommand({ … }))"],
])(
  "a class or a function in place of a command is refused, with the expression to write",
  async (given, advice) => {
    const { client: sts, seen } = client([success()]);
    // The type forbids it.
    const error = await reasonOf(sts.send(given as unknown as GetCallerIdentityCommand));
    expect(error).toMatchObject({ code: "ERR_COMMAND" });
    expect(error.message).toContain(advice);
    expect(seen).toHaveLength(0);
  },
);

test.each([
  ["the controller", new AbortController()],
  ["an object", {}],
  ["a number", 5],
])("%s in place of an abort signal is refused before anything is sent", async (_, abortSignal) => {
  const { client: sts, seen } = client([success()]);
  const options: object = { abortSignal };
  expect(await reasonOf(sts.send(commandWithCode(), options))).toMatchObject({
    code: "ERR_CONFIG",
    message: "abortSignal: expected an AbortSignal, such as controller.signal",
  });
  expect(seen).toHaveLength(0);
});

test("the AWS SDK's older abort signal, which has neither a reason nor addEventListener, ends a call with an AbortError", async () => {
  const before: object = { abortSignal: { aborted: true, onabort: null } };
  const { client: sts, seen } = client([success()]);
  expect(await reasonOf(sts.send(command(), before))).toMatchObject({ name: "AbortError" });
  expect(seen).toHaveLength(0);

  const signal: { aborted: boolean; onabort: (() => void) | null } = { aborted: false, onabort: null };
  const during: object = { abortSignal: signal };
  const never = new Promise<Response>(() => undefined);
  const { client: waiting } = client([], { fetch: () => never });
  const result = reasonOf(waiting.send(command(), during));
  signal.onabort?.();
  expect(await result).toMatchObject({ name: "AbortError" });
});

const logFailure = (): never => {
  throw new Error("the log is full");
};
const failingLogger = (line: () => unknown): object =>
  Object.fromEntries(["trace", "debug", "info", "warn", "error"].map((level) => [level, line]));
const loggers: [string, object][] = [
  ["without methods", {}],
  ["with info alone", { info: () => undefined }],
  ["whose methods throw", failingLogger(logFailure)],
  ["whose methods return promises that reject", failingLogger(async () => logFailure())],
];
test.each(loggers)(
  "a logger %s replaces neither a result nor an error of a call, nor ends the process",
  async (_, logger) => {
    const unhandled = vi.fn<() => void>();
    process.on("unhandledRejection", unhandled);
    onTestFinished(() => void process.off("unhandledRejection", unhandled));
    const options = { logger, logMode: "requestWithBody", misspelt: true };
    const { client: works } = client([success()], options);
    expect(await works.send(commandWithCode())).toHaveProperty("Credentials.AccessKeyId");
    const { client: fails } = client([fault("AccessDenied", 403)], options);
    expect(await reasonOf(fails.send(commandWithCode()))).toMatchObject({ name: "AccessDenied" });
    await new Promise((resolve) => setTimeout(resolve));
    expect(unhandled).not.toHaveBeenCalled();
  },
);

test.each([
  [
    "version 2's names",
    { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "SECRET-MARK", sessionToken: "SECRET-MARK" },
  ],
  ["a misspelt name", { credential: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "SECRET-MARK" } }],
])("secrets given under %s are not printed with the client or its configuration", (_, given) => {
  const warn = vi.fn<(message: string) => void>();
  const { client: sts } = client([], { ...given, logger: { warn } });
  expect(warn).toHaveBeenCalledOnce();
  for (const value of [sts, sts.config])
    expect(inspect(value, { depth: 9 }) + JSON.stringify(value)).not.toContain("SECRET-MARK");
  expect(sts.config).toHaveProperty(Object.keys(given)[0] ?? "");
});
