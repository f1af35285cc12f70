// Prepares a package for its tarball: `node ../../tools/prepare-package.ts` in its folder; pnpm runs it as `prepack`.
//
// Each line of code is there once for Node.js and once for everybody else:
// - dist/node   CommonJS in few files, with maps to the TypeScript, and a face in ES modules that re-exports it, so that
//               `require` and `import` get one copy of a class, and a process opens few files
// - dist/esm    ES modules one by one, without comments, for bundlers, browsers and other runtimes
// - dist/types  declarations for both, which hold the documentation
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import type { Rolldown } from "vite";

import { commands, entryPoints, type Manifest, writeManifest } from "./prepare-package/manifest.ts";
import { writeDeclarations } from "./prepare-package/declarations.ts";
import { fold } from "./prepare-package/fold.ts";
import { type MappedLine, readLines, writeLines } from "./prepare-package/line-map.ts";

/** Packages that exist as ES modules only, and so cannot be required everywhere: CommonJS takes them in. */
const TAKEN_IN = new Set(["jose"]);

/** Entry points that most programs use. */
const MAIN = /^(?:entries\/)?(?:index|node|tables)$/;

/** What a call of the client needs of the signer: a third of it. */
const HEADER_SIGNER = "header-signer.node.ts";

/** What a client on Node.js reads before its first call, although it is imported late for the sake of browsers. */
const ALWAYS = [
  "config/environment.ts",
  "config/load-profile.ts",
  "credentials/cache/memoize.ts",
  "credentials/files/find-profile.ts",
  "credentials/files/read-shared-config.ts",
  "endpoint/locate-endpoint.ts",
];

/** What a client without credentials reads when they are in the environment: a sixth of what is loaded late. */
const DEFAULT_CREDENTIALS = ["credentials/default-credentials.ts", "credentials/sources/node-sources.ts"];

/** Files that become one with the entry point that needs them in any case. */
const PARTS: Readonly<Record<string, readonly (readonly [part: string, entry: string])[]>> = {
  "@org/sts-protocol": [["core.cjs", "index.cjs"]],
  "@org/sts-signer": [["header-signer.cjs", "node.cjs"]],
  "@org/sts-client": [
    ["core.cjs", "entries/index.cjs"],
    ["node-handler.cjs", "entries/node.cjs"],
  ],
};

/** Packages of which the client would otherwise have to find several entry points. Each has all that they have. */
const ONE_ENTRY: Readonly<Record<string, string>> = {
  "@org/sts-protocol/declarations": "@org/sts-protocol",
  "@org/sts-protocol/messages": "@org/sts-protocol",
  "@org/sts-protocol/redact-text": "@org/sts-protocol",
  "@org/sts-signer": "@org/sts-signer/node",
};

/** Modules of Node.js that are there already, or that every call needs. */
const LIGHT = /^(?:node:(?:buffer|crypto|fs|fs\/promises|os|path)$|@org\/)/;

const directory = process.cwd();
const manifest: Manifest = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
const entries = entryPoints(manifest);
const input = sources(entries);

for (const folder of ["node", "esm", "types"])
  rmSync(join(directory, "dist", folder), { recursive: true, force: true });

const { rolldown } = await loadRolldown();
await writeNodeModules();
await writeEsModules();
writeDeclarations(directory, entries);
if (process.argv.includes("--write")) writeManifest(directory, manifest);

// Opening a file takes longer than reading a few lines more: what the main entry points need is one file with the first of
// them, what is imported late another, and only what loads somebody else's package or a heavy module of Node.js stays on
// its own.
async function writeNodeModules(): Promise<void> {
  const main = entries.filter((name) => MAIN.test(name)).map((name) => join(directory, "src", `${name}.ts`));
  const core = closure([...main, ...ALWAYS.map((path) => join(directory, "src", path))], staticImports);
  const headerSigner = closure([join(directory, "src", HEADER_SIGNER)], staticImports);
  const defaultCredentials = closure(
    DEFAULT_CREDENTIALS.map((path) => join(directory, "src", path)),
    staticImports,
  );
  const late = closure([...core], (path) => [...staticImports(path), ...lateImports(path)]);
  const build = await rolldown({
    cwd: directory,
    input,
    platform: "node",
    external: (id) => !/^[./#]/.test(id) && !TAKEN_IN.has(packageOf(id)),
    resolve: { conditionNames: ["@org/source", "node", "import", "default"] },
    logLevel: "silent",
    plugins: [
      {
        name: "simplify-requires",
        renderChunk: (code) => requireOneEntry(requireWhatCanBeRequired(code)),
      },
    ],
  });
  const { output } = await build.write({
    dir: join(directory, "dist/node"),
    format: "cjs",
    exports: "named",
    sourcemap: true,
    sourcemapExcludeSources: true,
    comments: false,
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name].cjs",
    codeSplitting: {
      groups: [
        { name: "header-signer", test: (id) => headerSigner.has(id) },
        { name: "core", test: (id) => core.has(id) && !isHeavy(id) },
        { name: "default-credentials", test: (id) => defaultCredentials.has(id) && !isHeavy(id) },
        { name: "on-demand", test: (id) => late.has(id) && !isHeavy(id) },
      ],
    },
  });
  await build.close();
  simplify(join(directory, "dist/node"));
  for (const file of output) {
    if (file.type !== "chunk" || !file.isEntry || !entries.includes(file.name)) continue;
    const names = file.exports.filter((name) => name !== "default");
    writeFace(join(directory, "dist/node"), file.fileName, names);
  }
}

