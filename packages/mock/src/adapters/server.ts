import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setImmediate } from "node:timers";

import { callback, number, objectWith, options, text } from "../check-options.ts";
import { createFakeSts } from "../fake/fake.ts";
import type { MockResponse } from "../mock-response.ts";
import { MAX_BODY_BYTES } from "../receive.ts";
import { linger } from "./drain-request.ts";
import type { StsMock } from "../mock.ts";
import { plainRequest, slowPieces } from "./web-request.ts";

/** Options of {@link startStsServer}. */
export interface StsServerOptions {
  /** The mock to serve: a fake or a canned one. Default: `createFakeSts()` with the demo user and role. */
  readonly sts?: StsMock;
  /** Port. Default: a free one. */
  readonly port?: number;
  /** Address to listen on. Default: `127.0.0.1`, so that nobody else on the network is served. */
  readonly host?: string;
  /** Maximum number of connections at a time. Default: 1,024. */
  readonly maxConnections?: number;
  /** Maximum time in milliseconds that a client may take to send its request. Default: 10,000. */
  readonly requestTimeoutMs?: number;
  /** Receives what a reply function threw if it is not a service exception; the client gets `InternalFailure`. Default: `console.error`. */
  readonly onError?: (error: unknown) => void;
}

const serverChecks = options<StsServerOptions>({
  sts: objectWith("handle"),
  port: number({ min: 0, max: 65_535 }),
  host: text(),
  maxConnections: number({ min: 0 }),
  requestTimeoutMs: number({ min: 0 }),
  onError: callback,
});

/** A running server. */
export interface StsServer {
  /** URL to give to a client as its endpoint, such as `http://127.0.0.1:51234`. */
  readonly url: string;
  /** The port it listens on. */
  readonly port: number;
  /** The mock that is served. */
  readonly sts: StsMock;
  /**
   * Stops listening, lets responses in progress finish for at most a second, and resolves when the port is free. Can be
   * called again.
   */
  close(): Promise<void>;
}

/**
 * Starts an HTTP server that responds as STS does, for programs in any language: give them its URL as the endpoint
 * (`AWS_ENDPOINT_URL_STS`).
 *
 * @throws TypeError for an unknown option or a value of the wrong type, and the error of `listen`, such as `EADDRINUSE`.
 *
 * @example
 * import { createFakeSts, demoUser } from "@org/sts-mock";
 * import { startStsServer } from "@org/sts-mock/node";
 *
 * const server = await startStsServer({ sts: createFakeSts({ users: [demoUser] }) });
 * // … AWS_ENDPOINT_URL_STS=${server.url}
 * await server.close();
 */
