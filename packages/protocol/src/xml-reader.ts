// A strict reader of well-formed XML 1.0 without DTD, in one pass. What it refuses is not well-formed. What it declines may be
// well-formed, but has parts that no STS server sends, so a full parser decides.
import { ProtocolError } from "./protocol-error.ts";
import { MAX_XML_DEPTH, MAX_XML_LENGTH, type XmlElement } from "./xml-element.ts";

/** The document has parts that {@link readXml} was not written for. A full parser may be able to read it. */
export class DeclinedXmlError extends ProtocolError {
  /** @param found - what was found, and where */
  constructor(found: string) {
    super(
      "ERR_XML_MALFORMED",
      `XML was not read: ${found} is beyond the built-in reader; pass a full XML parser as parseXml`,
    );
  }
}

/**
 * Reads an XML document strictly: a declaration, elements, attributes (skipped), text, references, CDATA sections, comments.
 *
 * @throws `DeclinedXmlError`, which is a `ProtocolError` `ERR_XML_MALFORMED`, when a full parser has to decide, such as at a processing instruction or a name
 *   outside ASCII.
 * @throws `ProtocolError` `ERR_XML_MALFORMED`, `ERR_XML_FORBIDDEN` (DOCTYPE or an entity definition) or `ERR_XML_LIMIT`.
 */
export function readXml(document: string): XmlElement {
  if (document.length > MAX_XML_LENGTH)
    throw new ProtocolError(
      "ERR_XML_LIMIT",
      `XML of ${document.length} characters is over ${MAX_XML_LENGTH}`,
    );
  // XML 1.0, 2.11: a line ends with one line feed, whatever was written.
  const xml = document.includes("\r") ? document.replaceAll(/\r\n?/g, "\n") : document;
  // A byte order mark is not part of the text.
  let at = xml.startsWith("\uFEFF") ? 1 : 0;

  if (matchAt(/<\?xml[ \t\n]/y, xml, at)) {
    const declaration = matchAt(DECLARATION, xml, at);
    if (!declaration) throw declined("an unusual XML declaration", at);
    at += declaration[0].length;
  }

  // What is around the root element.
  const top: Tag = { element: { name: "", text: "", children: NO_CHILDREN }, name: "", depth: 0 };
  let tag = top;
  for (;;) {
    const next = xml.indexOf("<", at);
    if (next !== at) {
      const text = xml.slice(at, next === -1 ? undefined : next);
      if (tag.depth > 0) tag.element.text += readText(text, at);
      else if (/[^ \t\n]/.test(text)) {
        throw /^[ \t\n]*&/.test(text)
          ? declined("a reference outside the root element", at)
          : malformed("text outside the root element", at);
      }
    }
    if (next === -1) break;
    at = next;

    // Most tags hold nothing but a name, and most elements nothing but text: they need no match with more groups.
    if (tag.outer && xml[at + 1] === "/") {
      const end = at + 2 + tag.name.length;
      // Not `startsWith`, which compares parts of a text character by character: 3 % of decoding a response (measured).
      if (xml[end] === ">" && xml.slice(at + 2, end) === tag.name) {
        tag = tag.outer;
        at = end + 1;
        continue;
      }
    }
    const plain = matchAt(PLAIN_ELEMENT, xml, at);
    if (plain) {
      // By index: taking it apart by destructuring allocates (measured).
      const name = plain[1] as string; // every match has this group
      const text = plain[2];
      const element = addElement(name, text, tag, at);
      if (text === undefined) tag = { element, name, depth: tag.depth + 1, outer: tag };
      at = PLAIN_ELEMENT.lastIndex;
      continue;
    }
    const match = matchAt(TAG, xml, at);
    if (match) {
      const [whole, closed, first = "", second, attributes, slash] = match;
      if (closed === undefined) {
        if (second !== undefined && first === "xmlns") throw declined("an unusual prefix", at);
        if (attributes) checkAttributes(attributes, at);
        const element = addElement(second ?? first, "", tag, at);
        const name = second === undefined ? first : `${first}:${second}`;
        if (!slash) tag = { element, name, depth: tag.depth + 1, outer: tag };
      } else {
        // There is white space after the name.
        if (closed !== tag.name || !tag.outer)
          throw unreadableTag("a closing tag that does not match", xml, at);
        tag = tag.outer;
      }
      at += whole.length;
    } else if (xml.startsWith("<!--", at)) {
      at = findBehind("--", xml, at + 4);
      checked(xml.slice(next, at), next);
      if (xml[at] !== ">") throw declined("two hyphens in a comment", at);
      at += 1;
    } else if (xml.startsWith("<![CDATA[", at)) {
      if (tag === top) throw declined("a CDATA section outside the root element", at);
      at = findBehind("]]>", xml, at + 9);
      tag.element.text += checked(xml.slice(next + 9, at - 3), next);
    } else if (matchAt(/<!(?:DOCTYPE|ENTITY)/iy, xml, at)) {
      throw new ProtocolError("ERR_XML_FORBIDDEN", "XML with a DOCTYPE or an entity definition is refused");
    } else if (matchAt(/<\?xml[ \t\n]/y, xml, at)) {
      throw malformed("a declaration that is not at the start", at);
    } else {
      throw xml[at + 1] === "?"
        ? declined("a processing instruction", at)
        : unreadableTag("a malformed tag", xml, at);
    }
  }
  if (tag !== top) throw malformed("an element that is not closed", at);
  const [root] = top.element.children;
  if (!root) throw malformed("no element", at);
  return root;
}

