import { STSClientError } from "../errors/client-error.ts";
import { loadFailureTools } from "../errors/load-failure-tools.ts";
import type { HandledResponse } from "./request-handler.ts";

/** What is known about a body before it is read. */
export interface BodyOptions {
  /** The response's headers, names in lower case. */
  readonly headers: HandledResponse["headers"];
  /** Reads the whole body at once, if the handler can. */
  readonly readText?: (() => Promise<string>) | undefined;
  /** Bytes after which reading is abandoned. */
  readonly maxBytes: number;
  /** Start of an error's message. */
  readonly what: string;
  /** The secrets that were sent, which the error of a broken stream may quote. */
  readonly secretsOf?: (tools: typeof import("../errors/failure-tools.ts")) => readonly string[];
}

/**
 * Reads a handler's body to its end, whatever its type.
 *
 * @throws {@link STSClientError} `ERR_RESPONSE_TOO_LARGE`, or `ERR_NETWORK` when the connection breaks.
 */
// undici cancels a body that nobody has begun to read once its `Response` has been garbage-collected: so nothing is awaited here
// before reading begins.
export async function readBody(body: unknown, options: BodyOptions): Promise<string> {
  const { readText, maxBytes, what, secretsOf } = options;
  if (body === undefined || body === null) return "";
  if (typeof body === "string") {
    // A character takes at most three bytes per UTF-16 code unit.
    if (body.length * 3 > maxBytes && new TextEncoder().encode(body).length > maxBytes)
      throw tooLarge(options);
    return body;
  }
  try {
    // Reading all at once is several times faster (measured), and safe where the length is known to be within the limit.
    if (readText && isWithin(options)) return await readText();
    return await readCounted(readChunks(body), options);
  } catch (error) {
    if (error instanceof STSClientError) throw error;
    const message = `${what} broke off`;
    const tools = await loadFailureTools();
    // The error may contain secrets, which only the failure tools can redact.
    if (!tools) throw new STSClientError("ERR_NETWORK", message);
    throw tools.networkError(message, tools.withoutSecrets(error, secretsOf?.(tools) ?? []));
  }
}

// A compressed body may be longer than its Content-Length.
function isWithin({ headers, maxBytes }: BodyOptions): boolean {
  const { "content-length": length, "content-encoding": encoding } = headers;
  return length !== undefined && encoding === undefined && Number(length) <= maxBytes;
}

function tooLarge({ what, maxBytes }: BodyOptions): STSClientError {
  return new STSClientError(
    "ERR_RESPONSE_TOO_LARGE",
    `${what} is larger than ${maxBytes} bytes (maxResponseBytes)`,
  );
}

async function readCounted(chunks: Chunks, options: BodyOptions): Promise<string> {
  const { maxBytes } = options;
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for (let chunk = await chunks.next(); !chunk.done; chunk = await chunks.next()) {
    size += chunk.value.length;
    if (size > maxBytes) {
      // Not awaited: it never ends while somebody else holds a copy of the response, as a `fetch` that logs may.
      chunks.stop().catch(() => undefined);
      throw tooLarge(options);
    }
    text += decoder.decode(chunk.value, { stream: true });
  }
  return text + decoder.decode();
}

interface Chunks {
  next(): Promise<{ done: false; value: Uint8Array } | { done: true }>;
  /** Closes the connection. */
  stop(): Promise<unknown>;
}

function readChunks(body: unknown): Chunks {
  if (body instanceof Uint8Array) {
    const chunks = [body].values();
    return { next: async () => chunks.next(), stop: async () => {} };
  }
  if (typeof body === "object" && body !== null && Symbol.asyncIterator in body && !("getReader" in body)) {
    const iterator = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator](); // a Node stream
    return {
      next: () => iterator.next() as ReturnType<Chunks["next"]>,
      stop: async () => iterator.return?.(),
    };
  }
  // `Response` turns everything else that HandledResponse.body allows into a stream. Not iterated over: WebKit cannot.
  if (isReader(body)) return readAll(body);
  const isStream = typeof body === "object" && body !== null && "getReader" in body;
  const stream = isStream ? (body as ReadableStream<Uint8Array>) : new Response(body as BodyInit).body;
  return readAll(stream?.getReader());
}

function isReader(body: unknown): body is ReadableStreamDefaultReader<Uint8Array> {
  return typeof body === "object" && body !== null && "read" in body && "cancel" in body;
}

function readAll(reader: ReadableStreamDefaultReader<Uint8Array> | undefined): Chunks {
  return {
    next: async () => (await reader?.read()) ?? { done: true },
    stop: async () => reader?.cancel(),
  };
}
