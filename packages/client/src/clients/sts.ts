import { STSClient } from "./client.ts";
import { addOperationMethods, type OperationMethods } from "./operation-methods.ts";

/**
 * {@link STSClient} with a method per operation. It contains every command; if size matters, import `STSClient` and the
 * commands you use.
 *
 * @example
 * import { STS } from "@org/sts-client";
 *
 * const sts = new STS({ region: "eu-west-1" });
 * const { Credentials } = await sts.getSessionToken({ DurationSeconds: 3600 });
 */
// eslint-disable-next-line typescript/no-unsafe-declaration-merging
export class STS extends STSClient {
  static {
    addOperationMethods(this);
  }
}

// What `addOperationMethods` adds.
// eslint-disable-next-line typescript/no-unsafe-declaration-merging
export interface STS extends OperationMethods {}
