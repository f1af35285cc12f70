import { redact } from "./redact.ts";
import type { Members, Schema } from "./schema.ts";

/** What Node.js, Bun and tools built on them call to print an object. */
const INSPECT: symbol = Symbol.for("nodejs.util.inspect.custom");

/**
 * Lets a structure that holds secrets print without them. The values themselves, comparisons, copies and JSON stay as they are.
 *
 * @returns The same structure.
 */
export function redactWhenPrinted<Value extends object>(members: Members, value: Value): Value {
  return Object.values(members).some(isSecret)
    ? Object.defineProperty(value, INSPECT, {
        value: () => ({ ...value, ...redact(members, value) }),
        configurable: true,
        writable: true,
      })
    : value;
}

function isSecret(schema: Schema): boolean {
  return (
    schema.sensitive === true ||
    (schema.kind === "map" && isSecret(schema.value)) ||
    (schema.kind === "list" && isSecret(schema.member))
  );
}
