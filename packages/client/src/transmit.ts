import type { HttpRequest } from "@org/sts-protocol";

import { STSClientError } from "./client-error.ts";

/** Sends requests. Smithy's handlers (`NodeHttpHandler`, `FetchHttpHandler`, `NodeHttp2Handler`) fit as they are. */
export interface RequestHandler {
  /** Describes the handler. */
  readonly metadata?: { handlerProtocol: string };
  /** Sends one request and answers as soon as the headers are there. */
  handle(request: HandledRequest, options?: HandlerOptions): Promise<{ response: HandledResponse }>;
  /** Frees connections. */
  destroy?(): void;
}

/** The request that a handler gets: the plain form of Smithy's `HttpRequest`. */
export interface HandledRequest extends HttpRequest {
  /** Decoded query parameters. */
  query: Record<string, string | string[] | null>;
  /** Scheme with its colon. */
  protocol: string;
}

/** What a handler answers: the plain form of Smithy's `HttpResponse`. */
export interface HandledResponse {
  /** HTTP status code. */
  statusCode: number;
  /** Headers by lower-case name. */
  headers: Record<string, string>;
  /** Text, bytes, a `Blob`, a web stream or a Node stream. */
  body?: unknown;
}

/** What a handler may need to know. */
export interface HandlerOptions {
  /** Aborted when the caller or a time limit ends the attempt. */
  abortSignal?: AbortSignal;
}

/** Creates the default handler, on `fetch`. Redirects are not followed: a signed request belongs to one host. */
export function createFetchHandler(send?: typeof fetch): RequestHandler {
  return {
    metadata: { handlerProtocol: "http/1.1" },
    async handle(request, { abortSignal } = {}) {
      const { method, body, headers } = request;
      // Both follow from URL and body; browsers and Workers do not let them be set.
      const { host: _host, "content-length": _length, ...rest } = headers;
      try {
        // Looked up at each call, so that tools which replace the global afterwards are heard.
        const response = await (send ?? globalThis.fetch)(formatUrl(request), {
          method,
          headers: rest,
          // Bytes of a request are never shared memory.
          body: body as BodyInit,
          redirect: "manual",
          signal: abortSignal ?? null,
        });
        return {
          response: {
            // A browser hides a redirect behind status 0.
            statusCode: response.type === "opaqueredirect" ? 302 : response.status,
            headers: Object.fromEntries(response.headers),
            body: response.body,
          },
        };
      } catch (error) {
        abortSignal?.throwIfAborted();
        throw networkError(`Could not reach ${request.hostname}`, error);
      }
    },
  };
}

/** The URL of a request. */
export function formatUrl({ protocol, hostname, port, path, query }: HandledRequest): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value ?? ""].flat().map((item) => [name, item]),
  );
  const search = pairs.length === 0 ? "" : `?${new URLSearchParams(pairs).toString().replaceAll("+", "%20")}`;
  return `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path}${search}`;
}

/**
 * Reads a handler's body to its end, whatever kind it is.
 *
 * @throws {@link STSClientError} `ERR_RESPONSE_TOO_LARGE`, or `ERR_NETWORK` when the connection breaks.
 */
export async function readBody(body: unknown, host: string, maxBytes: number): Promise<string> {
  if (typeof body === "string" || body === undefined || body === null) return body ?? "";
  const chunks = readChunks(body);
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  try {
    for (let chunk = await chunks.next(); !chunk.done; chunk = await chunks.next()) {
      size += chunk.value.length;
      if (size > maxBytes) {
        await chunks.stop();
        throw new STSClientError(
          "ERR_RESPONSE_TOO_LARGE",
          `The answer of ${host} is larger than ${maxBytes} bytes`,
        );
      }
      text += decoder.decode(chunk.value, { stream: true });
    }
  } catch (error) {
    throw error instanceof STSClientError ? error : networkError(`The answer of ${host} broke off`, error);
  }
  return text + decoder.decode();
}

interface Chunks {
  next(): Promise<{ done: false; value: Uint8Array } | { done: true }>;
  /** Closes the connection. */
  stop(): Promise<unknown>;
}

function readChunks(body: unknown): Chunks {
  if (typeof body === "object" && body !== null && Symbol.asyncIterator in body && !("getReader" in body)) {
    const iterator = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator](); // a Node stream
    return {
      next: () => iterator.next() as ReturnType<Chunks["next"]>,
      stop: async () => iterator.return?.(),
    };
  }
  // `Response` makes a stream of all else that HandledResponse.body lists. Not iterated over: WebKit cannot.
  const reader = new Response(body as BodyInit).body?.getReader();
  return {
    next: async () => ((await reader?.read()) ?? { done: true }) as Awaited<ReturnType<Chunks["next"]>>,
    stop: async () => reader?.cancel(),
  };
}

function networkError(what: string, cause: unknown): STSClientError {
  let reason: unknown = cause;
  let each: unknown = cause;
  for (let depth = 0; each instanceof Error && depth < 5; each = each.cause, depth += 1) reason = each;
  const detail =
    reason instanceof Error ? reason.message || ("code" in reason && reason.code) || reason.name : reason;
  return new STSClientError("ERR_NETWORK", `${what}: ${String(detail)}`, { cause });
}
