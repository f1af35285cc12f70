import { once } from "node:events";
import { connect, type Socket } from "node:net";

import { createFakeSts, createStsMock, type LogEntry, type StsMock } from "@org/sts-mock";
import { startStsServer, type StsServer, type StsServerOptions } from "@org/sts-mock/node";
import { GetCallerIdentity } from "@org/sts-protocol";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const ACTION = "Action=GetCallerIdentity&Version=2011-06-15";
const FORM = { "content-type": "application/x-www-form-urlencoded" };
const LIMIT = 512 * 1024;
const LOOPBACK = "127.0.0.1";

let running: StsServer[];
let sockets: Socket[];
beforeEach(() => {
  running = [];
  sockets = [];
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(running.map((server) => server.close()));
});

async function start(options: StsServerOptions = {}): Promise<StsServer> {
  const server = await startStsServer({ sts: createStsMock(), ...options });
  running.push(server);
  return server;
}

interface Connection {
  readonly socket: Socket;
  /** Everything that came, once the server has closed the connection. */
  readonly closed: Promise<string>;
  /** Everything that came, once it holds this text so many times; once by default. */
  readonly until: (text: string, count?: number) => Promise<string>;
}

async function open(port: number): Promise<Connection> {
  const socket = connect(port, LOOPBACK).setEncoding("utf8");
  sockets.push(socket);
  let received = "";
  const closed = new Promise<string>((resolve) => socket.on("close", () => resolve(received)));
  socket.on("data", (chunk: string) => (received += chunk));
  // A connection that the server refuses may be reset; what came before is what counts.
  socket.on("error", () => {});
  await once(socket, "connect");
  return {
    socket,
    closed,
    until: async (text, count = 1) => {
      while (!socket.destroyed && received.split(text).length <= count)
        await Promise.race([once(socket, "data"), once(socket, "close")]);
      return received;
    },
  };
}

/** Something to wait for until the test opens it. */
function createGate(): { open(): void; readonly passed: Promise<void> } {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open: () => open() };
}

async function exchange(port: number, text: string): Promise<string> {
  const { socket, closed } = await open(port);
  socket.write(text);
  return await closed;
}

const ask = (target: string, ...headers: readonly string[]): string =>
  [`GET ${target} HTTP/1.1`, "Host: sts.amazonaws.com", "Connection: close", ...headers, "", ""].join("\r\n");
const statusOf = (response: string): string | undefined => /^HTTP\/1\.1 (\d+)/.exec(response)?.[1];
/** A body of exactly so many bytes that asks who is calling. */
const bodyOf = (bytes: number): string => `${ACTION}&x=`.padEnd(bytes, "x");

const ways: readonly [string, (sts: StsMock, body: string) => Promise<number>][] = [
  [
    "to the server, its length told",
    async (sts, body) =>
      (await fetch((await start({ sts })).url, { method: "POST", headers: FORM, body })).status,
  ],
  [
    "to the server in pieces, its length not told",
    async (sts, body) => {
      const { port } = await start({ sts });
      const { socket, until } = await open(port);
      socket.write(
        `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: ${FORM["content-type"]}\r\nTransfer-Encoding: chunked\r\n\r\n`,
      );
      for (let at = 0; at < body.length; at += 60_000) {
        const piece = body.slice(at, at + 60_000);
        socket.write(`${piece.length.toString(16)}\r\n${piece}\r\n`);
      }
      socket.write("0\r\n\r\n");
      return Number(statusOf(await until("Response>")));
    },
  ],
  [
    "to fetch",
    async (sts, body) =>
      (await sts.fetch("https://sts.amazonaws.com/", { method: "POST", headers: FORM, body })).status,
  ],
  [
    "to handle",
    async (sts, body) =>
      (
        await sts.handle(
          new Request("https://sts.amazonaws.com/", {
            method: "POST",
            headers: { ...FORM, "content-length": String(body.length) },
            body,
          }),
        )
      ).status,
  ],
  [
    "to answer, as text",
    async (sts, body) =>
      (await sts.respond({ method: "POST", hostname: "sts.amazonaws.com", path: "/", headers: FORM, body }))
        .statusCode,
  ],
  [
    "to answer, as bytes",
    async (sts, text) => {
      const body = new TextEncoder().encode(text);
      return (
        await sts.respond({ method: "POST", hostname: "sts.amazonaws.com", path: "/", headers: FORM, body })
      ).statusCode;
    },
  ],
];

test.each(ways)("a request body, %s, may have 512 KiB and not a byte more", async (_way, send) => {
  const log: LogEntry[] = [];
  const sts = createStsMock({ log: (entry) => log.push(entry) });
  expect(await send(sts, bodyOf(LIMIT))).toBe(200);
  expect(await send(sts, bodyOf(LIMIT + 1))).toBe(413);
  expect(log.map(({ outcome, statusCode }) => [outcome, statusCode])).toEqual([
    ["ok", 200],
    ["RequestEntityTooLarge", 413],
  ]);
  expect(sts.calls()).toHaveLength(1);
});

