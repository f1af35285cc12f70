import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Reads one file of the conformance data, whose form the caller knows; undefined, and a word about it, without data. */
export function readConformance(file: string): unknown {
  const directory = process.env["STS_CONFORMANCE_DIR"];
  if (directory === undefined) {
    console.warn("STS_CONFORMANCE_DIR is not set: conformance tests skipped");
    return undefined;
  }
  return JSON.parse(readFileSync(join(directory, file), "utf8"));
}

/**
 * The list that the data holds under a name. A list that is missing or empty is an error: it would otherwise become a
 * table without cases, which passes.
 */
export function requireList<T>(data: Partial<Record<string, unknown>>, name: string): T[] {
  const list = data[name];
  if (!Array.isArray(list) || list.length === 0) {
    throw new Error(`conformance data: expected a list with something in it under "${name}"`);
  }
  return list;
}
