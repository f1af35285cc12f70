/**
 * What a client does with messages: encode requests, decode responses. All of it is in `@org/sts-protocol` too, and there next to
 * much else; bundlers can keep apart only what has an entry point of its own.
 *
 * @module @org/sts-protocol/messages
 */

export { encodeRequest, type EncodeRequestOptions } from "./encode-request.ts";
export { decodeResponse } from "./decode.ts";
export { decodeResponseText } from "./decode-response.ts";
