// The lazily loaded half of decoding, for JSON and for XML parsers that the caller brings. Modules of the first half never
// import the modules behind this one, or bundlers would put it into the first chunk.
export { decodeFaultText } from "./decode-fault.ts";
export { decodeResponseText } from "./decode-response.ts";
