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
