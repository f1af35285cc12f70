// Time to the first credentials in a fresh process: from the start of the process to the moment the credentials are there.
import { execFileSync } from "node:child_process";

import { NODE } from "../node.ts";
import { createCertificate, startAnsweringServer } from "./answering-server.ts";
import { printTable } from "./table.ts";

const BASELINE = "bare-fetch";
const PROGRAMS = [
  BASELINE,
  "sts-client",
  "sts-client-webcrypto",
  "sts-client-json",
  "sts-client-node",
  "sts-client-node-json",
  "aws4fetch",
  "client-sts",
  "bare-node-http",
  "without-client fetch",
  "without-client node",
] as const;

/**
 * Measures every program against a server that answers at once and one that answers after 20 ms.
 *
 * Over https too, because STS is: there a bare `fetch` has to load the runtime's cryptography as well, and over plain http
 * only who signs has to.
 */
export async function measureColdStart(folder: string, rounds: number): Promise<void> {
  const protocols = createCertificate(folder) ? ["http", "https"] : ["http"];
  for (const protocol of protocols) {
    for (const delayMs of [0, 20]) {
      const server = await startAnsweringServer(delayMs, protocol === "https" ? folder : undefined);
      try {
        const title = `First credentials in a fresh process, over ${protocol}, answered after ${delayMs} ms`;
        printTable(`${title} (the fastest of ${rounds})`, measureAll(folder, server.url, rounds));
      } finally {
        server.stop();
      }
    }
  }
}

/** Finds the least of one program: milliseconds since it began, or those that the processor worked. */
export type ColdStarts = (program: string, value: "elapsed" | "processor") => number;

/**
 * Starts each program several times in a fresh process.
 *
 * Gives the fastest, not the median: what a program does is the same each time, and everything else makes it slower.
 */
export function measureColdStarts(
  folder: string,
  url: string,
  rounds: number,
  programs: readonly string[],
): ColdStarts {
  const measured = new Map<string, { elapsed: number; processor: number }[]>();
  // The programs take turns, so that what else the machine does meets them all alike.
  for (let round = 0; round < rounds; round += 1) {
    for (const program of programs) {
      measured.set(program, [...(measured.get(program) ?? []), runOnce(folder, program, url)]);
    }
  }
  return (program, value) => Math.min(...(measured.get(program) ?? []).map((run) => run[value]));
}

function measureAll(folder: string, url: string, rounds: number): Record<string, string>[] {
  const least = measureColdStarts(folder, url, rounds, PROGRAMS);
  return PROGRAMS.map((program) => ({
    program,
    ms: least(program, "elapsed").toFixed(0),
    "x bare fetch": (least(program, "elapsed") / least(BASELINE, "elapsed")).toFixed(2),
    "processor ms": least(program, "processor").toFixed(0),
  }));
}

function runOnce(folder: string, program: string, url: string): { elapsed: number; processor: number } {
  const [name, ...parameters] = program.split(" ");
  const output = execFileSync(NODE, [`cold-start-${name}.js`, url, ...parameters], {
    cwd: folder,
    encoding: "utf8",
    env: {
      ...process.env,
      NODE_TLS_REJECT_UNAUTHORIZED: "0", // the certificate of the answering server is its own
      NODE_NO_WARNINGS: "1",
      NODE_EXTRA_CA_CERTS: undefined, // Node.js reads these at every start, which takes longer than all of the rest
    },
  });
  return JSON.parse(output);
}
