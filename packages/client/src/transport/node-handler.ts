import type * as Http from "node:http";
import type {
  Agent as HttpAgent,
  AgentOptions as HttpAgentOptions,
  ClientRequest,
  IncomingMessage,
  RequestOptions,
  request as requestHttp,
} from "node:http";
import type { Agent as HttpsAgent, AgentOptions as HttpsAgentOptions } from "node:https";
import { createRequire } from "node:module";
import type { Socket } from "node:net";

import { LONGEST_TIMER_MS } from "../call/deadline.ts";
import { onAbort } from "../call/on-abort.ts";
import { STSClientError } from "../errors/client-error.ts";
import { attemptSenders } from "./attempt-sender.ts";
import { formatOrigin, formatPath } from "./format-url.ts";
import { networkError } from "./network-error.ts";
import { loadProxyAgent, parseProxy, proxyAuthorization } from "./proxy.ts";
import type { HandledRequest, HandledResponse, HandlerResult, RequestHandler } from "./request-handler.ts";
import { selectProxy } from "./select-proxy.ts";
import { webSignal } from "./web-signal.ts";

/** Options of {@link createNodeHandler}. */
export interface NodeHandlerOptions {
  /**
   * Milliseconds until the connection is established, a proxy's tunnel and TLS included; waiting for one of 50 connections to become
   * free does not count. 0 or infinite: no limit. Default: 5,000.
   */
  readonly connectionTimeout?: number | undefined;
  /** Milliseconds a connection may be idle. 0 or infinite: no limit. Default: 0, because the client limits each attempt anyway. */
  readonly socketTimeout?: number | undefined;
  /** Agent for `https:`, or its options. Default: one with keep-alive, which {@link RequestHandler.destroy} closes. */
  readonly httpsAgent?: HttpsAgent | HttpsAgentOptions | undefined;
  /** Agent for `http:`, or its options. Default: one with keep-alive. */
  readonly httpAgent?: HttpAgent | HttpAgentOptions | undefined;
  /**
   * Proxy URL, or `false` for none. Default: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, in upper or lower case, read as
   * curl reads them, once for each origin. For `https:` a proxy needs the package `https-proxy-agent`. SOCKS proxies are
   * refused: pass a SOCKS agent as `httpsAgent`.
   */
  readonly proxy?: string | false | undefined;
  /**
   * File with the trusted certificates, which replace the runtime's, in PEM form, or a function that gets its path. Default:
   * `AWS_CA_BUNDLE`, and for the client of `@org/sts-client/node` `ca_bundle` in the profile.
   */
  readonly caBundle?: string | (() => Promise<string | undefined>) | undefined;
}

/**
 * Creates a request handler on `node:https` with keep-alive connections and proxies: the fastest way to send on Node.js.
 *
 * @example
 * import { STSClient } from "@org/sts-client";
 * import { createNodeHandler } from "@org/sts-client/node";
 *
 * const client = new STSClient({ region: "eu-west-1", requestHandler: createNodeHandler() });
 */
export function createNodeHandler(options: NodeHandlerOptions = {}): RequestHandler {
  const { connectionTimeout = 5000, socketTimeout = 0 } = options;
  // Our own agents, by scheme or proxy, and what a request to an origin needs, because finding that out takes time.
  const agents = new Map<string, HttpAgent | HttpsAgent>();
  const transports = new Map<string, Transport>();

  // Not `async`: two turns of promises more take 1 % of a call's processor time (measured).
  const sendTo = (
    request: HandledRequest,
    isFresh: boolean,
    onStop: OnStop | undefined,
  ): Promise<HandlerResult> => {
    const limits = { connectionTimeout, socketTimeout, onStop };
    const origin = formatOrigin(request);
    const name = `${origin} ${isFresh}`;
    const known = transports.get(name);
    if (known) return send(request, known, limits);
    return createTransport({ url: new URL(origin), isFresh, options, agents }).then((transport) => {
      transports.set(name, transport);
      return send(request, transport, limits);
    });
  };

  const handler: RequestHandler = {
    metadata: { handlerProtocol: "http/1.1" },
    async handle(request, given = {}) {
      const signal = webSignal(given);
      return sendTo(
        request,
        given.freshConnection === true,
        signal && ((listener) => onAbort(signal, () => listener(signal.reason))),
      );
    },
    destroy() {
      for (const agent of agents.values()) agent.destroy();
    },
  };
  // oxlint-disable-next-line typescript/unbound-method -- a key
  attemptSenders.set(handler.handle, (request, { attempt, freshConnection }) =>
    sendTo(request, freshConnection, (listener) => attempt.onStop(listener)),
  );
  return handler;
}

