import type { Members, OperationSchema, Schema, STSServiceException } from "@org/sts-protocol";

import { validationError } from "./service-errors.ts";

/**
 * Checks an input as the service does.
 *
 * @returns `ValidationError` in the service's words with every problem found, or `undefined`. Secrets are not repeated.
 */
export function findValidationError(
  operation: OperationSchema,
  input: object,
): STSServiceException | undefined {
  const problems = checkMembers(operation.input, input, "");
  if (problems.length === 0) return undefined;
  const count = `${problems.length} validation error${problems.length === 1 ? "" : "s"} detected`;
  return validationError(`${count}: ${problems.join("; ")}`);
}

function checkMembers(members: Members, value: object, prefix: string): string[] {
  const record = value as Readonly<Record<string, unknown>>; // looked up by schema name only
  const problems: string[] = [];
  for (const name in members) {
    const schema = members[name];
    const member = record[name];
    const isGiven = member !== undefined;
    if (schema === undefined || (!isGiven && schema.required !== true)) continue;
    const path = prefix + name.charAt(0).toLowerCase() + name.slice(1);
    if (isGiven) problems.push(...checkValue(schema, member, path));
    else problems.push(problem("Value null", path, "Member must not be null"));
  }
  return problems;
}

function checkValue(schema: Schema, value: unknown, path: string): string[] {
  const fail = (constraint: string): string => {
    const isShown = schema.sensitive !== true && typeof value !== "object";
    return problem(isShown ? `Value '${String(value)}'` : "Value", path, constraint);
  };
  const limit = (size: number, what: string, { min, max }: { min?: number; max?: number }): string[] => {
    const problems: string[] = [];
    if (min !== undefined && size < min)
      problems.push(fail(`Member must have ${what} greater than or equal to ${min}`));
    if (max !== undefined && size > max)
      problems.push(fail(`Member must have ${what} less than or equal to ${max}`));
    return problems;
  };
  switch (schema.kind) {
    case "integer":
      return limit(Number(value), "value", schema);
    case "string": {
      const text = String(value);
      const found = limit(lengthOf(text), "length", schema);
      if (schema.pattern?.test(text) !== false) return found;
      const pattern = schema.pattern.source.replace(/^\^/, "").replace(/\$$/, "");
      return [...found, fail(`Member must satisfy regular expression pattern: ${pattern}`)];
    }
    case "list": {
      const items = value as readonly unknown[]; // decoded by the schema
      return [
        ...limit(items.length, "length", schema),
        ...items.flatMap((item, index) => checkValue(schema.member, item, `${path}.${index + 1}.member`)),
      ];
    }
    case "struct":
      return checkMembers(schema.members, value as object, `${path}.`); // decoded by the schema
    default:
      return [];
  }
}

/** Counts characters beyond the Basic Multilingual Plane once. */
function lengthOf(text: string): number {
  return /[\uD800-\uDFFF]/.test(text) ? Array.from(text).length : text.length;
}

function problem(shown: string, path: string, constraint: string): string {
  return `${shown} at '${path}' failed to satisfy constraint: ${constraint}`;
}
