import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { GetCallerIdentityCommand, STSClient, STSClientError } from "@org/sts-client";
import { createNodeHandler } from "@org/sts-client/node";
import { expect, test } from "vitest";

import { credentials, fakeFetch, fault, reasonOf } from "../support/fake-service.ts";

const region = "eu-west-1";

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test.each([
  ["fetch", {}],
  ["node:http", { requestHandler: createNodeHandler({ proxy: false }) }],
])(
  "a network error over %s keeps our code and carries the system's details beside it",
  async (_name, options) => {
    const port = await closedPort();
    const client = new STSClient({
      region,
      credentials,
      endpoint: `http://127.0.0.1:${port}`,
      maxAttempts: 1,
      ...options,
    });
    const error = await reasonOf(client.send(new GetCallerIdentityCommand()));
    expect(error).toBeInstanceOf(STSClientError);
    expect(error).toMatchObject({
      code: "ERR_NETWORK",
      syscall: "connect",
      address: "127.0.0.1",
      port,
      cause: { code: "ECONNREFUSED" },
    });
    expect(error).toHaveProperty("errno", (error.cause as { errno?: number }).errno);
  },
);

test("an error without a code below it stays the cause, without details", async () => {
  const cause = new TypeError("the page is offline");
  const client = new STSClient({ region, credentials, maxAttempts: 1, fetch: () => Promise.reject(cause) });
  const error = await reasonOf(client.send(new GetCallerIdentityCommand()));
  expect(error.cause).toBe(cause);
  expect(error).not.toHaveProperty("errno");
});

test("the message of every error survives JSON and spread", async () => {
  const answers = [
    fakeFetch(fault("AccessDenied", 403)).fetch,
    () => Promise.reject(new TypeError("the page is offline")),
    fakeFetch(new Response("<html>a login page</html>")).fetch,
  ];
  for (const fetch of answers) {
    const client = new STSClient({ region, credentials, maxAttempts: 1, fetch });
    const error = await reasonOf(client.send(new GetCallerIdentityCommand()));
    expect(error.message).not.toBe("");
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ message: error.message, name: error.name });
    expect({ ...error }.message).toBe(error.message);
  }
});

test.each<[string, () => STSClient]>([
  ["a refusal", () => clientFor(fault("AccessDenied", 403))],
  ["a network error", () => clientFor(new TypeError("fetch failed"))],
])(
  "the stack of %s names the program's function that made the call, as the AWS SDK's does",
  async (_, make) => {
    const client = make();
    async function functionOfTheProgram(): Promise<unknown> {
      return await client.send(new GetCallerIdentityCommand());
    }
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 30; // what is asked here is whether the chain is whole, not how long it is
    const { stack } = await reasonOf(functionOfTheProgram());
    Error.stackTraceLimit = limit;
    expect(stack).toContain("functionOfTheProgram");
  },
);

function clientFor(reply: Response | Error): STSClient {
  return new STSClient({ region, credentials, maxAttempts: 1, fetch: fakeFetch(reply).fetch });
}
