// What a call costs besides the network, and whether memory grows.
import { execFileSync } from "node:child_process";

import { median } from "../median.ts";
import { NODE } from "../node.ts";
import { GET_SESSION_TOKEN_XML } from "./answers.ts";
import { printTable } from "./table.ts";

/** What one process measured. */
export interface Measurement {
  readonly microseconds: number;
  readonly heapGrowth: number;
  readonly promotedPerCall: number;
}

const PEER = "client-sts";
const WORKS = [
  {
    work: "call",
    title: "GetSessionToken serialized, signed, answered in memory and parsed",
    calls: 20_000,
    callers: ["sts-protocol, sts-signer", "sts-client", PEER],
  },
  { work: "serialize", title: "AssumeRole serialized", calls: 100_000, callers: ["sts-protocol", PEER] },
];

/** Compares the client with `@aws-sdk/client-sts` where no network is involved. */
export function measureWithoutNetwork(folder: string, rounds: number): void {
  for (const { work, title, calls, callers } of WORKS) {
    const measured = new Map<string, number[]>();
    for (let round = 0; round < rounds; round += 1) {
      for (const caller of callers) {
        const { microseconds } = run(folder, caller, work, calls);
        measured.set(caller, [...(measured.get(caller) ?? []), microseconds]);
      }
    }
    const microsecondsOf = (caller: string) => median(measured.get(caller) ?? []);
    printTable(
      `${title} (medians of ${rounds})`,
      callers.map((caller) => ({
        caller,
        microseconds: microsecondsOf(caller).toFixed(1),
        [`times as fast as ${PEER}`]: (microsecondsOf(PEER) / microsecondsOf(caller)).toFixed(1),
      })),
    );
  }
}

/** Says by how much the heap has grown after many calls and a collection, and how much of a call only a full collection frees. */
export function measureHeapGrowth(folder: string, calls: number): void {
  const rows = ["sts-client", "client-sts"].map((caller) => {
    const { heapGrowth, promotedPerCall } = run(folder, caller, "call", calls);
    return {
      caller,
      "grown by kB": (heapGrowth / 1000).toFixed(0),
      "bytes per call": (heapGrowth / calls).toFixed(1),
      "bytes per call until a full collection": promotedPerCall.toFixed(0),
    };
  });
  printTable(`Heap after ${calls} more calls`, rows);
}

/** Runs one caller in a process of its own. */
export function run(folder: string, caller: string, work: string, calls: number): Measurement {
  const parameters = [
    "--expose-gc",
    "without-network.js",
    caller,
    work,
    String(calls),
    GET_SESSION_TOKEN_XML,
  ];
  return JSON.parse(execFileSync(NODE, parameters, { cwd: folder, encoding: "utf8" }));
}
