// The lazily loaded half of decoding together with the XML parser, so that an XML response waits for one chunk only.
export { decodeFaultText } from "./decode-fault.ts";
export { decodeResponseText } from "./decode-response.ts";
export { parseXml } from "./xml.ts";
