import { encodeUriComponent, normalizeEncoding } from "./encoding.ts";
import { SignerError } from "./signer-error.ts";

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

/** What `fetch` takes, signed: `fetch(...signed)`. */
export type SignedFetch = [url: string, init: RequestInit & { headers: Record<string, string> }];

/** Every kind of request a caller may hold. */
export type RequestInput = HttpRequest | Request | string | URL;

/** A request as the signer reads it, whatever kind the caller holds. */
export interface RequestView {
  readonly method: string;
  /** What the `host` header says when there is none. */
  readonly host: string;
  readonly path: string;
  /** Encoded `name` and `value`, with a tab between, see `canonicalQuery`. */
  readonly query: readonly string[];
  readonly headers: HeaderBag;
  readonly body: unknown;
  /** Makes a request of the caller's kind with these headers, more parameters, and the body if it had to be read. */
  finish(headers: HeaderBag, parameters?: readonly Parameter[], body?: unknown): unknown;
}

/** The parameters of a signature in the query. An earlier signature's are dropped when a request is signed again. */
export const SIGNATURE_PARAMETERS: RegExp =
  /^X-Amz-(?:Algorithm|Credential|Date|Expires|Security-Token|SignedHeaders|Signature)(?![\w-])/i;

/** One query parameter, not encoded. */
export type Parameter = readonly [name: string, value: string];

/** Reads a request of any kind. Nothing is copied that need not be, and nothing is modified. */
export function readRequest(input: RequestInput, init?: RequestInit): RequestView {
  if (typeof input === "string" || input instanceof URL) return readUrl(new URL(input), init ?? {});
  if (typeof input === "object" && input !== null) {
    if ("url" in input) return readFetchRequest(input);
    if ("hostname" in input && typeof input.headers === "object") return readPlain(input);
  }
  throw new SignerError(
    "ERR_REQUEST_INVALID",
    "request: expected a Request, a URL, or an object with hostname and headers",
  );
}

/** Query parameters of a URL as the signer reads them: byte for byte, `+` as a space. */
export function readSearch(search: string): string[] {
  return search
    .replace(/^\?/, "")
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const [, name, value] = /^([^=]*)=?(.*)$/s.exec(pair.replaceAll("+", "%20")) ?? [];
      return `${normalizeEncoding(name ?? "")}\t${normalizeEncoding(value ?? "")}`;
    });
}

function readPlain(request: HttpRequest): RequestView {
  const { protocol, hostname, port, path, headers, body } = request;
  const method = request.method.toUpperCase();
  const query: string[] = [];
  for (const name in request.query) {
    for (const value of [request.query[name] ?? ""].flat()) {
      query.push(`${encodeUriComponent(name)}\t${encodeUriComponent(value)}`);
    }
  }
  const isDefaultPort = port === undefined || port === (protocol === "http:" ? 80 : 443);
  return {
    method,
    host: isDefaultPort ? hostname : `${hostname}:${port}`,
    path,
    query,
    headers,
    body,
    finish: (headers, parameters, body) => ({
      ...request,
      method,
      headers,
      ...(parameters && { query: withParameters(request.query, parameters) }),
      ...(body !== undefined && { body }),
    }),
  };
}

function readUrl(url: URL, init: RequestInit): RequestView {
  const method = (init.method ?? "GET").toUpperCase();
  return {
    method,
    host: url.host,
    path: url.pathname,
    query: readSearch(url.search),
    headers: Object.fromEntries(new Headers(init.headers)),
    body: init.body,
    finish: (headers, parameters, body): SignedFetch => [
      withSearch(url, parameters),
      { ...init, method, ...fetchInit(headers, url, body) },
    ],
  };
}

function readFetchRequest(request: Request): RequestView {
  const url = new URL(request.url);
  return {
    method: request.method,
    host: url.host,
    path: url.pathname,
    query: readSearch(url.search),
    headers: Object.fromEntries(request.headers),
    body: request.body === null ? undefined : () => readBytes(request),
    finish: (headers, parameters, body) => {
      const init = fetchInit(headers, url, body);
      // Bytes that were read replace the body, so the caller's own request stays unread; otherwise its copy is used up.
      const source = body === undefined && request.body !== null ? request.clone() : request;
      return new Request(parameters ? new Request(withSearch(url, parameters), source) : source, init);
    },
  };
}

function fetchInit(
  headers: HeaderBag,
  url: URL,
  body: unknown,
): RequestInit & { headers: Record<string, string> } {
  // `fetch` writes the host header itself, and browsers let nobody else do it.
  if (headers["host"] === url.host) delete headers["host"];
  // The headers came out of `Headers`, so they are single strings; the body is what the caller gave, or its bytes.
  return {
    headers: headers as Record<string, string>,
    ...(body !== undefined && { body: body as BodyInit }),
  };
}

function readBytes(request: Request): Promise<ArrayBuffer> {
  if (request.bodyUsed)
    throw new SignerError("ERR_REQUEST_INVALID", "request: its body was read before it was signed");
  return request.clone().arrayBuffer();
}

function withParameters(query: QueryBag | undefined, parameters: readonly Parameter[]): QueryBag {
  const kept = Object.entries(query ?? {}).filter(([name]) => !SIGNATURE_PARAMETERS.test(name));
  return Object.fromEntries([...kept, ...parameters]);
}

function withSearch(url: URL, parameters: readonly Parameter[] | undefined): string {
  if (parameters === undefined) return url.href;
  const copy = new URL(url);
  const kept = copy.search
    .slice(1)
    .split("&")
    .filter((pair) => pair !== "" && !SIGNATURE_PARAMETERS.test(pair));
  copy.search = [...kept, ...parameters.map((parameter) => parameter.map(encodeUriComponent).join("="))].join(
    "&",
  );
  return copy.href;
}
