// All that the client promises about size and speed, in one run: what a user has, beside `@aws-sdk/client-sts` in its own default set-up.
// Every row is measured side by side; one that misses its goal says so.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";

import { bundle, bundleOneFile } from "../../../tools/check-size/bundle.ts";
import { makeTemporaryFolder, packAll } from "../../../tools/portable/install-packed.ts";
import { startAnsweringServer } from "../client/answering-server.ts";
import { measureColdStarts } from "../client/cold-start.ts";
import { prepare } from "../client/main.ts";
import { printTable } from "../client/table.ts";
import { measureCallers, type Throughputs } from "../client/throughput.ts";
import { run } from "../client/without-network.ts";
import { median } from "../median.ts";
import { NODE } from "../node.ts";
import { type InstallSize, measureInstall } from "./install-size.ts";

const rounds = Number(process.env["STS_BENCH_ROUNDS"] ?? 7);
const rows: Record<string, string>[] = [];
const notes: string[] = [];

function atMost(
  title: string,
  measured: number,
  goal: number,
  peer?: number,
  { digits = 0, ...without }: Without & { readonly digits?: number } = {},
): void {
  add({ title, measured, peer, ...without, goal: `≤ ${goal}`, isReached: measured <= goal, digits });
}

function atLeast(title: string, measured: number, goal: number, peer?: number, without?: Without): void {
  add({ title, measured, peer, ...without, goal: `≥ ${goal}`, isReached: measured >= goal, digits: 2 });
}

/** What is reached without a client: no client can reach more. */
interface Without {
  /** By a request that is not signed. */
  readonly bare?: number | undefined;
  /** By the smallest program that signs, limits the time and reads the credentials. */
  readonly smallest?: number | undefined;
  /** By the functions of protocol and signer, with a time limit. */
  readonly functions?: number | undefined;
}

interface Row extends Without {
  readonly title: string;
  readonly measured: number;
  readonly peer: number | undefined;
  readonly goal: string;
  readonly isReached: boolean;
  readonly digits: number;
}

function add({ title, measured, peer, bare, smallest, functions, goal, isReached, digits }: Row): void {
  const format = (value: number | undefined): string =>
    value?.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }) ?? "–";
  rows.push({
    "what a user has": title,
    "client-sts": format(peer),
    ours: Number.isNaN(measured) ? "not measured" : format(measured),
    "bare request": format(bare),
    "smallest program": format(smallest),
    "protocol and signer": format(functions),
    goal,
    "": isReached ? "" : "missed",
  });
}

const CONFIGURATION = `region: "eu-west-1", credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" }`;
const oneCommand = (name: string): string =>
  `import { GetSessionTokenCommand, STSClient } from "${name}";
  export default () => new STSClient({ ${CONFIGURATION} }).send(new GetSessionTokenCommand({}));`;

async function measureBundles(): Promise<void> {
  const [peer, main, webcrypto, node] = [
    "@aws-sdk/client-sts",
    "@org/sts-client",
    "@org/sts-client/webcrypto",
    "@org/sts-client/node",
  ].map(oneCommand) as [string, string, string, string]; // one for each name
  const oneFile = async (source: string, platform: "browser" | "node" = "browser"): Promise<number> =>
    (await bundleOneFile(source, platform)).gzip;
  const call = async (source: string): Promise<number> =>
    (await bundle(source, "browser", true)).call?.gzip ?? Number.NaN;
  const peersFile = await oneFile(peer);
  const peersCall = await call(peer);
  atMost("one file, default entry: bytes after gzip", await oneFile(main), 40_000, peersFile);
  atMost("one file, /webcrypto", await oneFile(webcrypto), 16_000, peersFile);
  atMost("all that one call loads, default entry", await call(main), 17_000, peersCall);
  atMost("all that one call loads, /webcrypto", await call(webcrypto), 13_000, peersCall);
  const peersNode = await oneFile(peer, "node");
  atMost("one file for Node.js, default entry", await oneFile(main, "node"), 40_000, peersNode);
  atMost("one file for Node.js, /node", await oneFile(node, "node"), 40_000, peersNode);
}

