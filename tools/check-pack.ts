// Packs the packages and compares the tarballs with what should be in them, file by file. Ends with `N passed, N failed`.
// What a tarball holds follows from the sources: a file that is left over from an earlier build fails the check.
import { existsSync, globSync, readFileSync, rmSync, statSync } from "node:fs";
import { SourceMap } from "node:module";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import { type Manifest, publishedManifest } from "./prepare-package/manifest.ts";
import { makeTemporaryFolder, packAll, PACKAGES, ROOT, run } from "./portable/install-packed.ts";

const folder = makeTemporaryFolder("pack");
let failed = 0;

try {
  for (const [index, tarball] of packAll(folder).entries()) {
    const name = PACKAGES[index] ?? "";
    const found = run("tar", ["-tzf", tarball], folder)
      .trim()
      .split("\n")
      .map((file) => file.replace(/^package\//, ""));
    const expected = expectedFiles(join(ROOT, "packages", name));
    const surplus = found.filter((file) => !expected.has(file)).sort();
    const missing = [...expected].filter((file) => !found.includes(file)).sort();
    const misled = misleadingPositions(join(ROOT, "packages", name, "dist/node"));
    const size = `${found.length} files, ${(statSync(tarball).size / 1000).toFixed(1)} kB packed`;
    if (surplus.length + missing.length + misled.length === 0) {
      console.log(`ok    @org/sts-${name}: ${size}`);
      continue;
    }
    failed += 1;
    console.log(`FAIL  @org/sts-${name}: ${size}`);
    for (const file of surplus) console.log(`      should not be there: ${file}`);
    for (const file of missing) console.log(`      is missing: ${file}`);
    for (const position of misled) console.log(`      maps to another line: ${position}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`\n${PACKAGES.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

// What `prepack` has written into its three folders, which it empties first; what the manifest leads to; and the papers.
function expectedFiles(directory: string): ReadonlySet<string> {
  const papers = ["README.md", "LICENSE", "package.json"];
  if (existsSync(join(directory, "CHANGELOG.md"))) papers.push("CHANGELOG.md");
  const prepared = globSync(
    ["dist/node/**/*.{cjs,mjs,cjs.map}", "dist/esm/**/*.js", "dist/types/**/*.d.{cts,mts}"],
    { cwd: directory },
  );
  const manifest: Manifest = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  const { access: _access, ...published } = manifest.publishConfig;
  if (!isDeepStrictEqual(published, publishedManifest(manifest)))
    throw new Error(
      `publishConfig of ${manifest.name} is not up to date: run node ../../tools/prepare-package.ts --write there`,
    );
  return new Set([...prepared, ...papers, ...targetsOf(published["exports"])]);
}

// What a stack trace would say of every error that the CommonJS throws, where that is not the line that throws it.
function misleadingPositions(directory: string): string[] {
  return globSync("**/*.cjs.map", { cwd: directory }).flatMap((file) => {
    const path = join(directory, file);
    const map = new SourceMap(JSON.parse(readFileSync(path, "utf8")));
    const lines = readFileSync(path.replace(/\.map$/, ""), "utf8").split("\n");
    return lines.flatMap((text, line) => {
      const thrown = /throw new (\w+)\(/.exec(text);
      const entry = thrown && map.findEntry(line, thrown.index + "throw ".length);
      // What was taken in from another package has no source here.
      if (!entry || !("originalSource" in entry) || !entry.originalSource.includes("/src/")) return [];
      const source = join(path, "..", entry.originalSource);
      const found = readFileSync(source, "utf8").split("\n")[entry.originalLine] ?? "";
      return found.includes("throw new") ? [] : [`${file}, line ${line + 1}: ${found.trim()}`];
    });
  });
}

// Every file that an entry point leads to.
function targetsOf(entry: unknown): string[] {
  if (typeof entry === "string") return [entry.replace(/^\.\//, "")];
  return typeof entry === "object" && entry !== null ? Object.values(entry).flatMap(targetsOf) : [];
}
