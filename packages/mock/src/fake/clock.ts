import { moment, number, options } from "../check-options.ts";

/** Where the mock reads the time. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
}

/** A clock that a test can move. */
export interface ControlledClock extends Clock {
  /** Sets the time. */
  set(time: Date | number): void;
  /** Moves the time forward, or backward with a negative number. */
  advanceSeconds(seconds: number): void;
}

/** Options of {@link createClock}. */
export interface ClockOptions {
  /** The clock stays at this time until it is moved. Default: it follows `Date`, including fake timers. */
  readonly at?: Date | number;
}

const clockChecks = options<ClockOptions>({ at: moment });

/**
 * Creates a clock for {@link createFakeSts}: expirations, signature ages and MFA codes follow it.
 *
 * @example
 * import { createClock } from "@org/sts-mock";
 *
 * const clock = createClock({ at: new Date("2026-01-01T00:00:00Z") });
 * clock.advanceSeconds(3600);
 *
 * @throws TypeError for an unknown option, and for a time that is not a valid `Date` or number; so do the clock's methods
 */
export function createClock(given: ClockOptions = {}): ControlledClock {
  clockChecks(given, "createClock:");
  const { at } = given;
  // Date is looked up at each call: a test runner's fake timers replace it.
  const base = at === undefined ? () => Date.now() : () => 0;
  let offset = at === undefined ? 0 : Number(at);
  return {
    now: () => base() + offset,
    set: (time) => {
      moment(time, "set: time");
      offset = Number(time) - base();
    },
    advanceSeconds: (seconds) => {
      number({ isInteger: false })(seconds, "advanceSeconds: seconds");
      offset += seconds * 1000;
    },
  };
}
