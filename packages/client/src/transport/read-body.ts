import { STSClientError } from "../errors/client-error.ts";

/**
 * Reads a handler's body to its end, whatever kind it is.
 *
 * @throws {@link STSClientError} `ERR_RESPONSE_TOO_LARGE`, or `ERR_NETWORK` when the connection breaks.
 */
export async function readBody(body: unknown, host: string, maxBytes: number): Promise<string> {
  if (typeof body === "string" || body === undefined || body === null) return body ?? "";
  const chunks = readChunks(body);
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  try {
    for (let chunk = await chunks.next(); !chunk.done; chunk = await chunks.next()) {
      size += chunk.value.length;
      if (size > maxBytes) {
        await chunks.stop();
        throw new STSClientError(
          "ERR_RESPONSE_TOO_LARGE",
          `The answer of ${host} is larger than ${maxBytes} bytes`,
        );
      }
      text += decoder.decode(chunk.value, { stream: true });
    }
  } catch (error) {
    throw error instanceof STSClientError ? error : networkError(`The answer of ${host} broke off`, error);
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
  // `Response` makes a stream of all else that HandledResponse.body lists. Not iterated over: WebKit cannot.
  const reader =
    typeof body === "object" && body !== null && "releaseLock" in body
      ? (body as ReadableStreamDefaultReader<Uint8Array>) // the transmitter has taken it
      : new Response(body as BodyInit).body?.getReader();
  return {
    next: async () => (await reader?.read()) ?? { done: true },
    stop: async () => reader?.cancel(),
  };
}

/** An error of the network, with what is at the bottom of the runtime's error in its message. */
export function networkError(what: string, cause: unknown): STSClientError {
  let reason: unknown = cause;
  let each: unknown = cause;
  for (let depth = 0; each instanceof Error && depth < 5; each = each.cause, depth += 1) reason = each;
  const detail =
    reason instanceof Error ? reason.message || ("code" in reason && reason.code) || reason.name : reason;
  return new STSClientError("ERR_NETWORK", `${what}: ${String(detail)}`, { cause });
}
