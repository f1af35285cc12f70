import type { Agent as HttpAgent, IncomingMessage, request as requestHttp } from "node:http";
import type { Agent as HttpsAgent } from "node:https";

import { STSClientError } from "../errors/client-error.ts";
import { selectProxy } from "./select-proxy.ts";
import { formatUrl } from "./format-url.ts";
import { webSignal } from "./web-signal.ts";
import type { HandledRequest, HandledResponse, RequestHandler } from "./request-handler.ts";

/** Options of {@link createNodeHandler}. */
export interface NodeHandlerOptions {
  /** Milliseconds until the connection stands, TLS included. 0: no limit. Default: 5,000. */
  readonly connectionTimeout?: number | undefined;
  /** Milliseconds a connection may be silent. 0: no limit. Default: 0, because the client limits each attempt anyway. */
  readonly socketTimeout?: number | undefined;
  /** Agent for `https:`. Default: one with keep-alive, which {@link RequestHandler.destroy} closes. */
  readonly httpsAgent?: HttpsAgent | undefined;
  /** Agent for `http:`. Default: one with keep-alive. */
  readonly httpAgent?: HttpAgent | undefined;
  /**
   * Proxy URL, or `false` for none. Default: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in capitals or not, as curl reads
   * them; read once for each origin. A proxy needs the package `https-proxy-agent`.
   */
  readonly proxy?: string | false | undefined;
}

/**
 * Creates a request handler on `node:https` with connections that are kept alive: Node's fastest path, with proxies.
 *
 * @example
 * import { STSClient } from "@org/sts-client";
 * import { createNodeHandler } from "@org/sts-client/node";
 *
 * const client = new STSClient({ region: "eu-west-1", requestHandler: createNodeHandler() });
 */
export function createNodeHandler(options: NodeHandlerOptions = {}): RequestHandler {
  const { connectionTimeout = 5000, socketTimeout = 0, proxy } = options;
  // The agents of our own, by scheme or proxy, and what a request to an origin needs, because finding that out takes time.
  const agents = new Map<string, HttpAgent | HttpsAgent>();
  const transports = new Map<string, Transport>();

  const transportFor = async (url: URL): Promise<Transport> => {
    const known = transports.get(url.origin);
    if (known) return known;
    const isSecure = url.protocol === "https:";
    // Most programs need one of the two, and node:https is slow to load.
    const { Agent, request } = await (isSecure ? import("node:https") : import("node:http"));
    const given = isSecure ? options.httpsAgent : options.httpAgent;
    const proxyUrl = given || proxy === false ? undefined : (proxy ?? selectProxy(url, process.env));
    const create = proxyUrl ? await loadProxyAgent(proxyUrl) : (keepAlive: object) => new Agent(keepAlive);
    const name = proxyUrl ?? url.protocol;
    const agent = given ?? agents.get(name) ?? create({ keepAlive: true, maxSockets: 50 });
    if (!given) agents.set(name, agent);
    const transport = { agent, request };
    transports.set(url.origin, transport);
    return transport;
  };

  return {
    metadata: { handlerProtocol: "http/1.1" },
    async handle(request, given = {}) {
      const url = new URL(formatUrl(request));
      const transport = await transportFor(url);
      return send(request, url, {
        ...transport,
        connectionTimeout,
        socketTimeout,
        abortSignal: webSignal(given),
      });
    },
    destroy() {
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

async function loadProxyAgent(proxyUrl: string): Promise<(options: object) => HttpAgent> {
  if (!URL.canParse(proxyUrl)) {
    throw new STSClientError(
      "ERR_CONFIG",
      "The proxy is not a URL: look at the option `proxy`, HTTPS_PROXY, HTTP_PROXY and ALL_PROXY. It is not shown, because it may hold a password",
    );
  }
  try {
    const { HttpsProxyAgent } = await import("https-proxy-agent");
    return (options) => new HttpsProxyAgent(proxyUrl, options);
  } catch (cause) {
    throw new STSClientError(
      "ERR_CONFIG",
      "A proxy is configured, and using one needs a package: npm install https-proxy-agent",
      {
        cause,
      },
    );
  }
}

interface Transport {
  readonly agent: HttpAgent | HttpsAgent;
  readonly request: typeof requestHttp;
}

interface SendOptions extends Transport {
  readonly connectionTimeout: number;
  readonly socketTimeout: number;
  readonly abortSignal: AbortSignal | undefined;
}

function send(
  request: HandledRequest,
  url: URL,
  options: SendOptions,
): Promise<{ response: HandledResponse }> {
  const { agent, request: start, connectionTimeout, socketTimeout, abortSignal } = options;
  const { method, headers, body } = request;
  const { hostname } = url;
  return new Promise((resolve, reject) => {
    const outgoing = start(url, { method, headers, agent });
    // Node's own `signal` option would listen to the streams as well, which takes longer.
    const abort = (): void => {
      reject(abortSignal?.reason);
      outgoing.destroy();
    };
    if (abortSignal?.aborted) abort();
    abortSignal?.addEventListener("abort", abort);
    outgoing.once("close", () => abortSignal?.removeEventListener("abort", abort));
    if (connectionTimeout > 0) {
      // A connection that was kept alive stands already.
      const timer = setTimeout(() => {
        const cause = Object.assign(new Error("the connection does not stand"), {
          code: "ERR_CONNECT_TIMEOUT",
        });
        outgoing.destroy(
          new STSClientError(
            "ERR_TIMEOUT",
            `No connection to ${hostname} within ${connectionTimeout} ms (connectionTimeout)`,
            { cause },
          ),
        );
      }, connectionTimeout);
      const stop = (): void => clearTimeout(timer);
      outgoing.once("close", stop).once("socket", (socket) => {
        // Not on one that is kept: each call would leave a listener behind.
        if (!socket.connecting) stop();
        else socket.once(url.protocol === "https:" ? "secureConnect" : "connect", stop);
      });
    }
    if (socketTimeout > 0) {
      outgoing.setTimeout(socketTimeout, () => {
        outgoing.destroy(
          new STSClientError("ERR_TIMEOUT", `${hostname} was silent for ${socketTimeout} ms (socketTimeout)`),
        );
      });
    }
    outgoing.once("error", (error) => {
      reject(
        error instanceof STSClientError
          ? error
          : new STSClientError("ERR_NETWORK", `Could not reach ${hostname}: ${error.message}`, {
              cause: error,
            }),
      );
    });
    outgoing.once("response", (message) => resolve({ response: toResponse(message) }));
    outgoing.end(body);
  });
}

function toResponse(message: IncomingMessage): HandledResponse {
  const headers = Object.entries(message.headers).map(([name, value]) => [
    name,
    [value ?? ""].flat().join(", "),
  ]);
  return { statusCode: message.statusCode ?? 0, headers: Object.fromEntries(headers), body: message };
}
