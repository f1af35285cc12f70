import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/**
 * Lists the JavaScript and TypeScript files below the given files and folders, sorted. It skips folders with third-party or generated
 * files (`node_modules`, `dist`, `build`, `coverage`, names that begin with a dot), declaration files and symbolic links.
 *
 * @throws The file system's error when a path does not exist.
 */
export async function findSourceFiles(paths: readonly string[]): Promise<string[]> {
  const files = new Set<string>();
  for (const path of paths) {
    if ((await stat(path)).isDirectory()) await addFolder(path, files);
    else files.add(path);
  }
  return [...files].sort();
}

async function addFolder(folder: string, files: Set<string>): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith(".") || IGNORED_FOLDERS.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await addFolder(path, files);
    else if (entry.isFile() && /(?<!\.d)\.[cm]?[jt]sx?$/.test(entry.name)) files.add(path);
  }
}

const IGNORED_FOLDERS: ReadonlySet<string> = new Set(["node_modules", "dist", "build", "coverage"]);
