// How each runtime runs the suite. A runtime is a dozen lines: start it, read the results it prints.
import { execFile } from "node:child_process";
import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { type Browser, chromium, firefox, missingBrowser, runInBrowser } from "./browsers.ts";
import type { Result } from "./result.ts";

/** One row of the table. */
export interface RuntimeRun {
  readonly runtime: string;
  readonly version: string;
  readonly results: readonly Result[];
  /** Why the runtime was not run. */
  readonly missing?: string;
}

interface Folders {
  /** Folder with the runtimes in its `node_modules`. */
  readonly runtimes: string;
  /** Folder with the suite and the installed packages. */
  readonly suite: string;
}

/** Runs the suite on one runtime or two that share a process, or says why it cannot. */
export interface Runner {
  readonly runtimes: readonly string[];
  readonly run: (folders: Folders) => Promise<RuntimeRun[]>;
}

const DENO = ["run", "--node-modules-dir=manual", "--no-remote", "--allow-read", "--allow-env"];
const WORKERD = "workerd, no Node.js compatibility";
const COMMONJS = "Node.js 20, CommonJS without require(esm)";
const ONE_FILE = "Node.js 20, one file by esbuild";
const WITHOUT_REQUEST_BODY = "Node.js 24, no Request.prototype.body";
const WITHOUT_REQUEST = "Node.js 24, no global Request";

export const RUNNERS: readonly Runner[] = [
  script("Node.js 20", "node20/bin/node", ["on-node.js"]),
  script("Node.js 22", "node22/bin/node", ["on-node.js"]),
  script("Node.js 24", "node24/bin/node", ["on-node.js"]),
  script("Node.js 26", "node26/bin/node", ["on-node.js"]),
  { runtimes: [COMMONJS], run: runCommonJs },
  { runtimes: [ONE_FILE], run: runOneFile },
  script(WITHOUT_REQUEST_BODY, "node24/bin/node", ["on-node-without-request-body.js"]),
  { runtimes: [WITHOUT_REQUEST], run: runWithoutRequest },
  script("Bun", ".bin/bun", ["on-node.js"]),
  script("Deno", ".bin/deno", [...DENO, "on-node.js"]),
  { runtimes: [WORKERD], run: runWorkerd },
  inBrowser(chromium),
  inBrowser(firefox),
];

// AWS Lambda turns `require()` of ES modules off.
async function runCommonJs({ runtimes, suite }: Folders): Promise<RuntimeRun[]> {
  const command = join(runtimes, "node_modules/node20/bin/node");
  if (!existsSync(command))
    return [{ runtime: COMMONJS, version: "", results: [], missing: `${command} is not installed` }];
  const file = join(import.meta.dirname, "../check-publish/consumers/require-every-entry.cjs");
  copyFileSync(file, join(suite, "require-every-entry.cjs"));
  const parameters = ["--no-experimental-require-module", "require-every-entry.cjs"];
  const version = (await promisify(execFile)(command, ["--version"])).stdout.trim();
  await promisify(execFile)(command, parameters, { cwd: suite });
  return [{ runtime: COMMONJS, version, results: [{ name: "every entry point can be required" }] }];
}

// As Lambda functions are often built: no code splitting, everything in one file.
async function runOneFile({ runtimes, suite }: Folders): Promise<RuntimeRun[]> {
  await bundle(runtimes, suite, ["on-node.js", "--platform=node", "--outfile=one-file.mjs"]);
  return [
    await runCommand(ONE_FILE, join(runtimes, "node_modules/node20/bin/node"), ["one-file.mjs"], suite),
  ];
}

// The fake STS keeps the `Request` that was there when it was loaded; the signer and the client have to do without.
async function runWithoutRequest({ runtimes, suite }: Folders): Promise<RuntimeRun[]> {
  const fake = ["--platform=node", "--banner:js=const { Request } = globalThis;", "--outfile=fake.mjs"];
  await bundle(runtimes, suite, ["@org/sts-mock", ...fake]);
  const entry = ["on-node-without-request.js", "--platform=node", "--outfile=without-request.mjs"];
  await bundle(runtimes, suite, [...entry, "--alias:@org/sts-mock=./fake.mjs", "--external:./fake.mjs"]);
  const command = join(runtimes, "node_modules/node24/bin/node");
  return [await runCommand(WITHOUT_REQUEST, command, ["without-request.mjs"], suite)];
}

function script(runtime: string, command: string, parameters: readonly string[]): Runner {
  return {
    runtimes: [runtime],
    run: async ({ runtimes, suite }) => {
      const file = join(runtimes, "node_modules", command);
      return [await runCommand(runtime, file, parameters, suite)];
    },
  };
}

async function runWorkerd({ runtimes, suite }: Folders): Promise<RuntimeRun[]> {
  const out = join(suite, "worker");
  const conditions = "--conditions=workerd,worker,browser";
  await bundle(runtimes, suite, ["on-workerd.js", `--outfile=${out}/worker.js`, conditions]);
  copyFileSync(join(suite, "workerd.capnp"), join(out, "workerd.capnp"));
  const workerd = join(runtimes, "node_modules/.bin/workerd");
  return [await runCommand(WORKERD, workerd, ["test", "workerd.capnp"], out)];
}

function inBrowser(browser: Browser): Runner {
  const names = [`${browser.name}, page`, `${browser.name}, service worker`] as const;
  return {
    runtimes: names,
    run: async ({ runtimes, suite }) => {
      const missing = missingBrowser(browser);
      if (missing !== undefined) {
        return names.map((runtime) => ({ runtime, version: "-", results: [], missing }));
      }
      const out = join(suite, "browser");
      await bundle(runtimes, suite, ["on-page.js", `--outdir=${out}/page`, "--splitting"]);
      await bundle(runtimes, suite, ["on-service-worker.js", `--outfile=${out}/service-worker.js`]);
      const { version, page, serviceWorker } = await runInBrowser(browser, runtimes, out);
      return [
        { runtime: names[0], version, results: page },
        { runtime: names[1], version, results: serviceWorker },
      ];
    },
  };
}

async function bundle(runtimes: string, suite: string, parameters: readonly string[]): Promise<void> {
  const esbuild = join(runtimes, "node_modules/.bin/esbuild");
  // The last of an option that is given twice counts.
  const options = ["--bundle", "--format=esm", "--platform=browser", "--log-level=warning"];
  await promisify(execFile)(esbuild, [...options, ...parameters], { cwd: suite });
}

async function runCommand(
  runtime: string,
  command: string,
  parameters: readonly string[],
  cwd: string,
): Promise<RuntimeRun> {
  if (!existsSync(command)) {
    return {
      runtime,
      version: "-",
      results: [],
      missing: `${command} is not there (pnpm -C tools/runtimes install)`,
    };
  }
  const { stdout: version } = await promisify(execFile)(command, ["--version"]);
  // workerd prints the worker's console on stderr.
  const { stdout, stderr } = await promisify(execFile)(command, parameters, { cwd, timeout: 60_000 });
  const line = `${stdout}\n${stderr}`.split("\n").find((text) => text.startsWith("["));
  if (line === undefined) throw new Error(`printed no results:\n${stdout}\n${stderr}`);
  return { runtime, version: /\d+[\d.-]+/.exec(version)?.[0] ?? "?", results: JSON.parse(line) };
}
