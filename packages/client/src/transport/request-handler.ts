import type { HttpRequest } from "@org/sts-protocol";

/** Sends requests. Smithy's handlers (`NodeHttpHandler`, `FetchHttpHandler`, `NodeHttp2Handler`) fit as they are. */
export interface RequestHandler {
  /** Describes the handler. */
  readonly metadata?: {
    /** Such as `http/1.1`. */
    handlerProtocol: string;
  };
  /** Sends one request and resolves as soon as the headers are there. */
  handle(request: HandledRequest, options?: HandlerOptions): Promise<HandlerResult>;
  /** Set when every error this handler throws is a network error. Errors of other handlers are classified and rethrown unchanged. */
  readonly throwsNetworkErrors?: boolean;
  /** Frees connections. */
  destroy?(): void;
  /** Changes an option of the handler, as Smithy's handlers have it. */
  updateHttpClientConfig?(name: never, value: unknown): void;
  /** Gets the options of the handler, as Smithy's handlers have it. */
  httpHandlerConfigs?(): object;
}

/** A handler of any class, whatever further members it has: what clients of the AWS SDK take as `requestHandler`. */
export type SharedRequestHandler = RequestHandler & Record<string, unknown>;

/** What a handler resolves to. */
export interface HandlerResult {
  /** The response. */
  response: HandledResponse;
  /** Reads the whole body at once, where that is faster than reading {@link HandledResponse.body}. */
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

/** What a handler may need to know. */
export interface HandlerOptions {
  /** Aborted when the caller or a time limit ends the attempt. This client always passes a web `AbortSignal`. */
  abortSignal?: AbortSignal | SmithyAbortSignal;
  /** Milliseconds until the headers have to be there, where a client of the AWS SDK asks for that. */
  requestTimeout?: number;
  /**
   * Set when the request holds a value that the service accepts only once: it is sent over a connection of its own, where the
   * handler can choose. One that was kept may have been closed by the other side, and nobody could tell how far it got.
   */
  freshConnection?: boolean;
}

/** The abort signal that the AWS SDK had before runtimes had their own. */
export interface SmithyAbortSignal {
  /** Whether it is aborted. */
  readonly aborted: boolean;
  /** Called when it is. */
  onabort: unknown;
}

/**
 * Options that stand in the place of a handler, as the AWS SDK takes them. `httpAgent`, `httpsAgent`, `socketTimeout` and
 * `connectionTimeout` make a handler on `node:https`; where there is no Node.js the first three are an error.
 */
export interface HandlerParameters {
  /** Milliseconds one attempt may take; see the client's option of the same name. */
  readonly requestTimeout?: number | undefined;
  /** Milliseconds until the connection stands, TLS included. Left to `fetch` where there is no Node.js. */
  readonly connectionTimeout?: number | undefined;
  /** Milliseconds a connection may be silent. */
  readonly socketTimeout?: number | undefined;
  /** Agent for `http:`, or the options of one. */
  readonly httpAgent?: object | undefined;
  /** Agent for `https:`, or the options of one. */
  readonly httpsAgent?: object | undefined;
  /** Accepted; an attempt that takes longer than `requestTimeout` fails always. */
  readonly throwOnRequestTimeout?: boolean | undefined;
  /** Accepted; nothing here warns of many connections. */
  readonly socketAcquisitionWarningTimeout?: number | undefined;
  /** Accepted; the client's `logger` is used. */
  readonly logger?: unknown;
}
