// Requests per second and memory of the mock's server, beside a bare node:http server.
import { median } from "../median.ts";
import { type Connections, openConnections, signedRequests } from "./load.ts";
import { type RunningServer, type ServerKind, startServer, type Usage } from "./servers.ts";

const CONNECTIONS = 50;
/** Calls to each server before anything is measured. */
const WARM_UP_CALLS = 5000;
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
 * Sends signed GetSessionToken requests over kept connections and prints tables. The servers take turns in short rounds,
 * and a ratio is that of two servers in the same round, so that a machine that changes its speed does not change it.
 * `STS_BENCH_ROUNDS` says how often each server is measured, `STS_BENCH_CALLS` how many calls a round has, and
 * `STS_BENCH_SESSIONS` after how many calls the memory of a server is measured.
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

/** A server and what was measured of it. */
interface Contender {
  readonly kind: ServerKind;
  readonly server: RunningServer;
  readonly connections: Connections;
  readonly samples: Sample[];
}

async function measureSpeed(): Promise<void> {
  const rounds = Number(process.env["STS_BENCH_ROUNDS"] ?? 200);
  const calls = Number(process.env["STS_BENCH_CALLS"] ?? 500);
  const contenders = await Promise.all(KINDS.map(startContender));
  try {
    const warmUp = Math.ceil(WARM_UP_CALLS / calls);
    for (let round = -warmUp; round < rounds; round += 1) {
      // Each begins in another place every time, because what ran before leaves its traces.
      for (const index of contenders.keys()) {
        const contender = contenders[(index + round + warmUp) % contenders.length];
        const sample = contender && (await measure(contender, calls));
        if (sample && round >= 0) contender.samples.push(sample);
      }
    }
  } finally {
    for (const { server, connections } of contenders) {
      connections.close();
      server.stop();
    }
  }
  console.log(
    `\nGetSessionToken over HTTP: medians of ${rounds} rounds of ${calls} calls, ${CONNECTIONS} at once; of bare: median of the ratios in each round, and the middle half of them\n`,
  );
  console.log(
    "| server | requests/s | of bare | middle half | µs/call of its thread | bare, of that | busy | load generator, µs/call |",
  );
  console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
  const bare = contenders[0]?.samples ?? [];
  for (const { kind, samples } of contenders) {
    const middle = (name: keyof Sample): number => median(samples.map((sample) => sample[name]));
    const ofBare = (name: keyof Sample): number[] =>
      samples.map((sample, round) => sample[name] / (bare[round]?.[name] ?? Number.NaN));
    const rates = ofBare("callsPerSecond").sort((a, b) => a - b);
    const quarter = Math.floor(rates.length / 4);
    const cells = [
      TITLES[kind],
      Math.round(middle("callsPerSecond")),
      percent(median(rates)),
      `${percent(rates[quarter] ?? Number.NaN)} to ${percent(rates.at(-1 - quarter) ?? Number.NaN)}`,
      middle("serverMicros").toFixed(1),
      percent(1 / median(ofBare("serverMicros"))),
      percent(middle("utilization")),
      middle("loadMicros").toFixed(1),
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
  console.log(`\nGoal: the fake handles at least ${percent(GOAL)} of the bare server's requests per second.`);
}

async function startContender(kind: ServerKind): Promise<Contender> {
  const server = await startServer(kind);
  return { kind, server, connections: await openConnections(server.port, CONNECTIONS), samples: [] };
}

async function measure({ server, connections }: Contender, calls: number): Promise<Sample> {
  // Signed again for each round, because a signature is valid for five minutes.
  const requests = await signedRequests(server.port);
  const before = await server.usage();
  const start = performance.now();
  const startOfLoad = process.threadCpuUsage();
  await connections.sendAll(requests, calls);
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
    const { server, connections } = await startContender(kind);
    try {
      const requests = await signedRequests(server.port);
      const { residentMegabytes: before } = await server.usage();
      await connections.sendAll(requests, sessions);
      const { residentMegabytes: after } = await server.usage();
      const cells = [before, after, after - before].map((megabytes) => Math.round(megabytes));
      console.log(`| ${TITLES[kind]} | ${cells.join(" | ")} |`);
    } finally {
      connections.close();
      server.stop();
    }
  }
  console.log(`\nGoal: at most ${MEMORY_GOAL} MB after 100,000 sessions.`);
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

if (import.meta.main) await runMockBenchmarks();
