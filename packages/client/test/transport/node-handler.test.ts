import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request as startRequest, type Server } from "node:http";
import {
  connect,
  createServer as createTcpServer,
  type Server as TcpServer,
  type AddressInfo,
  type Socket,
} from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { inspect } from "node:util";

import { GetSessionTokenCommand, type RequestHandler, STSClient } from "@org/sts-client";
import { createNodeHandler } from "@org/sts-client/node";
import { encodeResponse, GetSessionToken } from "@org/sts-protocol";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";

import { credentials, fakeTime, reasonOf, sessionCredentials } from "../support/fake-service.ts";
import { command } from "../support/create-client.ts";

let service: Server;
let endpoint: string;
let connections = 0;

beforeAll(async () => {
  service = createServer((request, response) => {
    const { statusCode, headers, body } = encodeResponse(
      GetSessionToken,
      { Credentials: sessionCredentials },
      { requestId: "request-5" },
    );
    request.resume().once("end", () => response.writeHead(statusCode, headers).end(body));
  }).on("connection", () => {
    connections += 1;
  });
  service.listen(0, "127.0.0.1");
  await once(service, "listening");
  endpoint = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
});

afterAll(() => {
  service.closeAllConnections();
  service.close();
});

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A server that takes connections and says nothing, so that none of TLS ever stands. */
async function startSilentServer(): Promise<{ readonly silent: TcpServer; readonly port: number }> {
  const silent = createTcpServer((socket) => void socket.on("error", () => {})).listen(0, "127.0.0.1");
  await once(silent, "listening");
  return { silent, port: (silent.address() as AddressInfo).port };
}

test("createNodeHandler keeps the connection for the next call, and closes it with the client", async () => {
  connections = 0;
  const client = new STSClient({
    region: "eu-west-1",
    credentials,
    endpoint,
    requestHandler: createNodeHandler(),
  });
  for (let call = 0; call < 3; call += 1)
    expect((await client.send(command())).Credentials).toEqual(sessionCredentials);
  expect(connections).toBe(1);
  const open = async (): Promise<number> =>
    new Promise((resolve, reject) => {
      service.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });
  expect(await open()).toBe(1);
  client.destroy();
  client.destroy();
  await expect.poll(open).toBe(0);
});

test("createNodeHandler leaves nothing behind on a connection that is kept", async () => {
  const httpAgent = new Agent({ keepAlive: true });
  const requestHandler = createNodeHandler({ httpAgent });
  const client = new STSClient({ region: "eu-west-1", credentials, endpoint, requestHandler });
  const listenersAfterCall = async (): Promise<number> => {
    await client.send(command());
    // The agent takes the socket back a moment after the answer was read.
    await vi.waitUntil(() => Object.keys(httpAgent.freeSockets).length > 0);
    const [socket] = Object.values(httpAgent.freeSockets).flatMap((sockets) => sockets ?? []);
    return socket?.listenerCount("connect") ?? Number.NaN;
  };
  const afterFirst = await listenersAfterCall();
  expect(await listenersAfterCall()).toBe(afterFirst);
  expect(await listenersAfterCall()).toBe(afterFirst);
  httpAgent.destroy();
});

test("createNodeHandler limits the time until the connection is established, and says so", async () => {
  const { silent, port } = await startSilentServer();
  const client = new STSClient({
    region: "eu-west-1",
    credentials,
    endpoint: `https://127.0.0.1:${port}`,
    requestHandler: createNodeHandler({ connectionTimeout: 50 }),
    maxAttempts: 2,
    ...fakeTime().options,
  });
  const error = await reasonOf(client.send(command()));
  expect(error).toMatchObject({
    name: "TimeoutError",
    code: "ERR_TIMEOUT",
    $metadata: { attempts: 2 },
    cause: { message: "the connection is not established", code: "ERR_CONNECT_TIMEOUT" },
  });
  const message = "GetSessionToken: No connection to 127.0.0.1 within 50 ms (connectionTimeout)";
  expect(error.message).toBe(message);
  expect(error.stack?.split("\n")[0]).toMatch(/^(?:Timeout)?Error: GetSessionToken: No connection/);
  client.destroy();
  silent.close();
});

