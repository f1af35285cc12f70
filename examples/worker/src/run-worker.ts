import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

import type { Variables } from "./worker.ts";

/** A Worker in workerd, the runtime of Cloudflare Workers. */
export interface RunningWorker {
  readonly url: string;
  /** Size of its one file in bytes. */
  readonly size: { readonly minified: number; readonly gzip: number };
  readonly close: () => Promise<void>;
}

/** Bundles `worker.ts` into one file, and runs it without compatibility flags, so without any Node.js APIs. */
export async function runWorker(variables: Variables): Promise<RunningWorker> {
  const folder = await mkdtemp(join(tmpdir(), "worker-"));
  const outfile = join(folder, "worker.js");
  await build({
    entryPoints: [fileURLToPath(new URL("worker.ts", import.meta.url))],
    outfile,
    bundle: true,
    minify: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
  });
  const file = await readFile(outfile);
  await writeFile(join(folder, "config.capnp"), configure(variables));

  // It writes to descriptor 3 which free port it took.
  const { default: program } = createRequire(import.meta.url)("workerd") as { default: string }; // has no types
  const workerd = spawn(program, ["serve", "config.capnp", "--control-fd=3"], {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  const [line] = await Promise.race([
    once(createInterface(workerd.stdio[3] as Readable), "line"), // it is the pipe above
    once(workerd, "exit").then(() => {
      throw new Error("workerd ended before it listened");
    }),
  ]);
  const { port } = JSON.parse(String(line)) as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    size: { minified: file.length, gzip: gzipSync(file, { level: 9 }).length },
    close: async () => {
      workerd.kill();
      await once(workerd, "exit");
      await rm(folder, { recursive: true });
    },
  };
}

// The fakes have private addresses, which a Worker may not reach by default.
function configure(variables: Variables): string {
  const bindings = Object.entries(variables).map(
    ([name, value]) => `(name = "${name}", text = ${JSON.stringify(value)})`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      compatibilityDate = "2026-07-01",
      bindings = [${bindings.join(", ")}],
    )),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`;
}
