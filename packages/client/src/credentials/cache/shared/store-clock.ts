/** The clock of a store, kept going between the times that the store tells. On the scale of `performance.now()`. */
export interface StoreClock {
  /** Notes what the store's clock said at a moment. */
  readonly learn: (storeMs: number, at: number) => void;
  /** What the store's clock says at a moment; `undefined` if it is not known, or not well enough. */
  readonly at: (moment: number) => number | undefined;
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
  const difference = (): number => Date.now() - performance.now();
  return {
    learn(told, at) {
      storeMs = told;
      learnedAt = at;
      differenceMs = difference();
    },
    at(moment) {
      const isKnown =
        moment - learnedAt < LONGEST_AGE_MS &&
        Math.abs(difference() - differenceMs) < MOST_DIFFERENCE_MS &&
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
