// Calls per second over kept connections, against a server in another process.
import { execFileSync } from "node:child_process";

import { median } from "../median.ts";
import { NODE } from "../node.ts";
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

/** What is called, and how often. */
export interface CallersOptions {
  readonly folder: string;
  readonly url: string;
  readonly rounds: number;
  readonly calls: number;
  readonly concurrency: number;
  readonly callers: readonly string[];
}

/** Finds a median of one caller: calls per second, or microseconds of the processor per call. */
export type Throughputs = (caller: string, value: "rate" | "processor") => number;

/** Lets the callers take turns, each in a process of its own. */
export function measureCallers(options: CallersOptions): Throughputs {
  const { folder, url, rounds, calls, concurrency, callers } = options;
  const measured = new Map<string, { rate: number; processor: number }[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const caller of callers) {
      const parameters = ["throughput.js", caller, url, String(concurrency), String(calls)];
      const output = execFileSync(NODE, parameters, { cwd: folder, encoding: "utf8" });
      measured.set(caller, [...(measured.get(caller) ?? []), JSON.parse(output)]);
    }
  }
  return (caller, value) => median((measured.get(caller) ?? []).map((run) => run[value]));
}

/** Measures one call at a time, and 50 at once. */
export async function measureThroughput(folder: string, rounds: number, calls: number): Promise<void> {
  const server = await startAnsweringServer(0);
  try {
    for (const concurrency of [1, 50]) {
      const callers = CALLERS.map(([caller]) => caller);
      const measured = measureCallers({ folder, url: server.url, rounds, calls, concurrency, callers });
      const rate = (caller: string) => measured(caller, "rate");
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
