import type { MaybePromise } from "./hash.ts";
import type { SignOptions } from "./options.ts";
import { createStream } from "./read-stream.ts";
import { isUrl, type SignedRequest } from "./request.ts";
import { prepare, type EditHeaders, type SignArguments, type SigningSetup } from "./sign.ts";
import {
  chainSignatures,
  lengthOfSignedChunks,
  SIGNED_CHUNKS,
  SIGNED_CHUNKS_WITH_TRAILERS,
  writeSignedChunks,
} from "./signed-chunks.ts";
import { SignerError } from "./signer-error.ts";
import type { FindSigningKey } from "./signing-key.ts";

/** How to sign an upload whose hash is not known before it is sent. */
export interface StreamingOptions extends SignOptions {
  /**
   * `"streaming"` sends the body in chunks, each of which is signed once it is complete, as S3 and compatible servers accept
   * them. The length of the body must be known, from the body or from a header `x-amz-decoded-content-length` or
   * `content-length`. The resulting body is a `ReadableStream`.
   */
  readonly payload?: "streaming" | undefined;
  /** The size of a chunk, 8,192 bytes or more. Default: 65,536. */
  readonly chunkBytes?: number | undefined;
  /** Signed headers after the last chunk, such as a checksum: each is read once the last byte has been read. */
  readonly trailers?: Readonly<Record<string, () => MaybePromise<string>>> | undefined;
}

/** Signs a request in its headers, and its body chunk by chunk while it is being read. */
export async function signStreaming(
  setup: SigningSetup & { readonly findKey: FindSigningKey },
  [input, second, third]: SignArguments,
): Promise<SignedRequest> {
  const given = (isUrl(input) ? third : second) as Partial<StreamingOptions>;
  const { payload, chunkBytes = 65_536, trailers, ...options } = given;
  if (payload !== "streaming") throw new SignerError("ERR_OPTION_INVALID", 'payload: expected "streaming"');
  if (!(chunkBytes >= 8192)) throw new SignerError("ERR_OPTION_INVALID", "chunkBytes: expected 8192 or more");
  const payloadHash = trailers ? SIGNED_CHUNKS_WITH_TRAILERS : SIGNED_CHUNKS;
  const settings = { ...options, payloadHash };
  let source: unknown;
  const editHeaders: EditHeaders = (headers, body) => {
    source = body;
    const encoding = String(headers.get("content-encoding") ?? "");
    if (!/\baws-chunked\b/.test(encoding))
      headers.set("content-encoding", ["aws-chunked", encoding].filter(Boolean).join(","));
    const length = Number(
      headers.get("x-amz-decoded-content-length") ?? headers.get("content-length") ?? lengthOf(body),
    );
    if (!Number.isSafeInteger(length) || length < 0)
      throw new SignerError(
        "ERR_OPTION_INVALID",
        "x-amz-decoded-content-length: the length of the body is unknown",
      );
    headers.set("x-amz-decoded-content-length", `${length}`);
    if (trailers) headers.set("x-amz-trailer", Object.keys(trailers).join(",").toLowerCase());
    // More is sent than is uploaded; with trailers, nobody knows yet how much more.
    if (headers.delete("content-length") && !trailers)
      headers.set("content-length", `${lengthOfSignedChunks(length, chunkBytes)}`);
  };
  const args: SignArguments = isUrl(input) ? [input, second, settings] : [input, settings];
  return prepare({ ...setup, editHeaders }, args, async (prepared) => {
    const signingKey = await setup.findKey(prepared);
    const seed = await setup.scheme.sign(prepared);
    const signatures = chainSignatures({ ...prepared, signingKey, seed });
    const chunks = writeSignedChunks({ source, chunkBytes, signatures, trailers });
    return prepared.finish(seed, createStream(chunks));
  });
}

function lengthOf(body: unknown): number {
  if (body === undefined || body === null) return 0;
  if (typeof body === "string") return new TextEncoder().encode(body).length;
  const { byteLength, size } = body as Partial<ArrayBuffer & Blob>;
  return byteLength ?? size ?? Number.NaN;
}
