import type { HttpRequest } from "@org/sts-protocol";

/** Sends requests. Smithy's handlers (`NodeHttpHandler`, `FetchHttpHandler`, `NodeHttp2Handler`) work unchanged. */
export interface RequestHandler {
  /** Describes the handler. */
  readonly metadata?: {
    /** Such as `http/1.1`. */
    handlerProtocol: string;
  };
  /** Sends one request and resolves as soon as the headers have arrived. */
  handle(request: HandledRequest, options?: HandlerOptions): Promise<HandlerResult>;
  /** Set when every error this handler throws is a network error. Errors of other handlers are classified and rethrown unchanged. */
  readonly throwsNetworkErrors?: boolean;
  /** Closes connections. */
  destroy?(): void;
  /** Changes an option of the handler, as in Smithy's handlers. */
  updateHttpClientConfig?(name: never, value: unknown): void;
  /** Returns the options of the handler, as in Smithy's handlers. */
  httpHandlerConfigs?(): object;
}

/** A handler of any class, whatever other members it has: what AWS SDK clients take as `requestHandler`. */
export type SharedRequestHandler = RequestHandler & Record<string, unknown>;

/** What a handler resolves to. */
export interface HandlerResult {
  /** The response. */
  response: HandledResponse;
  /** Reads the whole body at once, if that is faster than reading {@link HandledResponse.body}. */
  readText?: (() => Promise<string>) | undefined;
}

/** The request that a handler gets: the plain form of Smithy's `HttpRequest`. */
export interface HandledRequest extends HttpRequest {
  /** Decoded query parameters. */
  query: Record<string, string | string[] | null>;
  /** Scheme with its colon. */
  protocol: string;
}

/** The response of a handler: the plain form of Smithy's `HttpResponse`. */
export interface HandledResponse {
  /** HTTP status code. */
  statusCode: number;
  /** Headers by lower-case name. */
  headers: Record<string, string>;
  /** Text, bytes, a `Blob`, a web stream or a Node stream. */
  body?: unknown;
}

/** Options for sending one request. */
export interface HandlerOptions {
  /** Aborted when the caller or a time limit ends the attempt. This client always passes a web `AbortSignal`. */
  abortSignal?: AbortSignal | SmithyAbortSignal;
  /** Milliseconds until the headers must arrive, if an AWS SDK client asks for that. */
  requestTimeout?: number;
  /**
   * Set when the request contains a one-time value: if the handler can choose, it sends it over a new connection. The other side may
   * have closed a kept one, and nobody could tell how far the request got.
   */
  freshConnection?: boolean;
}

/** The AWS SDK's own abort signal, from before runtimes had one. */
export interface SmithyAbortSignal {
  /** Whether it is aborted. */
  readonly aborted: boolean;
  /** Called when the signal is aborted. */
  onabort: unknown;
}

/**
 * Options in place of a handler, as in the AWS SDK. `httpAgent`, `httpsAgent`, `socketTimeout` and
 * `connectionTimeout` create a handler on `node:https`; where there is no Node.js the first three are an error.
 */
export interface HandlerParameters {
  /** Milliseconds one attempt may take; see the client's option of the same name. */
  readonly requestTimeout?: number | undefined;
  /** Milliseconds until the connection is established, TLS included. Left to `fetch` where there is no Node.js. */
  readonly connectionTimeout?: number | undefined;
  /** Milliseconds a connection may be idle. */
  readonly socketTimeout?: number | undefined;
  /** Agent for `http:`, or its options. */
  readonly httpAgent?: object | undefined;
  /** Agent for `https:`, or its options. */
  readonly httpsAgent?: object | undefined;
  /** Accepted; an attempt that takes longer than `requestTimeout` always fails. */
  readonly throwOnRequestTimeout?: boolean | undefined;
  /** Accepted; there is no warning about many connections here. */
  readonly socketAcquisitionWarningTimeout?: number | undefined;
  /** Accepted; the client's `logger` is used. */
  readonly logger?: unknown;
}