test.each([
  ["connectionTimeout", 0],
  ["connectionTimeout", Infinity],
  ["connectionTimeout", 2 ** 31],
  ["socketTimeout", 0],
  ["socketTimeout", Infinity],
  ["socketTimeout", 2 ** 31],
])("createNodeHandler with a %s of %d leaves the limit to the client's", async (name, limit) => {
  const options = { connectionTimeout: 0, [name]: limit };
  const { silent, port } = await startSilentServer();
  const client = new STSClient({
    region: "eu-west-1",
    credentials,
    endpoint: `https://127.0.0.1:${port}`,
    requestHandler: createNodeHandler(options),
    requestTimeout: 100,
    maxAttempts: 1,
  });
  const error = await reasonOf(client.send(command()));
  expect(error).toMatchObject({ name: "TimeoutError" });
  expect(error.message).toContain("100 ms");
  client.destroy();
  silent.close();
});

test("createNodeHandler says that it speaks HTTP/1.1", () => {
  expect(createNodeHandler().metadata).toEqual({ handlerProtocol: "http/1.1" });
});

test("createNodeHandler sends a one-time code again when no connection stood", async () => {
  const { silent, port } = await startSilentServer();
  const client = new STSClient({
    region: "eu-west-1",
    credentials,
    endpoint: `https://127.0.0.1:${port}`,
    requestHandler: createNodeHandler({ connectionTimeout: 50 }),
    ...fakeTime().options,
  });
  const mfa = new GetSessionTokenCommand({
    SerialNumber: "arn:aws:iam::123456789012:mfa/user",
    TokenCode: "123456",
  });
  expect(await reasonOf(client.send(mfa))).toMatchObject({
    code: "ERR_TIMEOUT",
    $metadata: { attempts: 3 },
  });
  client.destroy();
  silent.close();
});

test("createNodeHandler does not count the wait for a free connection as connecting", async () => {
  let held: (() => void)[] = [];
  const slow = createServer((request, response) => {
    const { statusCode, headers, body } = encodeResponse(
      GetSessionToken,
      { Credentials: sessionCredentials },
      { requestId: "request-6" },
    );
    request.resume();
    held.push(() => response.writeHead(statusCode, headers).end(body));
  }).listen(0, "127.0.0.1");
  await once(slow, "listening");
  const client = new STSClient({
    region: "eu-west-1",
    credentials,
    endpoint: `http://127.0.0.1:${(slow.address() as AddressInfo).port}`,
    requestHandler: createNodeHandler({ connectionTimeout: 200 }),
    maxAttempts: 1,
  });
  const calls = Array.from({ length: 60 }, () => client.send(command()));
  await vi.waitUntil(() => held.length === 50, { timeout: 10_000 });
  // Ten wait for longer than a connection may take.
  await new Promise((resolve) => setTimeout(resolve, 400));
  for (const answer of held.splice(0)) answer();
  await vi.waitUntil(() => held.length === 10, { timeout: 10_000 });
  for (const answer of held) answer();
  expect(await Promise.all(calls)).toHaveLength(60);
  client.destroy();
  slow.close();
});

test("createNodeHandler sends a one-time code over a new connection", async () => {
  connections = 0;
  const client = new STSClient({
    region: "eu-west-1",
    credentials,
    endpoint,
    requestHandler: createNodeHandler(),
  });
  await client.send(command());
  await client.send(command());
  expect(connections).toBe(1);
  const SerialNumber = "arn:aws:iam::123456789012:mfa/user";
  await client.send(new GetSessionTokenCommand({ SerialNumber, TokenCode: "123456" }));
  expect(connections).toBe(2);
  client.destroy();
});

test("createNodeHandler names every address that was tried", async () => {
  const closed = createTcpServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const { port } = closed.address() as AddressInfo;
  closed.close();
  await once(closed, "close");
  const addresses = ["127.0.0.1", "127.0.0.2"].map((address) => ({ address, family: 4 }));
  const lookup = (_name: string, _options: object, done: (error: null, found: typeof addresses) => void) =>
    done(null, addresses);
  const httpAgent = new Agent({ lookup, autoSelectFamily: true });
  const client = new STSClient({
    region: "eu-west-1",
    credentials,
    endpoint: `http://sts.example:${port}`,
    requestHandler: createNodeHandler({ httpAgent }),
    maxAttempts: 1,
  });
  const { message } = await reasonOf(client.send(command()));
  for (const { address } of addresses) expect(message).toContain(`connect ECONNREFUSED ${address}:${port}`);
});

