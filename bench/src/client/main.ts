// The client's benchmarks, on the packages as they are installed from a registry: packed, and away from the workspace.
import { cpSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { installPacked, makeTemporaryFolder } from "../../../tools/portable/install-packed.ts";
import { measureColdStart } from "./cold-start.ts";
import { measureThroughput } from "./throughput.ts";
import { measureHeapGrowth, measureWithoutNetwork } from "./without-network.ts";

const PEERS = ["@aws-sdk/client-sts", "@smithy/signature-v4", "aws4", "aws4fetch"];

/** Runs all of them and prints tables; `STS_BENCH_ROUNDS` says how often each is measured. */
export async function runClientBenchmarks(): Promise<void> {
  const rounds = Number(process.env["STS_BENCH_ROUNDS"] ?? 7);
  const folder = makeTemporaryFolder("bench");
  try {
    prepare(folder);
    await measureColdStart(folder, rounds);
    await measureThroughput(folder, Math.ceil(rounds / 3), 5000);
    measureWithoutNetwork(folder, Math.ceil(rounds / 3));
    measureHeapGrowth(folder, 20_000);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Installs the packed packages, their peers and the programs that are measured. */
export function prepare(folder: string): void {
  installPacked(folder);
  for (const peer of PEERS) {
    const link = join(folder, "node_modules", peer);
    mkdirSync(join(link, ".."), { recursive: true });
    symlinkSync(join(import.meta.dirname, "../../node_modules", peer), link);
  }
  cpSync(join(import.meta.dirname, "programs"), folder, { recursive: true });
}

if (import.meta.main) await runClientBenchmarks();
