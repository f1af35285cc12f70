import { type InputIssue, type InputRule, InvalidInputError } from "./invalid-input-error.ts";
import type { OperationSchema } from "./operation.ts";
import type { Members, Schema, StringSchema } from "./schema.ts";

export type { InputIssue, InputRule } from "./invalid-input-error.ts";

/**
 * How much of an input is checked before it is sent: everything STS documents (`"full"`), only that required members
 * are given (`"required"`), or nothing (`"off"`, for servers with rules of their own such as MinIO or Ceph).
 */
export type InputValidation = "full" | "required" | "off";

/**
 * Checks an input against the operation's table and its rules across members.
 *
 * @throws {@link InvalidInputError} with every problem found.
 */
export function validateInput(
  operation: OperationSchema,
  input: object,
  validation: InputValidation = "full",
): void {
  if (validation === "off") return;
  const issues: InputIssue[] = [];
  checkMembers(operation.input, input, validation === "full", "", issues);
  if (validation === "full" && issues.length === 0) issues.push(...(operation.check?.(input) ?? []));
  if (issues.length > 0) throw new InvalidInputError(operation.name, issues);
}

function checkMembers(
  members: Members,
  value: object,
  full: boolean,
  prefix: string,
  issues: InputIssue[],
): void {
  const record = value as Readonly<Record<string, unknown>>; // a structure's members are looked up by schema name only
  for (const [name, schema] of Object.entries(members)) {
    const path = prefix + name;
    const member = record[name];
    if (member !== undefined && member !== null) checkValue(schema, member, full, path, issues);
    else if (schema.required === true) issues.push({ path, rule: "required", message: "is required" });
  }
}

function checkValue(schema: Schema, value: unknown, full: boolean, path: string, issues: InputIssue[]): void {
  const report = (rule: InputRule, message: string): void => {
    issues.push({ path, rule, message });
  };
  const range = (rule: InputRule, size: number, unit?: string): void => {
    const { min = -Infinity, max = Infinity } = schema as { min?: number; max?: number }; // only kinds with limits call this
    if (size >= min && size <= max) return;
    const limits =
      min === max
        ? `exactly ${min}`
        : max === Infinity
          ? `at least ${min}`
          : min === -Infinity
            ? `at most ${max}`
            : `${min} to ${max}`;
    report(
      rule,
      unit
        ? `has ${size} ${unit}${size === 1 ? "" : "s"}, but must have ${limits}`
        : `is ${size}, but must be ${limits}`,
    );
  };
  if (schema.kind === "struct" || schema.kind === "map") {
    if (typeof value !== "object" || value === null) report("kind", "must be an object");
    else if (schema.kind === "struct") checkMembers(schema.members, value, full, `${path}.`, issues);
    else
      for (const [key, item] of Object.entries(value))
        checkValue(schema.value, item, full, `${path}.${key}`, issues);
    return;
  }
  if (schema.kind === "list") {
    if (!Array.isArray(value)) return report("kind", "must be an array");
    if (full) range("items", value.length, "item");
    for (const [index, item] of value.entries()) {
      if (item !== undefined && item !== null)
        checkValue(schema.member, item, full, `${path}[${index}]`, issues);
    }
    return;
  }
  if (!full) return;
  if (schema.kind === "string") {
    if (typeof value !== "string") return report("kind", `must be a string, not ${kindOf(value)}`);
    const length = value.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g, "_").length;
    const before = issues.length;
    range("length", length, "character");
    if (issues.length === before && schema.pattern?.test(value) === false)
      report("pattern", mismatch(schema, value));
    else if (/\p{Surrogate}/u.test(value))
      report("pattern", "has half a surrogate pair, which no encoding can carry");
  } else if (schema.kind === "integer") {
    if (!Number.isSafeInteger(value))
      return report(
        "kind",
        `must be a whole number, not ${typeof value === "number" ? String(value) : kindOf(value)}`,
      );
    range("range", Number(value));
  } else if (schema.kind === "boolean") {
    if (typeof value !== "boolean") report("kind", `must be true or false, not ${kindOf(value)}`);
  } else if (!(value instanceof Date) || Number.isNaN(value.getTime()))
    report("kind", "must be a valid Date");
}

function mismatch({ pattern, sensitive }: StringSchema, value: string): string {
  if (sensitive === true) return `does not match ${String(pattern)} (the value is secret and not shown)`;
  return `is ${JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value)}, which does not match ${String(pattern)}`;
}

function kindOf(value: unknown): string {
  return value === null ? "null" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}
