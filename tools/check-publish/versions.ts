// Rehearses a release in a copy: which versions does one changeset move?
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { PACKAGES, ROOT, run } from "../portable/install-packed.ts";

/** Changes the signer by a minor version, and the protocol by a patch, in two copies, and looks at all versions. */
export function rehearseVersions(folder: string): void {
  expectVersions(
    join(folder, "signer"),
    { "@org/sts-signer": "minor" },
    {
      // A minor version of 0.x leaves the range of those who stand on it, so that they move too.
      protocol: "0.1.0",
      signer: "0.2.0",
      client: "0.1.1",
      mock: "0.1.1",
    },
  );
  expectVersions(
    join(folder, "protocol"),
    { "@org/sts-protocol": "patch" },
    {
      protocol: "0.1.1",
      signer: "0.1.0",
      client: "0.1.0",
      mock: "0.1.0",
    },
  );
}

type Versions = Record<(typeof PACKAGES)[number], string>;

function expectVersions(copy: string, bumps: Record<string, "minor" | "patch">, expected: Versions): void {
  copyManifests(copy);
  const lines = Object.entries(bumps).map(([name, bump]) => `"${name}": ${bump}`);
  writeFileSync(join(copy, ".changeset/rehearsal.md"), `---\n${lines.join("\n")}\n---\n\nA rehearsal.\n`);
  run(join(ROOT, "node_modules/.bin/changeset"), ["version"], copy);
  const found = Object.fromEntries(PACKAGES.map((name) => [name, readManifest(copy, name).version]));
  if (JSON.stringify(found) !== JSON.stringify(expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`);
  }
  const [changed = ""] = Object.keys(bumps);
  const changelog = readFileSync(
    join(copy, "packages", changed.replace("@org/sts-", ""), "CHANGELOG.md"),
    "utf8",
  );
  if (!changelog.includes("A rehearsal.")) throw new Error(`the changelog of ${changed} says nothing`);
}

// Manifests and the configuration are all that changesets looks at. Versions start at 0.1.0, whatever is released by now.
function copyManifests(copy: string): void {
  for (const name of PACKAGES) {
    mkdirSync(join(copy, "packages", name), { recursive: true });
    const manifest = { ...readManifest(ROOT, name), version: "0.1.0" };
    writeFileSync(join(copy, "packages", name, "package.json"), JSON.stringify(manifest, null, 2));
  }
  for (const file of ["package.json", "pnpm-workspace.yaml"]) cpSync(join(ROOT, file), join(copy, file));
  mkdirSync(join(copy, ".changeset"));
  // No link to the repository's node_modules: a package manager that is started in the copy would write there.
  const { resolve } = createRequire(join(ROOT, "package.json"));
  const configuration = JSON.parse(readFileSync(join(ROOT, ".changeset/config.json"), "utf8"));
  const changelog = resolve("@changesets/changelog-git");
  writeFileSync(join(copy, ".changeset/config.json"), JSON.stringify({ ...configuration, changelog }));
  run("git", ["init", "--quiet", "--initial-branch=main"], copy);
  rmSync(join(copy, ".git/hooks"), { recursive: true, force: true });
}

function readManifest(root: string, name: string): { version: string } {
  return JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"));
}
