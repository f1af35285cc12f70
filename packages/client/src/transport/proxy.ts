import type { Agent as HttpAgent, ClientRequest } from "node:http";

import { STSClientError } from "../errors/client-error.ts";

/**
 * Parses the URL of a proxy.
 *
 * @throws {@link STSClientError} `ERR_CONFIG` for an invalid URL, and for SOCKS, which is not supported.
 */
export function parseProxy(text: string): URL {
  if (!URL.canParse(text)) {
    throw new STSClientError(
      "ERR_CONFIG",
      "The proxy is not a URL: look at the option `proxy`, HTTPS_PROXY, HTTP_PROXY and ALL_PROXY. It is not shown, because it may hold a password",
    );
  }
  const url = new URL(text);
  const { protocol, host } = url;
  if (protocol === "http:" || protocol === "https:") return url;
  if (protocol.startsWith("socks")) {
    throw new STSClientError(
      "ERR_CONFIG",
      `The proxy ${protocol}//${host} speaks SOCKS: install socks-proxy-agent, and pass httpsAgent: new SocksProxyAgent(url) to createNodeHandler`,
    );
  }
  throw new STSClientError(
    "ERR_CONFIG",
    `A proxy has to be http: or https:, and ${protocol}//${host} is neither`,
  );
}

/** The header that authenticates with a proxy. */
export function proxyAuthorization({ username, password }: URL): Record<string, string> {
  if (username === "" && password === "") return {};
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(text).toString("base64")}` };
}

/** Loads the package that opens tunnels, and creates agents from it that say when they begin to. */
export async function loadProxyAgent(proxyUrl: string): Promise<(options: object) => HttpAgent> {
  const HttpsProxyAgent = await loadPackage();
  class ProxyAgent extends HttpsProxyAgent<string> {
    override connect(
      request: ClientRequest,
      options: Parameters<InstanceType<typeof HttpsProxyAgent>["connect"]>[1],
    ): ReturnType<InstanceType<typeof HttpsProxyAgent>["connect"]> {
      // A tunnel that nobody waits for any more is abandoned: the agent has no way to cancel it.
      const controller = new AbortController();
      request.once("abandoned", () => controller.abort());
      request.emit("connecting");
      const connectOpts = { ...this.connectOpts, signal: controller.signal };
      return super.connect.call(
        Object.create(this, { connectOpts: { value: connectOpts } }),
        request,
        options,
      );
    }
  }
  return (options) => new ProxyAgent(proxyUrl, options);
}

// In `try`, because anywhere else webpack treats a missing package as an error.
async function loadPackage(): Promise<typeof import("https-proxy-agent").HttpsProxyAgent> {
  try {
    return (await import("https-proxy-agent")).HttpsProxyAgent;
  } catch (cause) {
    throw new STSClientError(
      "ERR_CONFIG",
      "A proxy is configured, and using one needs a package: npm install https-proxy-agent",
      { cause },
    );
  }
}
