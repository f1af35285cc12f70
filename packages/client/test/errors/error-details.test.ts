import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { GetCallerIdentityCommand, STSClient, type STSClientConfig, STSClientError } from "@org/sts-client";
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

const TRANSPORTS: [string, STSClientConfig][] = [
  ["fetch", {}],
  ["node:http", { requestHandler: createNodeHandler({ proxy: false }) }],
];

/** A client whose requests go to a port where nobody listens. */
async function clientToNobody(options: STSClientConfig): Promise<{ client: STSClient; port: number }> {
  const port = await closedPort();
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    client: new STSClient({ region, credentials, endpoint, maxAttempts: 1, ...options }),
    port,
  };
}

test.each(TRANSPORTS)(
  "a network error over %s keeps our code and carries the system's details beside it",
  async (_name, options) => {
    const { client, port } = await clientToNobody(options);
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

test.each(TRANSPORTS)(
  "a header that %s cannot send is named, and its value is not shown",
  async (_name, options) => {
    const { client } = await clientToNobody(options);
    // The signer would refuse it.
    client.middlewareStack.add(
      (next) => async (args) => {
        const { headers } = args.request as { headers: Record<string, string> };
        headers["x-secret"] = "VALUE\nMARK";
        return next(args);
      },
      { step: "deserialize", priority: "low" },
    );
    const error = await reasonOf(client.send(new GetCallerIdentityCommand()));
    expect(error).toMatchObject({ name: "STSClientError", code: "ERR_CONFIG" });
    expect(error.message).toContain("x-secret: the value has a line break");
    expect(error.message).not.toContain("MARK");
  },
);

test.each<[what: string, thrown: unknown, words: string]>([
  ["the system's code", Object.assign(new Error(""), { code: "ECONNRESET" }), "ECONNRESET"],
  ["its name", new RangeError(""), "RangeError"],
  ["its name where the code is a number", Object.assign(new RangeError(""), { code: 5 }), "RangeError"],
  ["its message before the code", Object.assign(new Error("reset"), { code: "ECONNRESET" }), "reset"],
  ["the messages of all its errors", new AggregateError([new Error("one"), "two"]), "one; two"],
  ["its name where it has no errors", new AggregateError([]), "AggregateError"],
  ["what was thrown", "a text", "a text"],
])("a network error without words says %s", async (_what, thrown, words) => {
  const fetch = async (): Promise<Response> => {
    throw thrown;
  };
  const client = new STSClient({ region, credentials, fetch, maxAttempts: 1 });
  const error = await reasonOf(client.send(new GetCallerIdentityCommand()));
  expect(error).toMatchObject({ code: "ERR_NETWORK" });
  expect(error.message.endsWith(`: ${words}`)).toBe(true);
});
