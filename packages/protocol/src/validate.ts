import { type InputIssue, type InputRule, InvalidInputError } from "./invalid-input-error.ts";
import type { OperationSchema } from "./operation.ts";
import type { Members, Schema, StringSchema } from "./schema.ts";

/**
 * How much of an input is checked before it is sent: everything STS documents (`"full"`), only that required members
 * are given (`"required"`), or nothing (`"off"`, for servers with their own rules such as MinIO or Ceph).
 */
export type InputValidation = "full" | "required" | "off";

/**
 * Checks an input against the operation's table and its rules across members.
 *
 * @throws {@link InvalidInputError} with one problem for each invalid value.
 */
export function validateInput(
  operation: OperationSchema,
  input: object,
  validation: InputValidation = "full",
): void {
  if (validation === "off") return;
  const full = validation === "full";
  const issues: InputIssue[] = [];
  // Such as a callback in the place of the input, which would be taken for an empty one.
  if (typeof input !== "object")
    issues.push({ path: "input", ...ofKind(`must be an object, not ${kindOf(input)}`) });
  else checkMembers(operation.input, input, "", full, issues);
  if (full && issues.length === 0) issues.push(...(operation.check?.(input) ?? []));
  if (issues.length > 0) throw new InvalidInputError(operation.name, issues);
}

function checkMembers(
  members: Members,
  value: object,
  prefix: string,
  full: boolean,
  issues: InputIssue[],
): void {
  const record = value as Readonly<Record<string, unknown>>; // a structure's members are looked up by schema name only
  for (const name in members) {
    const schema = members[name];
    const member = record[name];
    if (schema && isGiven(member)) checkValue(schema, member, prefix + name, full, issues);
    else if (schema?.required) issues.push({ path: prefix + name, rule: "required", message: "is required" });
  }
  if (full) checkSpelling(members, value, prefix, issues);
}

/** Members that do not exist are not sent. One that was meant, such as a `policy` that limits a session, must not get lost. */
function checkSpelling(members: Members, value: object, prefix: string, issues: InputIssue[]): void {
  for (const name of Object.keys(value)) {
    if (Object.hasOwn(members, name)) continue;
    const meant = Object.keys(members).find((known) => known.toLowerCase() === name.toLowerCase());
    if (meant) issues.push({ path: prefix + name, rule: "name", message: `must be spelled ${meant}` });
  }
}

function checkValue(schema: Schema, value: unknown, path: string, full: boolean, issues: InputIssue[]): void {
  const problem = findProblem(schema, value, full);
  if (problem) issues.push({ path, ...problem });
  if (problem?.rule === "kind") return;
  if (schema.kind === "struct") checkMembers(schema.members, value as object, `${path}.`, full, issues);
  else if (schema.kind === "list") {
    for (const [index, item] of (value as readonly unknown[]).entries())
      if (isGiven(item)) checkValue(schema.member, item, `${path}[${index}]`, full, issues);
  } else if (schema.kind === "map") {
    for (const [key, item] of Object.entries(value as object))
      checkValue(schema.value, item, `${path}.${key}`, full, issues);
  }
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

type Problem = Omit<InputIssue, "path">;

/** What is wrong with the value itself, not with its contents. */
function findProblem(schema: Schema, value: unknown, full: boolean): Problem | undefined {
  switch (schema.kind) {
    case "struct":
    case "map":
      return typeof value === "object" && value !== null ? undefined : ofKind("must be an object");
    case "list":
      if (!Array.isArray(value)) return ofKind("must be an array");
      return full ? checkRange("items", schema, value.length, "item") : undefined;
  }
  if (!full) return undefined;
  switch (schema.kind) {
    case "string": {
      if (typeof value !== "string") return ofKind(`must be a string, not ${kindOf(value)}`);
      const hasSurrogates = /[\uD800-\uDFFF]/.test(value);
      const { length } = hasSurrogates ? value.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g, "_") : value;
      const outOfRange = checkRange("length", schema, length, "character");
      if (outOfRange) return outOfRange;
      if (schema.pattern?.test(value) === false) return { rule: "pattern", message: mismatch(schema, value) };
      return hasSurrogates && /\p{Surrogate}/u.test(value)
        ? { rule: "pattern", message: "has half a surrogate pair, which no encoding can carry" }
        : undefined;
    }
    case "integer":
      return Number.isSafeInteger(value)
        ? checkRange("range", schema, Number(value))
        : ofKind(`must be a whole number, not ${typeof value === "number" ? String(value) : kindOf(value)}`);
    case "boolean":
      return typeof value === "boolean" ? undefined : ofKind(`must be true or false, not ${kindOf(value)}`);
    case "timestamp":
      return value instanceof Date && !Number.isNaN(value.getTime())
        ? undefined
        : ofKind("must be a valid Date");
  }
}

function ofKind(message: string): Problem {
  return { rule: "kind", message };
}

function checkRange(
  rule: InputRule,
  { min = -Infinity, max = Infinity }: { readonly min?: number; readonly max?: number },
  size: number,
  unit?: string,
): Problem | undefined {
  if (size >= min && size <= max) return undefined;
  const limits =
    min === max
      ? `exactly ${min}`
      : max === Infinity
        ? `at least ${min}`
        : min === -Infinity
          ? `at most ${max}`
          : `${min} to ${max}`;
  const message = unit
    ? `has ${size} ${unit}${size === 1 ? "" : "s"}, but must have ${limits}`
    : `is ${size}, but must be ${limits}`;
  return { rule, message };
}

function mismatch({ pattern, sensitive }: StringSchema, value: string): string {
  if (sensitive === true) return `does not match ${String(pattern)} (the value is secret and not shown)`;
  return `is ${JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value)}, which does not match ${String(pattern)}`;
}

function kindOf(value: unknown): string {
  return value === null ? "null" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}
