// What `npm install` of a package brings: the files' lengths, and how many packages.
import { execFileSync } from "node:child_process";
import { globSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What an installation weighs. */
export interface InstallSize {
  /** The sum of the files' lengths. */
  readonly bytes: number;
  /** How many packages there are in `node_modules`. */
  readonly packages: number;
}

/** Installs packages in a new folder; `undefined` where the registry cannot be reached. */
export function measureInstall(folder: string, specifiers: readonly string[]): InstallSize | undefined {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  try {
    const options = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--prefer-offline"];
    execFileSync("npm", ["install", ...options, ...specifiers], { cwd: folder, stdio: "ignore" });
  } catch {
    return undefined;
  }
  const modules = join(folder, "node_modules");
  const files = readdirSync(modules, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  const packages = globSync("**/node_modules/{*,@*/*}/package.json", { cwd: folder }).length;
  return { bytes, packages };
}