// Recognizes an agent: its class may come from another package, so `instanceof` says nothing.
function isAgent(
  agent: HttpAgent | HttpsAgent | HttpAgentOptions | HttpsAgentOptions,
): agent is HttpAgent | HttpsAgent {
  return "addRequest" in agent || ("destroy" in agent && typeof agent.destroy === "function");
}

/** How requests to one origin are sent. */
interface Transport {
  readonly hostname: string;
  readonly start: typeof requestHttp;
  /** What every request to the origin has in common. */
  readonly shared: RequestOptions & { readonly ca?: string };
  /** The proxy's address, without user and password. */
  readonly proxy: string | undefined;
  /** Whether the agent may open a tunnel. */
  readonly mayTunnel: boolean;
  /** What a proxy that gets the whole request, rather than a tunnel, needs besides. */
  readonly forwarded: Forwarded | undefined;
}

interface Forwarded {
  /** The origin, with which the path begins. */
  readonly origin: string;
  /** The service's host, and the header that authenticates with the proxy. */
  readonly headers: Readonly<Record<string, string>>;
}

interface TransportParameters {
  readonly url: URL;
  readonly isFresh: boolean;
  readonly options: NodeHandlerOptions;
  readonly agents: Map<string, HttpAgent | HttpsAgent>;
}

async function createTransport({ url, isFresh, options, agents }: TransportParameters): Promise<Transport> {
  const isSecure = url.protocol === "https:";
  const agentOption = isSecure ? options.httpsAgent : options.httpAgent;
  const given = agentOption && isAgent(agentOption) ? agentOption : undefined;
  const agentOptions: object | undefined = given ? undefined : agentOption;
  const found =
    given || options.proxy === false ? undefined : (options.proxy ?? selectProxy(url, process.env));
  const proxy = found ? parseProxy(found) : undefined;
  // A request that the proxy forwards is sent to the proxy, by the proxy's own scheme.
  const isForwarded = proxy !== undefined && !isSecure;
  const isTls = isForwarded ? proxy.protocol === "https:" : isSecure;
  // Most programs need only one of the two, and node:https is slow to load.
  const { Agent, request: start } = loadHttp(isTls ? "node:https" : "node:http");
  const ca = isTls ? await readCaBundle(options.caBundle) : undefined;
  const create =
    proxy && !isForwarded
      ? await loadProxyAgent(proxy.href)
      : (keepAlive: object): HttpAgent => new Agent(keepAlive);
  const name = `${proxy && !isForwarded ? proxy.href : `${isTls}`} ${isFresh}`;
  // A one-time request does not use a kept connection, which the other side may have closed by now.
  const agent = given ?? agents.get(name) ?? create({ keepAlive: !isFresh, maxSockets: 50, ...agentOptions });
  if (!given) agents.set(name, agent);
  const { protocol, hostname, port } = isForwarded ? proxy : url;
  const shared = {
    agent,
    protocol,
    hostname: hostname.replace(/^\[|\]$/g, ""),
    port: port || (isTls ? 443 : 80),
    ...(ca !== undefined && { ca }),
  };
  return {
    hostname: url.hostname,
    start,
    shared,
    proxy: proxy && `${proxy.protocol}//${proxy.host}`,
    mayTunnel: given !== undefined || (proxy !== undefined && !isForwarded),
    forwarded: isForwarded
      ? { origin: url.origin, headers: { host: url.host, ...proxyAuthorization(proxy) } }
      : undefined,
  };
}

