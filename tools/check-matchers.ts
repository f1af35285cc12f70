// Compiles the types of the mock's matchers with each test runner that they are made for, as the guide shows them.
// Ends with a line `N passed, N failed`.
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { buildAll, makeTemporaryFolder, ROOT, run } from "./portable/install-packed.ts";

const RUNNERS = join(ROOT, "tools/test-runners");
const GUIDE = "docs/guides/testing.md";

interface Case {
  readonly runner: string;
  /** The comment with which the declaration in the guide begins. */
  readonly declaration: string;
  /** Packages by the name that the runner's users install them under, and what they are called in `test-runners`. */
  readonly packages: Readonly<Record<string, string>>;
  /** What is there without an import. */
  readonly types: readonly string[];
}

/** The examples of the guide. */
const guide = [...readFileSync(join(ROOT, GUIDE), "utf8").matchAll(/^```ts.*\n([^]*?)^```$/gm)].map(
  ([, code = ""]) => code,
);

const CASES: readonly Case[] = [
  { runner: "vitest 5", declaration: "vitest 5", packages: { vitest: "vitest-5" }, types: [] },
  { runner: "vitest 4", declaration: "vitest 4", packages: { vitest: "vitest-4" }, types: [] },
  ...[30, 29].flatMap((version) => [
    {
      runner: `jest ${version}, global expect`,
      declaration: "jest, with its global expect",
      packages: { "@types/jest": `@types/jest-${version}` },
      types: ["jest"],
    },
    {
      runner: `jest ${version}, @jest/globals`,
      declaration: "jest, with @jest/globals",
      packages: { "@jest/globals": `@jest/globals-${version}`, expect: `expect-${version}` },
      types: [],
    },
  ]),
];

function check({ declaration, packages, types }: Case): void {
  const source = guide.find((code) => code.startsWith(`// ${declaration}\n`));
  if (source === undefined) throw new Error(`${GUIDE} has no example that begins with // ${declaration}`);
  const folder = makeTemporaryFolder("matchers");
  try {
    const install = (name: string, target: string): void => {
      const place = join(folder, "node_modules", name);
      mkdirSync(dirname(place), { recursive: true });
      symlinkSync(target, place);
    };
    for (const name of ["mock", "protocol"]) install(`@org/sts-${name}`, join(ROOT, "packages", name));
    for (const [name, own] of Object.entries({
      "@aws-sdk/client-sts": "@aws-sdk/client-sts",
      "@types/node": "@types/node",
      ...packages,
    })) {
      install(name, join(RUNNERS, "node_modules", own));
    }
    const uses = readFileSync(join(RUNNERS, "matchers.ts"), "utf8");
    writeFileSync(join(folder, "matchers.test.ts"), `${source}\n${uses}`);
    const compilerOptions = {
      module: "nodenext",
      target: "es2024",
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: ["node", ...types],
    };
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions, files: ["matchers.test.ts"] }),
    );
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
    run(join(RUNNERS, "node_modules/.bin/tsc"), ["-p", "tsconfig.json"], folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

run("pnpm", ["-C", RUNNERS, "install", "--frozen-lockfile"], RUNNERS);
buildAll();
let failed = 0;
for (const one of CASES) {
  try {
    check(one);
    console.log(`ok    ${one.runner}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${one.runner}\n${error instanceof Error ? error.message : String(error)}`);
  }
}
console.log(`\n${CASES.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
