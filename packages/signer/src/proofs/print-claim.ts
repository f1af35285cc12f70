import type { ProofClaim } from "./proof.ts";

/** The method that Node.js, Bun and tools built on them call to print an object. */
const INSPECT: symbol = Symbol.for("nodejs.util.inspect.custom");

const REDACTED = "***SensitiveInformation***";

/**
 * Makes a claim print without the signature, the session token and everything else that was sent: for as long as it is valid, anyone who
 * reads the request in a log can send it. The values, comparisons, copies and JSON do not change.
 *
 * @returns The same claim.
 */
export function redactWhenPrinted<Claim extends Partial<Pick<ProofClaim, "request">>>(claim: Claim): Claim {
  if (claim.request === undefined) return claim;
  define(claim.request, printRequest);
  return define(claim, printClaim);
}

function define<Value extends object>(value: Value, print: (this: Value) => object): Value {
  return Object.defineProperty(value, INSPECT, { value: print, configurable: true, writable: true });
}

function printClaim(this: object): object {
  return { ...this, signature: REDACTED };
}

function printRequest(this: object): object {
  return { ...this, url: REDACTED, query: REDACTED, headers: REDACTED, body: REDACTED };
}
