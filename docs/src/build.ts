// Writes the site: typedoc renders guides and API pages, and scripts and the explorer come from their own sources.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { buildExplorer } from "./explorer/build-page.ts";
import { writeChangelog } from "./versions.ts";

const folder = fileURLToPath(new URL("..", import.meta.url));

mkdirSync(`${folder}/.tmp`, { recursive: true });
writeFileSync(`${folder}/.tmp/changelog.md`, writeChangelog());

const typedoc = fileURLToPath(new URL("../bin/typedoc", import.meta.resolve("typedoc")));
const { status } = spawnSync(process.execPath, [typedoc], { cwd: folder, stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);

await build({
  entryPoints: [`${folder}/src/demo.ts`, `${folder}/src/site.ts`],
  outdir: `${folder}/site/assets`,
  bundle: true,
  minify: true,
  // With `sideEffects: false` esbuild leaves out the initialisation of the commands in a file without code splitting.
  ignoreAnnotations: true,
  // A classic script: browsers load no modules from file://.
  format: "iife",
  platform: "browser",
  target: "es2022",
  logLevel: "warning",
});

await buildExplorer(`${folder}/site`);
