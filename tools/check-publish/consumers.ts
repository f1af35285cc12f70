// Installs what was published in empty folders, as users do, and runs and compiles it there.
import { copyFileSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { run } from "../portable/install-packed.ts";
import type { Registry } from "./registry.ts";

export const HERE: string = import.meta.dirname;

/** The oldest Node.js that is supported. */
export const NODE_20: string = join(HERE, "node_modules/node20/bin/node");

/** What a user installs, and the program that must run afterwards. */
export interface Consumer {
  readonly packages: readonly string[];
  /** In `consumers/`. */
  readonly program: string;
  /** What to run it with. Default: Node.js 20, the oldest that is supported. */
  readonly node?: string;
}

export const CONSUMERS: readonly Consumer[] = [
  { packages: ["@org/sts-protocol"], program: "protocol.js" },
  { packages: ["@org/sts-signer"], program: "signer.js" },
  { packages: ["@org/sts-client"], program: "client.js" },
  { packages: ["@org/sts-mock"], program: "mock.js" },
  // msw 3 needs Node.js 22.
  {
    packages: ["@org/sts-mock", "@org/sts-client", "msw@3"],
    program: "mock-with-msw.js",
    node: process.execPath,
  },
  { packages: ["@org/sts-mock", "@org/sts-client", "msw@2"], program: "mock-with-msw.js" },
];

/** The package managers, and how each installs without running anybody's scripts. */
export const MANAGERS: ReadonlyMap<string, readonly string[]> = new Map([
  ["npm", ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"]],
  ["pnpm", ["pnpm", "add", "--ignore-scripts"]],
  ["bun", [join(HERE, "node_modules/.bin/bun"), "add", "--ignore-scripts"]],
]);

/** The compilers of consumers. */
export const COMPILERS = ["typescript-5.9", "typescript-6.0", "typescript-7.0"] as const;

/** What an installation brought. */
export interface Installation {
  readonly packages: number;
  readonly bytes: number;
  readonly milliseconds: number;
}

/** Installs a consumer's packages in an empty folder. */
export function install(
  folder: string,
  packages: readonly string[],
  manager: string,
  registry: Registry,
): Installation {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  // pnpm otherwise waits a day before it installs what has just been published.
  writeFileSync(join(folder, "pnpm-workspace.yaml"), "minimumReleaseAge: 0\npmOnFail: ignore\n");
  const [command = "", ...parameters] = MANAGERS.get(manager) ?? [];
  const started = performance.now();
  run(command, [...parameters, ...packages], folder, registry.environment);
  const milliseconds = Math.round(performance.now() - started);
  return { ...measure(join(folder, "node_modules")), milliseconds };
}

/** Runs a consumer's program, and requires every entry point, where the packages are installed. */
export function runProgram(folder: string, { program, node = NODE_20 }: Consumer): void {
  for (const file of [program, "require-every-entry.cjs"]) {
    copyFileSync(join(HERE, "consumers", file), join(folder, file));
    run(node, [file], folder);
  }
}

/** Compiles a consumer strictly, the packages' declarations included. */
export function compile(folder: string, compiler: (typeof COMPILERS)[number]): void {
  for (const file of ["compile.mts", "compile.cts", "tsconfig.json"]) {
    copyFileSync(join(HERE, "consumers", file), join(folder, file));
  }
  run(process.execPath, [join(HERE, "node_modules", compiler, "bin/tsc"), "-p", "tsconfig.json"], folder);
}

function measure(folder: string): Pick<Installation, "packages" | "bytes"> {
  let packages = 0;
  let bytes = 0;
  const walk = (directory: string): void => {
    // Links are not followed: pnpm's lead to folders that are visited anyway.
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) walk(path);
      if (!entry.isFile()) continue;
      bytes += statSync(path).size;
      // A package's own manifest stands right below a node_modules; those further down are no packages.
      if (/node_modules\/(?:@[^/]+\/)?[^/@.][^/]*\/package\.json$/.test(path)) packages += 1;
    }
  };
  walk(folder);
  return { packages, bytes };
}
