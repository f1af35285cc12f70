import { isEqual } from "./constant-time.ts";
import { hashHex, type Hash, type MaybePromise } from "./hash.ts";
import { readPieces, type ByteSource } from "./read-stream.ts";
import { SignerError } from "./signer-error.ts";

/** The payload value of an upload in signed chunks, in place of a hash. */
export const SIGNED_CHUNKS = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
/** The same with signed headers after the last chunk. */
export const SIGNED_CHUNKS_WITH_TRAILERS = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";

/** What all signatures of an upload have in common. */
export interface ChunkScope {
  readonly hash: Hash;
  readonly signingKey: unknown;
  /** `20150830T123600Z`. */
  readonly date: string;
  readonly scope: string;
  /** The signature of the request, which the first chunk's is made with. */
  readonly seed: string;
}

/** Creates the signatures of an upload one after the other; each depends on the one before. */
export interface ChunkSignatures {
  readonly next: (data: Uint8Array) => Promise<string>;
  readonly trailer: (text: string) => Promise<string>;
}

/**
 * Starts the chain of signatures.
 *
 * @see {@link https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html#sigv4-chunked-body-definition Defining the chunk body}
 */
export function chainSignatures({ hash, signingKey, date, scope, seed }: ChunkScope): ChunkSignatures {
  let before = seed;
  const extend = async (kind: string, ...hashes: string[]): Promise<string> => {
    const text = [`AWS4-HMAC-SHA256-${kind}`, date, scope, before, ...hashes].join("\n");
    return (before = await hashHex(hash, text, signingKey));
  };
  return {
    // The format allows headers for each chunk, but nobody uses them.
    next: async (data) => extend("PAYLOAD", await hashHex(hash, ""), await hashHex(hash, data)),
    trailer: async (text) => extend("TRAILER", await hashHex(hash, text)),
  };
}

/** What {@link writeSignedChunks} writes. */
export interface WriteChunks {
  readonly source: ByteSource;
  readonly chunkBytes: number;
  readonly signatures: ChunkSignatures;
  /** The headers after the last chunk, read once the last byte has been read. */
  readonly trailers?: Readonly<Record<string, () => MaybePromise<string>>> | undefined;
}

/**
 * Writes a body as signed chunks of one size, the last one shorter.
 *
 * @yields the bytes to send.
 */
export async function* writeSignedChunks(parts: WriteChunks): AsyncGenerator<Uint8Array> {
  const { signatures, trailers } = parts;
  for await (const data of regroup(parts.source, parts.chunkBytes)) {
    yield encode(chunkHead(data.length, await signatures.next(data)));
    yield data;
    yield encode("\r\n");
  }
  const end = chunkHead(0, await signatures.next(new Uint8Array()));
  if (!trailers) return yield encode(`${end}\r\n`);
  const lines: string[] = [];
  for (const [name, read] of Object.entries(trailers))
    lines.push(`${name.toLowerCase()}:${(await read()).trim()}`);
  const signature = await signatures.trailer(lines.map((line) => `${line}\n`).join(""));
  yield encode([`${end}${lines.join("\r\n")}`, `${TRAILER_SIGNATURE}:${signature}`, "", ""].join("\r\n"));
}

/** The length of what {@link writeSignedChunks} writes, in bytes; unknown with trailers, whose length is not known in advance. */
export function lengthOfSignedChunks(length: number, chunkBytes: number): number {
  const frame = (size: number): number => chunkHead(size, "0".repeat(64)).length + size + 2;
  const rest = length % chunkBytes;
  return Math.floor(length / chunkBytes) * frame(chunkBytes) + (rest ? frame(rest) : 0) + frame(0);
}

/** What {@link readSignedChunks} reads, and its limits. */
export interface ReadChunks {
  readonly source: ByteSource;
  readonly signatures: ChunkSignatures;
  readonly maxChunkBytes: number;
  /** The length of the body without its framing, as stated in the request. */
  readonly length: number | undefined;
  /** The lower-case names of the headers after the last chunk; `undefined` if there are none. */
  readonly trailerNames: readonly string[] | undefined;
  /** Called with those headers. */
  readonly onTrailers: (trailers: Readonly<Record<string, string>>) => void;
}

/**
 * Reads a body of signed chunks.
 *
 * @yields the content of each chunk whose signature is valid.
 * @throws {@link SignerError} with code `ERR_CHUNK_INVALID` at the first fault.
 */
