import { toBytes } from "./encoding.ts";

/** Replaces the hash of a body that is not signed; S3 and a few other services accept it over https. */
export const UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";

/** The bytes of a body that had to be read, to send instead, and what no header says, such as the boundary of a form. */
export interface ReadBody {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly type?: string | null | undefined;
}

/** A body that is neither text nor bytes, and can be made into bytes. */
type ReadableBody = Request | Blob | FormData | URLSearchParams | ArrayBuffer | ArrayBufferView<ArrayBuffer>;

/** Distinguishes a stream, which is not read, from a body that can be read twice. */
export function isStream(body: unknown): boolean {
  // Some have bytes, Request and Blob can give them, FormData and URLSearchParams can be turned into them; a stream cannot.
  const { byteLength, arrayBuffer, append } = body as Partial<ArrayBuffer & Blob & FormData>;
  return typeof body !== "string" && (byteLength ?? arrayBuffer ?? append) === undefined;
}

/** Recognizes what can be hashed and sent unchanged. */
export function isText(body: unknown): body is string | Uint8Array {
  return typeof body === "string" || body instanceof Uint8Array;
}

/** Turns a body from any realm into the bytes that `fetch` would send, and the content type that it would send with them. */
export async function readBody(body: unknown): Promise<ReadBody> {
  const source = body as ReadableBody; // what `isStream` and `isText` leave
  if ("byteLength" in source) {
    const {
      buffer = source as ArrayBuffer,
      byteOffset,
      byteLength,
    } = source as Partial<Uint8Array<ArrayBuffer>>;
    return { body: new Uint8Array(buffer, byteOffset, byteLength) };
  }
  // Parameters have an order, forms do not. Only a form needs the runtime's `Response` to be written.
  if ("sort" in source)
    return { body: toBytes(`${source}`), type: "application/x-www-form-urlencoded;charset=UTF-8" };
  const readable = "append" in source ? new Response(source) : "clone" in source ? source.clone() : source;
  return {
    body: new Uint8Array(await readable.arrayBuffer()),
    type: "headers" in readable ? readable.headers.get("content-type") : readable.type,
  };
}
