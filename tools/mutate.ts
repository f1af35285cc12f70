// Runs mutation tests: changes the sources one small fault at a time, and names the faults that no test noticed.
//
//   pnpm mutate packages/signer/src/verify.ts …   these files
//   pnpm mutate --changed [branch]                the source files that differ from a branch (main)
//   … --write                                     stores the scores in tools/mutate/baseline.json
//   --sample 0.1 packages/signer                  estimates a package's score from a tenth of its mutants
//   STS_MUTATE_SEED=2 …                           takes another sample: one whose survivors were mended says too much
//   … --continue                                  goes on where a sample broke off: what was tried then is not tried again
//
// A score below the stored one fails. Mutants that no test can notice are listed in the baseline with the reason.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

import { roomOf, whyNotMutated, type Room } from "./mutate/rooms.ts";
import { SAMPLE_SEED } from "./mutate/sample.ts";
import {
  type Baseline,
  compareWithBaseline,
  estimateScore,
  type FileScore,
  type MutationReport,
  scoreFile,
} from "./mutate/score.ts";

const ROOT = resolve(import.meta.dirname, "..");
const HOME = resolve(import.meta.dirname, "mutate");
const BASELINE = resolve(HOME, "baseline.json");
/** Property tests try few inputs for each mutant: the other tests are to notice it, and there are thousands. */
const RUNS = "50";
const SOURCE = /^packages\/(?:client|mock|protocol|signer)\/src\/.+\.ts$/;

function changedFiles(branch: string): string[] {
  const git = (...parameters: string[]): string =>
    execFileSync("git", parameters, { cwd: ROOT, encoding: "utf8" }).trim();
  const base = git("merge-base", branch, "HEAD");
  return git("diff", "--name-only", "--diff-filter=d", base).split("\n");
}

function install(): void {
  if (existsSync(resolve(HOME, "node_modules/@stryker-mutator/core"))) return;
  execFileSync("pnpm", ["install", "--frozen-lockfile", "--prefer-offline"], { cwd: HOME, stdio: "inherit" });
}

/** All source files of the packages that are named by their folders. */
function packageFiles(folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(resolve(ROOT, folder, "src"), { recursive: true, encoding: "utf8" })
      .map((file) => `${folder.replace(/\/$/, "")}/src/${file}`)
      .filter((file) => SOURCE.test(file) && !file.endsWith(".d.ts"))
      .sort(),
  );
}

interface RunOptions {
  readonly withStatic: boolean;
  /** The share of the mutants to try. */
  readonly share: number;
}

function runStryker(room: Room, files: readonly string[], { withStatic, share }: RunOptions): MutationReport {
  const folder = resolve(HOME, ".tmp");
  mkdirSync(folder, { recursive: true });
  const report = resolve(folder, `${room.name}.json`);
  const config = resolve(folder, `${room.name}.config.json`);
  const isWhole = share === 1;
  writeFileSync(
    config,
    JSON.stringify({
      testRunner: "resident",
      plugins: ["@stryker-mutator/vitest-runner", resolve(HOME, "resident-plugin.ts")],
      vitest: { configFile: "tools/mutate/vitest.config.ts", related: true },
      mutate: files,
      coverageAnalysis: "perTest",
      ignoreStatic: !withStatic,
      concurrency: 1,
      timeoutMS: 20_000,
      tempDirName: "tools/mutate/.tmp/sandbox",
      ignorePatterns: [
        "docs/site",
        "bench",
        "examples",
        "findings",
        "tools/*",
        "!tools/mutate",
        "tools/mutate/.tmp",
        "!tools/check-model*",
        "**/*.tgz",
      ],
      // Stryker would rewrite it with an interface that TypeScript 7 no longer has; vitest does not need it.
      tsconfigFile: "tools/mutate/none.json",
      // What a sample leaves out must not count as a result of the next run.
      incremental: isWhole,
      incrementalFile: resolve(folder, `${room.name}.incremental.json`),
      reporters: ["json", "progress-append-only"],
      jsonReporter: { fileName: report },
      allowConsoleColors: false,
    }),
  );
  const stryker = resolve(HOME, "node_modules/@stryker-mutator/core/bin/stryker.js");
  const { status } = spawnSync(process.execPath, [stryker, "run", config], {
    cwd: ROOT,
    stdio: "inherit",
    env: {
      ...process.env,
      STS_TEST_SOURCE: "1",
      STS_TEST_RUNS: RUNS,
      STS_MUTATE_PACKAGE: room.package,
      STS_MUTATE_TESTS: room.tests.join(","),
      STS_MUTATE_FILES: files.join(","),
      STS_MUTATE_SAMPLE: String(share),
    },
  });
  if (status !== 0) throw new Error(`Stryker ended with status ${status}`);
  return JSON.parse(readFileSync(report, "utf8"));
}

