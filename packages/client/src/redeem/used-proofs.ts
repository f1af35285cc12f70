import { STSClientError } from "../errors/client-error.ts";

/**
 * Remembers which proofs were redeemed, so that each is good once. Bring one of your own where several processes take proofs: one
 * atomic command of a store that they share.
 *
 * @example
 * import type { UsedProofs } from "@org/sts-client/redeem";
 *
 * declare const redis: { set(key: string, value: string, options: object): Promise<string | null> };
 * const usedProofs: UsedProofs = {
 *   async add(signature, expires) {
 *     return (await redis.set(`proof:${signature}`, "", { NX: true, PXAT: +expires })) === "OK";
 *   },
 * };
 */
export interface UsedProofs {
  /**
   * Remembers a proof by its signature until it ends, in one step: true when it was not known before. What it throws refuses the
   * proof.
   */
  add(signature: string, expires: Date): boolean | Promise<boolean>;
}

/** Options of {@link createUsedProofs}. */
export interface UsedProofsOptions {
  /** How many proofs are remembered at most; 100,000 by default. When they are all still good, further ones are refused. */
  readonly maxProofs?: number | undefined;
  /** Says what time it is; the system clock by default. */
  readonly clock?: (() => Date) | undefined;
}

/**
 * Creates a memory of used proofs for one process.
 *
 * @example
 * import { createUsedProofs } from "@org/sts-client/redeem";
 *
 * const usedProofs = createUsedProofs();
 */
export function createUsedProofs(options: UsedProofsOptions = {}): UsedProofs {
  const { maxProofs = 100_000, clock = () => new Date() } = options;
  const ends = new Map<string, number>();
  return {
    add(signature, expires) {
      const now = +clock();
      // They come in the order in which they end, or nearly so: all lives are at most a quarter of an hour.
      for (const [known, end] of ends) {
        if (end >= now) break;
        ends.delete(known);
      }
      if (ends.has(signature)) return false;
      if (ends.size >= maxProofs)
        throw new STSClientError(
          "ERR_PROOF_STORE",
          `more than ${maxProofs} proofs are good at once (maxProofs)`,
        );
      ends.set(signature, +expires);
      return true;
    },
  };
}
