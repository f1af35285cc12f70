// Loaded when a body has to be read, and therefore apart from all that signs.

/** A body that is neither text nor bytes, and can be made into bytes. */
export type ReadableBody =
  | Request
  | Blob
  | FormData
  | URLSearchParams
  | ArrayBuffer
  | ArrayBufferView<ArrayBuffer>;

/** The bytes of a body, and what it says of itself. */
export interface BodyBytes {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly type?: string | null | undefined;
}

/** Turns a body of any realm into the bytes that `fetch` would send, and the content type that it would send with them. */
export async function readBody(source: ReadableBody): Promise<BodyBytes> {
  if ("buffer" in source)
    return { body: new Uint8Array(source.buffer, source.byteOffset, source.byteLength) };
  if ("byteLength" in source) return { body: new Uint8Array(source) };
  // Parameters have an order, forms have not. Only a form needs the runtime's `Response` to be written.
  if ("sort" in source) {
    const type = "application/x-www-form-urlencoded;charset=UTF-8";
    return { body: new TextEncoder().encode(String(source)), type };
  }
  const readable = "append" in source ? new Response(source) : "clone" in source ? source.clone() : source;
  const body = new Uint8Array(await readable.arrayBuffer());
  return { body, type: "headers" in readable ? readable.headers.get("content-type") : readable.type };
}
