/**
 * A request in plain form: the fields of Smithy's `HttpRequest`, so middleware written for the AWS SDK finds them.
 * `path` is kept as given, dot segments included.
 */
export interface HttpRequest {
  /** HTTP method in capitals. */
  method: string;
  /** Scheme with its colon. Default: `"https:"`. */
  protocol?: string | undefined;
  /** Host name without port. */
  hostname: string;
  /** Port, where it is not the scheme's own. */
  port?: number | undefined;
  /** Percent-encoded path that begins with `/`. */
  path: string;
  /** Decoded query parameters; a list repeats the name, `null` gives a name without value. */
  query?: Record<string, string | string[] | null> | undefined;
  /** Headers by name. {@link encodeRequest} writes names in lower case. */
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

/** A response that {@link encodeResponse} or {@link encodeFault} made: its body is text. */
export interface EncodedResponse extends HttpResponse {
  /** The whole body. */
  body: string;
}

/** Where a request goes: the parts of {@link HttpRequest} that an endpoint decides. */
export type Endpoint = Pick<HttpRequest, "hostname" | "port" | "protocol"> & {
  /** Path in front of the operation's own `/`. Default: `"/"`. */
  path?: string | undefined;
};

/** A response whose body has been read as text. */
export interface ReceivedResponse {
  /** HTTP status code. */
  readonly statusCode: number;
  /** Reads a header by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  /** The body, without a byte order mark. */
  readonly text: string;
}

/** Reads a WHATWG `Response` or a plain one to its end. */
export async function readResponse(response: Response | HttpResponse): Promise<ReceivedResponse> {
  if ("statusCode" in response) {
    const { statusCode, headers, body } = response;
    return { statusCode, header: (name) => findHeader(headers, name), text: bodyText(body) };
  }
  return {
    statusCode: response.status,
    header: (name) => response.headers.get(name) ?? undefined,
    text: await response.text(),
  };
}

/** The content type decides; without one, the first character does. */
export function isJson({ header, text }: ReceivedResponse): boolean {
  const contentType = header("content-type");
  return contentType === undefined ? text.trimStart().startsWith("{") : /json/i.test(contentType);
}

/** Finds a header whatever the case of its name. */
export function findHeader(headers: Record<string, string>, name: string): string | undefined {
  if (headers[name] !== undefined) return headers[name];
  const key = Object.keys(headers).find((candidate) => candidate.toLowerCase() === name);
  return key === undefined ? undefined : headers[key];
}

/** Decodes UTF-8 and drops a byte order mark. */
export function bodyText(body: string | Uint8Array | undefined): string {
  if (body === undefined) return "";
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  return text.codePointAt(0) === 0xfe_ff ? text.slice(1) : text;
}
