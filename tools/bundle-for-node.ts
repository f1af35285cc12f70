// Puts a package's modules into few files for Node.js, Bun and Deno, where every module costs a look at the disk before the
// first line of a program runs. Bundlers are sent to the modules one by one, see `publishConfig` in a package's manifest.
// `node ../../tools/bundle-for-node.ts` in a package; pnpm runs it as `prepack`, before it packs or publishes.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import type { Rolldown } from "vite";

interface Manifest {
  readonly imports?: Record<string, { readonly node?: string; readonly default: string }>;
  readonly exports: Record<string, unknown>;
  readonly publishConfig: { readonly exports: Record<string, { readonly node?: string } | string> };
}

const FOLDER = "dist/node";

/** What a call with given credentials gets on without, and `import()` brings to the others. */
const RARE =
  /\/dist\/(?:credentials\/(?!files\/(?:read|parse)-shared-config|sources\/environment|sessions\/default-role-assumers).*|entries\/(?:credentials.*|retry)|retry\/adaptive-strategy|errors\/hints|config\/override-config|signing\/webcrypto-signer)\.js$/;

/** What every process has loaded already, or every call needs. */
const LIGHT = /^(?:node:(?:buffer|crypto|fs\/promises|os|path)$|@org\/|#)/;

/**
 * The parser's ES modules are forty files, its CommonJS build is one. Only `require()` is given that one, and only a
 * CommonJS module can call it wherever the file ends up, in Jest for example.
 */
const PARSER = "fast-xml-parser";
const PARSER_MODULE = "./fast-xml-parser.cjs";
const PARSER_SOURCE = `"use strict";\nexports.XMLParser = require("${PARSER}").XMLParser;\n`;

async function bundleForNode(directory: string): Promise<void> {
  const manifest: Manifest = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  const missing = Object.keys(manifest.exports).filter((name) => !(name in manifest.publishConfig.exports));
  if (missing.length > 0)
    throw new Error(`publishConfig.exports of ${directory} lacks ${missing.join(", ")}`);

  const { rolldown } = await loadRolldown();
  const input = entryPoints(manifest);
  const isOrdinary = reachableFrom(
    Object.values(input)
      .map((path) => join(directory, path))
      .filter((path) => !RARE.test(path)),
    (specifier, importer) =>
      specifier.startsWith("#")
        ? join(directory, manifest.imports?.[specifier]?.node ?? manifest.imports?.[specifier]?.default ?? "")
        : resolve(importer, "..", specifier),
  );
  const folder = join(directory, FOLDER);
  rmSync(folder, { recursive: true, force: true });
  const build = await rolldown({
    cwd: directory,
    input,
    platform: "node",
    external: (id) => id !== PARSER && !/^[./#]/.test(id),
    preserveEntrySignatures: "strict",
    plugins: [
      { name: "parser", resolveId: (id) => (id === PARSER ? { id: PARSER_MODULE, external: true } : null) },
    ],
    // Says that an `import()` does not move its module into another file, which is the purpose here.
    logLevel: "silent",
  });
  const { output } = await build.write({
    dir: folder,
    format: "esm",
    comments: false,
    codeSplitting: {
      groups: [
        { name: "core", test: isOrdinary },
        { name: "rare", test: (id) => !isOrdinary(id) && !isHeavy(id) },
      ],
    },
  });
  if (output.some((chunk) => chunk.type === "chunk" && chunk.code.includes(`"${PARSER_MODULE}"`))) {
    writeFileSync(join(folder, PARSER_MODULE), PARSER_SOURCE);
  }
  console.log(`${FOLDER}: ${readdirSync(folder, { recursive: true }).length} files`);
}

// What the manifest sends Node.js to, beside the module that it is made of.
function entryPoints({ publishConfig }: Manifest): Record<string, string> {
  const targets = Object.values(publishConfig.exports).flatMap((entry) =>
    typeof entry === "object" && entry.node !== undefined ? [entry.node] : [],
  );
  const names = targets.map((target) => target.slice(`./${FOLDER}/`.length, -".js".length));
  return Object.fromEntries(names.map((name) => [name, `./dist/${name}.js`]));
}

// What a program loads that does nothing unusual.
function reachableFrom(
  entries: readonly string[],
  resolveSpecifier: (specifier: string, importer: string) => string,
): (path: string) => boolean {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const later = [...readFileSync(path, "utf8").matchAll(/\bimport\("([^"]+)"\)/g)].map(
      ([, name = ""]) => name,
    );
    for (const specifier of [...importsOf(path), ...later])
      if (/^[.#]/.test(specifier) && !RARE.test(resolveSpecifier(specifier, path)))
        visit(resolveSpecifier(specifier, path));
  };
  entries.forEach(visit);
  return (path) => seen.has(path) && !isHeavy(path);
}

// What imports somebody else's package or a heavy module of Node.js, itself or through others, stays apart until it is
// needed: it is slow to load, and an optional package may not be there.
function isHeavy(path: string, seen = new Set<string>()): boolean {
  if (seen.has(path)) return false;
  seen.add(path);
  return importsOf(path).some((specifier) =>
    specifier.startsWith(".") ? isHeavy(resolve(path, "..", specifier), seen) : !LIGHT.test(specifier),
  );
}

// What a module imports before it runs.
function importsOf(path: string): string[] {
  const imports = readFileSync(path, "utf8").matchAll(/^(?:import|export)\s[^"';=]*\bfrom "([^"]+)";/gm);
  return [...imports].map(([, specifier = ""]) => specifier);
}

// The bundler that Vite stands on.
async function loadRolldown(): Promise<{
  rolldown: (options: Rolldown.InputOptions) => Promise<Rolldown.RolldownBuild>;
}> {
  const vite = createRequire(import.meta.url).resolve("vite/package.json");
  return import(pathToFileURL(createRequire(vite).resolve("rolldown")).href);
}

await bundleForNode(process.cwd());
