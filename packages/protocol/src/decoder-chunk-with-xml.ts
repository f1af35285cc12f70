// The lazily loaded half of decoding together with the XML parser, so that an XML answer waits for one chunk only.
export { decodeFaultAnswer } from "./decode-fault.ts";
export { decodeAnswer } from "./decode-response.ts";
export { parseXml } from "./xml.ts";