/**
 * Loads a module of Node.js as CommonJS does. `import()` would read each of its members, one of which loads the runtime's `fetch`
 * (Node.js 24), and would miss a `request` that a tool has wrapped.
 */
function loadHttp(name: "node:http" | "node:https"): Pick<typeof Http, "Agent" | "request"> {
  // From where does not matter to modules of Node.js, and bundles for CommonJS do not know their own URL.
  return createRequire(process.execPath)(name);
}

async function readCaBundle(given: NodeHandlerOptions["caBundle"]): Promise<string | undefined> {
  const path = (typeof given === "function" ? await given() : given) ?? process.env["AWS_CA_BUNDLE"];
  if (!path) return undefined;
  try {
    const { readFile } = await import("node:fs/promises");
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new STSClientError(
      "ERR_CONFIG",
      `The certificates in ${path} cannot be read: look at the option caBundle, AWS_CA_BUNDLE and ca_bundle in the profile`,
      { cause },
    );
  }
}

/** Calls a function with the reason when the attempt ends early. Returns a function that stops listening. */
type OnStop = (listener: (reason: unknown) => void) => () => void;

interface SendOptions {
  readonly connectionTimeout: number;
  readonly socketTimeout: number;
  readonly onStop: OnStop | undefined;
}

function send(request: HandledRequest, transport: Transport, options: SendOptions): Promise<HandlerResult> {
  const { start, shared, hostname, proxy, mayTunnel, forwarded } = transport;
  const { connectionTimeout, socketTimeout, onStop } = options;
  const { method, body } = request;
  const path = formatPath(request);
  return new Promise((resolve, reject) => {
    const outgoing = forwarded
      ? start({
          ...shared,
          method,
          path: forwarded.origin + path,
          headers: { ...request.headers, ...forwarded.headers },
        })
      : start({ ...shared, method, path, headers: request.headers });
    const connection = watchConnection(outgoing, {
      limitMs: connectionTimeout,
      mayTunnel,
      onTimeout() {
        const cause = Object.assign(new Error("the connection is not established"), {
          code: "ERR_CONNECT_TIMEOUT",
        });
        const message = `No connection to ${hostname} within ${connectionTimeout} ms (connectionTimeout)`;
        fail(new STSClientError("ERR_TIMEOUT", message, { cause }));
      },
    });
    let stopListening: (() => void) | undefined;
    const stopWatching = (): void => {
      stopListening?.();
      connection.stop();
    };
    const end = (): void => {
      // Destroying a request that has no connection yet causes no event.
      stopWatching();
      outgoing.destroy();
      outgoing.emit("abandoned");
    };
    const fail = (error: STSClientError): void => {
      reject(connection.stood() ? error : Object.assign(error, { wasSent: false }));
      received?.destroy(error); // its body reports the failure, if it is being read
      end();
    };
    // Node's own `signal` option would also listen to the streams, which takes longer.
    stopListening = onStop?.((reason) => {
      reject(reason);
      end();
    });
    outgoing.on("close", stopWatching);
    if (mayTunnel) {
      // The agent would pass on the refusal as if it were the service's response.
      outgoing.once("proxyConnect", ({ statusCode = 0, statusMessage = "" }: IncomingMessage) => {
        if (statusCode !== 200)
          fail(proxyRefusal(`${proxy} refused to connect to ${hostname}`, statusCode, statusMessage));
      });
    }
    if (socketTimeout > 0) {
      outgoing.setTimeout(Math.min(socketTimeout, LONGEST_TIMER_MS), () => {
        fail(
          new STSClientError("ERR_TIMEOUT", `${hostname} was silent for ${socketTimeout} ms (socketTimeout)`),
        );
      });
    }
    // Not `once`: a tunnel that was abandoned fails later.
    outgoing.on("error", (error) => {
      // Once there is a response, its body reports the failure, after everything that arrived before it.
      if (!received)
        fail(networkError(`could not reach ${hostname}${proxy ? ` through ${proxy}` : ""}`, error));
    });
    let received: IncomingMessage | undefined;
    outgoing.on("response", (message) => {
      received = message;
      if (forwarded && message.statusCode === 407) {
        message.resume();
        return reject(proxyRefusal(`${proxy} refused the request`, 407, message.statusMessage ?? ""));
      }
      resolve({ response: toResponse(message), readText: () => readText(message) });
    });
    outgoing.end(body);
  });
}

