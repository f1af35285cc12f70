import type { Keys } from "../support/call.ts";

/** What came of a call: `ok`, or the error code that the client reports. */
export type Outcome = string;

/** Where and as whom a call is made. */
export interface Target {
  readonly endpoint: string;
  readonly keys: Keys;
}

/** A client under test, driven the same way in every language. */
export interface ClientUnderTest {
  readonly name: string;
  /** Whether each call takes most of a second, so that it should make few. */
  readonly slow?: boolean;
  /** Why it cannot run here; `undefined` when it can. */
  missing(): Promise<string | undefined>;
  /** Names of the operations that it knows. */
  operations(): Promise<readonly string[]>;
  /** Makes one call without retries. */
  call(operation: string, input: object, target: Target): Promise<Outcome>;
  /** Ends what was started. */
  close(): void;
}

export const REGION = "us-east-1";
