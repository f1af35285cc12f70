// Adds an operation that does not exist to a copy of the repository, as CONTRIBUTING says, and leaves out one part after the
// other: the compiler or the inventory test has to name each. Ends with `N passed, N failed`.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { makeTemporaryFolder, PACKAGES, ROOT } from "./portable/install-packed.ts";

/** The operation whose parts are copied, and the name that they get. */
const MODEL = { name: "GetAccessKeyInfo", file: "get-access-key-info", variable: "getAccessKeyInfo" };
const ADDED = { name: "GetImaginaryThing", file: "get-imaginary-thing", variable: "getImaginaryThing" };

/** A part of an operation: a file that is added, or lines that are added to one. */
interface Part {
  readonly title: string;
  readonly path: string;
  /** The file's text with the part in it. */
  readonly withPart: (text: string) => string;
}

const folder = makeTemporaryFolder("adding-operation");

const PARTS: readonly Part[] = [
  {
    title: "the line in the protocol's list",
    path: "packages/protocol/src/operations/all.ts",
    withPart: (text) => repeatLines(text, `"./${MODEL.file}.ts"`),
  },
  {
    title: "the line in the client's list",
    path: "packages/client/src/commands/all.ts",
    withPart: (text) => repeatLines(text, `"./${MODEL.file}.ts"`),
  },
  {
    title: "the line in the mock's list",
    path: "packages/mock/src/rules/all.ts",
    withPart: (text) => repeatLines(text, MODEL.variable),
  },
  {
    title: "the documented response",
    path: "packages/mock/src/canned/documented-responses.ts",
    withPart: (text) => repeatLines(text, `${MODEL.name}:`),
  },
  {
    title: "the section of the guide",
    path: "docs/guides/operations.md",
    withPart: (text) => `${text}\n## ${ADDED.name}\n\nAn operation that does not exist.\n`,
  },
];

const FILES = [
  "packages/protocol/src/operations",
  "packages/client/src/commands",
  "packages/mock/src/rules",
].map((path) => ({ from: join(path, `${MODEL.file}.ts`), to: join(path, `${ADDED.file}.ts`) }));

function renamed(text: string): string {
  return text
    .replaceAll(MODEL.name, ADDED.name)
    .replaceAll(MODEL.variable, ADDED.variable)
    .replaceAll(MODEL.file, ADDED.file);
}

// Adds to each line that speaks of the model another one that speaks of the added operation.
function repeatLines(text: string, mark: string): string {
  return text
    .split("\n")
    .flatMap((line) => (line.includes(mark) ? [line, renamed(line)] : [line]))
    .join("\n");
}

function copyRepository(): void {
  const top = ["tsconfig.base.json", "tsconfig.json", "vitest.shared.ts", "vitest.config.ts", "package.json"];
  for (const name of top) cpSync(join(ROOT, name), join(folder, name));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  mkdirSync(join(folder, "docs/guides"), { recursive: true });
  cpSync(join(ROOT, "docs/guides/operations.md"), join(folder, "docs/guides/operations.md"));
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ files: [], references: PACKAGES.map((name) => ({ path: `packages/${name}` })) }),
  );
  for (const name of PACKAGES) {
    const [from, to] = [join(ROOT, "packages", name), join(folder, "packages", name)];
    for (const part of ["src", "test", "package.json", "tsconfig.json", "vitest.config.ts", "node_modules"])
      cpSync(join(from, part), join(to, part), { recursive: true, verbatimSymlinks: true });
  }
}

/** What the compiler, or else the inventory test, has to say of the added operation; empty when nothing is missing. */
function complaints(): string {
  const build = run("tsc", ["-b"], folder);
  if (build.status !== 0) return build.output;
  const inventory = run(
    "vitest",
    ["run", "test/commands/inventory.test.ts", "-t", ADDED.name],
    join(folder, "packages/client"),
  );
  return inventory.status === 0 ? "" : inventory.output;
}

function run(
  command: string,
  parameters: readonly string[],
  cwd: string,
): { status: number | null; output: string } {
  const binary = join(ROOT, "node_modules/.bin", command);
  const { status, stdout, stderr } = spawnSync(binary, parameters, { cwd, encoding: "utf8" });
  return { status, output: stdout + stderr };
}

let failed = 0;

function report(title: string, succeeded: boolean, details: string): void {
  console.log(`${succeeded ? "ok   " : "FAIL "} ${title}`);
  if (succeeded) return;
  failed += 1;
  console.log(details.slice(0, 3000));
}

try {
  copyRepository();
  for (const { from, to } of FILES)
    writeFileSync(join(folder, to), renamed(readFileSync(join(folder, from), "utf8")));
  const originals = PARTS.map(({ path }) => readFileSync(join(folder, path), "utf8"));
  for (const [index, { path, withPart }] of PARTS.entries())
    writeFileSync(join(folder, path), withPart(originals[index] ?? ""));
  const whole = complaints();
  report("an operation with every part builds and passes the inventory", whole === "", whole);

  for (const [index, { title, path, withPart }] of PARTS.entries()) {
    writeFileSync(join(folder, path), originals[index] ?? "");
    const found = complaints();
    const isNamed = found.includes(ADDED.name) || found.includes(ADDED.file);
    report(`${title} is named when it is missing`, isNamed, found || "nothing was said");
    writeFileSync(join(folder, path), withPart(originals[index] ?? ""));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`\n${PARTS.length + 1 - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
