/** What tells a mutant from every other of the same sources. Lines and columns begin at 1. */
export interface MutantIdentity {
  /** Relative to the repository. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly mutatorName: string;
  readonly replacement: string;
}

/** Which of the samples of one share is taken. */
export const SAMPLE_SEED = process.env["STS_MUTATE_SEED"] ?? "";

/** Whether a mutant is in the sample of this share of all, from 0 to 1: the same ones for one seed. */
export function isSampled(mutant: MutantIdentity, share: number): boolean {
  const { file, line, column, mutatorName, replacement } = mutant;
  // FNV-1a, and a step that spreads the last characters over all bits.
  let hash = 0x81_1c_9d_c5;
  for (const character of [file, line, column, mutatorName, replacement].join("\n") + SAMPLE_SEED)
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01_00_01_93);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c_1b_3c_6d);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32 < share;
}
