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
export function readXml(xml: string): XmlElement {
  if (xml.length > MAX_XML_LENGTH) {
    throw new ProtocolError("ERR_XML_LIMIT", `XML of ${xml.length} characters is over ${MAX_XML_LENGTH}`);
  }
  return new XmlReader(xml).readDocument();
}

interface OpenElement extends XmlElement {
  text: string;
  children: XmlElement[];
}

/** Most elements have no children, and share this. */
const NO_CHILDREN: XmlElement[] = [];

// Character codes by their role in markup.
const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const EXCLAMATION_MARK = 0x21;
const DOUBLE_QUOTE = 0x22;
const AMPERSAND = 0x26;
const SINGLE_QUOTE = 0x27;
const SLASH = 0x2f;
const COLON = 0x3a;
const LESS_THAN = 0x3c;
const EQUALS = 0x3d;
const GREATER_THAN = 0x3e;
const QUESTION_MARK = 0x3f;
const RIGHT_BRACKET = 0x5d;
const BYTE_ORDER_MARK = 0xfe_ff;

const DECLARATION =
  /<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(["'])1\.0\1(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(["'])[A-Za-z][\w.-]*\2)?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(["'])(?:yes|no)\3)?[ \t\r\n]*\?>/y;

/** Parsers that build JavaScript objects refuse or rename these elements, so a full parser decides. */
const OBJECT_MEMBERS: object = { prototype: true };

