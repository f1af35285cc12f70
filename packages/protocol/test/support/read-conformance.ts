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

/** Reads a data file. A missing file is an error: a run that compares nothing must not look like a pass. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the documented form
export function readConformance<Content>(name: string): Content | undefined {
  if (conformanceDirectory === undefined) return undefined;
  // The files are data of a documented form; the suites assert their counts.
  return JSON.parse(readFileSync(join(conformanceDirectory, name), "utf8")) as Content;
}
