/** The clock of a store, kept going between the times that the store tells. On the scale of `performance.now()`. */
export interface StoreClock {
  /** Notes what the store's clock said at a moment. */
  readonly learn: (storeMs: number, at: number) => void;
  /** What the store's clock says now; `undefined` if it is not known, or not well enough. The caller has just read the moment. */
  readonly now: (moment: number) => number | undefined;
  /** Forgets it: the store may have another clock now. */
  readonly forget: () => void;
}

/**
 * Creates a clock that follows the store's for a minute, and less if the host was asleep or had its time set: the
 * monotonic clock then differs from the other one.
 */
export function createStoreClock(): StoreClock {
  let storeMs = Number.NaN;
  let learnedAt = 0;
  let differenceMs = 0;
  return {
    learn(told, at) {
      storeMs = told;
      learnedAt = at;
      differenceMs = Date.now() - performance.now();
    },
    now(moment) {
      const isKnown =
        moment - learnedAt < LONGEST_AGE_MS &&
        Math.abs(Date.now() - moment - differenceMs) < MOST_DIFFERENCE_MS &&
        !Number.isNaN(storeMs);
      return isKnown ? storeMs + moment - learnedAt : undefined;
    },
    forget() {
      storeMs = Number.NaN;
    },
  };
}

const LONGEST_AGE_MS = 60_000;
const MOST_DIFFERENCE_MS = 100;