test.each(["option", "variable"])(
  "createNodeHandler trusts the certificates in the file of the %s, and says when it cannot be read",
  async (way) => {
    const path = "/nonexistent/bundle.pem";
    if (way === "variable") vi.stubEnv("AWS_CA_BUNDLE", path);
    const requestHandler = createNodeHandler({ proxy: false, ...(way === "option" && { caBundle: path }) });
    const client = new STSClient({
      region: "eu-west-1",
      credentials,
      endpoint: "https://127.0.0.1:9",
      requestHandler,
    });
    const error = await reasonOf(client.send(command()));
    expect(error).toMatchObject({ code: "ERR_CONFIG", $metadata: { attempts: 1 } });
    expect(error.message).toContain(path);
  },
);

test("createNodeHandler rejects with the reason of an abort, whenever it comes", async () => {
  const silent = createServer(() => {}).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo;
  const handler = createNodeHandler();
  const handle = (abortSignal: AbortSignal) =>
    handler.handle(
      { method: "POST", protocol: "http:", hostname: "127.0.0.1", port, path: "/", query: {}, headers: {} },
      { abortSignal },
    );
  const reason = new Error("no longer wanted");
  await expect(handle(AbortSignal.abort(reason))).rejects.toBe(reason);
  const controller = new AbortController();
  const pending = handle(controller.signal);
  await once(silent, "request");
  controller.abort(reason);
  await expect(pending).rejects.toBe(reason);
  handler.destroy?.();
  silent.closeAllConnections();
  silent.close();
});

test.each(["the handler itself", "a function in place of the handler's own"])(
  "createNodeHandler closes the connection when a client's call is aborted, through %s",
  async (through) => {
    const { silent, port } = await startSilentServer();
    const accepted = once(silent, "connection");
    const requestHandler = createNodeHandler();
    const own = { ...requestHandler };
    const replaced = vi.fn<RequestHandler["handle"]>((request, options) => own.handle(request, options));
    if (through !== "the handler itself") requestHandler.handle = replaced;
    const controller = new AbortController();
    const reason = new Error("enough");
    const client = new STSClient({
      region: "eu-west-1",
      credentials,
      endpoint: `http://127.0.0.1:${port}`,
      requestHandler,
    });
    const call = client.send(command(), { abortSignal: controller.signal });
    const [socket] = (await accepted) as [Socket];
    const closed = once(socket.resume(), "close");
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    await closed;
    expect(replaced).toHaveBeenCalledTimes(through === "the handler itself" ? 0 : 1);
    silent.close();
  },
);

describe("a whole body read at once", () => {
  /** Sends a request to a service that responds with these pieces, and gives what the handler resolves to. */
  async function receive(pieces: readonly Uint8Array[], length: number) {
    const service = createServer(async (_request, response) => {
      response.writeHead(200, { "content-length": length });
      for (const piece of pieces) {
        response.write(piece);
        await wait(10);
      }
      response.destroy();
    }).listen(0, "127.0.0.1");
    const handler = createNodeHandler();
    onTestFinished(() => {
      handler.destroy?.();
      service.close();
    });
    await once(service, "listening");
    const { port } = service.address() as AddressInfo; // it listens on a port
    return handler.handle({
      method: "POST",
      protocol: "http:",
      hostname: "127.0.0.1",
      port,
      path: "/",
      query: {},
      headers: {},
    });
  }

  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  const bytes = encode("a€b");

  test.each([
    ["in one piece", [bytes], "a€b"],
    ["with a character in two pieces", [bytes.subarray(0, 2), bytes.subarray(2)], "a€b"],
    ["with a byte order mark", [encode("\uFEFFa")], "a"],
    ["with bytes that are not UTF-8", [Uint8Array.of(97, 255, 98)], "a\uFFFDb"],
  ])("createNodeHandler decodes a body %s", async (_what, pieces, text) => {
    const { readText } = await receive(
      pieces,
      pieces.reduce((sum, { length }) => sum + length, 0),
    );
    await expect(readText?.()).resolves.toBe(text);
  });

  test("createNodeHandler rejects when a body breaks off while it is read", async () => {
    const { readText } = await receive([bytes], 100);
    await expect(readText?.()).rejects.toThrow("aborted");
  });

  test("createNodeHandler rejects when a body broke off before it is read", async () => {
    const { readText, response } = await receive([bytes], 100);
    const message = response.body as IncomingMessage; // the handler sends over node:http
    // Not `once`, which would listen to errors too.
    await new Promise((resolve) => message.on("close", resolve));
    await expect(readText?.()).rejects.toThrow("aborted");
  });
});