export async function startStsServer(given: StsServerOptions = {}): Promise<StsServer> {
  serverChecks(given, "startStsServer:");
  const {
    sts = createFakeSts(),
    port = 0,
    host = "127.0.0.1",
    maxConnections = 1024,
    requestTimeoutMs = 10_000,
    onError = console.error,
  } = given;
  const parts: ServerParts = {
    sts,
    stalled: new Set(),
    finish: createFinish(),
    parseTarget: rememberLast(parseTarget),
  };
  const server = createServer(
    {
      requestTimeout: requestTimeoutMs,
      headersTimeout: requestTimeoutMs,
      connectionsCheckingInterval: Math.max(100, Math.min(requestTimeoutMs / 2, 5000)),
      maxHeaderSize: 64 * 1024,
    },
    (request, response) => {
      serve(parts, request, response).catch((error: unknown) => {
        onError(error);
        if (!response.headersSent) response.writeHead(500, { "content-type": "text/xml" });
        response.end(errorDocument("Receiver", "InternalFailure", "The mock failed; see its log"));
      });
    },
  );
  server.maxConnections = maxConnections;
  await listen(server, port, host);
  const { port: boundPort } = server.address() as AddressInfo; // it listens on a port, not on a pipe
  let closed: Promise<void> | undefined;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${boundPort}`,
    port: boundPort,
    sts,
    close: () => (closed ??= stop(server, parts.stalled)),
  };
}

// Kept from before a test begins: fake timers replace the global one, and that of `node:timers`.
const atEndOfTurn = setImmediate;

/** What a server's requests share. */
interface ServerParts {
  readonly sts: StsMock;
  /** Responses that wait for their client to give up. */
  readonly stalled: Set<ServerResponse>;
  readonly finish: Finish;
  readonly parseTarget: typeof parseTarget;
}

/** Sends the whole body of a response whose head is written. */
type Finish = (response: ServerResponse, body: string, encoding: "latin1" | "utf8") => void;

/**
 * Creates the function that sends responses: those that are ready in the same turn of the event loop are sent together at its
 * end. Sending a response wakes the client, and sending the next ones to a client that is awake takes a third of the time
 * (measured on loopback with 50 connections: 72 instead of 88 µs per call of the fake).
 */
function createFinish(): Finish {
  let ready: Parameters<Finish>[] = [];
  const sendReady = (): void => {
    const responses = ready;
    ready = [];
    for (const [response, body, encoding] of responses) response.end(body, encoding);
  };
  return (...part) => {
    if (ready.push(part) === 1) atEndOfTurn(sendReady);
  };
}

async function serve(
  { sts, stalled, finish, parseTarget }: ServerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  if (body === undefined) return;
  const headers: Record<string, string> = {};
  for (const name in request.headers) {
    const value = request.headers[name];
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(",") : value;
  }
  const url = parseTarget(request.url ?? "/", headers["host"]);
  if (url === undefined) {
    response.shouldKeepAlive = false;
    response.writeHead(400, { "content-type": "text/xml" });
    response.end(errorDocument("Sender", "BadRequest", "The Host header of the request is invalid"));
    return;
  }
  const reply = await sts.respond(plainRequest({ method: request.method ?? "GET", url, headers, body }));
  const unread = body.length > MAX_BODY_BYTES ? request : undefined;
  if (reply.effect?.kind !== "stall") return await send(reply, response, { finish, unread });
  stalled.add(response);
  response.on("close", () => stalled.delete(response));
}

interface SendParts {
  readonly finish: Finish;
  /** The request, when it was not read to its end. */
  readonly unread: IncomingMessage | undefined;
}

async function send(
  reply: MockResponse,
  response: ServerResponse,
  { finish, unread }: SendParts,
): Promise<void> {
  const { statusCode, headers, body, effect } = reply;
  if (unread) response.shouldKeepAlive = false;
  if (effect?.kind === "network-error") {
    response.socket?.destroy();
    return;
  }
  if (effect?.kind === "slow-body") {
    response.writeHead(statusCode, headers);
    // This fault is for clients that give up halfway.
    await pipeline(Readable.from(slowPieces(body, effect)), response).catch(() => {});
    return;
  }
  const length = Buffer.byteLength(body);
  response.writeHead(statusCode, { ...headers, "content-length": String(length) });
  // Text without letters beyond ASCII is the same in both encodings, and this one need not look at each letter.
  if (!unread) return finish(response, body, length === body.length ? "latin1" : "utf8");
  // With its length stated, the response is complete before the connection is ended.
  response.write(body);
  linger(unread, response);
}

/**
 * Reads a body until one piece exceeds the limit, and leaves the rest unread.
 *
 * @returns `undefined` when the client hung up before the end.
 */
function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let length = 0;
    request.on("data", (chunk: Uint8Array) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > MAX_BODY_BYTES) {
        request.pause();
        request.removeAllListeners("data");
        resolve(Buffer.concat(chunks));
      }
    });
    request.on("end", () => {
      const [first] = chunks;
      resolve(first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks));
    });
    request.on("error", () => {
      resolve(undefined);
    });
  });
}

/** Most requests of a client have the same target and host as the one before. */
function rememberLast(parse: typeof parseTarget): typeof parseTarget {
  let last: Parameters<typeof parseTarget> | undefined;
  let parsed: URL | undefined;
  return (...given) => {
    if (last === undefined || given[0] !== last[0] || given[1] !== last[1]) parsed = parse(...given);
    last = given;
    return parsed;
  };
}

/** @returns `undefined` when the Host header, or the host of an absolute target, is not a valid host. */
function parseTarget(target: string, host: string = "localhost"): URL | undefined {
  const isPath = target.startsWith("/");
  if (isPath && !/^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(host)) return undefined;
  const text = isPath ? `http://${host}${target}` : target;
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function stop(server: Server, stalled: ReadonlySet<ServerResponse>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.closeAllConnections();
    }, GRACE_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    for (const response of stalled) response.destroy();
    server.closeIdleConnections();
  });
}

const GRACE_MS = 1000;

function errorDocument(type: "Sender" | "Receiver", code: string, message: string): string {
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error>
    <Type>${type}</Type>
    <Code>${code}</Code>
    <Message>${message}</Message>
  </Error>
  <RequestId>00000000-0000-0000-0000-000000000000</RequestId>
</ErrorResponse>
`;
}
