import { formatUrl } from "./format-url.ts";
import type { RequestHandler } from "./request-handler.ts";
import { webSignal } from "./web-signal.ts";

/** Creates the default handler, on `fetch`. Redirects are not followed: a signed request belongs to one host. */
export function createFetchHandler(send?: typeof fetch): RequestHandler {
  return {
    metadata: { handlerProtocol: "http/1.1" },
    throwsNetworkErrors: true,
    async handle(request, options = {}) {
      // Both are derived from URL and body; browsers and Workers do not allow setting them.
      const { host: _host, "content-length": _length, ...headers } = request.headers;
      // Looked up at each call, so that tools can replace the global later.
      const response = await (send ?? globalThis.fetch)(formatUrl(request), {
        method: request.method,
        headers,
        body: request.body as BodyInit, // a request's bytes are never in shared memory
        redirect: "manual",
        signal: webSignal(options) ?? null,
      });
      return {
        response: {
          // A browser hides a redirect behind status 0.
          statusCode: response.status || 302,
          headers: Object.fromEntries(response.headers),
          body: response.body,
        },
        readText: () => response.text(),
      };
    },
  };
}
