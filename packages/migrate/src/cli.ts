#!/usr/bin/env node
import { parseArgs } from "node:util";

import { findSourceFiles } from "./find-source-files.ts";
import { migrateFiles } from "./migrate-files.ts";
import { formatDiff, formatReport } from "./report.ts";

const USAGE = `sts-migrate [--write] PATH…

Changes programs from the AWS SDK's STS clients (versions 2 and 3) to @org/sts-client.
Without --write it shows a diff on standard output and a report on standard error, and changes nothing.
A file in which something cannot be followed is left as it is; the report says where and why.

  --write   change the files
  --help    show this text
`;

process.exitCode = await main(process.argv.slice(2));

async function main(parameters: string[]): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: parameters,
      allowPositionals: true,
      options: { write: { type: "boolean" }, help: { type: "boolean" } },
    });
    if (values.help === true) {
      process.stdout.write(USAGE);
      return 0;
    }
    if (positionals.length === 0) throw new Error("Name the files or folders to change.");
    const write = values.write === true;
    const files = await migrateFiles(await findSourceFiles(positionals), { write });
    if (!write) process.stdout.write(formatDiff(files));
    process.stderr.write(formatReport(files, write));
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
}