function measureInstalls(folder: string): void {
  const [protocol = "", signer = "", client = ""] = packAll(join(folder, "pack"));
  const install = (name: string, ...specifiers: string[]): InstallSize => {
    const unknown = { bytes: Number.NaN, packages: Number.NaN };
    return measureInstall(join(folder, name), specifiers) ?? unknown;
  };
  const peer = install("client-sts", "@aws-sdk/client-sts@3.1173.0");
  const ours = install("sts-client", client, signer, protocol);
  const oursSigner = install("sts-signer", signer);
  const smithy = install("smithy", "@smithy/signature-v4@5.7.5", "@aws-crypto/sha256-universal@5.2.0");
  atMost("npm install, client: MB", ours.bytes / 1e6, 4.2, peer.bytes / 1e6, { digits: 2 });
  atMost("npm install, client: packages", ours.packages, 29, peer.packages);
  atMost("npm install, signer (beside Smithy's): MB", oursSigner.bytes / 1e6, 1.6, smithy.bytes / 1e6, {
    digits: 2,
  });
}

function measureWork(folder: string): void {
  const program = (name: string, work: string): Record<string, number> =>
    JSON.parse(execFileSync(NODE, [name, work], { cwd: folder, encoding: "utf8" }));
  const middle = (name: string, work: string): ((caller: string) => number) => {
    const found = Array.from({ length: Math.ceil(rounds / 2) }, () => program(name, work));
    return (caller) => median(found.map((values) => values[caller] ?? Number.NaN));
  };
  const short = middle("decode.js", "short");
  const long = middle("decode.js", "long");
  atLeast(
    "a response of 0.9 kB into the typed result: × client-sts",
    short("client-sts") / short("ours"),
    4,
    1,
  );
  atLeast("a response of 4.5 kB", long("client-sts") / long("ours"), 2.5, 1);
  const calls = Array.from({ length: Math.ceil(rounds / 2) }, () => ({
    peer: run(folder, "client-sts", "call", 20_000).microseconds,
    ours: run(folder, "sts-client", "call", 20_000).microseconds,
    functions: run(folder, "sts-protocol, sts-signer", "call", 20_000).microseconds,
    smallest: run(folder, "smallest", "call", 20_000).microseconds,
  }));
  const times = (caller: "ours" | "functions" | "smallest"): number =>
    median(calls.map((call) => call.peer / call[caller]));
  atLeast("serialize, sign and read, whole client, no network: × client-sts", times("ours"), 8, 1, {
    smallest: times("smallest"),
    functions: times("functions"),
  });
  for (const work of ["sign", "presign"]) {
    const signature = middle("signatures.js", work);
    const of = (signer: string): number => signature("aws4") / signature(signer);
    atLeast(`SignatureV4.${work}, warm key: × aws4 (beside Smithy's)`, of("ours"), 1.5, of("smithy"));
  }
}