test("a request body that comes in many small pieces is put together", async () => {
  const { port, sts } = await start();
  const { socket, until } = await open(port);
  const body = "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=901";
  socket.setNoDelay(true);
  socket.write(
    `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: ${FORM["content-type"]}\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  for (const letter of body) {
    await new Promise((resolve) => socket.write(letter, resolve));
  }
  expect(await until("</GetSessionTokenResponse>")).toMatch(/^HTTP\/1\.1 200 /);
  expect(sts.calls()).toMatchObject([{ input: { DurationSeconds: 901 } }]);
});

const of = (bytes: number): string => ask(`/?${ACTION}`, `X: ${"x".repeat(bytes)}`);

test("the header of a request may have 60 KB, and not 70", async () => {
  const { port } = await start();
  expect(
    await Promise.all([60_000, 70_000].map(async (bytes) => statusOf(await exchange(port, of(bytes))))),
  ).toEqual(["200", "431"]);
});

test("a request's host is named in the log, whether the target is a path or a URL", async () => {
  const { port, sts } = await start();
  await exchange(port, ask(`/?${ACTION}`));
  await exchange(port, ask(`http://sts.eu-west-1.amazonaws.com:8080/?${ACTION}`));
  expect(sts.calls().map(({ host }) => host)).toEqual([
    "sts.amazonaws.com",
    "sts.eu-west-1.amazonaws.com:8080",
  ]);
});

test.each([1, 3])(
  "connections are served up to %i at a time, and the next one is closed unread",
  async (maxConnections) => {
    const { port } = await start({ maxConnections });
    const held: Connection[] = [];
    for (let count = 0; count < maxConnections; count++) {
      const connection = await open(port);
      connection.socket.write(`GET /?${ACTION} HTTP/1.1\r\nHost: x\r\n\r\n`);
      expect(statusOf(await connection.until("</GetCallerIdentityResponse>"))).toBe("200");
      held.push(connection);
    }
    expect(await exchange(port, ask(`/?${ACTION}`))).toBe("");
    const [first] = held;
    first?.socket.destroy();
    await first?.closed;
    // The server hears of the free place when it hears of the closed connection.
    let response = "";
    for (let tries = 0; tries < 100 && response === ""; tries++)
      response = await exchange(port, ask(`/?${ACTION}`));
    expect(statusOf(response)).toBe("200");
  },
);

test("connections are served up to 1,024 at a time unless told otherwise", async () => {
  const { port } = await start();
  const held: Connection[] = [];
  for (let count = 0; count < 1024; count++) held.push(await open(port));
  const last = held.at(-1);
  last?.socket.write(`GET /?${ACTION} HTTP/1.1\r\nHost: x\r\n\r\n`);
  expect(statusOf((await last?.until("</GetCallerIdentityResponse>")) ?? "")).toBe("200");
  expect(await exchange(port, ask(`/?${ACTION}`))).toBe("");
});

test("connections stay open after a response, and serve the next request", async () => {
  const { port, sts } = await start();
  const { socket, closed, until } = await open(port);
  for (let count = 1; count <= 3; count++) {
    socket.write(`GET /?${ACTION} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await until("</GetCallerIdentityResponse>", count);
  }
  socket.write(ask(`/?${ACTION}`));
  expect((await closed).match(/^HTTP\/1\.1 200 /gm)).toHaveLength(4);
  expect(sts.calls()).toHaveLength(4);
});

test("requests that arrive together, on one connection or on many, get their own responses in order", async () => {
  const { port, sts } = await start();
  const reply = (name: string): void =>
    void sts.once(GetCallerIdentity, (_input, { host }) => ({ Account: name, Arn: host, UserId: "é" }));
  for (const name of ["first", "second", "third", "fourth"]) reply(name);
  const one = await open(port);
  const other = await open(port);
  const send = (host: string): string => `GET /?${ACTION} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  one.socket.write(send("a.example") + send("b.example:81"));
  const onOne = await one.until("</GetCallerIdentityResponse>", 2);
  other.socket.write(send("b.example:81") + send("a.example"));
  const onOther = await other.until("</GetCallerIdentityResponse>", 2);
  const found = [onOne, onOther].map((text) =>
    [...text.matchAll(/<(?:Arn|Account)>(.*?)</g)].map(([, value]) => value),
  );
  expect(found.map((list) => list.toSorted())).toEqual([
    ["a.example", "b.example:81", "first", "second"],
    ["a.example", "b.example:81", "fourth", "third"],
  ]);
  expect(onOne.indexOf("a.example")).toBeLessThan(onOne.indexOf("b.example"));
  expect(onOther.indexOf("b.example")).toBeLessThan(onOther.indexOf("a.example"));
});

test("the server responds while a test runner's timers are faked", async () => {
  const { url } = await start();
  vi.useFakeTimers();
  try {
    const response = await fetch(`${url}/?${ACTION}`);
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining("<Account>")]);
  } finally {
    vi.useRealTimers();
  }
});

test("connections on which a request does not come to its end are closed after the time for it, with 408", async () => {
  const { port } = await start({ requestTimeoutMs: 200 });
  const halves = [
    "GET / HTTP/1.1\r\nHost: x\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345",
  ];
  const responses = await Promise.all(halves.map((half) => exchange(port, half)));
  expect(responses.map(statusOf)).toEqual(["408", "408"]);
});

test("connections that end in the middle of a request leave no call behind", async () => {
  const { port, sts } = await start();
  const { socket } = await open(port);
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n${ACTION}`);
  socket.resetAndDestroy();
  expect(statusOf(await exchange(port, ask(`/?${ACTION}`)))).toBe("200");
  expect(sts.calls()).toHaveLength(1);
});

// The time for a request is far longer than the test's: only the grace of `close` can end these connections.
test.each([
  ["nothing was sent", ""],
  ["the header has no end", "GET / HTTP/1.1\r\nHost: x\r\n"],
  ["the body has no end", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345"],
])(
  "close of the server ends connections on which %s",
  async (_case, text) => {
    const server = await start({ requestTimeoutMs: 600_000 });
    const { socket, closed } = await open(server.port);
    if (text !== "") socket.write(text);
    // The server reads in the order of arrival: with a later request answered, it has read this text too, and the
    // connection is no longer one that is idle.
    await exchange(server.port, ask(`/?${ACTION}`));
    await server.close();
    expect(await closed).toBe("");
  },
  15_000,
);

test("close of the server lets a response that is under way come to its end, and does not wait for one that never comes", async () => {
  const [begun, finish] = [createGate(), createGate()];
  const sts = createStsMock()
    .fault({ kind: "stall" })
    .on(GetCallerIdentity, async () => {
      begun.open();
      await finish.passed;
      return { Account: "111122223333" };
    });
  const server = await start({ sts });
  const [never, slow] = [await open(server.port), await open(server.port)];
  never.socket.write(`GET /?${ACTION} HTTP/1.1\r\nHost: x\r\n\r\n`);
  while (sts.calls()[0]?.outcome !== "fault") await new Promise((resolve) => setImmediate(resolve));
  slow.socket.write(`GET /?${ACTION} HTTP/1.1\r\nHost: x\r\n\r\n`);
  await begun.passed;

  const closing = server.close();
  expect(await never.closed).toBe("");
  // A few milliseconds, in which everything ends that `close` ends without waiting.
  for (let count = 0; count < 30; count += 1) {
    await expect(open(server.port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  }
  finish.open();
  await closing;
  expect(await slow.closed).toMatch(/^HTTP\/1\.1 200 [^]*<Account>111122223333<\/Account>/);
});

test("close of the server ends a connection that waits for its next request", async () => {
  const server = await start();
  const { socket, closed, until } = await open(server.port);
  socket.write(`GET /?${ACTION} HTTP/1.1\r\nHost: x\r\n\r\n`);
  await until("</GetCallerIdentityResponse>");
  await server.close();
  expect(await closed).toContain("</GetCallerIdentityResponse>");
});

test("close of the server resolves for everyone who called it, and the port is free for each of them", async () => {
  const server = await start();
  expect(await Promise.all([server.close(), server.close()])).toEqual([undefined, undefined]);
  const again = await start({ port: server.port });
  expect(again.port).toBe(server.port);
});

test("the server serves a fake with the demo user unless told otherwise", async () => {
  const server = await startStsServer();
  running.push(server);
  const response = await fetch(`${server.url}/?${ACTION}`);
  expect(await response.text()).toContain("<Code>MissingAuthenticationToken</Code>");
  expect(server.sts.calls()).toHaveLength(1);
  expect(server.url).toBe(`http://${LOOPBACK}:${server.port}`);
});

test.each([
  ["what was thrown", new RangeError("a bug")],
  ["what is no error", "a bug"],
])("the server gives onError %s, once, and the client none of it", async (_case, bug) => {
  const errors: unknown[] = [];
  const sts = createFakeSts({ hosts: [LOOPBACK] });
  const server = await start({
    sts: { ...sts, respond: () => Promise.reject(bug) },
    onError: (error) => errors.push(error),
  });
  const response = await fetch(`${server.url}/?${ACTION}`);
  const text = await response.text();
  expect([response.status, response.headers.get("content-type")]).toEqual([500, "text/xml"]);
  expect(text).toMatch(/^<ErrorResponse [^]*<Type>Receiver<\/Type>[^]*<Code>InternalFailure<\/Code>/);
  expect(text).not.toContain("a bug");
  expect(errors).toEqual([bug]);
});
