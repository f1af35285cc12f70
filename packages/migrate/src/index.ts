export { migrateSource, type Migration } from "./migrate-source.ts";
export type { Remark } from "./source-file.ts";
export { migrateFiles, type FileMigration, type MigrateFilesOptions } from "./migrate-files.ts";
export { findSourceFiles } from "./find-source-files.ts";
export { formatDiff, formatReport } from "./report.ts";