// Node.js up to 24 reads a file that an ES module imports, character by character, for the names it exports, in JavaScript
// that is not compiled yet: of a large one that takes longer than to open a file of two lines more.
function writeFace(folder: string, file: string, names: readonly string[]): void {
  const path = join(folder, file.replace(/\.cjs$/, ""));
  const isLarge = (PARTS[manifest.name] ?? []).some(([, entry]) => entry === file);
  const imported = isLarge ? `${basename(path)}.imported.cjs` : basename(file);
  if (isLarge)
    writeFileSync(
      `${path}.imported.cjs`,
      `const cjs = require("./${basename(file)}");\nmodule.exports = cjs;\n`,
    );
  writeFileSync(
    `${path}.mjs`,
    `import cjs from "./${imported}";\nexport const { ${names.join(", ")} } = cjs;\n`,
  );
}

// Jest runs CommonJS without `import()`. What is an ES module only keeps it, because `require` of that works not everywhere.
function requireWhatCanBeRequired(code: string): string {
  return code.replaceAll(
    /\bimport\(("node:[^"]+")\)/g,
    (_import, name: string) => `Promise.resolve().then(() => require(${name}))`,
  );
}

// Node.js looks for each name of a package in every folder above.
function requireOneEntry(code: string): string {
  return code.replaceAll(
    /\brequire\("(@org\/[^"]+)"\)/g,
    (_require, name: string) => `require("${ONE_ENTRY[name] ?? name}")`,
  );
}

// What the bundler has no option for.
function simplify(folder: string): void {
  const helperPath = join(folder, "rolldown-runtime.cjs");
  const helpers = existsSync(helperPath) ? exportValues(readFileSync(helperPath, "utf8")) : "";
  rmSync(helperPath, { force: true });
  const files = new Map<string, MappedLine[]>();
  for (const file of globSync("**/*.cjs", { cwd: folder })) {
    const path = join(folder, file);
    const map = existsSync(`${path}.map`) ? readFileSync(`${path}.map`, "utf8") : undefined;
    // Keeps the lines, as the map has them.
    const code = exportValues(useBuiltin(takeHelpersIn(readFileSync(path, "utf8"), helpers)));
    files.set(file, readLines(file, loadTheRestOnDemand(code), map));
    rmSync(path);
    rmSync(`${path}.map`, { force: true });
  }
  for (const [part, entry] of PARTS[manifest.name] ?? []) fold(files, part, entry);
  for (const [file, lines] of files) {
    const { code, map } = writeLines(file, lines);
    writeFileSync(join(folder, file), inAscii(code));
    if (map) writeFileSync(join(folder, `${file}.map`), map);
  }
}

// A file that has nothing but the bundler's ten lines of helpers costs as much to find and open as any other.
function takeHelpersIn(code: string, helpers: string): string {
  const ownHelpers = helpers
    .split("\n")
    .filter((line) => !/^(?:exports\.|\/\/)/.test(line))
    .map((line) => line.trim());
  return code
    .replace(
      /^const require_rolldown_runtime = require\("[./]*\/rolldown-runtime\.cjs"\);$/m,
      ownHelpers.join(" "),
    )
    .replaceAll("require_rolldown_runtime.", "");
}

