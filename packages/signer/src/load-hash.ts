import type { Hash, HashConstructor, HashFunction } from "./hash.ts";

/** The hash that the options bring, or else the one of the entry point. Few bring one, so what adapts it is loaded then. */
export async function loadHash(
  sha256: HashConstructor | HashFunction | undefined,
  fallback: Hash,
): Promise<Hash> {
  return sha256 ? (await import("./create-hash.ts")).createHash(sha256) : fallback;
}
