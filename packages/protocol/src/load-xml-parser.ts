import type { XmlParser } from "./xml.ts";

/**
 * Loads the XML parser, which bundlers keep in a chunk of its own. Call it while a request is in flight and the
 * parser is there when the answer arrives. {@link decodeResponse} calls it by itself for XML answers.
 */
export async function loadXmlParser(): Promise<XmlParser> {
  const { parseXml } = await import("./xml.ts");
  return parseXml;
}