// For `import crypto from "node:crypto"` the bundler makes a copy of the module with a getter for each of its names.
function useBuiltin(code: string): string {
  return code.replaceAll(/^(node_\w+) = __toESM\(\1, 1\);$/gm, (copy, name: string) =>
    code.split(new RegExp(`\\b${name}\\.(?!default\\b)`)).length > 1
      ? copy
      : `${name} = { default: ${name} };`,
  );
}

// The bundler exports a getter for each name. All have their values when the file ends; to compile and call several hundred
// functions would be a good part of the first call.
function exportValues(code: string): string {
  return code.replaceAll(
    /^Object\.defineProperty\(exports, "([^"]+)", \{\n\tenumerable: true,\n\tget: function\(\) \{\n\t\treturn ([\w$.]+);\n\t\}\n\}\);$/gm,
    "exports.$1 = $2;",
  );
}

// Who requires no more than the header signer loads no more. The face in ES modules reads every name, and so loads all.
function loadTheRestOnDemand(code: string): string {
  const loads = `const require_core = require("./core.cjs");`;
  const reExport = /^exports\.([\w$]+) = require_core\.([\w$]+);$/gm;
  if (
    !code.includes(`require("./header-signer.cjs")`) ||
    code.replaceAll(reExport, "").split("require_core").length > 2
  )
    return code;
  return code
    .replace(loads, `let core; const load_core = () => core ??= require("./core.cjs");`)
    .replaceAll(
      reExport,
      `Object.defineProperty(exports, "$1", { enumerable: true, get: () => load_core().$2 });`,
    );
}

// One character beyond Latin-1, and V8 keeps and reads the whole file with two bytes for each.
function inAscii(code: string): string {
  return code.replaceAll(/[^\0-\x7F]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

async function writeEsModules(): Promise<void> {
  const build = await rolldown({
    cwd: directory,
    input: { ...input, ...sources(commands(manifest)), ...importedByMap() },
    platform: "neutral",
    external: (id, importer) => importer !== undefined && !/^[./]/.test(id),
    logLevel: "silent",
    experimental: { attachDebugInfo: "none" }, // a comment with the name that the file has anyway
  });
  await build.write({
    dir: join(directory, "dist/esm"),
    format: "esm",
    comments: { annotation: true, legal: false, jsdoc: false },
    preserveModules: true,
    preserveModulesRoot: join(directory, "src"),
    entryFileNames: "[name].js",
  });
  await build.close();
}

function staticImports(path: string): string[] {
  const imports = readFileSync(path, "utf8").matchAll(
    /^(?:import|export)\s(?!type\b)[^"';=]*\bfrom "([^"]+)";/gm,
  );
  return [...imports].map(([, specifier = ""]) => locate(specifier, path));
}

function lateImports(path: string): string[] {
  const imports = readFileSync(path, "utf8").matchAll(/\bimport\("([^"]+)"\)/g);
  return [...imports].map(([, specifier = ""]) => locate(specifier, path));
}

// The path of a module of the package; the name of any other.
function locate(specifier: string, importer: string): string {
  if (specifier.startsWith(".")) return resolve(importer, "..", specifier);
  const source = manifest.imports?.[specifier]?.["@org/source"];
  return source === undefined ? specifier : join(directory, source);
}

function closure(paths: readonly string[], importsOf: (path: string) => string[]): Set<string> {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path) || !path.startsWith(directory) || !existsSync(path)) return;
    seen.add(path);
    importsOf(path).forEach(visit);
  };
  paths.forEach(visit);
  return seen;
}

// Whether a module loads somebody else's package or a heavy module of Node.js before it runs, itself or through others.
function isHeavy(path: string): boolean {
  return [...closure([path], staticImports)].some((module) =>
    staticImports(module).some((name) => !name.startsWith(directory) && !LIGHT.test(name)),
  );
}

// The modules that the manifest's `imports` lead to, such as a module and its twin for browsers.
function importedByMap(): Record<string, string> {
  const targets = Object.values(manifest.imports ?? {}).flatMap((target) => Object.values(target));
  const names = new Set(
    targets.map((target) => target.replace(/^\.\/(?:dist|src)\//, "").replace(/\.[jt]s$/, "")),
  );
  return sources([...names]);
}

function sources(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, join(directory, "src", `${name}.ts`)]));
}

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

// The bundler that Vite stands on.
async function loadRolldown(): Promise<{
  rolldown: (options: Rolldown.InputOptions) => Promise<Rolldown.RolldownBuild>;
}> {
  const vite = createRequire(import.meta.url).resolve("vite/package.json");
  return import(pathToFileURL(createRequire(vite).resolve("rolldown")).href);
}
