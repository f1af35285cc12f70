// Builds the site of docs/ and looks at it in Chromium and Firefox: links, demo, search, explorer, barriers. Ends with `N passed, N failed`.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface VitestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly { readonly assertionResults: readonly TestResult[] }[];
}

interface TestResult {
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages?: readonly string[];
}

const root = join(import.meta.dirname, "..");

function run(command: string, parameters: readonly string[], cwd: string): boolean {
  return spawnSync(command, parameters, { cwd, stdio: "inherit" }).status === 0;
}

const folder = mkdtempSync(join(tmpdir(), "check-site-"));
const file = join(folder, "results.json");
try {
  const built = run("turbo", ["run", "docs", "--output-logs=new-only"], root);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const succeeded =
    built && run("vitest", ["run", "--config", "vitest.site.config.ts", ...reporters], join(root, "docs"));
  const results: VitestResults | undefined = built ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  const { numPassedTests = 0, numFailedTests = 1, numPendingTests = 0, testResults = [] } = results ?? {};
  // Once more at the end, where the last lines of a long log show it.
  for (const { fullName, status, failureMessages = [] } of testResults.flatMap(
    (test) => test.assertionResults,
  ))
    if (status === "failed") console.log(`\nFAILED ${fullName}\n${failureMessages.join("\n")}`);
  const failed = succeeded ? numFailedTests : Math.max(numFailedTests, 1);
  const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : "";
  console.log(`\n${numPassedTests + (built ? 1 : 0)} passed, ${failed} failed${skipped}`);
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