/** Adds an element to the innermost of those that are open. */
function addElement(name: string, text = "", { element: parent, depth }: Tag, at: number): OpenElement {
  if (depth === 0 && parent.children !== NO_CHILDREN) throw malformed("a second root element", at);
  if (depth >= MAX_XML_DEPTH)
    throw new ProtocolError("ERR_XML_LIMIT", `XML is nested deeper than ${MAX_XML_DEPTH} elements`);
  // STS's own names begin with a capital letter.
  if (name > "Z" && name in OBJECT_MEMBERS) throw declined("an unusual name", at);
  const element: OpenElement = { name, text, children: NO_CHILDREN };
  if (parent.children === NO_CHILDREN) parent.children = [element];
  else parent.children.push(element);
  return element;
}

// Messages give positions and kinds, never the text, which may be secret.
function malformed(found: string, at: number): ProtocolError {
  return new ProtocolError("ERR_XML_MALFORMED", `XML holds ${found} (position ${at})`);
}

function declined(found: string, at: number): ProtocolError {
  return new DeclinedXmlError(`${found} (position ${at})`);
}

function unreadableTag(found: string, xml: string, at: number): ProtocolError {
  return ODD_TAG.test(checked(matchAt(WHOLE_TAG, xml, at)?.[0] ?? "", at))
    ? declined("an unusual tag", at)
    : malformed(found, at);
}

function matchAt(pattern: RegExp, xml: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(xml);
}

function findBehind(end: string, xml: string, from: number): number {
  const found = xml.indexOf(end, from);
  if (found === -1) throw malformed("a comment or CDATA section without an end", from);
  return found + end.length;
}

function readText(text: string, at: number): string {
  if (!SPECIAL.test(text)) return text;
  if (text.includes("]]>")) throw malformed("]]> in text", at);
  return checked(text, at).replaceAll(
    REFERENCE,
    (reference: string, decimal?: string, hexadecimal?: string, name?: string) => {
      const codePoint = Number(decimal ?? (hexadecimal && `0x${hexadecimal}`));
      const character =
        name === undefined
          ? codePoint <= 0x10_ff_ff && String.fromCodePoint(codePoint)
          : NAMED_REFERENCES[name];
      if (character && !isForbidden(character)) return character;
      throw reference === "&#X"
        ? declined("a reference with a capital X", at)
        : malformed("a reference to what XML does not define", at);
    },
  );
}

