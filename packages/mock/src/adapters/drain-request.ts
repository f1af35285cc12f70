import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * Ends a response that was written before its request was fully received: keeps reading, and discards what it reads,
 * until the client has sent everything or hangs up, or a limit is reached.
 *
 * A socket that is closed with unread bytes resets the connection, and a reset discards the response before a slow client has
 * read it (RFC 9112, section 9.6).
 */
export function linger(request: IncomingMessage, response: ServerResponse): void {
  const end = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, LINGER_MS);
  response.on("close", end);
  let left = LINGER_BYTES;
  request.on("data", (chunk: Uint8Array) => {
    left -= chunk.length;
    if (left < 0) end();
  });
  request.on("end", end);
  request.resume();
}

/** Long enough for a busy client to start reading; a client that sends byte by byte gets no more. */
const LINGER_MS = 2000;

/** Many clients read only after they have sent everything. A body of more than 16 times the limit is no accident. */
const LINGER_BYTES = 8 * 1024 * 1024;
