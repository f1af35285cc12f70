import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Folder of the shared conformance data, when there is one. */
export const conformanceDir: string | undefined = process.env["STS_CONFORMANCE_DIR"];

/** Why nothing is compared when there is none. */
export const SKIP_REASON = "STS_CONFORMANCE_DIR is not set: conformance tests skipped";

/** Reads a list out of a file of the conformance data; empty when there is no folder, and fails when there is no file. */
export function readConformance(file: string, list: string): readonly unknown[] {
  if (conformanceDir === undefined) return [];
  const document = JSON.parse(readFileSync(join(conformanceDir, file), "utf8")) as Record<string, unknown[]>;
  return document[list] ?? [];
}
