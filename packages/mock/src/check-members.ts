import type { Members, Schema } from "@org/sts-protocol";

import { kindOf } from "./check-options.ts";
import { didYouMean } from "./nearest-name.ts";

/**
 * Checks the members that a test gives for an input or a response: a misspelt name would be ignored on the wire, and a test
 * that checks for it would pass.
 *
 * @param value - some of the members; asymmetric matchers such as `expect.any(String)` match any value
 * @param where - what is checked, such as `on(GetSessionToken)`
 * @throws TypeError with the path and the nearest correct name. Values are not repeated, because they may be secret.
 */
export function checkMembers(members: Members, value: object, where: string): void {
  for (const [name, member] of Object.entries(value)) {
    // An SDK's commands have this in addition to the members of the response.
    if (name === "$metadata") continue;
    const schema = Object.hasOwn(members, name) ? members[name] : undefined;
    if (schema === undefined) {
      throw new TypeError(
        `${where}: there is no member "${name}"; ${didYouMean(name, Object.keys(members))}`,
      );
    }
    checkValue(schema, member, `${where}: ${name}`);
  }
}

function checkValue(schema: Schema, value: unknown, where: string): void {
  if (value === undefined || isAsymmetricMatcher(value)) return;
  switch (schema.kind) {
    case "struct":
      if (!isObject(value)) throw wrongKind(where, "an object", value);
      for (const [name, member] of Object.entries(value)) {
        const own = Object.hasOwn(schema.members, name) ? schema.members[name] : undefined;
        if (own === undefined) {
          throw new TypeError(
            `${where}: there is no member "${name}"; ${didYouMean(name, Object.keys(schema.members))}`,
          );
        }
        checkValue(own, member, `${where}.${name}`);
      }
      return;
    case "list":
      if (!Array.isArray(value)) throw wrongKind(where, "a list", value);
      for (const [index, item] of value.entries()) checkValue(schema.member, item, `${where}[${index}]`);
      return;
    case "map":
      if (!isObject(value)) throw wrongKind(where, "an object", value);
      for (const [name, item] of Object.entries(value)) checkValue(schema.value, item, `${where}.${name}`);
      return;
    case "timestamp":
      if (!(value instanceof Date)) throw wrongKind(where, "a Date", value);
      if (Number.isNaN(value.getTime())) throw new TypeError(`${where}: expected a valid Date`);
      return;
    case "integer":
      if (typeof value !== "number") throw wrongKind(where, "a number", value);
      return;
    default:
      if (typeof value !== schema.kind) throw wrongKind(where, `a ${schema.kind}`, value);
  }
}

/** Whether a value is an asymmetric matcher such as `expect.any(String)`, of vitest or jest. */
export function isAsymmetricMatcher(value: unknown): value is { asymmetricMatch(other: unknown): boolean } {
  return (
    typeof value === "object" &&
    value !== null &&
    "asymmetricMatch" in value &&
    typeof value.asymmetricMatch === "function"
  );
}

function wrongKind(where: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${where}: expected ${expected}; found ${kindOf(value)}`);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
