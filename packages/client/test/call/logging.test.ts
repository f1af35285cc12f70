import { inspect } from "node:util";

import {
  AssumeRoleWithWebIdentityCommand,
  GetSessionTokenCommand,
  type Logger,
  STSClient,
  type STSClientConfig,
} from "@org/sts-client";
import { expect, test } from "vitest";

import { credentials, fakeFetch, fault, reasonOf, type Reply, success } from "../support/fake-service.ts";
import { createClient } from "../support/create-client.ts";

/** A logger that keeps every line. */
function recorder(): { logger: Logger; lines: [level: string, ...content: unknown[]][] } {
  const lines: [string, ...unknown[]][] = [];
  const at =
    (level: string) =>
    (...content: unknown[]) =>
      void lines.push([level, ...content]);
  return {
    lines,
    logger: {
      trace: at("trace"),
      debug: at("debug"),
      info: at("info"),
      warn: at("warn"),
      error: at("error"),
    },
  };
}

const SECRETS =
  /SECRET-KEY-MARK|SECRET-ANSWER-MARK|SESSION-TOKEN-MARK|CALLER-TOKEN-MARK|246813|WEB-TOKEN-MARK|Signature=/;
const command = (): GetSessionTokenCommand =>
  new GetSessionTokenCommand({ SerialNumber: "arn:aws:iam::123456789012:mfa/user", TokenCode: "246813" });

async function call(replies: Reply[], config: STSClientConfig = {}) {
  const { logger, lines } = recorder();
  const keys = { ...credentials, sessionToken: "CALLER-TOKEN-MARK" };
  const { client } = createClient(replies, { credentials: keys, logger, ...config });
  const outcome: unknown = await client.send(command()).catch((error: unknown) => error);
  return { lines, outcome, client };
}

test("the log has one line per attempt at debug and one per call at info, with timing and without secrets", async () => {
  const { lines } = await call([fault("Throttling", 400), success()]);
  expect(lines).toMatchObject([
    [
      "debug",
      {
        clientName: "STSClient",
        commandName: "GetSessionTokenCommand",
        attempt: 1,
        statusCode: 400,
        error: "Throttling",
      },
    ],
    ["debug", { attempt: 2, statusCode: 200, durationMs: 0 }],
    [
      "info",
      {
        clientName: "STSClient",
        commandName: "GetSessionTokenCommand",
        input: {
          SerialNumber: "arn:aws:iam::123456789012:mfa/user",
          TokenCode: "***SensitiveInformation***",
        },
        output: {
          Credentials: {
            AccessKeyId: "ASIAIOSFODNN7EXAMPLE",
            SecretAccessKey: "***SensitiveInformation***",
            SessionToken: "***SensitiveInformation***",
          },
        },
        metadata: { attempts: 2, requestId: "request-1" },
        durationMs: 999,
      },
    ],
  ]);
  expect(inspect(lines, { depth: 20 })).not.toMatch(SECRETS);
});

test("the log has one line at error for a call that failed", async () => {
  const { lines, outcome } = await call([fault("AccessDenied", 403)]);
  expect(lines).toMatchObject([
    ["debug", { attempt: 1, error: "AccessDenied" }],
    ["error", { commandName: "GetSessionTokenCommand", error: outcome, metadata: { httpStatusCode: 403 } }],
  ]);
  expect(lines).toHaveLength(2);
});

test("the log has a line for input that was refused", async () => {
  const { logger, lines } = recorder();
  const client = new STSClient({
    region: "eu-west-1",
    credentials,
    logger,
    fetch: fakeFetch(success()).fetch,
  });
  await reasonOf(client.send(new GetSessionTokenCommand({ TokenCode: "246813" })));
  expect(lines).toMatchObject([
    ["error", { input: { TokenCode: "***SensitiveInformation***" }, error: { name: "InvalidInputError" } }],
  ]);
  expect(inspect(lines, { depth: 20 })).not.toMatch(SECRETS);
});

test("middleware gets the log with the AWS SDK's filters", async () => {
  const { fetch } = fakeFetch(success());
  const client = new STSClient({ region: "eu-west-1", credentials, fetch });
  let filtered: unknown;
  client.middlewareStack.add((next, context) => async (args) => {
    const filter = context["inputFilterSensitiveLog"] as (input: object) => unknown;
    filtered = filter(args.input);
    return next(args);
  });
  await client.send(command());
  expect(filtered).toEqual({
    SerialNumber: "arn:aws:iam::123456789012:mfa/user",
    TokenCode: "***SensitiveInformation***",
  });
});

const broken = (): Response =>
  new Response(
    new ReadableStream({
      pull: (controller) => controller.error(Object.assign(new Error("reset"), { code: "ECONNRESET" })),
    }),
  );
test.each<[string, Reply[], STSClientConfig?]>([
  ["a refusal", [fault("AccessDenied", 403)]],
  ["a server error", [fault("InternalFailure", 500)]],
  ["a network error", [new TypeError("fetch failed")]],
  ["a broken body", [broken]],
  [
    "a page in the place of an answer",
    [new Response("<html><body>Sign in</body></html>", { headers: { "content-type": "text/html" } })],
  ],
  ["an empty answer", [new Response("")]],
  [
    "a cut answer that holds the credentials",
    [
      async () =>
        new Response((await success().text()).slice(0, 350), { headers: { "content-type": "text/xml" } }),
    ],
  ],
  [
    "an answer that lacks a member",
    [
      async () =>
        new Response((await success().text()).replace(/<Expiration>.*<\/Expiration>/, ""), {
          headers: { "content-type": "text/xml" },
        }),
    ],
  ],
  ["a time limit", [() => new Promise<Response>(() => {})], { requestTimeout: 5, maxAttempts: 1 }],
  ["a deadline", [() => new Promise<Response>(() => {})], { totalTimeout: 5 }],
  ["a region that makes no sense", [success()], { region: "no region" }],
  ["an endpoint that makes no sense", [success()], { endpoint: "no-url" }],
  [
    "credentials that make no sense",
    [success()],
    { credentials: { accessKeyId: "", secretAccessKey: "SECRET-KEY-MARK" } },
  ],
  [
    "a handler that throws",
    [success()],
    { requestHandler: { handle: () => Promise.reject(new Error("example")) } },
  ],
])("secrets do not show in what is thrown, logged and printed after %s", async (_name, replies, config) => {
  const { outcome, lines, client } = await call(replies, config);
  expect(outcome).toBeInstanceOf(Error);
  const printed =
    [outcome, lines, client].map((each) => inspect(each, { depth: 20 })).join("\n") +
    JSON.stringify([outcome, lines, client]);
  expect(printed).not.toMatch(SECRETS);
});

test("secrets of a web identity do not show either", async () => {
  const { logger, lines } = recorder();
  const client = new STSClient({
    region: "eu-west-1",
    logger,
    fetch: fakeFetch(fault("InvalidIdentityToken", 400)).fetch,
  });
  const input = {
    RoleArn: "arn:aws:iam::123456789012:role/demo",
    RoleSessionName: "demo",
    WebIdentityToken: "WEB-TOKEN-MARK",
  };
  const error = await reasonOf(client.send(new AssumeRoleWithWebIdentityCommand(input)));
  expect(inspect([error, lines], { depth: 20 })).not.toMatch(SECRETS);
});
