// Packs and installs the packages, runs the portable suite on every runtime, prints a table and `N passed, N failed`.
import { existsSync, globSync, copyFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";

import { installPacked, makeTemporaryFolder, ROOT, run } from "./install-packed.ts";
import type { Result } from "./result.ts";
import { type Runner, RUNNERS, type RuntimeRun } from "./runtimes.ts";

const runtimes = join(ROOT, "tools/runtimes");
const suite = makeTemporaryFolder("portable");

async function main(): Promise<number> {
  installRuntimes();
  installPacked(suite);
  for (const file of globSync(join(import.meta.dirname, "*.{js,capnp}")))
    copyFileSync(file, join(suite, basename(file)));

  const rows: RuntimeRun[] = [];
  for (const runner of RUNNERS) {
    rows.push(...(await runner.run({ runtimes, suite }).catch((error) => failedRun(runner, error))));
  }
  printTable(rows);

  const failures = rows.flatMap((row) =>
    failuresOf(row).map(({ name, error }) => ({ name, error, runtime: row.runtime })),
  );
  for (const { runtime, name, error } of failures) console.log(`\n${runtime}: ${name}\n${error}`);
  for (const { runtime, missing } of rows)
    if (missing !== undefined) console.log(`\n${runtime} skipped: ${missing}`);
  const total = rows.reduce((sum, row) => sum + row.results.length, 0);
  console.log(`\n${total - failures.length} passed, ${failures.length} failed`);
  return failures.length === 0 && total > 0 ? 0 : 1;
}

function installRuntimes(): void {
  const installed = existsSync(join(runtimes, "node_modules/.modules.yaml"));
  if (!installed) console.log("Installing the runtimes (about 20 s, once)");
  try {
    run("pnpm", ["-C", runtimes, "install", "--frozen-lockfile"], runtimes);
  } catch (error) {
    console.log(
      `The runtimes could not be installed, those that are missing will be skipped: ${String(error)}`,
    );
  }
}

// A runtime that does not get as far as printing results counts as one failed test.
function failedRun(runner: Runner, error: unknown): RuntimeRun[] {
  const output = error instanceof Error && "stderr" in error ? `\n${String(error.stderr)}` : "";
  const results = [{ name: "prints results", error: `${String(error)}${output}` }];
  return runner.runtimes.map((runtime) => ({ runtime, version: "?", results }));
}

function failuresOf({ results }: RuntimeRun): Result[] {
  return results.filter(({ error }) => error !== undefined);
}

function printTable(rows: readonly RuntimeRun[]): void {
  console.log(`\n${"runtime".padEnd(44)}${"version".padEnd(18)}passed  failed`);
  for (const row of rows) {
    const failed = failuresOf(row).length;
    const counts = `${String(row.results.length - failed).padStart(6)}  ${String(failed).padStart(6)}`;
    console.log(
      `${row.runtime.padEnd(44)}${row.version.padEnd(18)}${row.missing === undefined ? counts : "skipped"}`,
    );
  }
}

try {
  process.exitCode = await main();
} finally {
  rmSync(suite, { recursive: true, force: true });
}
