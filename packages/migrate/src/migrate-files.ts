import { isUtf8 } from "node:buffer";
import { readFile, writeFile } from "node:fs/promises";

import { migrateSource, type Migration } from "./migrate-source.ts";

/** Options of {@link migrateFiles}. */
export interface MigrateFilesOptions {
  /** Writes the changed files. Default: `false`, which changes nothing on disk. */
  readonly write?: boolean;
}

/** The result for one file. */
export interface FileMigration extends Migration {
  /** The path that was given. */
  readonly path: string;
  /** The original text. */
  readonly before: string;
}

/** Runs {@link migrateSource} over files; returns those that concern STS, in the given order. */
export async function migrateFiles(
  paths: readonly string[],
  options: MigrateFilesOptions = {},
): Promise<FileMigration[]> {
  const results: FileMigration[] = [];
  for (const path of paths) {
    const bytes = await readFile(path);
    const before = bytes.toString("utf8");
    const migration = isUtf8(bytes) ? migrateSource(before, path) : leaveUndecoded(before);
    if (migration.changed && options.write === true) await writeFile(path, migration.code);
    if (migration.changed || migration.left.length > 0 || migration.kept.length > 0) {
      results.push({ ...migration, path, before });
    }
  }
  return results;
}

/** Text in another encoding would not survive being written back. */
function leaveUndecoded(code: string): Migration {
  const concernsSts = code.includes("aws-sdk") || code.includes("signature-v4");
  const left = concernsSts ? [{ line: 1, reason: "the file is not UTF-8" }] : [];
  return { code, changed: false, left, kept: [], notes: [] };
}
