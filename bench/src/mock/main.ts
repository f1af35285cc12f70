// Requests per second and memory of the mock's server, beside a bare node:http server.
import { median } from "../median.ts";
import { sendAll, signedRequests } from "./load.ts";
import { type RunningServer, type ServerKind, startServer, type Usage } from "./servers.ts";

const CONNECTIONS = 50;
const KINDS: readonly ServerKind[] = ["bare", "least", "canned", "strict"];
const TITLES: Readonly<Record<ServerKind, string>> = {
  bare: "node:http with a fixed response",
  least: "node:http with a signature check, sealing and XML, and nothing else",
  canned: "createStsMock()",
  strict: "createFakeSts(): signature verified, session issued",
};

/** The smallest share of the bare server's requests per second that the fake is to reach. */
const GOAL = 0.35;
/** The most memory in MB that the fake is to occupy after it has issued 100,000 sessions. */
const MEMORY_GOAL = 100;

/**
 * Sends signed GetSessionToken requests over kept connections and prints tables. `STS_BENCH_ROUNDS` says how often each
 * server is measured; the servers take turns. `STS_BENCH_CALLS` is the number of calls of a round, and
 * `STS_BENCH_SESSIONS` says after how many calls the memory of a server is measured.
 */
export async function runMockBenchmarks(): Promise<void> {
  await measureSpeed();
  await measureMemory();
}

/** One round of a server. */
interface Sample {
  readonly callsPerSecond: number;
  /** Microseconds per call that the server's main thread computed. Other programs on the machine hardly change them. */
  readonly serverMicros: number;
  /** The same of the load generator. */
  readonly loadMicros: number;
  /** Share of the time in which the server was not waiting for requests. */
  readonly utilization: number;
}

async function measureSpeed(): Promise<void> {
  const rounds = Number(process.env["STS_BENCH_ROUNDS"] ?? 5);
  const calls = Number(process.env["STS_BENCH_CALLS"] ?? 10_000);
  const contenders = await Promise.all(
    KINDS.map(async (kind) => ({ kind, server: await startServer(kind), samples: [] as Sample[] })),
  );
  try {
    for (let round = 0; round <= rounds; round += 1) {
      for (const { server, samples } of contenders) {
        const sample = await measure(server, calls);
        if (round > 0) samples.push(sample); // the first round warms up both sides
      }
    }
  } finally {
    for (const { server } of contenders) server.stop();
  }
  const middle = (samples: readonly Sample[], name: keyof Sample): number =>
    median(samples.map((sample) => sample[name]));
  const bare = contenders[0]?.samples ?? [];
  console.log(
    `\nGetSessionToken over HTTP: ${calls} calls, ${CONNECTIONS} at once, medians of ${rounds} rounds\n`,
  );
  console.log(
    "| server | requests/s | of bare | µs/call of its thread | bare, of that | busy | load generator, µs/call |",
  );
  console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
  for (const { kind, samples } of contenders) {
    const rate = middle(samples, "callsPerSecond");
    const micros = middle(samples, "serverMicros");
    const cells = [
      TITLES[kind],
      Math.round(rate),
      percent(rate / middle(bare, "callsPerSecond")),
      micros.toFixed(1),
      percent(middle(bare, "serverMicros") / micros),
      percent(middle(samples, "utilization")),
      middle(samples, "loadMicros").toFixed(1),
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
  console.log(`\nGoal: the fake handles at least ${percent(GOAL)} of the bare server's requests per second.`);
}

async function measure(server: RunningServer, calls: number): Promise<Sample> {
  // Signed again for each round, because a signature is valid for five minutes.
  const requests = await signedRequests(server.port);
  const before = await server.usage();
  const start = performance.now();
  const startOfLoad = process.threadCpuUsage();
  await sendAll({ port: server.port, requests, calls, connections: CONNECTIONS });
  const load = process.threadCpuUsage(startOfLoad);
  const seconds = (performance.now() - start) / 1000;
  const after = await server.usage();
  const difference = (name: keyof Usage): number => after[name] - before[name];
  return {
    callsPerSecond: calls / seconds,
    serverMicros: difference("threadMicros") / calls,
    loadMicros: (load.user + load.system) / calls,
    utilization: difference("activeMs") / (difference("activeMs") + difference("idleMs")),
  };
}

async function measureMemory(): Promise<void> {
  const sessions = Number(process.env["STS_BENCH_SESSIONS"] ?? 100_000);
  console.log(`\nResident memory before and after ${sessions} calls, in MB\n`);
  console.log("| server | before | after | grown by |\n| --- | ---: | ---: | ---: |");
  for (const kind of KINDS) {
    const server = await startServer(kind);
    try {
      const requests = await signedRequests(server.port);
      const { residentMegabytes: before } = await server.usage();
      await sendAll({ port: server.port, requests, calls: sessions, connections: CONNECTIONS });
      const { residentMegabytes: after } = await server.usage();
      const cells = [before, after, after - before].map((megabytes) => Math.round(megabytes));
      console.log(`| ${TITLES[kind]} | ${cells.join(" | ")} |`);
    } finally {
      server.stop();
    }
  }
  console.log(`\nGoal: at most ${MEMORY_GOAL} MB after 100,000 sessions.`);
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

if (import.meta.main) await runMockBenchmarks();
