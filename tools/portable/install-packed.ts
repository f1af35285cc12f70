// Packs the packages as a release would and installs the tarballs in a folder of their own, away from the workspace.
import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

export const ROOT: string = join(import.meta.dirname, "../..");
export const PACKAGES = ["protocol", "signer", "client", "mock"] as const;

/** Creates an empty folder outside of the repository, where no `node_modules` above can be found by accident. */
export function makeTemporaryFolder(name: string): string {
  return realpathSync(mkdtempSync(join(tmpdir(), `sts-${name}-`)));
}

/** Builds the packages. */
export function buildAll(): void {
  run("turbo", ["run", "build", "--filter=./packages/*", "--output-logs=errors-only"], ROOT);
}

/** Builds and packs all packages, and returns the tarballs in the order of {@link PACKAGES}. */
export function packAll(folder: string): string[] {
  buildAll();
  const tarballs = join(folder, "tarballs");
  mkdirSync(tarballs, { recursive: true });
  return PACKAGES.map((name) => {
    run("pnpm", ["pack", "--pack-destination", tarballs], join(ROOT, "packages", name));
    const [tarball] = globSync(join(tarballs, `org-sts-${name}-*.tgz`));
    if (tarball === undefined) throw new Error(`pnpm pack left no tarball of ${name} in ${tarballs}`);
    return tarball;
  });
}

/** Installs the packed packages into `folder/node_modules`. */
export function installPacked(folder: string): void {
  const tarballs = packAll(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  run(
    "npm",
    ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", ...tarballs],
    folder,
  );
}

/**
 * Runs a command silently and returns what it printed.
 *
 * @throws Error with everything it printed when it fails.
 */
export function run(
  command: string,
  parameters: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const { status, error, stdout, stderr } = spawnSync(command, parameters, { cwd, env, encoding: "utf8" });
  if (error !== undefined) throw error;
  if (status !== 0)
    throw new Error(`${basename(command)} ${parameters.join(" ")} failed:\n${stdout}${stderr}`);
  return stdout;
}
