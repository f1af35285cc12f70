import type {
  Members,
  OperationSchema,
  Schema,
  ServiceExceptionClass,
} from "../packages/protocol/dist/index.js";

/** A reference to a shape of the model. */
interface ModelReference {
  readonly target: string;
  readonly required?: boolean;
}

/** A shape of the model. */
interface ModelShape {
  readonly type: string;
  readonly members?: Readonly<Record<string, ModelReference>>;
  readonly member?: ModelReference;
  readonly value?: ModelReference;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly sensitive?: boolean;
  readonly error?: {
    readonly code: string;
    readonly httpStatus: number;
    readonly fault: string;
    readonly retryable?: boolean;
  };
}

/** The service model as plain data. */
export interface ServiceModel {
  readonly service: { readonly apiVersion: string; readonly xmlNamespace: string };
  readonly operations: Readonly<
    Record<
      string,
      {
        readonly auth: string;
        readonly input: string;
        readonly output: string;
        readonly resultWrapper: string;
        readonly errors: readonly string[];
        readonly globalEndpoint?: boolean;
      }
    >
  >;
  readonly shapes: Readonly<Record<string, ModelShape>>;
}

/** Names each way in which the tables differ from the model, such as `AssumeRole.input.ExternalId: sensitive: ours true, model false`. */
export function compareModel(model: ServiceModel, operations: readonly OperationSchema[]): string[] {
  const differences: string[] = [];
  const compare = (path: string, what: string, ours: unknown, theirs: unknown): void => {
    if (ours !== theirs) differences.push(`${path}: ${what}: ours ${String(ours)}, model ${String(theirs)}`);
  };

  function compareMembers(path: string, members: Members, shape: ModelShape | undefined): void {
    const theirs = shape?.members ?? {};
    for (const name of new Set([...Object.keys(members), ...Object.keys(theirs)])) {
      const ours = members[name];
      const reference = theirs[name];
      compare(`${path}.${name}`, "declared", ours !== undefined, reference !== undefined);
      if (ours === undefined || reference === undefined) continue;
      compare(`${path}.${name}`, "required", ours.required === true, reference.required === true);
      compareSchema(`${path}.${name}`, ours, reference);
    }
  }

  function compareSchema(path: string, schema: Schema, reference: ModelReference): void {
    const shape = model.shapes[reference.target];
    compare(path, "kind", schema.kind, shape?.type === "structure" ? "struct" : shape?.type);
    compare(path, "sensitive", schema.sensitive === true, shape?.sensitive === true);
    const limits = schema as { readonly min?: number; readonly max?: number; readonly pattern?: RegExp }; // absent on kinds without limits
    compare(path, "min", limits.min, shape?.min);
    compare(path, "max", limits.max, shape?.max);
    if (!samePattern(limits.pattern, shape?.pattern))
      compare(path, "pattern", limits.pattern, shape?.pattern);
    if (schema.kind === "struct") compareMembers(path, schema.members, shape);
    if (schema.kind === "list" && shape?.member !== undefined)
      compareSchema(`${path}[]`, schema.member, shape.member);
    if (schema.kind === "map" && shape?.value !== undefined)
      compareSchema(`${path}{}`, schema.value, shape.value);
  }

  function compareError(path: string, ours: ServiceExceptionClass): void {
    const error = model.shapes[ours.exceptionName]?.error;
    const made = new ours({});
    compare(path, "wire code", ours.code, error?.code);
    compare(path, "status", ours.statusCode, error?.httpStatus);
    compare(path, "fault", made.$fault, error?.fault);
    compare(path, "retryable", ours.retryable === true, error?.retryable === true);
    compare(path, "name", made.name, ours.exceptionName);
  }

  const byName = new Map(operations.map((operation) => [operation.name, operation]));
  for (const name of new Set([...byName.keys(), ...Object.keys(model.operations)])) {
    const ours = byName.get(name);
    const theirs = model.operations[name];
    compare(name, "declared", ours !== undefined, theirs !== undefined);
    if (ours === undefined || theirs === undefined) continue;
    compare(name, "auth", ours.auth, theirs.auth);
    compare(name, "global endpoint", ours.globalEndpoint !== false, theirs.globalEndpoint !== false);
    compare(name, "result element", `${ours.name}Result`, theirs.resultWrapper);
    const errors = ours.errors.map(({ exceptionName }) => exceptionName);
    compare(name, "errors", [...errors].sort().join(" "), [...theirs.errors].sort().join(" "));
    for (const error of ours.errors) compareError(`${name}.errors.${error.exceptionName}`, error);
    compareMembers(`${name}.input`, ours.input, model.shapes[theirs.input]);
    compareMembers(`${name}.output`, ours.output, model.shapes[theirs.output]);
  }
  return differences;
}

const verdicts = new Map<string, boolean>();

/** Compares what two patterns accept, character by character: each is one class with a quantifier. */
function samePattern(ours: RegExp | undefined, theirs: string | undefined): boolean {
  if (ours === undefined || theirs === undefined) return ours === theirs;
  const key = `${String(ours)} ${theirs}`;
  const known = verdicts.get(key);
  if (known !== undefined) return known;
  // Code points above U+FFFF stand in the model without the braces that JavaScript needs; `\:` is `:` with the u flag.
  const source = theirs
    .replace(String.raw`\u10000-\u10FFFF`, String.raw`\u{10000}-\u{10FFFF}`)
    .replace(String.raw`\:`, ":");
  const expected = new RegExp(`^${source}$`, "u");
  let same = ours.test("") === expected.test("") && /^\^\[.*\][*+]\$$|^\^\\[wd][*+]\$$/.test(ours.source);
  for (let point = 0; same && point <= 0x10_ff_ff; point += 1) {
    if (point === 0xd8_00) point = 0xe0_00;
    const character = String.fromCodePoint(point);
    same = ours.test(character) === expected.test(character);
  }
  verdicts.set(key, same);
  return same;
}

/** A difference that is wanted. `*` in it stands for any operation. */
export interface WantedDifference {
  readonly difference: string;
  readonly reason: string;
}

/** Takes the wanted differences off, and reports those that no longer exist. */
export function unwantedDifferences(
  differences: readonly string[],
  wanted: readonly WantedDifference[],
): { readonly unwanted: readonly string[]; readonly outdated: readonly string[] } {
  const matches = (entry: WantedDifference, difference: string): boolean =>
    entry.difference === difference ||
    (entry.difference.startsWith("*.") &&
      difference.slice(difference.indexOf(".")) === entry.difference.slice(1));
  return {
    unwanted: differences.filter((difference) => !wanted.some((entry) => matches(entry, difference))),
    outdated: wanted
      .filter((entry) => !differences.some((difference) => matches(entry, difference)))
      .map(({ difference }) => difference),
  };
}
