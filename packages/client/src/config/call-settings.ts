import type { OperationSchema } from "@org/sts-protocol";

import type { Logger } from "../call/logger.ts";
import type { ResolvedEndpoint } from "../endpoint/rules.ts";
import type { RetryStrategy } from "../retry/standard-strategy.ts";
import type { RequestSigner } from "../signing/request-signer.ts";
import type { LegacyRetryStrategy, CallConfig, STSClientResolvedConfig } from "./config.ts";
import type { DecodeResponse } from "./client-runtime.ts";
import type { Environment } from "./environment.ts";

/** What a call reads without waiting: every setting, from wherever it comes. */
export interface CallSettings {
  /** Where the request goes. */
  readonly endpoint: ResolvedEndpoint;
  /** Whether an endpoint was configured, rather than following from the region. */
  readonly isCustomEndpoint: boolean;
  /** Region of the signature, unless the endpoint names another; empty for requests that are not signed. */
  readonly region: string;
  /** Signs requests; absent for operations that are not signed. */
  readonly signer: RequestSigner | undefined;
  /** Attempts per call. */
  readonly maxAttempts: number;
  /** Decides about retries. */
  readonly retryStrategy: RetryStrategy | LegacyRetryStrategy;
  /** Whether the clock's offset is left as it is. */
  readonly disableClockSkewCorrection: boolean;
  /** Application id for the user agent. */
  readonly userAgentAppId: string | undefined;
  /** What surrounds the client; absent where there are no environment variables. */
  readonly environment: Environment | undefined;
}

/** The configuration as the client itself sees it. */
export interface CallConfiguration extends STSClientResolvedConfig {
  /** Takes log lines; absent when none was given. */
  readonly givenLogger: Logger | undefined;
  /** Decodes responses the way of the entry point. */
  readonly decodeResponse: DecodeResponse;
  /** Reads every setting. What cannot change any more is there without waiting. */
  readSettings(operation: OperationSchema): CallSettings | Promise<CallSettings>;
  /** Makes the configuration of one call. */
  withOverrides(overrides: CallConfig): Promise<CallConfiguration>;
}
