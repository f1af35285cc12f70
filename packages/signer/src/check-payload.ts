import { hashHex, type Hash } from "./hash.ts";
import type { RequestInput } from "./request.ts";
import { isUnsigned, type ReceivedRequest } from "./parse-signed-request.ts";
import type { VerifyFailureReason, VerifyOptions } from "./verify.ts";

/** Why a body was refused. */
export interface PayloadFailure {
  readonly reason: VerifyFailureReason;
  readonly message: string;
}

/** Finds the hash that ends the canonical request, and holds the body against the hash that was sent with it. */
export async function readPayload(
  hash: Hash,
  { input, declaredPayload }: ReceivedRequest,
  options: VerifyOptions,
): Promise<string | PayloadFailure> {
  if (declaredPayload !== undefined && isUnsigned(declaredPayload)) {
    return options.unsignedPayload === "refuse"
      ? { reason: "payload-unsigned", message: `${declaredPayload} is not accepted here` }
      : declaredPayload;
  }
  const limit = options.maxBodyBytes ?? 16 * 1024 * 1024;
  const body = await readBody(input, limit);
  if ("reason" in body) return body;
  const actual = await hashHex(hash, body.data);
  return declaredPayload === undefined || declaredPayload === actual
    ? actual
    : {
        reason: "payload-mismatch",
        message: "the body does not have the hash that x-amz-content-sha256 says",
      };
}

type Body = { readonly data: string | Uint8Array } | PayloadFailure;

async function readBody(input: RequestInput, limit: number): Promise<Body> {
  try {
    // A URL has no body, and no stream hides in text.
    const body = typeof input === "object" && "body" in input ? input.body : undefined;
    if (body === undefined || body === null) return { data: "" };
    if (input instanceof Request) return await readStream(input.clone().body, limit);
    if (typeof body === "string") return limited(body, limit);
    if (body instanceof URLSearchParams) return limited(String(body), limit);
    if (ArrayBuffer.isView(body))
      return limited(new Uint8Array(body.buffer, body.byteOffset, body.byteLength), limit);
    if (body instanceof ArrayBuffer) return limited(new Uint8Array(body), limit);
    if (body instanceof Blob) return await readStream(body.stream(), limit);
  } catch {
    // A stream that fails is as little use as one that cannot be read; its error may quote the body.
  }
  return { reason: "payload-unreadable", message: "the body is a stream or a form, or was read before" };
}

function limited(data: string | Uint8Array, limit: number): Body {
  return data.length > limit ? tooLarge(limit) : { data };
}

async function readStream(stream: ReadableStream<Uint8Array> | null, limit: number): Promise<Body> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = stream?.getReader();
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    chunks.push(part.value);
    length += part.value.length;
    if (length > limit) {
      // The other half of a copied request may still be read by the caller, so nobody waits for this half to end.
      void reader?.cancel().catch(() => undefined);
      return tooLarge(limit);
    }
  }
  const data = new Uint8Array(length);
  let position = 0;
  for (const chunk of chunks) {
    data.set(chunk, position);
    position += chunk.length;
  }
  return { data };
}

function tooLarge(limit: number): PayloadFailure {
  return { reason: "too-large", message: `the body has more than ${limit} bytes` };
}
