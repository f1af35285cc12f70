import { addOperationMethods, type OperationMethods } from "./operation-methods.ts";
import { STSClient } from "./client-webcrypto.ts";

/** `STS` of `@org/sts-client` on the runtime's WebCrypto. */
// eslint-disable-next-line typescript/no-unsafe-declaration-merging
export class STS extends STSClient {
  static {
    addOperationMethods(this);
  }
}

// What `addOperationMethods` adds.
// eslint-disable-next-line typescript/no-unsafe-declaration-merging
export interface STS extends OperationMethods {}
