import type { ValueSource } from "./read-value.ts";
import type { Members, Schema } from "./schema.ts";
import { formatTimestamp } from "./timestamp.ts";
import type { XmlElement } from "./xml.ts";

/** Presents an element to the schema reader. */
export function xmlSource(element: XmlElement): ValueSource {
  const child = (name: string): ValueSource | undefined => {
    const found = element.children.find((candidate) => candidate.name === name);
    return found && xmlSource(found);
  };
  const named = (name: string): XmlElement[] =>
    element.children.filter((candidate) => candidate.name === name);
  return {
    text: element.children.length === 0 ? element.text : undefined,
    member: child,
    items: () => named("member").map(xmlSource),
    entries: () =>
      named("entry").flatMap((entry) => {
        const source = xmlSource(entry);
        const key = source.member("key")?.text;
        const value = source.member("value");
        return key === undefined || value === undefined ? [] : [[key, value] as const];
      }),
  };
}

/** Writes the members of a structure as elements, two spaces deeper than `indent`, one per line. */
export function writeXmlMembers(members: Members, value: object, indent: string): string {
  const record = value as Readonly<Record<string, unknown>>; // a structure's members are looked up by schema name only
  return Object.entries(members)
    .map(([name, schema]) => writeXmlValue(name, schema, record[name], indent))
    .join("");
}

function writeXmlValue(name: string, schema: Schema, value: unknown, indent: string): string {
  if (value === undefined || value === null) return "";
  const inner = writeXmlContent(schema, value, `${indent}  `);
  return `${indent}<${name}>${inner}${inner.startsWith("\n") ? indent : ""}</${name}>\n`;
}

// Content that begins with a line break holds elements; leaf text never does, because a line break in text is escaped.
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
