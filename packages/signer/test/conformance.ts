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
