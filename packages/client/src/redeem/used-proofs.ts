import { STSClientError } from "../errors/client-error.ts";

/**
 * Remembers which proofs were redeemed, so that each is valid once. If several processes accept proofs, provide your own: one
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
   * Records a proof by its signature until it expires, in one step. Resolves to `true` if it was not known before. If it throws, the
   * proof is refused.
   */
  add(signature: string, expires: Date): boolean | Promise<boolean>;
}

/** Options of {@link createUsedProofs}. */
export interface UsedProofsOptions {
  /** How many proofs are remembered at most. Default: 100,000. If all of them are still valid, further proofs are refused. */
  readonly maxProofs?: number | undefined;
  /** Returns the current time. Default: the system clock. */
  readonly clock?: (() => Date) | undefined;
}

/**
 * Creates a record of used proofs for one process.
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
      // They arrive in the order in which they expire, or nearly so: none is valid for more than a quarter of an hour.
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
