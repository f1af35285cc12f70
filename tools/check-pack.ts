// Packs the packages and compares the tarballs with what should be in them, file by file. Ends with `N passed, N failed`.
// What a tarball holds follows from the sources: a file that is left over from an earlier build fails the check.
import { existsSync, globSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

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
    const size = `${found.length} files, ${(statSync(tarball).size / 1000).toFixed(1)} kB packed`;
    if (surplus.length + missing.length === 0) {
      console.log(`ok    @org/sts-${name}: ${size}`);
      continue;
    }
    failed += 1;
    console.log(`FAIL  @org/sts-${name}: ${size}`);
    for (const file of surplus) console.log(`      should not be there: ${file}`);
    for (const file of missing) console.log(`      is missing: ${file}`);
    if (surplus.some((file) => file.startsWith("dist/"))) {
      console.log(
        "      Left over from an earlier build? rm -rf packages/*/dist packages/*/.tsbuild && pnpm build",
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`\n${PACKAGES.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

interface Manifest {
  readonly publishConfig: { readonly exports: Record<string, unknown> };
}

// The sources, what the compiler makes of each, what is bundled for Node.js, and the papers.
function expectedFiles(directory: string): ReadonlySet<string> {
  const sources = globSync("src/**/*.ts", { cwd: directory });
  const built = sources.flatMap((source) => {
    const output = source.replace(/^src/, "dist").replace(/\.ts$/, "");
    return [".js", ".js.map", ".d.ts", ".d.ts.map"].map((extension) => output + extension);
  });
  const papers = ["README.md", "LICENSE", "package.json"];
  if (existsSync(join(directory, "CHANGELOG.md"))) papers.push("CHANGELOG.md");
  // `prepack` empties the folder first, so that nothing in it is left over.
  const bundled = globSync("dist/node/**/*.{js,cjs}", { cwd: directory });
  const manifest: Manifest = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  return new Set([...sources, ...built, ...papers, ...bundled, ...targetsOf(manifest.publishConfig.exports)]);
}

// Every file that an entry point leads to.
function targetsOf(entry: unknown): string[] {
  if (typeof entry === "string") return [entry.replace(/^\.\//, "")];
  return typeof entry === "object" && entry !== null ? Object.values(entry).flatMap(targetsOf) : [];
}