/** References, line ends to normalise, `]]>`, and characters that may be half a surrogate pair or forbidden. */
const NEEDS_A_LOOK = /[^\t\n -%'-\\^-\uD7FF]/;

class XmlReader {
  private readonly xml: string;
  private at = 0;

  constructor(xml: string) {
    this.xml = xml;
  }

  readDocument(): XmlElement {
    this.skipDeclaration();
    let root: XmlElement | undefined;
    // The elements that are open, and their names as written.
    const open: OpenElement[] = [];
    const tags: string[] = [];
    let current: OpenElement | undefined;
    const { xml } = this;
    for (;;) {
      if (current === undefined) this.skipSpaceBetweenMarkup();
      else if (xml.charCodeAt(this.at) !== LESS_THAN) current.text += this.readText();
      if (this.at >= xml.length) break;

      const next = xml.charCodeAt(this.at + 1);
      if (next === SLASH) {
        if (current === undefined)
          throw this.wrongClosingTag(this.at + 2, "a closing tag without an opening one");
        this.readClosingTag(tags.pop() ?? "");
        open.pop();
        current = open[open.length - 1];
      } else if (next === EXCLAMATION_MARK) {
        const text = this.readLiteral();
        if (text !== undefined) {
          if (current === undefined) throw this.declined("a CDATA section outside the root element");
          current.text += text;
        }
      } else if (next === QUESTION_MARK) {
        throw this.beginsWith("<?xml", isSpace)
          ? this.malformed("a declaration that is not at the start")
          : this.declined("a processing instruction");
      } else {
        if (current === undefined && root !== undefined) throw this.malformed("a second root element");
        if (open.length >= MAX_XML_DEPTH)
          throw new ProtocolError("ERR_XML_LIMIT", `XML is nested deeper than ${MAX_XML_DEPTH} elements`);
        const start = this.at + 1;
        const name = this.readElementName();
        const tag = name.length === this.at - start ? name : xml.slice(start, this.at);
        const element: OpenElement = { name, text: "", children: NO_CHILDREN };
        root ??= element;
        if (current !== undefined) {
          if (current.children === NO_CHILDREN) current.children = [element];
          else current.children.push(element);
        }
        if (!this.readAttributes()) {
          open.push(element);
          tags.push(tag);
          current = element;
        }
      }
    }
    if (current !== undefined) throw this.malformed("an element that is not closed");
    if (root === undefined) throw this.malformed("no element");
    return root;
  }

  /** White space before the declaration is not well-formed, and a byte order mark is not part of the text. */
  private skipDeclaration(): void {
    if (this.xml.charCodeAt(0) === BYTE_ORDER_MARK) this.at = 1;
    if (!this.beginsWith("<?xml", isSpace)) return;
    DECLARATION.lastIndex = this.at;
    if (!DECLARATION.test(this.xml)) throw this.declined("an unusual XML declaration");
    this.at = DECLARATION.lastIndex;
  }

  private skipSpaceBetweenMarkup(): void {
    this.skipSpace();
    const code = this.xml.charCodeAt(this.at);
    if (this.at === this.xml.length || code === LESS_THAN) return;
    throw code === AMPERSAND
      ? this.declined("a reference outside the root element")
      : this.malformed("text outside the root element");
  }

  private skipSpace(): void {
    while (isSpace(this.xml.charCodeAt(this.at))) this.at += 1;
  }

  /** Reads up to the next `<`, or to the document's end. */
  private readText(): string {
    const { xml } = this;
    const start = this.at;
    // Between elements there is white space, which is short.
    let end = start;
    while (isSpace(xml.charCodeAt(end)) && xml.charCodeAt(end) !== CARRIAGE_RETURN) end += 1;
    if (xml.charCodeAt(end) === LESS_THAN) {
      this.at = end;
      return xml.slice(start, end);
    }
    end = xml.indexOf("<", end);
    if (end === -1) end = xml.length;
    const text = xml.slice(start, end);
    // One native check is faster than checking each character.
    if (NEEDS_A_LOOK.test(text)) return this.readUnusualText();
    this.at = end;
    return text;
  }

  private readUnusualText(): string {
    const { xml } = this;
    let text = "";
    let from = this.at;
    let at = from;
    for (; at < xml.length; at += 1) {
      const code = xml.charCodeAt(at);
      // Most characters need no second check.
      if (code > GREATER_THAN && code !== RIGHT_BRACKET && code < 0xd8_00) continue;
      if (code === LESS_THAN) break;
      if (code === AMPERSAND) {
        text += xml.slice(from, at);
        this.at = at;
        text += this.readReference();
        from = this.at;
        at = from - 1;
      } else if (code === CARRIAGE_RETURN) {
        // XML 1.0, 2.11: a line ends with one line feed, whatever was written.
        text += `${xml.slice(from, at)}\n`;
        if (xml.charCodeAt(at + 1) === LINE_FEED) at += 1;
        from = at + 1;
      } else if (code === RIGHT_BRACKET) {
        if (xml.startsWith("]]>", at)) {
          this.at = at;
          throw this.malformed("]]> in text");
        }
      } else if (code < SPACE || code >= 0xd8_00) at += this.checkCharacter(code, at);
    }
    this.at = at;
    return text === "" ? xml.slice(from, at) : text + xml.slice(from, at);
  }

  /**
   * Refuses what XML 1.0 does not allow: control characters, halves of surrogate pairs, U+FFFE and U+FFFF.
   *
   * @returns How many units the character has beyond the first.
   */
  private checkCharacter(code: number, at: number): number {
    if (code === TAB || code === LINE_FEED || code === CARRIAGE_RETURN) return 0;
    if (code >= 0xd8_00 && code < 0xdc_00) {
      const low = this.xml.charCodeAt(at + 1);
      if (low >= 0xdc_00 && low < 0xe0_00) return 1;
    } else if (code >= 0xe0_00 && code < 0xff_fe) return 0;
    this.at = at;
    throw this.malformed("a character that XML forbids");
  }

  private checkCharacters(end: number): void {
    for (let at = this.at; at < end; at += 1) {
      const code = this.xml.charCodeAt(at);
      if (code < SPACE || code >= 0xd8_00) at += this.checkCharacter(code, at);
    }
  }

  /** Reads a comment, which returns `undefined`, or a CDATA section, which returns its text. */
  private readLiteral(): string | undefined {
    const { xml } = this;
    if (xml.startsWith("<!--", this.at)) {
      const end = xml.indexOf("--", this.at + 4);
      if (end === -1) throw this.malformed("a comment without an end");
      if (xml.charCodeAt(end + 2) !== GREATER_THAN) throw this.declined("two hyphens in a comment");
      this.checkCharacters(end);
      this.at = end + 3;
      return undefined;
    }
    if (xml.startsWith("<![CDATA[", this.at)) {
      const end = xml.indexOf("]]>", this.at + 9);
      if (end === -1) throw this.malformed("a CDATA section without an end");
      this.checkCharacters(end);
      const text = xml.slice(this.at + 9, end);
      this.at = end + 3;
      return text.includes("\r") ? text.replaceAll(/\r\n?/g, "\n") : text;
    }
    if (/^(?:DOCTYPE|ENTITY)/i.test(xml.slice(this.at + 2, this.at + 9))) {
      throw new ProtocolError("ERR_XML_FORBIDDEN", "XML with a DOCTYPE or an entity definition is refused");
    }
    throw this.malformed("a malformed declaration");
  }

  /** Reads `</name>`. */
  private readClosingTag(tag: string): void {
    const { xml } = this;
    let end = this.at + 2;
    if (xml.startsWith(tag, end)) {
      end += tag.length;
      while (isSpace(xml.charCodeAt(end))) end += 1;
      if (xml.charCodeAt(end) === GREATER_THAN) {
        this.at = end + 1;
        return;
      }
    }
    throw this.wrongClosingTag(end, "a closing tag that does not match");
  }

  /** fast-xml-parser accepts more closing and empty tags than XML has. */
  private wrongClosingTag(end: number, found: string): ProtocolError {
    const { xml } = this;
    const code = xml.charCodeAt(end);
    if (code < SPACE) this.checkCharacter(code, end);
    return code > 0x7f || xml.charCodeAt(this.endOfTag(end) - 1) === SLASH
      ? this.declined("an unusual closing tag")
      : this.malformed(found);
  }

  /** Finds the `>` that is not in quotes. */
  private endOfTag(from: number): number {
    const { xml } = this;
    for (let at = from; at < xml.length; at += 1) {
      const code = xml.charCodeAt(at);
      if (code === GREATER_THAN) return at;
      if (code !== DOUBLE_QUOTE && code !== SINGLE_QUOTE) continue;
      const end = xml.indexOf(code === DOUBLE_QUOTE ? '"' : "'", at + 1);
      if (end === -1) return end;
      at = end;
    }
    return -1;
  }

  /** Reads the name after `<`, and returns its part after the prefix. */
  private readElementName(): string {
    const { xml } = this;
    const start = this.at + 1;
    const first = xml.charCodeAt(start);
    if (!isNameStart(first)) {
      if (first < SPACE) this.checkCharacter(first, start);
      throw first > 0x7f || first === COLON
        ? this.declined("an unusual element name")
        : this.malformed("a tag without a name");
    }
    let colon = -1;
    let end = start + 1;
    for (; ; end += 1) {
      const code = xml.charCodeAt(end);
      if (code === COLON) {
        if (colon !== -1) throw this.declined("a name with two colons");
        colon = end;
      } else if (!isNamePart(code)) {
        if (code > 0x7f) throw this.declined("an unusual element name");
        break;
      }
    }
    this.at = end;
    if (colon === end - 1 || (colon !== -1 && !isNameStart(xml.charCodeAt(colon + 1))))
      throw this.declined("an unusual name prefix");
    if (colon !== -1 && xml.slice(start, colon) === "xmlns") throw this.declined("an element of xmlns");
    const name = xml.slice(colon === -1 ? start : colon + 1, end);
    // STS's own members begin with a capital letter and need no check.
    if (name.charCodeAt(0) > 0x5a && name in OBJECT_MEMBERS)
      throw this.declined("an element named like an object's member");
    return name;
  }

  /**
   * Skips the rest of an opening tag.
   *
   * @returns Whether the element is empty, `<name/>`.
   */
  private readAttributes(): boolean {
    const { xml } = this;
    // Created for the second attribute: most elements have none, and the root has one.
    let names: Set<string> | undefined;
    let firstName: string | undefined;
    for (;;) {
      const before = this.at;
      this.skipSpace();
      const code = xml.charCodeAt(this.at);
      if (code === GREATER_THAN) {
        this.at += 1;
        return false;
      }
      if (code === SLASH) {
        if (xml.charCodeAt(this.at + 1) !== GREATER_THAN) throw this.malformed("a malformed tag");
        this.at += 2;
        return true;
      }
      if (code < SPACE) this.checkCharacter(code, this.at);
      if (this.at === before && code !== EQUALS) throw this.malformed("a malformed tag");
      const name = this.readAttribute();
      if (firstName === undefined) firstName = name;
      else {
        names ??= new Set([firstName]);
        if (names.has(name)) {
          throw name === "__proto__"
            ? this.declined("a repeated attribute named like an object's member")
            : this.malformed("an attribute that is repeated");
        }
        names.add(name);
      }
    }
  }

  private readAttribute(): string {
    const { xml } = this;
    const start = this.at;
    const first = xml.charCodeAt(start);
    if (!isNameStart(first)) {
      throw first > 0x7f || first === COLON || first === EQUALS
        ? this.declined("an unusual attribute name")
        : this.malformed("a malformed attribute");
    }
    while (isNamePart(xml.charCodeAt(this.at)) || xml.charCodeAt(this.at) === COLON) this.at += 1;
    const name = xml.slice(start, this.at);
    if (xml.charCodeAt(this.at) > 0x7f) throw this.declined("an unusual attribute name");
    this.skipSpace();
    if (xml.charCodeAt(this.at) !== EQUALS) throw this.malformed("an attribute without a value");
    this.at += 1;
    this.skipSpace();
    const quote = xml.charCodeAt(this.at);
    if (quote !== DOUBLE_QUOTE && quote !== SINGLE_QUOTE) throw this.malformed("an attribute without quotes");
    for (let at = this.at + 1; at < xml.length; at += 1) {
      const code = xml.charCodeAt(at);
      if (code === quote) {
        this.at = at + 1;
        return name;
      }
      if (code === LESS_THAN) throw this.declined("a less-than sign in an attribute");
      if (code === AMPERSAND) throw this.declined("a reference in an attribute");
      if (code < SPACE || code >= 0xd8_00) at += this.checkCharacter(code, at);
    }
    throw this.malformed("an attribute without an end");
  }

  /** Reads `&name;` or `&#number;`. */
  private readReference(): string {
    const { xml } = this;
    if (xml.charCodeAt(this.at + 1) === 0x23) return this.readCharacterReference();
    for (const [reference, character] of NAMED_REFERENCES) {
      if (xml.startsWith(reference, this.at)) {
        this.at += reference.length;
        return character;
      }
    }
    throw this.malformed("a reference to an entity that XML does not define");
  }

  private readCharacterReference(): string {
    const { xml } = this;
    let at = this.at + 2;
    const mark = xml.charCodeAt(at);
    if (mark === 0x58) throw this.declined("a reference with a capital X");
    const radix = mark === 0x78 ? 16 : 10;
    if (radix === 16) at += 1;
    const start = at;
    let codePoint = 0;
    for (let digit = digitOf(xml.charCodeAt(at), radix); digit !== -1; at += 1) {
      // Once beyond the last character, it stays beyond.
      codePoint = Math.min(codePoint * radix + digit, 0x11_00_00);
      digit = digitOf(xml.charCodeAt(at + 1), radix);
    }
    if (at === start || xml.charCodeAt(at) !== 0x3b) throw this.malformed("a malformed reference");
    if (!isXmlCharacter(codePoint)) throw this.malformed("a reference to a character that XML forbids");
    this.at = at + 1;
    return String.fromCodePoint(codePoint);
  }

  private beginsWith(text: string, isNext: (code: number) => boolean): boolean {
    return this.xml.startsWith(text, this.at) && isNext(this.xml.charCodeAt(this.at + text.length));
  }

  // Messages give positions and kinds, never the text, which may be secret.
  private malformed(found: string): ProtocolError {
    return new ProtocolError("ERR_XML_MALFORMED", `XML holds ${found} (position ${this.at})`);
  }

  private declined(found: string): DeclinedXmlError {
    return new DeclinedXmlError(`${found} (position ${this.at})`);
  }
}

const NAMED_REFERENCES: readonly (readonly [reference: string, character: string])[] = [
  ["&amp;", "&"],
  ["&quot;", '"'],
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&apos;", "'"],
];

function isSpace(code: number): boolean {
  return code === SPACE || code === LINE_FEED || code === CARRIAGE_RETURN || code === TAB;
}

/** `A-Z`, `a-z` and `_`. */
function isNameStart(code: number): boolean {
  const letter = code | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || code === 0x5f;
}

/** What a name can begin with, plus digits, `-` and `.`. */
function isNamePart(code: number): boolean {
  return isNameStart(code) || (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2e;
}

/** The value of a digit, or -1. */
function digitOf(code: number, radix: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return radix === 16 && letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** XML 1.0, 2.2. */
function isXmlCharacter(codePoint: number): boolean {
  return (
    codePoint === TAB ||
    codePoint === LINE_FEED ||
    codePoint === CARRIAGE_RETURN ||
    (codePoint >= SPACE && codePoint < 0xd8_00) ||
    (codePoint >= 0xe0_00 && codePoint < 0xff_fe) ||
    (codePoint >= 0x1_00_00 && codePoint < 0x11_00_00)
  );
}
