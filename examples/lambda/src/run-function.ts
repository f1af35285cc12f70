import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

/** The function in one file, as it is uploaded. */
export interface BundledFunction {
  /** Size in bytes. */
  readonly size: { readonly minified: number; readonly gzip: number };
  /** Runs it in a new process, for two events. */
  readonly invoke: (claims: object, env: NodeJS.ProcessEnv) => Promise<Invocation>;
  readonly remove: () => Promise<void>;
}

/** The responses to two events in a new process, and how long each step took in milliseconds. */
export interface Invocation {
  readonly times: {
    /** Until Node.js runs the first line. */
    readonly node: number;
    /** To load the file. */
    readonly load: number;
    /** The first event: configuration, connection, STS. */
    readonly first: number;
    /** The second event. */
    readonly second: number;
  };
  /** The second response. */
  readonly response: { readonly statusCode: number; readonly body: string };
}

/** Bundles `handler.ts` with all that it needs. */
export async function bundleFunction(): Promise<BundledFunction> {
  const folder = await mkdtemp(join(tmpdir(), "function-"));
  const outfile = join(folder, "index.mjs");
  await build({
    entryPoints: [here("handler.ts")],
    outfile,
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    // Optional packages that nothing here uses; if they are installed, they would be bundled.
    external: ["@inquirer/password", "https-proxy-agent", "otpauth"],
  });
  const file = await readFile(outfile);
  return {
    size: { minified: file.length, gzip: gzipSync(file, { level: 9 }).length },
    invoke: async (claims, env) => {
      const event = JSON.stringify({ requestContext: { authorizer: { jwt: { claims } } } });
      const { stdout } = await promisify(execFile)(process.execPath, [here("runtime.js"), outfile, event], {
        env,
      });
      return JSON.parse(stdout) as Invocation;
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

function here(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
