/**
 * The XML readers: the strict one, and fast-xml-parser.
 *
 * @module @org/sts-protocol/xml
 */

export { parseXml } from "./full-xml-parser.ts";
export { MAX_XML_DEPTH, MAX_XML_LENGTH, type XmlElement, type XmlParser } from "./xml-element.ts";
export { readXml } from "./xml-reader.ts";