export async function* readSignedChunks(parts: ReadChunks): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { signatures, maxChunkBytes, length } = parts;
  const reader = createByteReader(parts.source);
  try {
    let total = 0;
    for (;;) {
      const [, digits = "", signature = ""] = CHUNK_HEAD.exec(await reader.line(MAX_CHUNK_HEAD)) ?? [];
      const size = Number.parseInt(digits, 16);
      if (!signature) throw invalid("the head of a chunk has another form");
      // A limit that is no number is exceeded at once.
      if (!(size <= maxChunkBytes)) throw invalid(`a chunk of more than ${maxChunkBytes} bytes`);
      total += size;
      if (length !== undefined && total > length)
        throw invalid("more bytes than x-amz-decoded-content-length");
      const data = await reader.bytes(size);
      const isGood = isEqual(signature.toLowerCase(), await signatures.next(data));
      if (!isGood) throw invalid("the signature of a chunk is wrong");
      if (size === 0) break;
      if ((await reader.line(3)) !== "") throw invalid("a chunk is longer than its head says");
      yield data;
    }
    if (length !== undefined && total !== length)
      throw invalid("fewer bytes than x-amz-decoded-content-length");
    const { trailerNames } = parts;
    const trailers = trailerNames ? await readTrailers(reader, signatures, trailerNames) : {};
    while (!(await reader.isAtEnd())) if ((await reader.line(3)) !== "") throw invalid("bytes after the end");
    parts.onTrailers(trailers);
  } finally {
    await reader.stop();
  }
}

const CHUNK_HEAD = /^([\da-f]{1,8});chunk-signature=([\da-f]{64})$/i;
const MAX_CHUNK_HEAD = 128;
const MAX_TRAILERS = 16_384;
const TRAILER_SIGNATURE = "x-amz-trailer-signature";

function chunkHead(size: number, signature: string): string {
  return `${size.toString(16)};chunk-signature=${signature}\r\n`;
}

async function readTrailers(
  reader: ByteReader,
  signatures: ChunkSignatures,
  names: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const trailers = new Map<string, string>();
  let left = MAX_TRAILERS;
  for (;;) {
    const line = await reader.line(left);
    left -= line.length + 1;
    // Some clients end the last chunk with an empty line, as without trailers.
    if (line === "" && trailers.size === 0) continue;
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon)).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === TRAILER_SIGNATURE) {
      const text = [...trailers].map(([key, content]) => `${key}:${content}\n`).join("");
      if (!isEqual(value, await signatures.trailer(text)))
        throw invalid("the signature of the trailers is wrong");
      if (names.some((expected) => !trailers.has(expected)))
        throw invalid("a header of x-amz-trailer is missing");
      return Object.fromEntries(trailers);
    }
    if (!names.includes(name) || trailers.has(name))
      throw invalid("a trailer that x-amz-trailer does not name");
    trailers.set(name, value);
  }
}

interface ByteReader {
  /** Returns the next bytes; fewer are an error. */
  readonly bytes: (count: number) => Promise<Uint8Array<ArrayBuffer>>;
  /** Returns the text up to the next line end, which must come within `limit` bytes. */
  readonly line: (limit: number) => Promise<string>;
  readonly isAtEnd: () => Promise<boolean>;
  readonly stop: () => Promise<unknown>;
}

/** Reads bytes and lines; each byte is examined a fixed number of times, whatever pieces they arrive in. */
function createByteReader(source: ByteSource): ByteReader {
  const pieces = readPieces(source);
  let piece: Uint8Array = new Uint8Array();
  let position = 0;
  const fill = async (): Promise<boolean> => {
    while (position === piece.length) {
      const next = await pieces.next();
      if (next.done) return false;
      piece = next.value;
      position = 0;
    }
    return true;
  };
  const take = async (count: number): Promise<Uint8Array> => {
    if (!(await fill())) throw invalid("the body ends early");
    const part = piece.subarray(position, position + count);
    position += part.length;
    return part;
  };
  return {
    bytes: async (count) => {
      // Allocated as the bytes arrive, so that a large number in a chunk's head takes no memory on its own.
      const parts: Uint8Array[] = [];
      for (let left = count; left > 0;) {
        const part = await take(left);
        parts.push(part);
        left -= part.length;
      }
      return join(parts, count);
    },
    line: async (limit) => {
      let text = "";
      for (let count = 0; count < limit; count++) {
        const [byte = 0] = await take(1);
        if (byte === LINE_FEED) return text.endsWith("\r") ? text.slice(0, -1) : text;
        text += String.fromCharCode(byte);
      }
      throw invalid("a line is too long");
    },
    isAtEnd: async () => !(await fill()),
    stop: () => pieces.return(undefined),
  };
}

const LINE_FEED = 10;

/**
 * Regroups pieces of any size.
 *
 * @yields pieces of one size, the last one shorter.
 */
async function* regroup(source: ByteSource, size: number): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const piece of readPieces(source)) {
    for (let start = 0; start < piece.length;) {
      const part = piece.subarray(start, start + size - length);
      parts.push(part);
      length += part.length;
      start += part.length;
      if (length === size) {
        yield join(parts, length);
        parts = [];
        length = 0;
      }
    }
  }
  if (length > 0) yield join(parts, length);
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(length);
  let position = 0;
  for (const part of parts) {
    joined.set(part, position);
    position += part.length;
  }
  return joined;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function invalid(what: string): SignerError {
  return new SignerError("ERR_CHUNK_INVALID", `chunk: ${what}`);
}
