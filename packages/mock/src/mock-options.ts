import {
  callback,
  type ChecksOf,
  listOf,
  number,
  objectWith,
  oneOf,
  options,
  text,
} from "./check-options.ts";
import type { Clock } from "./fake/clock.ts";
import type { HostPattern } from "./fake/hosts.ts";
import type { LogEntry } from "./log-entry.ts";

/** Options that canned and strict mocks have in common. */
export interface MockOptions {
  /** Hosts that the mock serves besides those of STS, such as a custom endpoint's. Default: none. */
  readonly hosts?: readonly HostPattern[];
  /** Time. Default: a clock that follows the system's. */
  readonly clock?: Clock;
  /** Source of random bytes. Default: `crypto.getRandomValues`. */
  readonly randomBytes?: (length: number) => Uint8Array;
  /** Seed of the faults that occur by chance. Default: 1. */
  readonly seed?: number;
  /** Receives one entry per request, without secrets. */
  readonly log?: (entry: LogEntry) => void;
  /** How many calls are kept; the oldest are dropped first. Default: 10,000. */
  readonly maxCalls?: number;
}

/** Options of {@link createStsMock}. */
export interface StsMockOptions extends MockOptions {
  /**
   * The responses if the test sets no reply: the documentation's examples verbatim, whose dates are long past,
   * or responses with new keys and future expirations. Default: `"documented"`.
   */
  readonly responses?: "documented" | "realistic";
}

/** A check for each of {@link MockOptions}. */
export const mockChecks: ChecksOf<MockOptions> = {
  hosts: listOf((value, path) => {
    if (!(value instanceof RegExp))
      text(/^[\w.:[\]-]+$/, "a host name without scheme and path, or a RegExp")(value, path);
  }),
  clock: objectWith("now"),
  randomBytes: callback,
  seed: number({ isInteger: false }),
  log: callback,
  maxCalls: number({ min: 0 }),
};

/** A check for each option of a canned mock. */
export const cannedMockChecks: ChecksOf<StsMockOptions> = {
  ...mockChecks,
  responses: oneOf("documented", "realistic"),
};

/** Checks the options of `createStsMock`. */
export function checkMockOptions(given: StsMockOptions): void {
  options<StsMockOptions>(cannedMockChecks)(given, "createStsMock:");
}
