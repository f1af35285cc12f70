import { ProtocolError } from "./protocol-error.ts";
import type { ValueSource } from "./read-value.ts";
import type { Members, Schema } from "./schema.ts";
import { formatTimestamp } from "./timestamp.ts";

/**
 * Writes the members of a structure as `&Name=value` pairs in schema order.
 *
 * Lists are numbered from 1 and skip absent items without a gap; an empty list is sent as `Name=`. Absent members,
 * empty structures and empty maps send nothing, so a reader cannot tell them apart.
 *
 * @see {@link https://smithy.io/2.0/aws/protocols/aws-query-protocol.html AWS Query protocol}
 */
export function writeQuery(members: Members, value: object, prefix = ""): string {
  const record = value as Readonly<Record<string, unknown>>; // a structure's members are looked up by schema name only
  let text = "";
  for (const name in members) {
    const schema = members[name];
    if (schema !== undefined) text += writeValue(prefix + name, schema, record[name]);
  }
  return text;
}

function writeValue(name: string, schema: Schema, value: unknown): string {
  if (value === undefined || value === null) return "";
  switch (schema.kind) {
    case "struct":
      return writeQuery(schema.members, value, `${name}.`);
    case "list": {
      let text = "";
      let count = 0;
      for (const item of value as readonly unknown[]) {
        if (item === undefined || item === null) continue;
        count += 1;
        text += writeValue(`${name}.member.${count}`, schema.member, item);
      }
      return count === 0 ? pair(name, "") : text;
    }
    case "map":
      return Object.entries(value)
        .map(([key, item], index) => {
          const entry = `${name}.entry.${index + 1}`;
          return pair(`${entry}.key`, key) + writeValue(`${entry}.value`, schema.value, item);
        })
        .join("");
    case "timestamp":
      return pair(name, formatTimestamp(value as Date));
    default:
      return pair(name, String(value));
  }
}

// Names consist of declared member names and numbers: an operation must not declare one that would have to be encoded.
function pair(name: string, value: string): string {
  return `&${name}=${escapeUri(value)}`;
}

/** Percent-encodes everything but RFC 3986's unreserved characters. */
function escapeUri(text: string): string {
  // Most values have nothing to encode, and checking is cheap.
  if (/^[\w.~-]*$/.test(text)) return text;
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

interface QueryNode {
  value: string | undefined;
  children: Map<string, QueryNode> | undefined;
}

/** The most name parts that a parameter may have; STS needs five. */
const MAX_NAME_PARTS = 16;

/**
 * Presents form pairs to the schema reader.
 *
 * @throws {@link ProtocolError} `ERR_REQUEST_VALUE` when a parameter appears twice or is nested too deep.
 */
export function readQuery(pairs: Iterable<readonly [name: string, value: string]>): ValueSource {
  const root: QueryNode = { value: undefined, children: undefined };
  for (const [name, value] of pairs) {
    const parts = name.includes(".") ? name.split(".", MAX_NAME_PARTS + 1) : [name];
    if (parts.length > MAX_NAME_PARTS) {
      throw new ProtocolError("ERR_REQUEST_VALUE", "A request parameter is nested too deep");
    }
    let node = root;
    for (const part of parts) {
      const children: Map<string, QueryNode> = (node.children ??= new Map());
      const child = children.get(part) ?? { value: undefined, children: undefined };
      children.set(part, child);
      node = child;
    }
    if (node.value !== undefined) {
      throw new ProtocolError("ERR_REQUEST_VALUE", `The parameter ${name.slice(0, 80)} is given twice`);
    }
    node.value = value;
  }
  return nodeSource(root);
}

function nodeSource(node: QueryNode): ValueSource {
  return new QuerySource(node);
}

class QuerySource implements ValueSource {
  private readonly node: QueryNode;

  constructor(node: QueryNode) {
    this.node = node;
  }

  get text(): string | undefined {
    return this.node.value;
  }

  member(name: string): ValueSource | undefined {
    const found = this.node.children?.get(name);
    return found && nodeSource(found);
  }

  items(): readonly ValueSource[] {
    return this.numbered("member").map(nodeSource);
  }

  entries(): readonly (readonly [key: string, value: ValueSource])[] {
    return this.numbered("entry").flatMap((entry) => {
      const key = entry.children?.get("key")?.value;
      const value = entry.children?.get("value");
      return key === undefined || value === undefined ? [] : [[key, nodeSource(value)] as const];
    });
  }

  private numbered(name: string): readonly QueryNode[] {
    return [...(this.node.children?.get(name)?.children ?? [])]
      .filter(([index]) => /^\d{1,9}$/.test(index))
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([, item]) => item);
  }
}
