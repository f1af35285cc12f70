import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Reads a file of published cases, and fails when it holds none. Without the folder it says so and gives `undefined`. */
export function readConformance<File extends { count: number }>(
  name: string,
  cases: (file: File) => readonly unknown[],
): File | undefined {
  const directory = process.env["STS_CONFORMANCE_DIR"];
  if (!directory) {
    console.warn("STS_CONFORMANCE_DIR is not set: conformance tests skipped");
    return undefined;
  }
  // The tests look at every field they use.
  const file = JSON.parse(readFileSync(join(directory, name), "utf8")) as File;
  if (cases(file).length === 0 || cases(file).length !== file.count) {
    throw new Error(`${name} says ${file.count} cases and holds ${cases(file).length}`);
  }
  return file;
}

/** A list of a file beside its cases. A missing or empty one is an error: a loop over it would compare nothing. */
export function readList<Item>(name: string, list: readonly Item[] | undefined): readonly Item[] {
  if (list === undefined || list.length === 0) throw new Error(`the published data has no ${name}`);
  return list;
}
