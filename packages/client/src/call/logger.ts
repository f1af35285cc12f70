/** The AWS SDK's logger interface; `console` works too. */
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

/** Logs one thing. A logger may lack methods, as the AWS SDK allows. */
export function log(
  logger: Partial<Logger> | undefined,
  level: "debug" | "info" | "warn" | "error",
  ...content: unknown[]
): void {
  if (logger) void report(() => logger[level]?.(...content));
}

/**
 * Calls a function of the user that only reports something. If it throws, or returns a promise that rejects, there is nowhere else to
 * report that: it may not replace a result, which could be credentials that a one-time code was spent on, nor end the process.
 */
export async function report(call: () => unknown): Promise<void> {
  try {
    await call();
  } catch {
    // As above.
  }
}

/**
 * What to log about an attempt: how it was signed, whether it is a retry, its request and its response; `requestWithBody` and
 * `responseWithBody` include the bodies.
 */
export type LogMode = "signing" | "retries" | "request" | "requestWithBody" | "response" | "responseWithBody";
