// Shows what the codemod turns the programs in before/ into, and runs these and the programs in after/ against a fake STS.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { findSourceFiles, formatDiff, formatReport, migrateFiles } from "@org/sts-migrate";
import { startStsServer } from "@org/sts-mock/node";

const { dirname } = import.meta;
process.chdir(dirname);
const files = await migrateFiles(await findSourceFiles(["before"]));
console.log(formatDiff(files));
console.log(formatReport(files, false));

const server = await startStsServer();
try {
  for (const { path, code } of files) {
    const after = path.replace("before", "after");
    if ((await readFile(join(dirname, after), "utf8")) !== code) {
      throw new Error(`${after} is not what the codemod makes: run sts-migrate --write on a copy of ${path}`);
    }
    console.log(`${path} prints:\n${await run(path)}`);
    console.log(`${after} prints:\n${await run(after)}`);
  }
} finally {
  await server.close();
}

async function run(path: string): Promise<string> {
  const env = {
    PATH: process.env["PATH"],
    AWS_ENDPOINT_URL_STS: server.url,
    AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
    AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: "1",
  };
  const { stdout } = await promisify(execFile)(process.execPath, [join(dirname, path)], { env });
  return stdout;
}
