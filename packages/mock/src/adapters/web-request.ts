import type { HttpRequest } from "@org/sts-protocol";

import type { MockResponse } from "../mock-response.ts";
import { MAX_BODY_BYTES } from "../receive.ts";

/** Reads a WHATWG request into the plain form, and adds the headers that `fetch` itself fills in. */
export async function readRequest(request: Request): Promise<HttpRequest> {
  const url = new URL(request.url);
  const headers: Record<string, string> = {};
  for (const [name, value] of request.headers) headers[name] = value;
  const body = request.body === null ? "" : new Uint8Array(await readBody(request));
  return plainRequest({ method: request.method, url, headers, body });
}

/** Completes a request whose parts are known. */
export function plainRequest(parts: {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: Uint8Array | string;
}): HttpRequest {
  const { method, url, headers, body } = parts;
  // A map first, because the sender chooses the names: `__proto__` and `constructor` are ordinary names.
  const query = new Map<string, string | string[]>();
  for (const [name, value] of url.search === "" ? [] : url.searchParams) {
    const before = query.get(name);
    if (Array.isArray(before)) before.push(value);
    else query.set(name, before === undefined ? value : [before, value]);
  }
  headers["host"] ??= url.host;
  // A signature may cover content-length, which `fetch` sets only on the wire.
  if (body.length > 0) headers["content-length"] ??= String(body.length);
  return {
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    port: url.port === "" ? undefined : Number(url.port),
    path: url.pathname,
    query: Object.fromEntries(query),
    headers,
    body,
  };
}

/**
 * Turns a response into a `Response`. A broken connection becomes `Response.error()`; a stalled one stays pending until
 * the request is aborted.
 */
export function writeResponse(response: MockResponse, signal?: AbortSignal): Promise<Response> {
  const { statusCode: status, headers, body, effect } = response;
  if (effect?.kind === "network-error") return Promise.resolve(Response.error());
  if (effect?.kind === "stall") return untilAborted(signal);
  const content = effect?.kind === "slow-body" ? streamOf(slowPieces(body, effect)) : body;
  return Promise.resolve(new Response(body === "" ? null : content, { status, headers }));
}

async function readBody(request: Request): Promise<ArrayBuffer> {
  const declared = Number(request.headers.get("content-length") ?? 0);
  // Longer bodies are refused by their length; there is no point in reading them to the end first.
  if (declared > MAX_BODY_BYTES) return new ArrayBuffer(MAX_BODY_BYTES + 1);
  return await request.arrayBuffer();
}

function untilAborted(signal: AbortSignal | undefined): Promise<Response> {
  return new Promise((_resolve, reject) => {
    const fail = (): void => {
      reject(
        signal?.reason instanceof Error
          ? signal.reason
          : new DOMException("The request was aborted", "AbortError"),
      );
    };
    if (signal?.aborted === true) fail();
    else signal?.addEventListener("abort", fail, { once: true });
  });
}

/**
 * Cuts a body into pieces with pauses between them.
 *
 * @yields the next bytes
 */
export async function* slowPieces(
  body: string,
  pace: { readonly chunkBytes?: number; readonly delayMs?: number },
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { chunkBytes = 64, delayMs = 100 } = pace;
  const bytes = new TextEncoder().encode(body);
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    if (at > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    yield bytes.slice(at, at + chunkBytes);
  }
}

function streamOf(pieces: AsyncGenerator<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}
