import { createTwoFilesPatch } from "diff";

import type { FileMigration } from "./migrate-files.ts";

/** Writes the changes as a patch in the unified format. */
export function formatDiff(files: readonly FileMigration[]): string {
  return files
    .filter(({ changed }) => changed)
    .map(({ path, before, code }) =>
      createTwoFilesPatch(`a/${path}`, `b/${path}`, before, code, undefined, undefined, { context: 3 }),
    )
    .join("");
}

/** Writes what was changed, what stays with the AWS SDK, what should be reviewed, and what was left and why, as `file:line: reason`. */
export function formatReport(files: readonly FileMigration[], written: boolean): string {
  const changed = files.filter((file) => file.changed);
  const lines = [
    ...section(
      written ? "Changed" : "Would be changed",
      changed.map(({ path }) => path),
    ),
    ...section(
      "Look at",
      files.flatMap(({ path, notes }) => describe(path, notes)),
    ),
    ...section(
      "Stays with the AWS SDK",
      files.flatMap(({ path, kept }) => describe(path, kept)),
    ),
    ...section(
      "Left as it is",
      files.flatMap(({ path, left }) => describe(path, left)),
    ),
  ];
  if (lines.length === 0) return "Nothing uses the AWS SDK's STS client here.\n";
  if (changed.length > 0) {
    lines.push(
      written
        ? "Install what the files import now (npm install @org/sts-client), and format them."
        : "Nothing was written. Run again with --write to change the files.",
    );
  }
  return `${lines.join("\n")}\n`;
}

function section(title: string, entries: readonly string[]): string[] {
  return entries.length === 0 ? [] : [`${title}:`, ...entries.map((entry) => `  ${entry}`), ""];
}

function describe(path: string, remarks: FileMigration["left"]): string[] {
  return remarks.map(({ line, reason }) => `${path}:${line}: ${reason}`);
}
