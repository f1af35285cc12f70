import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { build } from "esbuild";

import { ACTION } from "./run-job.ts";

/** Bundles the action's program into the one file that `action.yml` names; returns its size in bytes. */
export async function buildAction(): Promise<number> {
  const outfile = join(ACTION, "dist/get-credentials.mjs");
  await build({
    entryPoints: [join(ACTION, "src/get-credentials.ts")],
    outfile,
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    // Optional packages that nothing here uses; if they are installed, they would be bundled.
    external: ["@inquirer/password", "https-proxy-agent", "otpauth"],
  });
  return (await readFile(outfile)).length;
}
