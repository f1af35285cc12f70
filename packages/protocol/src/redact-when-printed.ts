import { redact } from "./redact.ts";
import type { Members, Schema } from "./schema.ts";

/** The method that Node.js, Bun and tools built on them call to print an object. */
const INSPECT: symbol = Symbol.for("nodejs.util.inspect.custom");

/** How the structures of a table are printed; `false` when the table has no secrets. */
type Print = ((this: object) => object) | false;

// Tables are constants, so this holds as many entries as there are structures declared.
const printers = new WeakMap<Members, Print>();

/**
 * Makes a structure that contains secrets print without them. The values, comparisons, copies and JSON do not change.
 *
 * @returns The same structure.
 */
export function redactWhenPrinted<Value extends object>(members: Members, value: Value): Value {
  let print = printers.get(members);
  if (print === undefined) {
    print = createPrint(members);
    printers.set(members, print);
  }
  return print
    ? Object.defineProperty(value, INSPECT, { value: print, configurable: true, writable: true })
    : value;
}

function createPrint(members: Members): Print {
  if (!Object.values(members).some(isSecret)) return false;
  return function printRedacted(this: object): object {
    return { ...this, ...redact(members, this) };
  };
}

function isSecret(schema: Schema): boolean {
  return (
    schema.sensitive === true ||
    (schema.kind === "map" && isSecret(schema.value)) ||
    (schema.kind === "list" && isSecret(schema.member))
  );
}
