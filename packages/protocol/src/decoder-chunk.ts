// The lazily loaded half of decoding, for JSON and for XML parsers that the caller brings. Modules of the first half never
// import what stands behind this one, or bundlers would put it into the first chunk.
export { decodeFaultAnswer } from "./decode-fault.ts";
export { decodeAnswer } from "./decode-response.ts";
