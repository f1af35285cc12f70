import type { OperationSchema } from "@org/sts-protocol";

import type { CallConfig } from "../config/config.ts";
import type { CallConfiguration, CallSettings } from "../config/call-settings.ts";
import type { AwsCredentialIdentity } from "../credentials/provider.ts";
import type { ResolvedEndpoint } from "../endpoint/rules.ts";
import type { Deadline } from "./deadline.ts";
import type { HandlerExecutionContext } from "./middleware-stack.ts";

/** What `send` accepts besides the command, for this call only. */
export interface SendOptions extends CallConfig {
  /** Ends the call at any point; the promise rejects with the signal's reason. */
  readonly abortSignal?: AbortSignal | undefined;
}

/** The execution context of our own steps. */
export interface CallContext extends HandlerExecutionContext {
  /** The operation's table. */
  readonly operation: OperationSchema;
  /** The configuration of this call. */
  configuration: CallConfiguration;
  /** Settings from the configuration, the environment and the profile, read once for this call. */
  settings: CallSettings;
  /** The time limits of this call. */
  deadline: Deadline;
  /** Milliseconds one attempt may take. */
  readonly requestTimeout: number;
  /** Where the request goes; set from the serialize step on. */
  endpointV2?: ResolvedEndpoint;
  /** Credentials fetched for the next attempt and not used yet. */
  credentials?: AwsCredentialIdentity | undefined;
  /** Whether the input holds a value that the service accepts only once. */
  hasOneTimeValue?: boolean;
  /** Credentials that signed the last attempt. */
  signedWith?: AwsCredentialIdentity | undefined;
}