interface TimedRun {
  readonly report: MutationReport;
  readonly share: number;
  readonly seconds: number;
}

function timedRun(room: Room, files: readonly string[], options: RunOptions): TimedRun {
  const startMs = performance.now();
  const report = runStryker(room, files, options);
  const run = { report, share: options.share, seconds: Math.round((performance.now() - startMs) / 1000) };
  if (run.share < 1) writeFileSync(samplePath(room), JSON.stringify(run));
  return run;
}

function samplePath(room: Room): string {
  return resolve(HOME, ".tmp", `${room.name}${SAMPLE_SEED}.sample.json`);
}

/** The run of a room that the same sample had before, if it had one. */
function readSample(room: Room, share: number): TimedRun | undefined {
  if (!existsSync(samplePath(room))) return undefined;
  const run = JSON.parse(readFileSync(samplePath(room), "utf8")) as TimedRun; // as it was written
  return run.share === share ? run : undefined;
}

function readBaseline(): Baseline {
  return JSON.parse(readFileSync(BASELINE, "utf8"));
}

function writeBaseline(baseline: Baseline): void {
  const files = Object.fromEntries(
    Object.entries(baseline.files).sort(([one], [other]) => one.localeCompare(other)),
  );
  writeFileSync(BASELINE, `${JSON.stringify({ ...baseline, files }, undefined, 2)}\n`);
}

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      changed: { type: "boolean", default: false },
      continue: { type: "boolean", default: false },
      sample: { type: "string" },
      static: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
    },
  });
  const share = Number(values.sample ?? 1);
  if (!(share > 0 && share <= 1)) throw new Error("--sample: expected a share such as 0.1");
  const named = values.changed ? changedFiles(positionals[0] ?? "main") : positionals;
  const sources = (values.sample === undefined ? named : packageFiles(named)).filter((file) =>
    SOURCE.test(file),
  );
  const files = sources.filter((file) => {
    const reason = whyNotMutated(file);
    if (reason !== undefined) console.log(`${file} is left out: ${reason}`);
    return reason === undefined;
  });
  if (files.length === 0) {
    console.log("No source file of a package is named or changed: nothing to mutate.");
    return values.changed ? 0 : 1;
  }
  install();
  const byRoom = new Map<Room, string[]>();
  for (const file of files) {
    const room = roomOf(file);
    byRoom.set(room, [...(byRoom.get(room) ?? []), file]);
  }
  let failed = 0;
  const sampled = new Map<string, { scores: FileScore[]; seconds: number }>();
  for (const [room, itsFiles] of byRoom) {
    const kept = values.continue ? readSample(room, share) : undefined;
    const { report, seconds } = kept ?? timedRun(room, itsFiles, { withStatic: values.static, share });
    console.log(`\n${room.name}: ${itsFiles.length} files, ${seconds} s`);
    // Only now: somebody may have added equivalents meanwhile.
    const baseline = readBaseline();
    const scores = itsFiles.map((file) => scoreFile(file, report, baseline.equivalents[file] ?? [], share));
    for (const { lines } of scores) for (const line of lines) console.log(line);
    if (values.sample !== undefined) {
      const before = sampled.get(room.package) ?? { scores: [], seconds: 0 };
      const all = { scores: [...before.scores, ...scores], seconds: before.seconds + seconds };
      sampled.set(room.package, all);
      continue;
    }
    for (const [index, file] of itsFiles.entries()) {
      const score = scores[index];
      if (score === undefined) continue;
      const regression = compareWithBaseline(score, baseline.files[file]);
      if (regression !== undefined) {
        failed += 1;
        console.log(`  ${file}: ${regression}`);
      }
      if (values.write) baseline.files[file] = score.stored;
    }
    if (values.write) {
      baseline.runs[room.name] = { files: itsFiles.length, seconds };
      writeBaseline(baseline);
    }
  }
  for (const [name, { scores, seconds }] of sampled) {
    const estimate = estimateScore(scores, share, seconds);
    const { killed, survived, score, margin } = estimate;
    console.log(`\n${name}: ${score} % ± ${margin}, estimated from ${killed + survived} mutants`);
    if (!values.write) continue;
    const baseline = readBaseline();
    writeBaseline({
      ...baseline,
      samples: { ...baseline.samples, [name]: { ...estimate, ...(SAMPLE_SEED && { seed: SAMPLE_SEED }) } },
    });
  }
  return failed === 0 || values.write ? 0 : 1;
}

process.exitCode = main();
