/**
 * What a client does with messages: encode requests, decode responses. All of it is in `@org/sts-protocol` too, together with
 * much else; bundlers can separate only what has its own entry point.
 *
 * @module @org/sts-protocol/messages
 */

export { encodeRequest, type EncodeRequestOptions, encodeWithoutHost } from "./encode-request.ts";
export { decodeHttpResponse, decodeResponse } from "./decode.ts";
export { decodeResponseText } from "./decode-response.ts";
