import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

import { GetSessionTokenCommand, STSClient, STSClientError, type STSClientConfig } from "@org/sts-client";
import { createNodeHandler } from "@org/sts-client/node";
import { encodeResponse, GetSessionToken } from "@org/sts-protocol";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { type ChaosProxy, startChaosProxy, type Trouble } from "../support/chaos-proxy.ts";
import { credentials, reasonOf, sessionCredentials } from "../support/fake-service.ts";

let service: Server;
let proxy: ChaosProxy;
/** What the service answers; every request is counted. */
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let served = 0;

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);

beforeAll(async () => {
  process.on("unhandledRejection", note);
  service = createServer((request, response) => {
    served += 1;
    request.resume().once("end", () => answer(request, response));
  });
  service.listen(0, "127.0.0.1");
  await once(service, "listening");
  proxy = await startChaosProxy((service.address() as AddressInfo).port);
});

afterAll(async () => {
  await proxy.close();
  service.closeAllConnections();
  service.close();
  process.off("unhandledRejection", note);
});

const clients: STSClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await wait(20);
  // No connection that carried a request outlives its call.
  await until(() => proxy.open.size === 0);
  const [reason] = unhandled.splice(0);
  if (reason !== undefined) throw new Error("a rejection was not handled", { cause: reason });
});

const success = (_request: IncomingMessage, response: ServerResponse): void => {
  const { statusCode, headers, body } = encodeResponse(
    GetSessionToken,
    { Credentials: sessionCredentials },
    { requestId: "request-4" },
  );
  response
    .writeHead(statusCode, { ...headers, "content-length": body.length, connection: "close" })
    .end(body);
};

const transports: [name: string, () => Pick<STSClientConfig, "requestHandler">][] = [
  ["fetch", () => ({})],
  ["node", () => ({ requestHandler: createNodeHandler() })],
];

const http = (status: string, body: string, headers: Record<string, string | number> = {}): Trouble => ({
  kind: "answer",
  bytes: `HTTP/1.1 ${status}\r\n${Object.entries({
    "content-length": body.length,
    connection: "close",
    ...headers,
  })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n${body}`,
});

const throttling = `<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>r</RequestId></ErrorResponse>`;
const page = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in</body></html>";

