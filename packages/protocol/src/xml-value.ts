import type { ResponseSource, ValueSource } from "./read-value.ts";
import type { Members, Schema } from "./schema.ts";
import { formatTimestamp } from "./timestamp.ts";
import type { XmlElement } from "./xml-element.ts";

/** Presents an element to the schema reader. */
export function xmlSource(element: XmlElement): ResponseSource {
  return new XmlSource(element);
}

class XmlSource implements ResponseSource {
  private readonly element: XmlElement;

  constructor(element: XmlElement) {
    this.element = element;
  }

  get text(): string | undefined {
    return this.element.children.length === 0 ? this.element.text : undefined;
  }

  member(name: string): ValueSource | undefined {
    for (const child of this.element.children) if (child.name === name) return new XmlSource(child);
    return undefined;
  }

  members(): readonly ResponseSource[] {
    return this.element.children.map(xmlSource);
  }

  items(): readonly ValueSource[] {
    return this.named("member");
  }

  entries(): readonly (readonly [key: string, value: ValueSource])[] {
    return this.named("entry").flatMap((entry) => {
      const key = entry.member("key")?.text;
      const value = entry.member("value");
      return key === undefined || value === undefined ? [] : [[key, value] as const];
    });
  }

  private named(name: string): readonly ValueSource[] {
    return this.element.children.filter((child) => child.name === name).map(xmlSource);
  }
}

/** Writes the members of a structure as elements, two spaces deeper than `indent`, one per line. */
export function writeXmlMembers(members: Members, value: object, indent: string): string {
  const record = value as Readonly<Record<string, unknown>>; // a structure's members are looked up by schema name only
  let text = "";
  for (const name in members) {
    const schema = members[name];
    if (schema !== undefined) text += writeXmlValue(name, schema, record[name], indent);
  }
  return text;
}

function writeXmlValue(name: string, schema: Schema, value: unknown, indent: string): string {
  if (value === undefined || value === null) return "";
  const inner = writeXmlContent(schema, value, `${indent}  `);
  const hasElements = schema.kind === "struct" || schema.kind === "list" || schema.kind === "map";
  return `${indent}<${name}>${inner}${hasElements ? indent : ""}</${name}>\n`;
}

// Elements begin on a new line.
function writeXmlContent(schema: Schema, value: unknown, indent: string): string {
  switch (schema.kind) {
    case "struct":
      return `\n${writeXmlMembers(schema.members, value as object, indent)}`;
    case "list":
      return `\n${(value as readonly unknown[]).map((item) => writeXmlValue("member", schema.member, item, indent)).join("")}`;
    case "map":
      return `\n${Object.entries(value as object)
        .map(([key, item]) => {
          const pair = `  ${writeXmlValue("key", { kind: "string" }, key, indent)}  ${writeXmlValue("value", schema.value, item, indent)}`;
          return `${indent}<entry>\n${pair}${indent}</entry>\n`;
        })
        .join("")}`;
    case "timestamp":
      return formatTimestamp(value as Date);
    default:
      return escapeXml(String(value));
  }
}

const XML_ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Escapes text for element content. Line breaks become references, so that no parser normalises them away. */
export function escapeXml(text: string): string {
  return text.replace(
    /[&<>"\r\n\u0085\u2028]/g,
    (character) => XML_ESCAPES[character] ?? `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`,
  );
}
