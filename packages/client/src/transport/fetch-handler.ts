import type { HttpRequest } from "@org/sts-protocol";

/** Sends requests. Smithy's handlers (`NodeHttpHandler`, `FetchHttpHandler`, `NodeHttp2Handler`) fit as they are. */
export interface RequestHandler {
  /** Describes the handler. */
  readonly metadata?: {
    /** Such as `http/1.1`. */
    handlerProtocol: string;
  };
  /** Sends one request and answers as soon as the headers are there. */
  handle(request: HandledRequest, options?: HandlerOptions): Promise<HandlerAnswer>;
  /** Whatever it throws means that the network failed. What other handlers throw is looked at, and passed on as it is. */
  readonly throwsNetworkErrors?: boolean;
  /** Frees connections. */
  destroy?(): void;
}

/** What a handler resolves to. */
export interface HandlerAnswer {
  /** The answer. */
  response: HandledResponse;
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
    throwsNetworkErrors: true,
    async handle(request, { abortSignal } = {}) {
      // Both follow from URL and body; browsers and Workers do not let them be set.
      const { host: _host, "content-length": _length, ...headers } = request.headers;
      // Looked up at each call, so that tools which replace the global afterwards are heard.
      const response = await (send ?? globalThis.fetch)(formatUrl(request), {
        method: request.method,
        headers,
        body: request.body as BodyInit, // a request's bytes are never shared memory
        redirect: "manual",
        signal: abortSignal ?? null,
      });
      return {
        response: {
          // A browser hides a redirect behind status 0.
          statusCode: response.status || 302,
          headers: Object.fromEntries(response.headers),
          body: response.body,
        },
      };
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
