// Puts a package's modules into few files for Node.js, Bun and Deno, where every module costs a look at the disk before the
// first line of a program runs. Bundlers are sent to the modules one by one, see `publishConfig` in a package's manifest.
// `node ../../tools/bundle-for-node.ts` in a package; pnpm runs it as `prepack`, before it packs or publishes.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

// Each package that is published has it to measure itself.
import type * as Esbuild from "../packages/client/node_modules/esbuild/lib/main.js";

interface Manifest {
  readonly exports: Record<string, unknown>;
  readonly publishConfig: { readonly exports: Record<string, { readonly node?: string } | string> };
}

const FOLDER = "dist/node";

/**
 * The parser's ES modules are forty files, its CommonJS build is one and the same code. Only `require()` is given that one,
 * and only a CommonJS module can call it wherever the bundle ends up, in Jest for example.
 */
const PARSER_IMPORT = 'import { XMLParser } from "fast-xml-parser";';
const PARSER_MODULE = "fast-xml-parser.cjs";
const PARSER_SOURCE = `"use strict";\nexports.XMLParser = require("fast-xml-parser").XMLParser;\n`;

async function bundleForNode(directory: string): Promise<void> {
  const esbuild: typeof Esbuild = createRequire(join(directory, "package.json"))("esbuild");
  const manifest: Manifest = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  const missing = Object.keys(manifest.exports).filter((name) => !(name in manifest.publishConfig.exports));
  if (missing.length > 0)
    throw new Error(`publishConfig.exports of ${directory} lacks ${missing.join(", ")}`);
  const folder = join(directory, FOLDER);
  rmSync(folder, { recursive: true, force: true });
  const { metafile } = await esbuild.build({
    absWorkingDir: directory,
    entryPoints: entryPoints(manifest),
    outdir: FOLDER,
    bundle: true,
    splitting: true,
    packages: "external",
    external: [`./${PARSER_MODULE}`],
    format: "esm",
    platform: "node",
    target: "es2022",
    metafile: true,
    logLevel: "warning",
    plugins: [loadTogether],
  });
  const usesParser = Object.values(metafile.outputs).some(({ imports }) =>
    imports.some(({ path }) => path === `./${PARSER_MODULE}`),
  );
  if (usesParser) writeFileSync(join(folder, PARSER_MODULE), PARSER_SOURCE);
  console.log(`${FOLDER}: ${readdirSync(folder, { recursive: true }).length} files`);
}

// What the manifest sends Node.js to, beside the module that it is made of.
function entryPoints({ publishConfig }: Manifest): { in: string; out: string }[] {
  return Object.values(publishConfig.exports).flatMap((entry) => {
    if (typeof entry === "string" || entry.node === undefined) return [];
    const name = entry.node.slice(`./${FOLDER}/`.length, -".js".length);
    return [{ in: join("dist", `${name}.js`), out: name }];
  });
}

const loadTogether: Esbuild.Plugin = {
  name: "load-together",
  setup(build) {
    build.onLoad({ filter: /\/dist\/.*\.js$/ }, ({ path }) => {
      const names = new Map<string, string>();
      // `import("./x.js")` spares a browser a download and costs Node.js a file.
      const code = readFileSync(path, "utf8")
        .replaceAll(/\bimport\("(\.[^"]+)"\)/g, (whole, specifier: string) => {
          if (standsOnOthers(resolve(path, "..", specifier))) return whole;
          const name = names.get(specifier) ?? `loadedTogether${names.size}`;
          names.set(specifier, name);
          return `Promise.resolve(${name})`;
        })
        .replace(PARSER_IMPORT, PARSER_IMPORT.replace("fast-xml-parser", `./${PARSER_MODULE}`));
      const imports = [...names].map(([specifier, name]) => `import * as ${name} from "${specifier}";\n`);
      return { contents: imports.join("") + code, loader: "js" };
    });
  },
};

// What imports somebody else's package, itself or through others, stays apart until it is needed: it is slow to load, and an
// optional package may not be there.
function standsOnOthers(path: string, seen = new Set<string>()): boolean {
  if (seen.has(path)) return false;
  seen.add(path);
  const code = readFileSync(path, "utf8");
  const imports = code.matchAll(/^(?:import|export)\s[^"';=]*\bfrom "([^"]+)";/gm);
  const specifiers = [...imports].map((match) => match[1] ?? "");
  return specifiers.some((specifier) =>
    specifier.startsWith(".")
      ? standsOnOthers(resolve(path, "..", specifier), seen)
      : !/^(?:node:|@org\/|#)/.test(specifier),
  );
}

await bundleForNode(process.cwd());