/** How far a request's connection has got. */
interface ConnectionWatch {
  /** Whether the connection was established, so that part of the request may have left. */
  stood(): boolean;
  /** Stops watching. */
  stop(): void;
}

function watchConnection(
  outgoing: ClientRequest,
  { limitMs, mayTunnel, onTimeout }: { limitMs: number; mayTunnel: boolean; onTimeout: () => void },
): ConnectionWatch {
  let hasStood = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const startTimer = (): void => {
    // The longest timer outlasts every call.
    if (limitMs > 0) timer ??= setTimeout(onTimeout, Math.min(limitMs, LONGEST_TIMER_MS));
  };
  const stop = (): void => clearTimeout(timer);
  const stand = (): void => {
    hasStood = true;
    stop();
  };
  // Emitted by our agent when it begins to open a tunnel. Until one of the two events, the request waits for a free connection.
  if (mayTunnel) outgoing.once("connecting", startTimer);
  outgoing.once("socket", (socket: Socket & { readonly secureConnecting?: boolean }) => {
    // Not on a kept connection: each call would leave a listener behind.
    if (!socket.connecting && !socket.secureConnecting) return stand();
    startTimer();
    socket.once("encrypted" in socket ? "secureConnect" : "connect", stand);
  });
  return { stood: () => hasStood, stop };
}

// A failure that may pass is a network error; anything else has to be fixed.
function proxyRefusal(what: string, status: number, text: string): STSClientError {
  const advice =
    status === 407
      ? ". Put the proxy's user and password into its URL, or check that they are right"
      : status === 403
        ? ". The proxy does not allow this host or port"
        : "";
  const code = status >= 500 || status === 429 ? "ERR_NETWORK" : "ERR_CONFIG";
  const message = `The proxy ${what}: ${status} ${text}`.trimEnd();
  return Object.assign(new STSClientError(code, message + advice), { wasSent: false as const });
}

function toResponse(message: IncomingMessage): HandledResponse {
  const received = message.headers;
  const headers: Record<string, string> = {};
  // Almost all values are text. Making a list of each took a tenth of a call's processor time (measured).
  for (const name in received) {
    const value = received[name];
    headers[name] = typeof value === "string" ? value : (value ?? []).join(", ");
  }
  return { statusCode: message.statusCode ?? 0, headers, body: message };
}

const decoder = /* @__PURE__ */ new TextDecoder();

/** Reads a body to its end. An iterator over the message would take some per cent of a call's processor time (measured). */
function readText(message: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let hasEnded = false;
    const breakOff = (error?: Error | null): void => {
      if (!hasEnded) reject(error ?? new Error("the connection was closed before the end of the response"));
    };
    // Nothing more comes of a message that has been destroyed, not even an event.
    if (message.destroyed) return breakOff(message.errored);
    message.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    message.on("end", () => {
      hasEnded = true; // closing follows, which is no failure then; creating its error takes time
      resolve(decoder.decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    });
    message.on("error", breakOff).on("close", breakOff);
  });
}
