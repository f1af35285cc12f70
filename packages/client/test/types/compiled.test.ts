import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("the type tests compile without exactOptionalPropertyTypes, as most programs are compiled", async () => {
  const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
  const folder = dirname(fileURLToPath(import.meta.url));
  const run = promisify(execFile)(process.execPath, [join(typescript, "bin/tsc"), "-p", folder]);
  const output = await run.then(
    ({ stdout }) => stdout,
    (error: { readonly stdout: string }) => error.stdout,
  );
  expect(output).toBe("");
}, 120_000);
