/** What every schema can say about a member, whatever its kind. */
export interface SchemaTraits {
  /** The member must be given (in a request) or is promised by the service (in a response). */
  readonly required?: true;
  /** The value is a secret: it is redacted in logs, errors, `inspect` output and JSON. See {@link redact}. */
  readonly sensitive?: true;
}

/** A text value. Lengths count Unicode code points, as the service does. */
export interface StringSchema extends SchemaTraits {
  /** Discriminates the schema union. */
  readonly kind: "string";
  /** Fewest characters the service accepts. */
  readonly min?: number;
  /** Most characters the service accepts. */
  readonly max?: number;
  /** Anchored expression that the whole value must match. */
  readonly pattern?: RegExp;
  /** The value works once: a request that contains it must not be sent twice while the first result is unknown. */
  readonly singleUse?: true;
}

/** A whole number. */
export interface IntegerSchema extends SchemaTraits {
  /** Discriminates the schema union. */
  readonly kind: "integer";
  /** Smallest value the service accepts. */
  readonly min?: number;
  /** Largest value the service accepts. */
  readonly max?: number;
}

/** `true` or `false`. */
export interface BooleanSchema extends SchemaTraits {
  /** Discriminates the schema union. */
  readonly kind: "boolean";
}

/** A point in time: a `Date` in JavaScript, RFC 3339 text on the wire (epoch seconds in JSON responses). */
export interface TimestampSchema extends SchemaTraits {
  /** Discriminates the schema union. */
  readonly kind: "timestamp";
}

/** A list, numbered from 1 on the wire as `Name.member.N`. */
export interface ListSchema<Member extends Schema = Schema> extends SchemaTraits {
  /** Discriminates the schema union. */
  readonly kind: "list";
  /** The schema of each item. */
  readonly member: Member;
  /** Fewest items the service accepts. */
  readonly min?: number;
  /** Most items the service accepts. */
  readonly max?: number;
}

/** A map with text keys, `Name.entry.N.key` and `.value` on the wire. STS has one, in a response. */
export interface MapSchema<Value extends Schema = Schema> extends SchemaTraits {
  /** Discriminates the schema union. */
  readonly kind: "map";
  /** The schema of each value. */
  readonly value: Value;
}

/** A structure with named members. */
export interface StructSchema<Shape extends Members = Members> extends SchemaTraits {
  /** Discriminates the schema union. */
  readonly kind: "struct";
  /** Member schemas by wire name. */
  readonly members: Shape;
}

/** Any schema: the few kinds that STS uses. */
export type Schema =
  | StringSchema
  | IntegerSchema
  | BooleanSchema
  | TimestampSchema
  | ListSchema
  | MapSchema
  | StructSchema;

/** Schemas by member name, in wire order. */
export interface Members {
  readonly [name: string]: Schema;
}

/** Marks an optional member. */
export interface OptionalTrait {
  /** Never set. */
  readonly required?: never;
}

/** Marks a member that is required, or that the service promises. */
export interface RequiredTrait {
  /** Always set. */
  readonly required: true;
}

/** An optional member. */
export type OptionalMember<Kind extends Schema> = Kind & OptionalTrait;

/** A member that is required, or that the service promises. */
export type RequiredMember<Kind extends Schema> = Kind & RequiredTrait;

/** Limits a list to one kind of item. */
export interface ItemsOf<Item> {
  /** The schema of each item. */
  readonly member: Item;
}

/** Limits a map to one kind of value. */
export interface ValuesOf<Value> {
  /** The schema of each value. */
  readonly value: Value;
}

/** Limits a structure to one table. */
export interface ShapeOf<Table> {
  /** Member schemas by wire name. */
  readonly members: Table;
}

/** The schema kind that can carry a value of type `T`. */
export type SchemaOf<T> = [T] extends [string]
  ? StringSchema
  : [T] extends [number]
    ? IntegerSchema
    : [T] extends [boolean]
      ? BooleanSchema
      : [T] extends [Date]
        ? TimestampSchema
        : [T] extends [readonly (infer Item)[]]
          ? ListSchema & ItemsOf<SchemaOf<Item>>
          : string extends keyof T
            ? MapSchema & ValuesOf<SchemaOf<T[keyof T]>>
            : StructSchema & ShapeOf<MembersOf<T>>;

/**
 * The table that describes interface `T`: one schema per member, `required: true` exactly where the
 * interface has no `?`. A missing member, a wrong kind or a forgotten `required` does not compile.
 */
export type MembersOf<T> = {
  readonly [Name in keyof T]-?: SchemaOf<NonNullable<T[Name]>> &
    (object extends Pick<T, Name> ? OptionalTrait : RequiredTrait);
};
