import { addOperationMethods, type OperationMethods } from "./operation-methods.ts";
import { STSClient } from "./client-node.ts";

/** `STS` of `@org/sts-client` on node:crypto and node:https. */
// eslint-disable-next-line typescript/no-unsafe-declaration-merging
export class STS extends STSClient {
  static {
    addOperationMethods(this);
  }
}

// What `addOperationMethods` adds.
// eslint-disable-next-line typescript/no-unsafe-declaration-merging
export interface STS extends OperationMethods {}
