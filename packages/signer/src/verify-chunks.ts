import { createStream } from "./read-stream.ts";
import {
  chainSignatures,
  readSignedChunks,
  SIGNED_CHUNKS,
  SIGNED_CHUNKS_WITH_TRAILERS,
} from "./signed-chunks.ts";
import type { RequestInput } from "./request.ts";
import type { VerifyChunksOptions, VerifyChunksResult } from "./verify-options.ts";
import { checkRequest, type CheckSetup } from "./verify.ts";

/** Checks the head of an upload in signed chunks, and creates the stream that checks the chunks. */
export async function checkChunks(
  setup: CheckSetup,
  input: RequestInput,
  options: VerifyChunksOptions,
): Promise<VerifyChunksResult> {
  const checked = await checkRequest(setup, input, { ...options, unsignedPayload: "allow" });
  if (!("success" in checked)) return checked;
  const { success, request, signingKey } = checked;
  const { accessKeyId } = success;
  const { declaredPayload, fields, headers } = request;
  const hasTrailers = declaredPayload === SIGNED_CHUNKS_WITH_TRAILERS;
  if (success.signedIn === "query" || (declaredPayload !== SIGNED_CHUNKS && !hasTrailers))
    return {
      ok: false,
      accessKeyId,
      reason: "payload-unsigned",
      message: "the body is not in signed chunks",
    };
  const stated = headers.get("x-amz-decoded-content-length");
  if (stated !== undefined && !/^\d{1,15}$/.test(stated))
    return {
      ok: false,
      accessKeyId,
      reason: "malformed",
      message: "x-amz-decoded-content-length: expected a number",
    };

  let settle: (trailers: Readonly<Record<string, string>>) => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  const trailers = new Promise<Readonly<Record<string, string>>>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  // A caller who does not use the trailers learns of a failure from the body.
  trailers.catch(() => undefined);
  const chunks = readSignedChunks({
    source: typeof input === "object" && "headers" in input ? ("hostname" in input ? input.body : input) : "",
    signatures: chainSignatures({
      hash: setup.hash,
      signingKey,
      date: fields.date,
      scope: fields.scope,
      seed: fields.signature,
    }),
    maxChunkBytes: options.maxChunkBytes ?? 16 * 1024 * 1024,
    length: stated === undefined ? undefined : Number(stated),
    trailerNames: hasTrailers ? listNames(headers.get("x-amz-trailer")) : undefined,
    onTrailers: settle,
  });
  return { ...success, payload: "signed", body: createStream(reportTo(chunks, fail)), trailers };
}

async function* reportTo<T>(pieces: AsyncGenerator<T>, fail: (error: unknown) => void): AsyncGenerator<T> {
  try {
    yield* pieces;
  } catch (error) {
    fail(error);
    throw error;
  }
}

function listNames(text = ""): readonly string[] {
  return text
    .toLowerCase()
    .split(",", 32)
    .map((name) => name.trim())
    .filter(Boolean);
}
