import type { ListSchema, MapSchema, Members, Schema } from "@org/sts-protocol";

/** A reference to a shape, with the traits that stand on it. */
export interface ShapeReference {
  readonly target: string;
  readonly xmlName?: string;
  readonly flattened?: true;
  readonly timestampFormat?: string;
  readonly idempotencyToken?: true;
}

/** A shape of the published suites. */
export interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, ShapeReference>>;
  readonly member?: ShapeReference;
  readonly key?: ShapeReference;
  readonly value?: ShapeReference;
  readonly timestampFormat?: string;
  readonly error?: { readonly code: string; readonly httpStatus: number };
}

/** Shapes by name. */
export type Shapes = Readonly<Record<string, Shape>>;

/** A value in our kinds with the table that carries it, and the parts that STS has no kind for. */
export interface Expressed {
  readonly members: Members;
  readonly value: Record<string, unknown>;
  readonly leftOut: readonly string[];
}

/** Says a structure's value in the kinds STS has. A renamed member is simply a member with that name. */
export function express(shapes: Shapes, name: string | null, value: object): Expressed {
  const leftOut: string[] = [];
  const tables = new Map<string, Members>();

  function tableOf(shape: string): Members {
    const known = tables.get(shape);
    if (known !== undefined) return known;
    const table: Record<string, Schema> = {};
    tables.set(shape, table); // before its members, because structures can hold themselves
    for (const reference of Object.entries(shapes[shape]?.members ?? {})) {
      const schema = schemaOf(reference[1]);
      if (typeof schema !== "string") table[reference[1].xmlName ?? reference[0]] = schema;
    }
    return table;
  }

  /** A schema, or the reason why there is none. */
  function schemaOf(reference: ShapeReference): Schema | string {
    const shape = shapes[reference.target];
    if (shape === undefined) throw new Error(`unknown shape ${reference.target}`);
    if (reference.flattened === true) return "flattened";
    if (reference.idempotencyToken === true) return "idempotency token";
    switch (shape.type) {
      case "string":
        return { kind: "string" };
      case "boolean":
        return { kind: "boolean" };
      case "byte":
      case "short":
      case "integer":
      case "long":
        return { kind: "integer" };
      case "timestamp": {
        const format = reference.timestampFormat ?? shape.timestampFormat ?? "date-time";
        return format === "date-time" ? { kind: "timestamp" } : `timestamp as ${format}`;
      }
      case "structure":
        return { kind: "struct", members: tableOf(reference.target) };
      case "list": {
        if (shape.member?.xmlName !== undefined) return "renamed list items";
        const member = shape.member === undefined ? "no member" : schemaOf(shape.member);
        return typeof member === "string" ? member : ({ kind: "list", member } satisfies ListSchema);
      }
      case "map": {
        if (shape.key?.xmlName !== undefined || shape.value?.xmlName !== undefined)
          return "renamed map entries";
        const item = shape.value === undefined ? "no value" : schemaOf(shape.value);
        return typeof item === "string" ? item : ({ kind: "map", value: item } satisfies MapSchema);
      }
      default:
        return shape.type;
    }
  }

  function convert(reference: ShapeReference, item: unknown): unknown {
    const shape = shapes[reference.target];
    if (Array.isArray(item) && shape?.member !== undefined) {
      const { member } = shape;
      return item.map((element) => convert(member, element));
    }
    if (shape?.type === "timestamp") return new Date(Number(item) * 1000);
    if (typeof item !== "object" || item === null) return item;
    if (shape?.value !== undefined) {
      const { value: target } = shape;
      return Object.fromEntries(
        Object.entries(item).map(([key, element]) => [key, convert(target, element)]),
      );
    }
    return convertMembers(reference.target, item);
  }

  function convertMembers(shape: string, item: object): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    for (const [key, element] of Object.entries(item)) {
      const reference = shapes[shape]?.members?.[key];
      if (reference === undefined) throw new Error(`unknown member ${key} of ${shape}`);
      const schema = schemaOf(reference);
      if (typeof schema === "string") leftOut.push(`${key}: ${schema}`);
      else result[reference.xmlName ?? key] = convert(reference, element);
    }
    return result;
  }

  if (name === null) return { members: {}, value: {}, leftOut };
  const converted = convertMembers(name, value);
  return { members: tableOf(name), value: converted, leftOut };
}
