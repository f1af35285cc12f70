/** The AWS SDK's logger interface; `console` fits. */
export interface Logger {
  /** Finest detail; optional. */
  trace?(...content: unknown[]): void;
  /** One line per attempt. */
  debug(...content: unknown[]): void;
  /** One line per successful call. */
  info(...content: unknown[]): void;
  /** Questionable configuration. */
  warn(...content: unknown[]): void;
  /** One line per failed call. */
  error(...content: unknown[]): void;
}

/**
 * What is logged of an attempt: how it was `signing`, that it is one of the `retries`, its `request` and its `response`, the
 * bodies too with the names that say so.
 */
export type LogMode = "signing" | "retries" | "request" | "requestWithBody" | "response" | "responseWithBody";