test.each([
  ["before the response", []],
  ["within a body of unknown length", [200, {}]],
  ["within a body of known length", [200, { "content-length": "10000" }]],
] as const)(
  "createNodeHandler limits silence on a connection when asked to: %s",
  async (_, [status, headers]) => {
    const silent = createServer((_request, response) => {
      if (status !== undefined) response.writeHead(status, headers).write("<GetSessionTokenResponse");
    }).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const client = new STSClient({
      region: "eu-west-1",
      credentials,
      endpoint: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
      requestHandler: createNodeHandler({ socketTimeout: 50 }),
      maxAttempts: 1,
    });
    expect(await reasonOf(client.send(command()))).toMatchObject({
      name: "TimeoutError",
      code: "ERR_TIMEOUT",
      message: "GetSessionToken: 127.0.0.1 was silent for 50 ms (socketTimeout)",
    });
    client.destroy();
    silent.closeAllConnections();
    silent.close();
  },
);

describe("proxies", () => {
  let proxy: ReturnType<typeof createServer>;
  let proxyUrl: string;
  const tunnels: string[] = [];
  const forwarded: string[] = [];
  let refusal: number | undefined;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    // As proxies do: `http:` is forwarded, for `https:` there are tunnels.
    proxy = createServer((request, response) => {
      const { method = "", url = "", headers } = request;
      forwarded.push(`${method} ${url} ${headers["proxy-authorization"] ?? ""}`.trim());
      if (refusal !== undefined) return response.writeHead(refusal).end();
      const upstream = startRequest(
        url,
        { method, headers: { ...headers, connection: "close" } },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      request.pipe(upstream);
    }).on("connect", (request, client: Socket, head: Buffer) => {
      if (refusal !== undefined) {
        client.end(`HTTP/1.1 ${refusal} Example\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      tunnels.push(`${request.url} ${request.headers["proxy-authorization"] ?? ""}`.trim());
      const [host = "", port] = (request.url ?? "").split(":");
      const upstream = connect(Number(port), host === "sts.example.com" ? "127.0.0.1" : host, () => {
        client.write("HTTP/1.1 200 Connection established\r\n\r\n");
        upstream.write(head);
        upstream.pipe(client);
        client.pipe(upstream);
      });
      sockets.push(upstream, client);
      upstream.on("error", () => client.destroy());
      client.on("error", () => upstream.destroy());
    });
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
    proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });

  async function send(url: string, options: Parameters<typeof createNodeHandler>[0] = {}): Promise<number> {
    const before = forwarded.length;
    const client = new STSClient({
      region: "eu-west-1",
      credentials,
      endpoint: url,
      requestHandler: createNodeHandler(options),
      maxAttempts: 1,
    });
    await client.send(command());
    client.destroy();
    return forwarded.length - before;
  }

  test("a proxy is taken from the option, with its password", async () => {
    expect(await send(endpoint, { proxy: proxyUrl.replace("//", "//user:word@") })).toBe(1);
    // In absolute form, as curl sends it.
    expect(forwarded.at(-1)).toBe(`POST ${endpoint}/ Basic ${btoa("user:word")}`);
    for (const [userInfo, sent] of [
      [":word@", ` Basic ${btoa(":word")}`],
      ["user@", ` Basic ${btoa("user:")}`],
      ["us%20er:w%40rd@", ` Basic ${btoa("us er:w@rd")}`],
      ["", ""],
    ]) {
      await send(endpoint, { proxy: proxyUrl.replace("//", `//${userInfo}`) });
      expect(forwarded.at(-1)).toBe(`POST ${endpoint}/${sent}`);
    }
    expect(tunnels).toEqual([]);
  });

  test("a proxy is taken from the environment, as curl takes it", async () => {
    vi.stubEnv("NO_PROXY", "");
    vi.stubEnv("no_proxy", "");
    vi.stubEnv("http_proxy", proxyUrl);
    expect(await send(endpoint)).toBe(1);
    expect(await send(endpoint, { proxy: false })).toBe(0);
    vi.stubEnv("no_proxy", "example.com, 127.0.0.1");
    expect(await send(endpoint)).toBe(0);
  });

  const refused = (status: number, options: object, mfa?: object) => {
    refusal = status;
    const client = new STSClient({
      region: "eu-west-1",
      credentials,
      requestHandler: createNodeHandler({ proxy: proxyUrl.replace("//", "//user:word@") }),
      ...fakeTime().options,
      ...options,
    });
    return reasonOf(client.send(new GetSessionTokenCommand(mfa ?? {}))).finally(() => {
      refusal = undefined;
      client.destroy();
    });
  };

  test.each([
    ["a tunnel", 407, "ERR_CONFIG", "Put the proxy's user and password", {}],
    ["a tunnel", 403, "ERR_CONFIG", "does not allow this host", {}],
    ["a tunnel", 502, "ERR_NETWORK", "502", {}],
    ["a tunnel", 503, "ERR_NETWORK", "503", {}],
    [
      "a request",
      407,
      "ERR_CONFIG",
      "Put the proxy's user and password",
      { endpoint: "http://sts.example.com" },
    ],
  ])(
    "a proxy that refuses %s with %i is named, without its password",
    async (_what, status, code, text, options) => {
      const error = await refused(status, options);
      expect(error).toMatchObject({ code, $metadata: { attempts: code === "ERR_NETWORK" ? 3 : 1 } });
      expect(error.message).toContain(proxyUrl);
      expect(error.message).toContain(text);
      expect(inspect(error, { showHidden: true, depth: 9 })).not.toContain("word@");
    },
  );

  test.each([407, 503])(
    "a proxy that refuses a tunnel with %i has not used a one-time code",
    async (status) => {
      const mfa = { SerialNumber: "arn:aws:iam::123456789012:mfa/user", TokenCode: "123456" };
      const error = await refused(status, {}, mfa);
      expect(error.code).not.toBe("ERR_NOT_RESENT");
      expect(error.message).toContain("still good");
    },
  );

  test.each(["socks5://127.0.0.1:1080", "socks5h://user:word@127.0.0.1:1080", "socks4://127.0.0.1:1"])(
    "a proxy that speaks SOCKS is refused at once: %s",
    async (url) => {
      const error = await reasonOf(send(endpoint, { proxy: url }));
      expect(error).toMatchObject({ code: "ERR_CONFIG" });
      expect(error.message).toContain("socks-proxy-agent");
      expect(error.message).not.toContain("word");
    },
  );

  test("a proxy that accepts and says nothing is given up after connectionTimeout", async () => {
    const { silent, port } = await startSilentServer();
    const requestHandler = createNodeHandler({ proxy: `http://127.0.0.1:${port}`, connectionTimeout: 100 });
    const client = new STSClient({ region: "eu-west-1", credentials, requestHandler, maxAttempts: 1 });
    const mfa = { SerialNumber: "arn:aws:iam::123456789012:mfa/user", TokenCode: "123456" };
    const error = await reasonOf(client.send(new GetSessionTokenCommand(mfa)));
    expect(error).toMatchObject({ code: "ERR_TIMEOUT", wasSent: false });
    expect(error.message).toContain("(connectionTimeout)");
    client.destroy();
    silent.close();
  });

  test("a proxy that is not a URL is named without its password", async () => {
    const error = await reasonOf(send(endpoint, { proxy: "http://user:word@[proxy" }));
    expect(error).toMatchObject({ code: "ERR_CONFIG" });
    expect(error.message).toContain("HTTPS_PROXY");
    expect(error.message).not.toContain("word@");
  });
});
