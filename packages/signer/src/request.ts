import { writeQuery } from "./canonical.ts";
import type { Entry, HeaderBag, QueryBag } from "./entry.ts";
import { SignerError } from "./signer-error.ts";

/**
 * A request as plain data, in the form the AWS SDK for JavaScript uses between its middleware.
 *
 * @see {@link https://smithy.io/2.0/index.html Smithy}
 */
export interface HttpRequest {
  /** `GET`, `POST` … */
  readonly method: string;
  /** Default: `https:`. */
  readonly protocol?: string | undefined;
  /** The host without its port; an IPv6 address in brackets. */
  readonly hostname: string;
  /** The port, if it is not the protocol's default. */
  readonly port?: number | undefined;
  /** The path as it is sent, without the query. */
  readonly path: string;
  /** The query. */
  readonly query?: QueryBag | undefined;
  /** The headers; a `Headers` object works too. With `:authority`, as for HTTP/2, no `host` is added. */
  readonly headers: HeaderBag;
  /**
   * Text, bytes, Blob, FormData, URLSearchParams, or a stream. A stream is not read: it is signed as
   * `UNSIGNED-PAYLOAD` unless `payloadHash` gives its hash.
   */
  readonly body?: unknown;
}

/** The options of a signed `fetch`. */
export interface SignedInit extends RequestInit {
  /** All headers, including those of the signature. */
  headers: Record<string, string>;
}

/** What `fetch` takes, signed: `fetch(...signed)`. */
export type SignedFetch = [url: string, init: SignedInit];

/** Every kind of request that a caller can pass. */
export type RequestInput = HttpRequest | Request | string | URL;

/** What signing changed. */
export interface Changes {
  /** All headers, under the names to send. */
  readonly headers: HeaderBag;
  /** The path to send. */
  readonly path: string;
  /** The query, if it differs from the given one. */
  readonly query?: readonly Entry[] | undefined;
  /** The body, if it had to be read or rewritten. */
  readonly body?: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | undefined;
}

/** A request as the signer reads it, whatever kind the caller passed. */
export interface RequestView {
  readonly method: string;
  readonly hostname: string;
  /** The value of the `host` header if there is none. */
  readonly host: string;
  readonly path: string;
  readonly query: readonly Entry[];
  readonly headers: readonly Entry[];
  readonly body?: unknown;
  /** Creates a request of the caller's kind with these changes. */
  readonly finish: (changes: Changes) => SignedRequest;
}

/** The result, in the same kind as the input. */
export type SignedRequest = HttpRequest | Request | SignedFetch;

/** Reads a request of any kind. Nothing is copied without need, and nothing is modified. */
export function readRequest(input: RequestInput, init: RequestInit = {}): RequestView {
  const source = isUrl(input) ? init : input;
  if ("hostname" in source) return readPlain(source);
  const isRequest = "clone" in source;
  let url: URL;
  try {
    url = new URL(isRequest ? source.url : (input as string));
  } catch {
    // The runtime's own error shows the whole text, which may hold a password.
    throw new TypeError("Invalid URL");
  }
  const { host, hostname, pathname, searchParams } = url;
  // `fetch` corrects the case of the usual methods only, and so does `Request`.
  const method = isRequest ? source.method : (source.method ?? "GET").toUpperCase();
  return {
    method,
    hostname,
    host,
    path: pathname,
    query: [...searchParams],
    headers: readHeaders(source.headers),
    // Some runtimes have no `body` in `Request`; reading it shows whether there is one.
    body: isRequest && source.body !== null ? source : source.body,
    finish: ({ headers, path, query, body }) => {
      // `fetch` writes the host header itself, and browsers let nobody else set it.
      if (headers["host"] === host) delete headers["host"];
      url.pathname = path;
      if (query) url.search = writeQuery(query);
      const changes = {
        headers: headers as Record<string, string>, // names and values of `Headers`, or of what `fetch` takes
        ...(body && ("getReader" in body ? { body, duplex: "half" } : body.length && { body })),
      };
      if (!isRequest) return [url.href, { ...source, method, ...changes }];
      const Kind = source.constructor as typeof Request; // of the realm that the request is from
      const copy = source.clone();
      // The signal is passed separately: one that only the copy refers to may be garbage-collected with the copy.
      const signed = new Kind(copy, { signal: source.signal, ...changes });
      return url.href === source.url ? signed : new Kind(url, signed);
    },
  };
}

/** Distinguishes a URL from a request, which has headers. */
export function isUrl(input: RequestInput): input is string | URL {
  return !(input as Request).headers;
}

/** Reads headers in every form that `fetch` accepts, without the runtime's `Headers`, which may be missing. */
export function readHeaders(headers: NonNullable<RequestInit["headers"]> | HeaderBag = {}): readonly Entry[] {
  if (!(Symbol.iterator in headers)) return Object.entries(headers);
  const joined = new Map<string, string>();
  // `Headers` and a list of pairs both iterate over pairs.
  for (const [name, value] of headers as Iterable<[string, string]>) {
    const key = name.toLowerCase();
    joined.set(key, joined.has(key) ? `${joined.get(key)}, ${value}` : value);
  }
  return [...joined];
}

function readPlain(request: HttpRequest): RequestView {
  const { method, protocol, hostname, port, path, query, headers, body } = request;
  if (hostname.includes(":") && /^[^[]*:.*:/.test(hostname))
    refuse("hostname: an IPv6 address without brackets");
  if (path.includes("?")) refuse("path: has a query; give it as `query`");
  // Written out, because copying an AWS SDK object generically takes a fifth of a signature's time (measured).
  return {
    method,
    hostname,
    host: port && port !== (protocol === "http:" ? 80 : 443) ? `${hostname}:${port}` : hostname,
    path,
    query: query ? Object.entries(query) : [],
    headers: readHeaders(headers),
    body,
    finish: (changes) => ({
      ...request,
      headers: changes.headers,
      path: changes.path,
      query: changes.query ? writeBag(changes.query) : query,
      body: changes.body ?? body,
    }),
  };
}

function refuse(message: string): never {
  throw new SignerError("ERR_REQUEST_INVALID", message);
}

/** Writes entries into an object, the values of one name together. */
function writeBag(entries: readonly Entry[]): QueryBag {
  const values = new Map<string, Entry[1]>();
  for (const [name, value] of entries) addValue(values, name, value);
  return writeObject(values);
}

/** Creates an object with these values, under other names if there are any. `Object.fromEntries` costs a signature 6 % more (measured). */
export function writeObject<V>(
  values: ReadonlyMap<string, V>,
  spelling?: ReadonlyMap<string, string>,
): Record<string, V> {
  let object: Record<string, V> = {};
  // eslint-disable-next-line oxc/no-accumulating-spread -- the values have one such name at most
  for (const [key, value] of values) {
    const name = spelling?.get(key) ?? key;
    // Assigning to this name would change the prototype.
    if (name === "__proto__") object = { ...object, [name]: value };
    else object[name] = value;
  }
  return object;
}

/** Adds a value to those that a name already has. */
export function addValue(values: Map<string, Entry[1]>, name: string, value: Entry[1]): void {
  values.set(name, values.has(name) ? [values.get(name) ?? "", value ?? ""].flat() : value);
}
