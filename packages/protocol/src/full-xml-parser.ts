import { XMLParser } from "fast-xml-parser";

import { ProtocolError } from "./protocol-error.ts";
import { MAX_XML_DEPTH, MAX_XML_LENGTH, type XmlElement, type XmlParser } from "./xml-element.ts";

const UNKNOWN_REFERENCE = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i;

/**
 * Parses an XML document strictly, with fast-xml-parser. `readXml` is many times faster and reads what STS servers send;
 * this parser also reads processing instructions, names outside ASCII and references in attributes.
 *
 * @throws `ProtocolError` `ERR_XML_MALFORMED`, `ERR_XML_FORBIDDEN` (DOCTYPE) or `ERR_XML_LIMIT`.
 */
export const parseXml: XmlParser = (xml) => {
  if (xml.length > MAX_XML_LENGTH) {
    throw new ProtocolError("ERR_XML_LIMIT", `XML of ${xml.length} characters is over ${MAX_XML_LENGTH}`);
  }
  const rest = withoutLiterals(xml);
  if (UNKNOWN_REFERENCE.test(rest)) throw malformed("a reference to an entity that XML does not define");
  let nodes: unknown;
  try {
    nodes = PARSER.parse(xml, true);
  } catch (error) {
    // The parser's messages quote tag names and positions, never text content.
    const reason = error instanceof Error ? error.message.replace(/:\d+:\w+$/, "") : "";
    const tooDeep = reason.includes("nested tags");
    throw new ProtocolError(tooDeep ? "ERR_XML_LIMIT" : "ERR_XML_MALFORMED", `XML was not read: ${reason}`);
  }
  const { children, text } = toElement("", nodes, 0);
  const [root] = children;
  // The parser drops a reference after the root element, and any text when that element is empty.
  const isEmpty = root?.text === "" && root.children.length === 0;
  if (
    root === undefined ||
    children.length > 1 ||
    text.trim() !== "" ||
    !/>[ \t\r\n]*$/.test(rest) ||
    (isEmpty && !ONE_EMPTY_ELEMENT.test(rest))
  ) {
    throw malformed("something else than one root element");
  }
  return root;
};

function malformed(found: string): ProtocolError {
  return new ProtocolError("ERR_XML_MALFORMED", `XML holds ${found}`);
}

/** One tag, or an opening and a closing one, among white space and processing instructions. */
const ONE_EMPTY_ELEMENT =
  /^\uFEFF?(?:[ \t\r\n]|<\?(?:[^?]|\?(?!>))*\?>)*<(?:[^"'<>]|"[^"]*"|'[^']*')*>(?:[ \t\r\n]|<\?(?:[^?]|\?(?!>))*\?>)*(?:<\/[^<>]*>(?:[ \t\r\n]|<\?(?:[^?]|\?(?!>))*\?>)*)?$/;

/** Leaves out comments and CDATA sections, in one pass: a document must not be able to make reading it slow. */
function withoutLiterals(xml: string): string {
  let rest = "";
  let from = 0;
  for (;;) {
    const start = xml.indexOf("<!", from);
    if (start === -1) return rest + xml.slice(from);
    const isComment = xml.startsWith("--", start + 2);
    if (!isComment && !xml.startsWith("[CDATA[", start + 2)) {
      if (!/^(?:DOCTYPE|ENTITY)/i.test(xml.slice(start + 2, start + 9)))
        throw malformed("a malformed declaration");
      throw new ProtocolError("ERR_XML_FORBIDDEN", "XML with a DOCTYPE or an entity definition is refused");
    }
    const end = xml.indexOf(isComment ? "-->" : "]]>", start + (isComment ? 4 : 9));
    if (end === -1) throw malformed("a comment or CDATA section without end");
    rest += xml.slice(from, start);
    from = end + 3;
  }
}

/** No element can have this name. */
const CDATA = "#cdata";

// Keeps the options; what it knows about a document it keeps separately.
const PARSER: XMLParser = /* @__PURE__ */ new XMLParser({
  preserveOrder: true,
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: MAX_XML_DEPTH,
  jPath: false, // paths are not needed, and building them takes time
  // Left to `decodeReferences`: the parser's own decoding knows the names of HTML and ignores numeric references.
  processEntities: false,
  cdataPropName: CDATA,
});

// With preserveOrder every node is an object of one key: a tag with its list of nodes, "#text", or a CDATA section.
function toElement(name: string, nodes: unknown, depth: number): XmlElement {
  // The parser's own limit allows one more level, and empty elements.
  if (depth > MAX_XML_DEPTH)
    throw new ProtocolError("ERR_XML_LIMIT", `XML is nested deeper than ${MAX_XML_DEPTH} elements`);
  const children: XmlElement[] = [];
  let text = "";
  if (Array.isArray(nodes)) {
    for (const node of nodes as readonly Record<string, unknown>[]) {
      for (const key in node) {
        if (key === "#text") text += decodeReferences(String(node[key]));
        else if (key === CDATA) text += literalText(node[key]);
        else if (key !== ":@") children.push(toElement(key, node[key], depth + 1));
      }
    }
  }
  return { name, text, children };
}

function literalText(nodes: unknown): string {
  if (!Array.isArray(nodes)) return "";
  return nodes.map((node: Record<string, unknown>) => String(node["#text"])).join("");
}

const REFERENCE = /&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi;
const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
/** What XML 1.0 allows as a character. */
const CHARACTER = /^[\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]$/u;

function decodeReferences(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(REFERENCE, (_, decimal?: string, hexadecimal?: string, name?: string) => {
    const character = name === undefined ? toCharacter(Number(decimal ?? `0x${hexadecimal}`)) : NAMED[name];
    if (character === undefined) throw malformed("a reference to a character it cannot have");
    return character;
  });
}

function toCharacter(codePoint: number): string | undefined {
  const character = codePoint <= 0x10_ff_ff ? String.fromCodePoint(codePoint) : "";
  return CHARACTER.test(character) ? character : undefined;
}