describe.each(transports)("over %s", (_transport, transport) => {
  function client(config: STSClientConfig = {}): STSClient {
    served = 0;
    answer = success;
    proxy.requests = 0;
    const made = new STSClient({
      region: "eu-west-1",
      credentials,
      endpoint: proxy.url,
      requestTimeout: 400,
      // No waits: how long they are is shown elsewhere.
      sleep: async (_milliseconds, signal) => signal.throwIfAborted(),
      ...transport(),
      ...config,
    });
    clients.push(made);
    return made;
  }
  const send = (sts: STSClient, abortSignal?: AbortSignal) =>
    sts.send(new GetSessionTokenCommand({}), { abortSignal });

  /** Every trouble, three times over: what comes of it when it does not go away. */
  const lasting: [name: string, trouble: Trouble, expected: Record<string, unknown>, attempts: number][] = [
    ["a connection that is reset", { kind: "reset" }, { code: "ERR_NETWORK" }, 3],
    ["headers that never come", { kind: "stall" }, { code: "ERR_TIMEOUT", name: "TimeoutError" }, 3],
    ["a reset in the headers", { kind: "cut", after: 20, end: "reset" }, { code: "ERR_NETWORK" }, 3],
    ["a reset in the body", { kind: "cut", after: 300, end: "reset" }, { code: "ERR_NETWORK" }, 3],
    ["a body that ends too early", { kind: "cut", after: 300, end: "close" }, { code: "ERR_NETWORK" }, 3],
    ["a body that stops coming", { kind: "cut", after: 300, end: "stall" }, { code: "ERR_TIMEOUT" }, 3],
    ["a body that drips", { kind: "drip", everyMs: 25 }, { code: "ERR_TIMEOUT" }, 3],
    [
      "XML that is cut",
      http("200 OK", "<GetSessionTokenResponse><GetSessionTokenResult>", { "content-type": "text/xml" }),
      { name: "ProtocolError", code: "ERR_RESPONSE_NOT_STS" },
      1,
    ],
    [
      "a content length that is too large",
      http("200 OK", "<GetSessionTokenResponse/>", { "content-length": 5000 }),
      { code: "ERR_NETWORK" },
      3,
    ],
    [
      "a content length that is too small",
      http("200 OK", "<GetSessionTokenResponse/>", { "content-type": "text/xml", "content-length": 10 }),
      { name: "ProtocolError", code: "ERR_RESPONSE_NOT_STS" },
      1,
    ],
    [
      "a page with status 200",
      http("200 OK", page, { "content-type": "text/html" }),
      { name: "ProtocolError", code: "ERR_RESPONSE_NOT_STS" },
      1,
    ],
    ["an empty answer", http("200 OK", ""), { name: "ProtocolError", code: "ERR_RESPONSE_EMPTY" }, 1],
    ["what is no HTTP", { kind: "answer", bytes: "SSH-2.0-example\r\n" }, { code: "ERR_NETWORK" }, 3],
    [
      "a redirect",
      http("302 Found", "", { location: "http://127.0.0.1:1/" }),
      { name: "Unknown", $fault: "client" },
      1,
    ],
    ["HTTP 403 without a body", http("403 Forbidden", ""), { name: "Unknown", $fault: "client" }, 1],
    ["HTTP 408", http("408 Request Timeout", ""), { name: "Unknown" }, 3],
    ["HTTP 429", http("429 Too Many Requests", ""), { name: "Unknown" }, 3],
    [
      "throttling at HTTP 400",
      http("400 Bad Request", throttling, { "content-type": "text/xml" }),
      { name: "Throttling" },
      3,
    ],
    ["HTTP 500", http("500 Internal Server Error", page), { name: "Unknown", $fault: "server" }, 3],
    ["HTTP 501", http("501 Not Implemented", page), { name: "Unknown", $fault: "server" }, 1],
    ["HTTP 502", http("502 Bad Gateway", page), { name: "Unknown", $fault: "server" }, 3],
    ["HTTP 503", http("503 Service Unavailable", ""), { name: "Unknown", $fault: "server" }, 3],
    ["HTTP 504", http("504 Gateway Timeout", ""), { name: "Unknown", $fault: "server" }, 3],
  ];

  test.each(lasting)(
    "a connection that fails with %s ends in a typed error after as many attempts as make sense",
    async (_name, trouble, expected, attempts) => {
      const sts = client({ requestTimeout: expected["code"] === "ERR_TIMEOUT" ? 100 : 10_000 });
      proxy.troubles.splice(0, Infinity, trouble, trouble, trouble);
      const error = await reasonOf(send(sts));
      expect(error).toMatchObject(expected);
      expect(error.$metadata.attempts).toBe(attempts);
      expect(proxy.requests).toBe(attempts);
      expect("$fault" in error || "code" in error).toBe(true);
    },
  );

  const passing = lasting
    .filter(([, , , attempts]) => attempts > 1)
    .map(([name, trouble]) => [name, trouble] as const);
  test.each(passing)("a failure of the connection that passes is got over: %s", async (_name, trouble) => {
    const sts = client();
    proxy.troubles.splice(0, Infinity, trouble);
    const { Credentials, $metadata } = await send(sts);
    expect(Credentials).toEqual(sessionCredentials);
    expect([$metadata.attempts, proxy.requests]).toEqual([2, 2]);
  });

  test("a connection that is refused ends in a typed error that names the host", async () => {
    const gone = createServer();
    gone.listen(0, "127.0.0.1");
    await once(gone, "listening");
    const { port } = gone.address() as AddressInfo;
    gone.close();
    await once(gone, "close");
    const error = await reasonOf(send(client({ endpoint: `http://127.0.0.1:${port}` })));
    expect(error).toBeInstanceOf(STSClientError);
    expect(error).toMatchObject({ code: "ERR_NETWORK", $metadata: { attempts: 3 } });
    expect(error.message).toContain("127.0.0.1");
    expect(error.message).toContain("ECONNREFUSED");
  });

  test("a hundred calls at once, half of which fail first, all succeed", async () => {
    const sts = client({ requestTimeout: 10_000 });
    let count = 0;
    answer = (request, response) => {
      count += 1;
      if (count % 2 === 0 && request.headers["amz-sdk-request"]?.includes("attempt=1"))
        response.writeHead(400, { "content-type": "text/xml", connection: "close" }).end(throttling);
      else success(request, response);
    };
    proxy.troubles.length = 0;
    const outputs = await Promise.all(Array.from({ length: 100 }, () => send(sts)));
    const attempts = outputs.map(({ $metadata }) => $metadata.attempts ?? 0);
    expect(
      outputs.every(({ Credentials }) => Credentials.AccessKeyId === sessionCredentials.AccessKeyId),
    ).toBe(true);
    expect(attempts.filter((each) => each === 2).length).toBeGreaterThan(10);
    expect(attempts.reduce((sum, each) => sum + each, 0)).toBe(served);
  });

  test("a service whose clock is an hour off is believed after one refusal", async () => {
    const sts = client();
    proxy.troubles.length = 0;
    const hours: string[] = [];
    answer = (request, response) => {
      const now = new Date(Date.now() + 3_600_000);
      const signedAt = Date.parse(
        String(request.headers["x-amz-date"]).replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5"),
      );
      hours.push(String(signedAt));
      response.setHeader("date", now.toUTCString());
      if (Math.abs(signedAt - now.getTime()) < 300_000) success(request, response);
      else
        response
          .writeHead(403, { "content-type": "text/xml", connection: "close" })
          .end(throttling.replace("Throttling", "SignatureDoesNotMatch"));
    };
    expect((await send(sts)).$metadata.attempts).toBe(2);
    expect((await send(sts)).$metadata.attempts).toBe(1);
    expect(hours).toHaveLength(3);
  });

  const reason = new Error("the user went away");
  test.each<[string, Trouble]>([
    ["while nothing comes", { kind: "stall" }],
    ["in the headers", { kind: "cut", after: 20, end: "stall" }],
    ["in the body", { kind: "cut", after: 300, end: "stall" }],
    ["in a body that drips", { kind: "drip", everyMs: 25 }],
  ])(
    "an abort %s ends the call with the caller's reason and closes the connection",
    async (_name, trouble) => {
      const sts = client({ requestTimeout: 10_000 });
      proxy.troubles.splice(0, Infinity, trouble);
      const controller = new AbortController();
      const call = reasonOf(send(sts, controller.signal));
      await until(() => proxy.requests === 1);
      await wait(50);
      controller.abort(reason);
      expect(await call).toBe(reason);
      await until(() => proxy.open.size === 0);
      expect(proxy.requests).toBe(1);
    },
  );

  test("after a time limit the connection is closed", async () => {
    const sts = client({ maxAttempts: 1, requestTimeout: 60 });
    proxy.troubles.splice(0, Infinity, { kind: "stall" });
    expect(await reasonOf(send(sts))).toMatchObject({ code: "ERR_TIMEOUT" });
    await until(() => proxy.open.size === 0);
  });
});

/** Waits for something that is to happen soon; the test's own time limit is the end. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await wait(5);
}
