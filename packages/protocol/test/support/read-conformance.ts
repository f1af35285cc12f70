import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe } from "vitest";

const conformanceDirectory = process.env["STS_CONFORMANCE_DIR"];

/** A suite over published cases; without them it is skipped and says so. */
export function describeCases(cases: unknown, title: string, suite: () => void): void {
  const isSkipped = cases === undefined;
  // oxlint-disable vitest/valid-title, vitest/valid-describe-callback -- both come from the caller
  describe.skipIf(isSkipped)(
    isSkipped ? `${title}: STS_CONFORMANCE_DIR is not set: conformance tests skipped` : title,
    suite,
  );
}

/**
 * Reads a data file. A missing file, a missing or empty list, and a list that lacks some of the cases the file counts are
 * errors: a run that compares nothing must not look like a pass.
 *
 * @param cases - what is compared
 */
export function readConformance<Content extends object>(
  name: string,
  cases: (content: Content) => readonly unknown[],
): Content | undefined {
  if (conformanceDirectory === undefined) return undefined;
  // The files are data of a documented form; what the tests use of it is looked at here.
  const content = JSON.parse(readFileSync(join(conformanceDirectory, name), "utf8")) as Content;
  const { length } = cases(content);
  const count: unknown = "count" in content ? content.count : length;
  if (length === 0 || length !== count)
    throw new Error(`${name} says ${String(count)} cases and holds ${length}`);
  return content;
}
