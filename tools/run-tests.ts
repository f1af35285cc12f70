// Builds the packages, type-checks every test, runs all vitest projects and ends with a line `N passed, N failed`.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { relative } from "node:path";
import { styleText } from "node:util";

const RESULTS = "test-results.json";

interface VitestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly TestFile[];
}

interface TestFile {
  readonly name: string;
  readonly status: string;
  readonly message?: string;
  readonly assertionResults: readonly TestResult[];
}

interface TestResult {
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages?: readonly string[];
}

function run(command: string, parameters: readonly string[]): boolean {
  console.log(styleText("bold", `\n> ${command} ${parameters.join(" ")}`));
  return (
    spawnSync(command, parameters, {
      stdio: "inherit",
      env: { TURBO_TELEMETRY_DISABLED: "1", ...process.env },
    }).status === 0
  );
}

/** Names every failure once more at the end, where the last lines of a long log show it. */
function printFailures(files: readonly TestFile[]): void {
  for (const file of files) {
    if (file.status !== "failed") continue;
    const name = relative(process.cwd(), file.name);
    if (file.assertionResults.length === 0) console.log(`\nFAILED ${name}\n${file.message ?? ""}`);
    for (const { fullName, status, failureMessages = [] } of file.assertionResults) {
      if (status !== "failed") continue;
      const lines = failureMessages.join("\n").split("\n");
      console.log(`\nFAILED ${name} > ${fullName}`);
      for (const line of lines) if (!/^ +at .*node_modules/.test(line)) console.log(line);
    }
  }
}

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Paths of the files in which a test failed. */
  readonly failedFiles: readonly string[];
}

const NOTHING: Outcome = { passed: 0, failed: 0, skipped: 0, failedFiles: [] };

/** How many files are run once more when they fail. If more fail, it is not the machine. */
const MOST_FILES_RUN_AGAIN = 3;

/**
 * Runs the tests. Some of them work with real processes, browsers and servers, and a busy machine can let one fail: a few files
 * that failed are run once more, with nothing beside them. What passes then is named, because it is worth a look.
 */
function runTests(filters: readonly string[]): Outcome {
  const first = vitest(filters);
  const { failedFiles } = first;
  if (failedFiles.length === 0 || failedFiles.length > MOST_FILES_RUN_AGAIN) return first;
  const again = vitest(failedFiles);
  if (again.failed === 0)
    console.log(`\nUNSTEADY, failed at first and passed alone: ${failedFiles.join(", ")}`);
  return { ...first, passed: first.passed + first.failed - again.failed, failed: again.failed };
}

function vitest(filters: readonly string[]): Outcome {
  rmSync(RESULTS, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${RESULTS}`];
  const succeeded = run("vitest", ["run", ...reporters, ...filters]);
  if (!existsSync(RESULTS)) return { ...NOTHING, failed: 1 };
  const results: VitestResults = JSON.parse(readFileSync(RESULTS, "utf8"));
  printFailures(results.testResults);
  // A file that cannot be loaded and an error outside of any test fail the run without failing a test.
  const brokenFiles = results.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  const failed = results.numFailedTests + brokenFiles.length;
  return {
    passed: results.numPassedTests,
    failed: succeeded ? failed : Math.max(failed, 1),
    skipped: results.numPendingTests,
    failedFiles: results.testResults
      .filter(({ status }) => status === "failed")
      .map(({ name }) => relative(process.cwd(), name)),
  };
}

function main(filters: readonly string[]): number {
  const built = run("turbo", ["run", "build", "--output-logs=new-only"]);
  const typed = built && run("tsc", ["-p", "tsconfig.test.json"]);
  const { passed, failed, skipped } = built ? runTests(filters) : NOTHING;
  const steps = [built, typed];
  const total = failed + steps.filter((succeeded) => !succeeded).length;
  const suffix = skipped > 0 ? `, ${skipped} skipped` : "";
  console.log(`\n${passed + steps.filter(Boolean).length} passed, ${total} failed${suffix}`);
  return total === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
