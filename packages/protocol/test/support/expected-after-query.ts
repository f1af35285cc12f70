import type { Members, Schema } from "@org/sts-protocol";

type Plain = Readonly<Record<string, unknown>>;

/** What arrives of a structure that was sent as a query, as the README's law says. */
export function carriedByQuery(members: Members, value: Plain): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members)
      .map(([name, schema]) => [name, carriedValue(schema, value[name])] as const)
      .filter(([, item]) => item !== undefined),
  );
}

/** `undefined`: nothing is sent, as for a value that is absent. */
function carriedValue(schema: Schema, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  if (schema.kind === "struct") {
    const carried = carriedByQuery(schema.members, value as Plain); // the generator follows the table
    return Object.keys(carried).length === 0 ? undefined : carried;
  }
  if (schema.kind === "list" && Array.isArray(value)) {
    const items = value.map((item) => carriedValue(schema.member, item)).filter((item) => item !== undefined);
    return value.length > 0 && items.length === 0 ? undefined : items;
  }
  if (schema.kind === "map" && Object.keys(value).length === 0) return undefined;
  return value;
}
