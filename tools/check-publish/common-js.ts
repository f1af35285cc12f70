// CommonJS as older projects have it: compiled under settings that do not read `exports`, and tested with Jest.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { ROOT, run } from "../portable/install-packed.ts";
import { type COMPILERS, HERE, NODE_20 } from "./consumers.ts";

/** How a project compiles to CommonJS. */
export interface Setting {
  readonly name: string;
  readonly compiler: (typeof COMPILERS)[number];
  readonly options: object;
  /** Entry points that are left out. */
  readonly except?: readonly string[];
}

const NODE16 = {
  options: { module: "node16" },
  // The declarations of msw itself import ES modules, which does not compile in CommonJS.
  except: ["@org/sts-mock/msw"],
};

// TypeScript 6 warns of it, and TypeScript 7 does not have it any more.
const OLDEST = { module: "commonjs", moduleResolution: "node" };

export const SETTINGS: readonly Setting[] = [
  {
    name: "moduleResolution node",
    compiler: "typescript-5.9",
    options: OLDEST,
  },
  { name: "module node16", compiler: "typescript-5.9", ...NODE16 },
  { name: "module node16", compiler: "typescript-6.0", ...NODE16 },
  { name: "module node16", compiler: "typescript-7.0", ...NODE16 },
];

/** Compiles a CommonJS module that imports every entry point, declarations included, and runs it on Node.js 20. */
export function compileEveryEntry(folder: string, { compiler, options, except = [] }: Setting): void {
  const imports = entryPoints(folder)
    .filter((entry) => !except.includes(entry))
    .map(
      (entry, index) =>
        `import * as entry${index} from ${JSON.stringify(entry)};\nentries.push(entry${index});`,
    );
  writeFileSync(
    join(folder, "every-entry.cts"),
    [
      "const entries: object[] = [];",
      ...imports,
      'if (entries.some((entry) => Object.keys(entry).length === 0)) throw new Error("an entry point exports nothing");',
      "",
    ].join("\n"),
  );
  const compilerOptions = {
    strict: true,
    target: "es2023",
    lib: ["es2023", "dom", "dom.iterable"],
    types: ["node"],
    ...options,
  };
  const tsconfig = { compilerOptions, files: ["every-entry.cts"] };
  writeFileSync(join(folder, "tsconfig.every-entry.json"), JSON.stringify(tsconfig));
  const tsc = join(HERE, "node_modules", compiler, "bin/tsc");
  run(process.execPath, [tsc, "-p", "tsconfig.every-entry.json"], folder);
  run(NODE_20, ["every-entry.cjs"], folder);
}

function entryPoints(folder: string): string[] {
  const scope = join(folder, "node_modules/@org");
  return readdirSync(scope).flatMap((name) => {
    const manifest: { exports: object } = JSON.parse(readFileSync(join(scope, name, "package.json"), "utf8"));
    return Object.keys(manifest.exports)
      .filter((entry) => !entry.endsWith(".json"))
      .map((entry) => `@org/${name}${entry.slice(1)}`);
  });
}

/** What Jest needs beside the packages. */
export const JEST_PACKAGES = [
  "jest@30.5.2",
  "ts-jest@29.4.15",
  "@types/jest@30.0.0",
  "@types/node@20.19.43",
  "@babel/core@8.1.3",
  "@babel/preset-env@8.0.7",
  "@babel/preset-typescript@8.0.7",
  "typescript@5.9.3",
  "msw@2.15.0",
];

/** The ways to run Jest that the guide to bundlers shows, by the title of their file there, and the tests that they run. */
export const JEST_PROJECTS: ReadonlyMap<string, readonly string[]> = new Map([
  ["ts-jest", ["client.test.ts"]],
  ["babel-jest", ["client.test.ts"]],
  ["setupStsMock", ["client.test.ts", "setup-sts-mock.test.ts"]],
]);

/** Runs tests with Jest on Node.js 20, configured as the guide says. */
export function runJest(folder: string, project: string): void {
  const place = join(folder, project);
  mkdirSync(place);
  writeFileSync(join(place, "package.json"), JSON.stringify({ private: true, type: "commonjs" }));
  const compilerOptions = { strict: true, target: "es2022", esModuleInterop: true, ...OLDEST };
  writeFileSync(join(place, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  for (const [file, text] of readSnippets(project)) writeFileSync(join(place, file), text);
  for (const test of JEST_PROJECTS.get(project) ?? [])
    copyFileSync(join(HERE, "consumers/jest", test), join(place, test));
  run(NODE_20, [join(folder, "node_modules/jest/bin/jest.js"), "--rootDir", place, "--ci"], place);
}

// In the guide a file begins with a comment: `// jest.config.js, with ts-jest`.
function readSnippets(project: string): [file: string, text: string][] {
  const guide = readFileSync(join(ROOT, "docs/guides/bundlers.md"), "utf8");
  const snippets = [...guide.matchAll(/^```js\n\/\/ (\S+), with ([^\n]+)\n([^]*?)^```$/gm)].flatMap(
    ([, file = "", projects = "", text = ""]): [string, string][] =>
      projects.split(" or ").includes(project) ? [[file, text]] : [],
  );
  if (snippets.length === 0) throw new Error(`docs/guides/bundlers.md shows no file "with ${project}"`);
  return snippets;
}
