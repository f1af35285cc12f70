import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";

import { STSClientError } from "./client-error.ts";
import { selectProxy } from "./select-proxy.ts";
import {
  formatUrl,
  type HandledRequest,
  type HandledResponse,
  type HandlerOptions,
  type RequestHandler,
} from "./transmit.ts";

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
  const keepAlive = { keepAlive: true, maxSockets: 50 };
  const agents: (HttpAgent | HttpsAgent)[] = [];
  const own = <T extends HttpAgent | HttpsAgent>(agent: T): T => {
    agents.push(agent);
    return agent;
  };
  let https: HttpsAgent | undefined = options.httpsAgent;
  let http: HttpAgent | undefined = options.httpAgent;
  // By origin, because looking at the environment takes time.
  const agentsInUse = new Map<string, HttpAgent | HttpsAgent>();

  const createAgent = async (url: URL): Promise<HttpAgent | HttpsAgent> => {
    const isSecure = url.protocol === "https:";
    const given = isSecure ? options.httpsAgent : options.httpAgent;
    const proxyUrl = given || proxy === false ? undefined : (proxy ?? selectProxy(url, process.env));
    if (proxyUrl) return own(await createProxyAgent(proxyUrl, keepAlive));
    return isSecure ? (https ??= own(new HttpsAgent(keepAlive))) : (http ??= own(new HttpAgent(keepAlive)));
  };
  const agentFor = async (url: URL): Promise<HttpAgent | HttpsAgent> => {
    const known = agentsInUse.get(url.origin);
    if (known) return known;
    const agent = await createAgent(url);
    agentsInUse.set(url.origin, agent);
    return agent;
  };

  return {
    metadata: { handlerProtocol: "http/1.1" },
    async handle(request, { abortSignal } = {}) {
      const url = new URL(formatUrl(request));
      return send(request, url, {
        agent: await agentFor(url),
        connectionTimeout,
        socketTimeout,
        abortSignal,
      });
    },
    destroy() {
      for (const agent of agents) agent.destroy();
    },
  };
}

async function createProxyAgent(proxyUrl: string, options: object): Promise<HttpAgent> {
  try {
    const { HttpsProxyAgent } = await import("https-proxy-agent");
    return new HttpsProxyAgent(proxyUrl, options);
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

interface SendOptions {
  readonly agent: HttpAgent | HttpsAgent;
  readonly connectionTimeout: number;
  readonly socketTimeout: number;
  readonly abortSignal: HandlerOptions["abortSignal"];
}

function send(
  request: HandledRequest,
  url: URL,
  options: SendOptions,
): Promise<{ response: HandledResponse }> {
  const { agent, connectionTimeout, socketTimeout, abortSignal } = options;
  const { method, headers, body } = request;
  const { hostname } = url;
  return new Promise((resolve, reject) => {
    const isSecure = url.protocol === "https:";
    const start = isSecure ? requestHttps : requestHttp;
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
        else socket.once(isSecure ? "secureConnect" : "connect", stop);
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
