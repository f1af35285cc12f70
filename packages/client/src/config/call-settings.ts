import type { OperationSchema } from "@org/sts-protocol";

import type { Logger } from "../call/logger.ts";
import type { ResolvedEndpoint } from "../endpoint/rules.ts";
import type { RetryStrategy } from "../retry/standard-strategy.ts";
import type { RequestSigner } from "../signing/request-signer.ts";
import type { LegacyRetryStrategy, CallConfig, STSClientResolvedConfig } from "./config.ts";
import type { DecodeResponse } from "./client-runtime.ts";
import type { Environment } from "./environment.ts";

/** What a call reads without waiting: every setting, wherever it comes from. */
export interface CallSettings {
  /** Where the request goes. */
  readonly endpoint: ResolvedEndpoint;
  /** Whether an endpoint was configured instead of derived from the region. */
  readonly isCustomEndpoint: boolean;
  /** Region of the signature, unless the endpoint names another; empty for requests that are not signed. */
  readonly region: string;
  /** Signs requests; absent for unsigned operations. */
  readonly signer: RequestSigner | undefined;
  /** Attempts per call. */
  readonly maxAttempts: number;
  /** Decides whether to retry. */
  readonly retryStrategy: RetryStrategy | LegacyRetryStrategy;
  /** Whether the clock offset stays as it is. */
  readonly disableClockSkewCorrection: boolean;
  /** Application id for the user agent. */
  readonly userAgentAppId: string | undefined;
  /** The client's environment; absent where there are no environment variables. */
  readonly environment: Environment | undefined;
}

/** The configuration as the client itself sees it. */
export interface CallConfiguration extends STSClientResolvedConfig {
  /** Takes log lines; absent when none was given. */
  readonly givenLogger: Logger | undefined;
  /** Decodes responses as the entry point does. */
  readonly decodeResponse: DecodeResponse;
  /** Creates an ID that no other call has. */
  readonly createId: () => string;
  /** Reads every setting. Those that cannot change any more are available without waiting. */
  readSettings(operation: OperationSchema): CallSettings | Promise<CallSettings>;
  /** Creates the configuration of one call. */
  withOverrides(overrides: CallConfig): Promise<CallConfiguration>;
}