function checkAttributes(attributes: string, at: number): void {
  checked(attributes, at);
  if (attributes.indexOf("=") === attributes.lastIndexOf("=")) return; // one alone
  const names: readonly string[] = attributes.replaceAll(/"[^"]*"|'[^']*'/g, "").match(/[\w.:-]+/g) ?? [];
  if (new Set(names).size === names.length) return;
  throw names.includes("__proto__")
    ? declined("an unusual attribute name", at)
    : malformed("an attribute that is repeated", at);
}

function checked(text: string, at: number): string {
  if (isForbidden(text)) throw malformed("a character that XML forbids", at);
  return text;
}

/** An opening tag whose closing tag has not been read. */
interface Tag {
  readonly element: OpenElement;
  /** As written, with its prefix. */
  readonly name: string;
  /** Of what is around the root element: 0. */
  readonly depth: number;
  readonly outer?: Tag;
}

interface OpenElement extends XmlElement {
  text: string;
  children: XmlElement[];
}

/** Most elements have no children, and share this. */
const NO_CHILDREN = Object.freeze<XmlElement[]>([]) as XmlElement[];

const DECLARATION =
  /<\?xml[ \t\n]+version[ \t\n]*=[ \t\n]*(["'])1\.0\1(?:[ \t\n]+encoding[ \t\n]*=[ \t\n]*(["'])[A-Za-z][\w.-]*\2)?(?:[ \t\n]+standalone[ \t\n]*=[ \t\n]*(["'])(?:yes|no)\3)?[ \t\n]*\?>/y;

/** What most texts have not: references, `]]>`, and characters that may be half a surrogate pair or forbidden. */
const SPECIAL = /[^\t\n -%'-\\^-\uD7FF]/;

/** An opening tag without attributes but `xmlns`, with its closing tag if there is nothing {@link SPECIAL} between them. */
const PLAIN_ELEMENT = /<([A-Za-z_][\w.-]*)(?: xmlns="[\w:/.-]*")?>(?:([\t\n -%'-;=-\\^-\uD7FF]*)<\/\1>)?/y;

/** A closing tag, or an opening one: name or prefix, name after a prefix, attributes, and the slash of an empty element. */
const TAG =
  /<(?:\/([\w.:-]+)[ \t\n]*|([A-Za-z_][\w.-]*)(?::([A-Za-z_][\w.-]*))?((?:[ \t\n]+[A-Za-z_][\w.:-]*[ \t\n]*=[ \t\n]*(?:"[^"<&]*"|'[^'<&]*'))*)[ \t\n]*(\/?))>/y;

/** Up to the `>` that is not in quotes. */
const WHOLE_TAG = /<(?:[^"'>]|"[^"]*"|'[^']*')*>?/y;

/** What fast-xml-parser may accept as a tag: names outside ASCII, odd colons and equal signs, references, a slash at both ends. */
const ODD_TAG = /.[<&:]|[^\0-\x7f]|[^\w.-]=|^<\/.*\/>$/s;

/** Parsers that build JavaScript objects refuse or rename these elements, so a full parser decides. */
const OBJECT_MEMBERS: object = { prototype: true };

/** References, and anything that begins like one. */
const REFERENCE = /&(?:#(\d+);|#x([\da-fA-F]+);|(amp|quot|lt|gt|apos);|#X|)/g;

const NAMED_REFERENCES: Readonly<Record<string, string>> = {
  amp: "&",
  quot: '"',
  lt: "<",
  gt: ">",
  apos: "'",
};

/** Whether there is a character that XML 1.0 forbids: a control character, half a surrogate pair, U+FFFE or U+FFFF. */
function isForbidden(text: string): boolean {
  // The first look finds surrogates, paired or not; it is the faster one, and enough for most texts.
  return (
    /[^\t\n\r -\uD7FF\uE000-\uFFFD]/.test(text) &&
    /[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(text)
  );
}
