import type { IncomingMessage } from "node:http";

/**
 * `fetch` for services of the machine itself, straight to their address. The runtime's own `fetch` may follow `HTTP_PROXY`, and a
 * proxy would respond for another machine, or see the token. Redirects are not followed.
 */
export async function directFetch(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const url = new URL(input instanceof Request ? input.url : input);
  const { request: start, Agent } = await (url.protocol === "https:"
    ? import("node:https")
    : import("node:http"));
  const { method = "GET", signal } = init;
  const headers = Object.fromEntries(new Headers(init.headers));
  // A separate agent: the global one may use a proxy.
  const agent = new Agent({ keepAlive: false });
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = start(url, { method, headers, agent });
    const abort = (): void => {
      reject(signal?.reason);
      outgoing.destroy();
    };
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
    outgoing.once("close", () => signal?.removeEventListener("abort", abort));
    outgoing.once("error", reject).once("response", resolve).end();
  });
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      message.on("data", (chunk: Uint8Array) => controller.enqueue(new Uint8Array(chunk)));
      message.once("end", () => controller.close());
      message.once("error", (error) => controller.error(signal?.aborted ? signal.reason : error));
    },
    cancel() {
      message.destroy();
    },
  });
  const status = message.statusCode ?? 0;
  const isEmpty = status === 204 || status === 205 || status === 304;
  if (isEmpty) message.resume();
  const entries = Object.entries(message.headers).map(([name, value = ""]): [string, string] => [
    name,
    [value].flat().join(", "),
  ]);
  return new Response(isEmpty ? null : body, { status, headers: entries });
}
