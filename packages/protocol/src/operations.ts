import type { OperationSchema } from "./operation.ts";
import * as all from "./operations/all.ts";

/**
 * Every operation of STS in alphabetical order, for servers and tools. A client that imports single operations does not
 * include this list.
 */
export const operations: readonly OperationSchema[] = Object.values<object>(all).filter(isOperation);

/** The modules of operations also export the values that their members may have. */
function isOperation(exported: object): exported is OperationSchema {
  return "input" in exported && "output" in exported;
}
