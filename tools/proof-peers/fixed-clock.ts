/** When everything is signed. */
export const TIME = "2026-11-24T12:00:00.000Z";

/** Keys of AWS's documentation. */
export const KEYS = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
};

/** The same with a token that has every character which needs encoding. */
export const TEMPORARY = { ...KEYS, sessionToken: "a/token+with=signs" };

/** Stops `Date` for the packages that read it themselves. */
export function fixClock(): void {
  const Real = Date;
  const now = Real.parse(TIME);
  class FixedDate extends Real {
    constructor(...parts: readonly unknown[]) {
      // The constructor takes what was given, or the one time there is.
      super(...((parts.length === 0 ? [now] : parts) as [number]));
    }
    static override now(): number {
      return now;
    }
  }
  globalThis.Date = FixedDate as DateConstructor;
}
