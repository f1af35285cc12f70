// What a call costs besides the network, and whether memory grows.
import { execFileSync } from "node:child_process";

import { GET_SESSION_TOKEN_XML } from "./answers.ts";
import { median, printTable } from "./table.ts";

interface Measurement {
  readonly microseconds: number;
  readonly heapGrowth: number;
}

const WORKS = [
  { work: "call", title: "Serialize, sign and parse GetSessionToken, answered in memory", calls: 3000 },
  { work: "serialize", title: "Serialize AssumeRole", calls: 20_000 },
];

/** Compares the client with `@aws-sdk/client-sts` where no network is involved. */
export function measureWithoutNetwork(folder: string, rounds: number): void {
  for (const { work, title, calls } of WORKS) {
    const measured = { "sts-client": [] as Measurement[], "client-sts": [] as Measurement[] };
    for (let round = 0; round < rounds; round += 1) {
      measured["sts-client"].push(run(folder, "sts-client", work, calls));
      measured["client-sts"].push(run(folder, "client-sts", work, calls));
    }
    const microseconds = (runs: readonly Measurement[]) => median(runs.map((one) => one.microseconds));
    printTable(
      `${title} (medians of ${rounds})`,
      Object.entries(measured).map(([caller, runs]) => ({
        caller,
        microseconds: microseconds(runs).toFixed(1),
        "x client-sts": (microseconds(measured["client-sts"]) / microseconds(runs)).toFixed(1),
      })),
    );
  }
}

/** Says by how much the heap has grown after many calls, each followed by a collection. */
export function measureHeapGrowth(folder: string, calls: number): void {
  const rows = ["sts-client", "client-sts"].map((caller) => {
    const { heapGrowth } = run(folder, caller, "call", calls);
    return {
      caller,
      "grown by kB": (heapGrowth / 1000).toFixed(0),
      "bytes per call": (heapGrowth / calls).toFixed(1),
    };
  });
  printTable(`Heap after ${calls} more calls`, rows);
}

function run(folder: string, caller: string, work: string, calls: number): Measurement {
  const parameters = [
    "--expose-gc",
    "without-network.js",
    caller,
    work,
    String(calls),
    GET_SESSION_TOKEN_XML,
  ];
  return JSON.parse(execFileSync(process.execPath, parameters, { cwd: folder, encoding: "utf8" }));
}
