/** Anything that can be read piece by piece: a stream of either kind, bytes or text, a Blob, or a `Request`. */
export type ByteSource = unknown;

/**
 * Reads a body of any kind, without `Response` and without iterators that a runtime may lack.
 *
 * @yields its pieces, as they arrive.
 */
export async function* readPieces(source: ByteSource): AsyncGenerator<Uint8Array> {
  if (source === undefined || source === null) return;
  if (typeof source === "string") yield new TextEncoder().encode(source);
  else if (ArrayBuffer.isView(source))
    yield new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  else if (typeof source !== "object") throw new TypeError("a body that cannot be read");
  else if ("byteLength" in source) yield new Uint8Array(source as ArrayBuffer);
  else if ("clone" in source) yield* readRequest(source as Request);
  else if ("arrayBuffer" in source) yield* readPieces((source as Blob).stream());
  else if ("getReader" in source) yield* readWebStream(source as ReadableStream<Uint8Array>);
  // A Node.js stream, or anything else that can be iterated; if it cannot, this throws.
  else for await (const piece of source as AsyncIterable<unknown>) yield* readPieces(piece);
}

async function* readRequest(request: Request): AsyncGenerator<Uint8Array> {
  const copy = request.clone();
  // Some runtimes have no `body` in `Request`.
  yield* readPieces(copy.body === undefined ? await copy.arrayBuffer() : copy.body);
}

async function* readWebStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  let isDone = false;
  try {
    for (let part = await reader.read(); part.value !== undefined; part = await reader.read())
      yield part.value;
    isDone = true;
  } finally {
    // A reader that stops early needs no more of it; nobody waits for it to end.
    if (!isDone) void reader.cancel().catch(() => undefined);
  }
}

/** Creates a stream from what a generator yields; nothing is generated before it is read. */
export function createStream<T>(pieces: AsyncGenerator<T>): ReadableStream<T> {
  const source: UnderlyingDefaultSource<T> = {
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await pieces.return(undefined);
    },
  };
  return new ReadableStream(source, { highWaterMark: 0 });
}
