import { GetSessionTokenCommand, type Middleware, STSClient } from "@org/sts-client";
import { expect, test } from "vitest";

import { credentials, fakeFetch, fakeTime, fault, success } from "../support/fake-service.ts";

function setUp(...replies: Response[]) {
  const { fetch, seen } = fakeFetch(...replies, success());
  return { seen, client: new STSClient({ region: "eu-west-1", credentials, fetch, ...fakeTime().options }) };
}

/** Middleware that adds a header. */
const adding =
  (name: string): Middleware<object, never> =>
  (next) =>
  (args) => {
    const request = args.request as { headers: Record<string, string> };
    request.headers[name] = "here";
    return next(args);
  };

const signedHeaders = (headers: Record<string, string> = {}): string[] =>
  /SignedHeaders=([^,]*)/.exec(headers["authorization"] ?? "")?.[1]?.split(";") ?? [];

test("the pipeline lists its steps in running order under the AWS SDK's names", () => {
  expect(setUp().client.middlewareStack.identify()).toEqual([
    "loggerMiddleware - initialize",
    "endpointV2Middleware (a.k.a. httpAuthSchemeMiddleware) - before serializerMiddleware",
    "serializerMiddleware - serialize",
    "contentLengthMiddleware - build",
    "hostHeaderMiddleware - build",
    "recursionDetectionMiddleware - build",
    "getUserAgentMiddleware - build",
    "retryMiddleware - finalizeRequest",
    "httpSigningMiddleware (a.k.a. apiKeyMiddleware,tokenMiddleware,awsAuthMiddleware) - after retryMiddleware",
    "deserializerMiddleware - deserialize",
  ]);
});

test("the pipeline signs what the build step adds, and what is placed before the signer", async () => {
  const { client, seen } = setUp();
  client.middlewareStack.add(adding("x-build"), { step: "build", name: "mine" });
  client.middlewareStack.addRelativeTo(adding("x-before"), {
    relation: "before",
    toMiddleware: "awsAuthMiddleware",
  });
  client.middlewareStack.add(adding("x-unsigned"), { step: "finalizeRequest", priority: "low" });
  await client.send(new GetSessionTokenCommand({}));
  expect(seen[0]?.headers).toMatchObject({ "x-build": "here", "x-before": "here", "x-unsigned": "here" });
  expect(signedHeaders(seen[0]?.headers)).toEqual(expect.arrayContaining(["x-build", "x-before"]));
  expect(signedHeaders(seen[0]?.headers)).not.toContain("x-unsigned");
});

test("the pipeline runs a command's own middleware for that call only", async () => {
  const { client, seen } = setUp();
  const command = new GetSessionTokenCommand({});
  command.middlewareStack.add(adding("x-once"), { step: "build" });
  await client.send(command);
  await client.send(new GetSessionTokenCommand({}));
  expect(seen.map(({ headers }) => headers["x-once"])).toEqual(["here", undefined]);
});

test("the pipeline runs what is inside the retry step once per attempt, and what is outside once per call", async () => {
  const { client } = setUp(fault("InternalFailure", 500), fault("InternalFailure", 500));
  const runs = { outside: 0, inside: 0 };
  const counting =
    (place: keyof typeof runs): Middleware<object, never> =>
    (next) =>
    (args) => {
      runs[place] += 1;
      return next(args);
    };
  client.middlewareStack.add(counting("outside"), { step: "build" });
  client.middlewareStack.add(counting("inside"), { step: "deserialize", priority: "low" });
  await client.send(new GetSessionTokenCommand({}));
  expect(runs).toEqual({ outside: 1, inside: 3 });
});

test("the pipeline shows middleware the output with its metadata, the answer and the call's names", async () => {
  const { client } = setUp();
  let shown: unknown;
  client.middlewareStack.add((next, context) => async (args) => {
    const result = await next(args);
    const response = result.response as { statusCode: number; headers: Record<string, string> };
    shown = [
      context.clientName,
      context.commandName,
      result.output.$metadata.requestId,
      response.statusCode,
      response.headers["x-amzn-requestid"],
    ];
    return result;
  });
  await client.send(new GetSessionTokenCommand({}));
  expect(shown).toEqual(["STSClient", "GetSessionTokenCommand", "request-1", 200, "request-1"]);
});

test("the pipeline lets middleware answer in the place of the service", async () => {
  const { client, seen } = setUp();
  client.middlewareStack.add(
    () => async () => ({ response: {}, output: { $metadata: {}, Credentials: "mine" } }),
    { step: "initialize", priority: "high" },
  );
  expect(await client.send(new GetSessionTokenCommand({}))).toMatchObject({ Credentials: "mine" });
  expect(seen).toEqual([]);
});

test("the pipeline loses a step that is removed", async () => {
  const { client, seen } = setUp();
  expect(client.middlewareStack.remove("httpSigningMiddleware")).toBe(true);
  await client.send(new GetSessionTokenCommand({}));
  expect(seen[0]?.headers).not.toHaveProperty("authorization");
});

test("the pipeline can be resolved by hand, as the command of 2021 could", async () => {
  const { client, seen } = setUp();
  const command = new GetSessionTokenCommand({ DurationSeconds: 900 });
  const handler = command.resolveMiddleware(client.middlewareStack, client.config, {});
  const { output, response } = await handler(command);
  expect(output.Credentials.AccessKeyId).toBe("ASIAIOSFODNN7EXAMPLE");
  expect(response).toMatchObject({ statusCode: 200 });
  expect(seen).toHaveLength(1);
});

test("the pipeline does not mind one command sent twice at the same time", async () => {
  const { client, seen } = setUp();
  const command = new GetSessionTokenCommand({});
  await Promise.all([client.send(command), client.send(command)]);
  expect(new Set(seen.map(({ headers }) => headers["amz-sdk-invocation-id"])).size).toBe(2);
});
