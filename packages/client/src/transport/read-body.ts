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
  /** Start of an error's message: the response, after the operation's name and a colon if there is one. */
  readonly what: string;
  /** The secrets that were sent, which the error of a broken stream may quote. */
  readonly secretsOf: (tools: typeof import("../errors/failure-tools.ts")) => readonly string[];
}

/**
 * Reads a handler's body to its end, whatever its type.
 *
 * @throws {@link STSClientError} `ERR_RESPONSE_TOO_LARGE`, or `ERR_NETWORK` when the connection breaks.
 */
export function readBody(body: unknown, options: BodyOptions): string | Promise<string> {
  // What has been read already needs no waiting. A character takes at most three bytes per UTF-16 code unit.
  if (typeof body === "string") {
    const isShort = body.length * 3 <= options.maxBytes;
    return isShort || new TextEncoder().encode(body).length <= options.maxBytes ? body : refuse(options);
  }
  if (body instanceof Uint8Array)
    return body.length <= options.maxBytes ? new TextDecoder().decode(body) : refuse(options);
  return readStream(body, options);
}

// undici cancels a body that nobody has begun to read once its `Response` has been garbage-collected: so nothing is awaited here
// before reading begins.
async function readStream(body: unknown, options: BodyOptions): Promise<string> {
  const { readText, what, secretsOf } = options;
  try {
    // Reading all at once is several times faster (measured), and safe where the length is known to be within the limit.
    if (readText && isWithin(options)) return await readText();
    // The responses of React Native's fetch have no stream: they have been received to their end.
    if (readText && !body) return await readBody(await readText(), options);
    return await readCounted(readChunks(body), options);
  } catch (error) {
    const tools = await loadFailureTools();
    if (error instanceof STSClientError) {
      tools?.withOperation(error, what.replace(/:.*/s, ""));
      throw error;
    }
    const message = `${what} broke off`;
    // The error may contain secrets, which only the failure tools can redact.
    if (!tools) throw new STSClientError("ERR_NETWORK", message);
    throw tools.networkError(message, tools.withoutSecrets(error, secretsOf(tools)));
  }
}

// A compressed body may be longer than its Content-Length.
function isWithin({ headers, maxBytes }: BodyOptions): boolean {
  const { "content-length": length, "content-encoding": encoding } = headers;
  return encoding === undefined && Number(length) <= maxBytes;
}

function refuse({ what, maxBytes }: BodyOptions): never {
  throw new STSClientError(
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
    // A limit that is no number is exceeded at once.
    if (!(size <= maxBytes)) {
      // Not awaited: it never ends while somebody else holds a copy of the response, as a `fetch` that logs may.
      chunks.stop().catch(() => undefined);
      refuse(options);
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
  const object: object = Object(body);
  if (Symbol.asyncIterator in object && !("getReader" in object)) {
    const iterator = (object as AsyncIterable<Uint8Array>)[Symbol.asyncIterator](); // a Node stream
    return {
      next: () => iterator.next() as ReturnType<Chunks["next"]>,
      stop: async () => iterator.return?.(),
    };
  }
  // `Response` turns everything else that HandledResponse.body allows into a stream, and nothing into no body. Not iterated over:
  // WebKit cannot.
  const reader = isReader(object)
    ? object
    : ("getReader" in object
        ? (object as ReadableStream<Uint8Array>)
        : new Response(body as BodyInit).body
      )?.getReader();
  return {
    next: async () => (await reader?.read()) ?? { done: true },
    stop: async () => reader?.cancel(),
  };
}

function isReader(body: object): body is ReadableStreamDefaultReader<Uint8Array> {
  return "read" in body && "cancel" in body;
}