async function measureCalls(folder: string, isModern: boolean): Promise<void> {
  const server = await startAnsweringServer(0);
  try {
    const onFetch = ["sts-client", "bare-fetch", "smallest-fetch"] as const;
    const onNode = [
      "sts-client-node",
      "bare-node-http",
      "smallest-node-http",
      "functions-node-http",
    ] as const;
    const callers = [...onFetch, ...onNode, "client-sts"];
    const options = { folder, url: server.url, rounds: Math.ceil(rounds / 2), calls: 5000, callers };
    const one = measureCallers({ ...options, concurrency: 1 });
    const many = measureCallers({ ...options, concurrency: 50 });
    const times = (found: Throughputs, caller: string): number =>
      found(caller, "rate") / found("client-sts", "rate");
    const compare = (
      title: string,
      found: Throughputs,
      [ours, bare, smallest, functions]: readonly [string, string, string, string?],
      goal: number,
    ): void =>
      atLeast(title, times(found, ours), goal, 1, {
        bare: times(found, bare),
        smallest: times(found, smallest),
        functions: functions === undefined ? undefined : times(found, functions),
      });
    compare("loopback calls/s, fetch, one at a time: × client-sts", one, onFetch, 1.5);
    compare("loopback calls/s, fetch, 50 at a time", many, onFetch, isModern ? 2.3 : 1.4);
    compare("loopback calls/s, node transport, one at a time", one, onNode, 3);
    compare("loopback calls/s, node transport, 50 at a time", many, onNode, 5);
    const beyond = (found: Throughputs, caller: string): number =>
      found(caller, "processor") - found("bare-fetch", "processor");
    atMost(
      "processor beyond a bare fetch, one at a time: µs",
      beyond(one, "sts-client"),
      150,
      beyond(one, "client-sts"),
      { bare: 0, smallest: beyond(one, "smallest-fetch") },
    );
    atMost(
      "processor beyond a bare fetch, 50 at a time",
      beyond(many, "sts-client"),
      150,
      beyond(many, "client-sts"),
      { bare: 0, smallest: beyond(many, "smallest-fetch") },
    );

    measureFirstCredentials(folder, server.url, isModern);
  } finally {
    server.stop();
  }
}

function measureFirstCredentials(folder: string, url: string, isModern: boolean): void {
  // A bare request, the same signed and read without a client, that with the client loaded beside it, the client, its peer.
  const steps = {
    fetch: [
      "bare-fetch",
      "without-client fetch",
      "without-client fetch @org/sts-client",
      "sts-client",
      "client-sts",
    ],
    node: [
      "bare-node-http",
      "without-client node",
      "without-client node @org/sts-client/node",
      "sts-client-node",
    ],
  };
  const starts = measureColdStarts(folder, url, 2 * rounds, [...steps.fetch, ...steps.node]);
  const times = (transport: "fetch" | "node"): number[] => {
    const elapsed = steps[transport].map((program) => starts(program, "elapsed"));
    return elapsed.map((value) => value / (elapsed[0] ?? Number.NaN));
  };
  const [, smallestOnFetch, loadedOnFetch, onFetch = Number.NaN, peer] = times("fetch");
  const [, smallestOnNode, loadedOnNode, onNode = Number.NaN] = times("node");
  const goal = isModern ? 1.3 : 1.2;
  atMost("first credentials, fetch: × a bare fetch", onFetch, 1.15, peer, {
    digits: 2,
    bare: 1,
    smallest: smallestOnFetch,
  });
  atMost("first credentials, node transport: × bare node:http", onNode, goal, undefined, {
    digits: 2,
    bare: 1,
    smallest: smallestOnNode,
  });
  const written = [loadedOnFetch, loadedOnNode].map((value) => value?.toFixed(2)).join(" and ");
  notes.push(
    `First credentials without a client, but with ours loaded beside: ${written} × the bare requests.`,
  );
}

/** Measures every row and prints the table. `STS_BENCH_NODE` says on which Node.js, `STS_BENCH_ROUNDS` how often. */
export async function runGoals(): Promise<void> {
  const folder = makeTemporaryFolder("goals");
  const version = execFileSync(NODE, ["--version"], { encoding: "utf8" }).trim();
  const isModern = Number.parseInt(version.slice(1), 10) >= 24;
  try {
    await measureBundles();
    measureInstalls(join(folder, "installs"));
    prepare(folder);
    measureWork(folder);
    await measureCalls(folder, isModern);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const missed = rows.filter((row) => row[""] === "missed").length;
  printTable(`Goals, on Node.js ${version}: ${rows.length - missed} reached, ${missed} missed`, rows);
  for (const note of notes) console.log(note);
}

if (import.meta.main) await runGoals();
