/** Header names to values; several values of one header may stand in an array. Names in any case. */
export type HeaderBag = Record<string, string | readonly string[]>;

/** Query parameters, not percent-encoded; several values of one parameter stand in an array, `null` is a bare name. */
export type QueryBag = Record<string, string | readonly string[] | null | undefined>;

/**
 * A request as plain data, in the form the AWS SDK for JavaScript uses between its middleware.
 *
 * @see {@link https://smithy.io/2.0/index.html Smithy}
 */
export interface HttpRequest {
  /** `GET`, `POST` … */
  readonly method: string;
  /** `https:` unless said otherwise. */
  readonly protocol?: string | undefined;
  /** The host without its port. */
  readonly hostname: string;
  /** The port, when it is not the protocol's own. */
  readonly port?: number | undefined;
  /** The path as it goes over the wire, without the query. */
  readonly path: string;
  /** The query. */
  readonly query?: QueryBag | undefined;
  /** The headers. */
  readonly headers: HeaderBag;
  /**
   * Text, bytes, Blob, FormData, URLSearchParams, or a stream. A stream is not read: it is signed as
   * `UNSIGNED-PAYLOAD` unless `payloadHash` says its hash.
   */
  readonly body?: unknown;
}

/** The init of a signed `fetch`. */
export interface SignedInit extends RequestInit {
  /** All headers, those of the signature among them. */
  headers: Record<string, string>;
}

/** What `fetch` takes, signed: `fetch(...signed)`. */
export type SignedFetch = [url: string, init: SignedInit];

/** Every kind of request a caller may hold. */
export type RequestInput = HttpRequest | Request | string | URL;

/** A name and its value or values, neither encoded. */
export type Entry = readonly [name: string, value: string | readonly string[] | null | undefined];

/** A request as the signer reads it, whatever kind the caller holds. */
export interface RequestView {
  readonly method: string;
  /** What the `host` header says when there is none. */
  readonly host: string;
  readonly path: string;
  readonly query: readonly Entry[];
  readonly headers: HeaderBag;
  readonly body?: unknown;
  /** Makes a request of the caller's kind with these headers, and with the body if it had to be read. */
  readonly finish: (headers: HeaderBag, body?: Uint8Array) => SignedRequest;
}

/** What comes back, in the kind that went in. */
export type SignedRequest = HttpRequest | Request | SignedFetch;

/** Reads a request of any kind. Nothing is copied that need not be, and nothing is modified. */
export function readRequest(input: RequestInput, init: RequestInit = {}): RequestView {
  const source = isUrl(input) ? init : input;
  if ("hostname" in source) return readPlain(source);
  const isRequest = source instanceof Request;
  const { host, href, pathname, searchParams } = new URL(isRequest ? source.url : (input as string));
  // `fetch` corrects the case of the usual methods only, and so does `Request`.
  const method = isRequest ? source.method : (source.method ?? "GET").toUpperCase();
  return {
    method,
    host,
    path: pathname,
    query: [...searchParams],
    headers: Object.fromEntries(new Headers(source.headers)),
    body: isRequest && source.body ? source : source.body,
    finish: (signed, read) => {
      // `fetch` writes the host header itself, and browsers let nobody else do it.
      if (signed["host"] === host) delete signed["host"];
      const changes = {
        headers: signed as Record<string, string>, // they came out of `Headers`, so they are single strings
        ...(read && { body: read as Uint8Array<ArrayBuffer> }), // the bytes were read here and are not shared
      };
      if (!isRequest) return [href, { ...source, method, ...changes }];
      // The signal by itself: one that only the copy refers to may be collected with the copy.
      return new Request(source.clone(), { signal: source.signal, ...changes });
    },
  };
}

/** Tells a URL from a request, which has headers. */
export function isUrl(input: RequestInput): input is string | URL {
  return !(input as Request).headers;
}

function readPlain(request: HttpRequest): RequestView {
  const { protocol, hostname, port, query } = request;
  return {
    ...request,
    host: port && port !== (protocol === "http:" ? 80 : 443) ? `${hostname}:${port}` : hostname,
    query: Object.entries(query ?? {}),
    finish: (headers, body = request.body as Uint8Array) => ({ ...request, headers, body }),
  };
}

/** Adds a value to those that a bag has under a name. */
export function addTo(bag: HeaderBag, name: string, value: Entry[1]): void {
  const before = bag[name];
  // Text and arrays have `at`. What is inherited has not: `constructor` is a header name like any other.
  bag[name] = before?.at ? [before, value ?? ""].flat() : (value ?? "");
}
