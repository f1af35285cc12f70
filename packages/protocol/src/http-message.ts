/**
 * A request in plain form: the fields of Smithy's `HttpRequest`, so middleware written for the AWS SDK finds them.
 * `path` is kept as given, dot segments included.
 */
export interface HttpRequest {
  /** HTTP method in upper case. */
  method: string;
  /** Scheme with its colon. Default: `"https:"`. */
  protocol?: string | undefined;
  /** Host name without port. */
  hostname: string;
  /** Port, if it is not the scheme's default. */
  port?: number | undefined;
  /** Percent-encoded path that begins with `/`. */
  path: string;
  /** Decoded query parameters; a list repeats the name, `null` gives a name without value. */
  query?: Record<string, string | string[] | null> | undefined;
  /** Headers by name. `encodeRequest` writes names in lower case. */
  headers: Record<string, string>;
  /** The body as text or bytes. Absent: empty. */
  body?: string | Uint8Array | undefined;
}

/** A response in plain form: the fields of Smithy's `HttpResponse`, with the body read to its end. */
export interface HttpResponse {
  /** HTTP status code. */
  statusCode: number;
  /** Headers by name, in any case. */
  headers: Record<string, string>;
  /** The whole body as text or bytes. */
  body: string | Uint8Array;
}

/** A response from {@link encodeResponse} or {@link encodeFault}: its body is text. */
export interface EncodedResponse extends HttpResponse {
  /** The whole body. */
  body: string;
}

/** Where a request goes: the parts of {@link HttpRequest} that an endpoint determines. */
export type Endpoint = Pick<HttpRequest, "hostname" | "port" | "protocol"> & {
  /** Path before the operation's own `/`. Default: `"/"`. */
  path?: string | undefined;
};

/** A response whose body has been read as text. */
export interface ReceivedResponse {
  /** HTTP status code. */
  readonly statusCode: number;
  /** Returns a header by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  /** The whole body, without a byte order mark. */
  readonly text: string;
  /** The URL that it came from, if known. */
  readonly url?: string | undefined;
}

/** Reads a response in plain form. */
export function receiveHttpResponse({ statusCode, headers, body }: HttpResponse): ReceivedResponse {
  const names = Object.keys(headers);
  return { statusCode, header: (name) => findHeader(headers, name, names), text: bodyText(body) };
}

/** Reads a response of `fetch` to its end. */
export async function receiveWebResponse(response: Response): Promise<ReceivedResponse> {
  return {
    statusCode: response.status,
    header: (name) => response.headers.get(name) ?? undefined,
    text: await response.text(),
    url: response.url,
  };
}

/** The content type decides; without one, the first character does. */
export function isJson({ header, text }: ReceivedResponse): boolean {
  const contentType = header("content-type");
  return contentType === undefined ? text.trimStart().startsWith("{") : /json/i.test(contentType);
}

/** Finds a header whatever the case of its name. `name` is in lower case. */
export function findHeader(
  headers: Readonly<Record<string, string>>,
  name: string,
  names: readonly string[] = Object.keys(headers),
): string | undefined {
  for (const candidate of names) {
    // Comparing lengths first saves most of the work.
    if (candidate.length === name.length && candidate.toLowerCase() === name) return headers[candidate];
  }
  return undefined;
}

const UTF_8: TextDecoder = /* @__PURE__ */ new TextDecoder();

/** Decodes UTF-8 and drops a byte order mark. */
export function bodyText(body: string | Uint8Array | undefined): string {
  if (body === undefined) return "";
  const text = typeof body === "string" ? body : UTF_8.decode(body);
  return text.charCodeAt(0) === 0xfe_ff ? text.slice(1) : text;
}
