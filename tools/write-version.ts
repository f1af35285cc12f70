// Writes the client's version, which goes into its user agent, as package.json has it: `changeset version && node
// tools/write-version.ts`. `--check` only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const CLIENT = join(import.meta.dirname, "../packages/client");
const FILE = join(CLIENT, "src/version.ts");

const { version } = JSON.parse(readFileSync(join(CLIENT, "package.json"), "utf8")) as { version: string };
const before = readFileSync(FILE, "utf8");
const after = before.replace(/(?<=VERSION = )"[^"]*"/, JSON.stringify(version));

if (!after.includes(`VERSION = ${JSON.stringify(version)};`)) {
  console.error(`${FILE} has no line for the version`);
  process.exitCode = 1;
} else if (after === before) console.log(`packages/client is ${version} already`);
else if (process.argv.includes("--check")) {
  console.error(
    "packages/client/src/version.ts is not that of package.json: run node tools/write-version.ts",
  );
  process.exitCode = 1;
} else {
  writeFileSync(FILE, after);
  console.log(`packages/client is ${version} now`);
}
