// Calls per second over kept connections, against a server in another process.
import { execFileSync } from "node:child_process";

import { median } from "../median.ts";
import { startAnsweringServer } from "./answering-server.ts";
import { printTable } from "./table.ts";

// Each caller beside the least that can be done with the same transport.
const CALLERS = [
  ["bare-fetch", "bare-fetch"],
  ["sts-client", "bare-fetch"],
  ["sts-client-json", "bare-fetch"],
  ["aws4fetch", "bare-fetch"],
  ["bare-node-http", "bare-node-http"],
  ["sts-client-node", "bare-node-http"],
  ["client-sts", "bare-node-http"],
] as const;

/** Measures one call at a time, and 50 at once. */
export async function measureThroughput(folder: string, rounds: number, calls: number): Promise<void> {
  const server = await startAnsweringServer(0);
  try {
    for (const concurrency of [1, 50]) {
      const measured = new Map<string, number[]>();
      for (let round = 0; round < rounds; round += 1) {
        for (const [caller] of CALLERS) {
          const parameters = ["throughput.js", caller, server.url, String(concurrency), String(calls)];
          const output = execFileSync(process.execPath, parameters, { cwd: folder, encoding: "utf8" });
          measured.set(caller, [...(measured.get(caller) ?? []), Number(output)]);
        }
      }
      const rate = (caller: string) => median(measured.get(caller) ?? []);
      printTable(
        `Calls per second, ${concurrency} at once (medians of ${rounds})`,
        CALLERS.map(([caller, baseline]) => ({
          caller,
          "calls/s": rate(caller).toFixed(0),
          "x bare": `${(rate(caller) / rate(baseline)).toFixed(2)} (${baseline})`,
        })),
      );
    }
  } finally {
    server.stop();
  }
}
