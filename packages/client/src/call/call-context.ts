import type { OperationSchema } from "@org/sts-protocol";

import type { CallConfig, STSClientResolvedConfig } from "../config/config.ts";
import type { ResolvedEndpoint } from "../endpoint/rules.ts";
import type { HandlerExecutionContext } from "./middleware-stack.ts";

/** What `send` takes beside the command: for this call only. */
export interface SendOptions extends CallConfig {
  /** Ends the call at any point; the promise rejects with the signal's reason. */
  readonly abortSignal?: AbortSignal | undefined;
}

/** The execution context of our own steps. */
export interface CallContext extends HandlerExecutionContext {
  /** What the steps do. */
  readonly steps: typeof import("./steps.ts");
  /** The operation's table. */
  readonly operation: OperationSchema;
  /** The configuration of this call. */
  readonly configuration: STSClientResolvedConfig;
  /** Aborted when the call ends early. */
  readonly signal: AbortSignal;
  /** Milliseconds one attempt may take. */
  readonly requestTimeout: number;
  /** When the call has to end, by the local clock; infinite without limit. */
  readonly deadline: number;
  /** Where the request goes; there from the serialize step on. */
  endpointV2?: ResolvedEndpoint;
}
