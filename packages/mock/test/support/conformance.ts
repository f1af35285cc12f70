import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Folder of the shared conformance data, when there is one. */
export const conformanceDir: string | undefined = process.env["STS_CONFORMANCE_DIR"];

/** Why nothing is compared when there is none. */
export const SKIP_REASON = "STS_CONFORMANCE_DIR is not set: conformance tests skipped";

/** How many cases a file of the conformance data says that it holds; 0 when there is no folder. */
export function readConformanceCount(file: string): number {
  if (conformanceDir === undefined) return 0;
  return Number(JSON.parse(readFileSync(join(conformanceDir, file), "utf8")).count);
}

/**
 * Reads a list out of a file of the conformance data; empty when there is no folder.
 *
 * @throws Error when there is a folder, and no such file, no such list in it, or nothing in the list: a renamed list must
 * not turn its tests into none.
 */
export function readConformance(file: string, list: string): readonly unknown[] {
  if (conformanceDir === undefined) return [];
  const document = JSON.parse(readFileSync(join(conformanceDir, file), "utf8")) as Record<string, unknown>;
  const found = document[list];
  if (!Array.isArray(found) || found.length === 0) throw new Error(`${file}: no cases in "${list}"`);
  return found;
}
