import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test.each([
  [
    "the type tests compile without exactOptionalPropertyTypes, as most programs are compiled",
    "tsconfig.json",
  ],
  [
    "the declarations of all packages compile without the library dom, as in programs for Node.js",
    "without-dom.json",
  ],
])(
  "%s",
  async (_, project) => {
    const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
    const file = fileURLToPath(new URL(project, import.meta.url));
    const run = promisify(execFile)(process.execPath, [join(typescript, "bin/tsc"), "-p", file]);
    const output = await run.then(
      ({ stdout }) => stdout,
      (error: { readonly stdout: string }) => error.stdout,
    );
    expect(output).toBe("");
  },
  120_000,
);
