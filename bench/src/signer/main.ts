// The signer's benchmarks: a process for each pair of contenders, the pairs in turn, medians of all rounds.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { median } from "../median.ts";
import { writeResults } from "../results.ts";
import { measureBundle } from "./bundle-size.ts";
import { contenders } from "./contenders.ts";

const GOALS: readonly (readonly [ours: string, theirs: string, goal: number])[] = [
  ["@org/sts-signer", "@smithy/signature-v4", 2],
  ["@org/sts-signer/node", "aws4", 1.9],
  ["@org/sts-signer/node", "node:crypto alone", 0.45],
  ["@org/sts-signer/webcrypto", "aws4fetch", 1.3],
  ["@org/sts-signer/webcrypto, from a URL", "aws4fetch", 1.3],
  ["@org/sts-signer, presign", "@smithy/signature-v4, presign", 2],
  ["@org/sts-signer, cold key", "@smithy/signature-v4, cold key", 1.4],
];

/** Runs all of them and prints tables; `STS_BENCH_ROUNDS` says how often each is measured. */
export async function runSignerBenchmarks(): Promise<void> {
  const rounds = Number(process.env["STS_BENCH_ROUNDS"] ?? 7);
  const compared = new Set(GOALS.flatMap(([ours, theirs]) => [ours, theirs]));
  const alone = Object.keys(contenders).filter((name) => !compared.has(name));
  const times = new Map<string, number[]>(Object.keys(contenders).map((name) => [name, []]));
  const ratios = GOALS.map((): number[] => []);
  const measure = (...names: string[]): number[] => {
    const found = run("measure.ts", ...names) as number[];
    for (const [index, name] of names.entries()) times.get(name)?.push(found[index] ?? Number.NaN);
    return found;
  };
  for (let round = 0; round < rounds; round++) {
    for (const name of alone) measure(name);
    for (const [index, [ours, theirs]] of GOALS.entries()) {
      const [our = Number.NaN, their = Number.NaN] = measure(ours, theirs);
      ratios[index]?.push(their / our);
    }
  }

  printTable(
    `One signature of the same STS request (Node.js ${process.version}, median of at least ${rounds} processes each)`,
    [...times].map(([name, found]) => [name, median(found).toFixed(2), Math.round(1e6 / median(found))]),
    ["signer", "µs", "per second"],
  );
  printTable(
    "How many times as fast, both in one process",
    GOALS.map(([ours, theirs, goal], index) => [ours, theirs, median(ratios[index] ?? []).toFixed(2), goal]),
    ["ours", "of", "measured", "goal"],
  );
  writeResults("signer", {
    title: "How many times as many signatures, both in one process",
    unit: "times",
    rounds,
    // What signs as little as possible is a measure of what is left to gain, and no signer.
    rows: GOALS.flatMap(([ours, theirs], index) =>
      theirs === "node:crypto alone"
        ? []
        : [{ name: `${ours} : ${theirs}`, value: Number(median(ratios[index] ?? []).toFixed(2)) }],
    ),
  });

  const [before = Number.NaN, after = Number.NaN] = run("memory.ts", "1000000") as number[];
  printTable(
    "Heap over 1,000,000 signatures with 10,000 credentials",
    [[Math.round(before), Math.round(after)]],
    ["KiB after 100,000", "KiB after 1,000,000"],
  );

  const sizes: (string | number)[][] = [];
  for (const [name, source] of Object.entries(APPS)) {
    const { minified, gzipped } = await measureBundle(source);
    sizes.push([name, minified, gzipped]);
  }
  printTable("A signing app of three lines, bundled for browsers by esbuild", sizes, [
    "app",
    "minified",
    "gzipped",
  ]);
}

const OPTIONS = `credentials: { accessKeyId: "a", secretAccessKey: "b" }, region: "us-east-1", service: "sts"`;
const signOnce = (entry: string) => `import { signRequest } from "${entry}";
const signed = await signRequest(new Request("https://sts.amazonaws.com/"), { ${OPTIONS} });
console.log(await fetch(signed));`;
const signOften = (entry: string) => `import { createSigner } from "${entry}";
const signer = createSigner({ ${OPTIONS} });
console.log(await fetch(await signer.sign(new Request("https://sts.amazonaws.com/"))));`;

const APPS: Readonly<Record<string, string>> = {
  "@org/sts-signer/webcrypto, signRequest": signOnce("@org/sts-signer/webcrypto"),
  "@org/sts-signer/webcrypto, createSigner (presigning and stored keys as well)":
    signOften("@org/sts-signer/webcrypto"),
  "@org/sts-signer, signRequest": signOnce("@org/sts-signer"),
  "@org/sts-signer, createSigner (presigning and stored keys as well)": signOften("@org/sts-signer"),
  aws4fetch: `import { AwsClient } from "aws4fetch";
const aws = new AwsClient({ accessKeyId: "a", secretAccessKey: "b", region: "us-east-1", service: "sts" });
console.log(await fetch(await aws.sign("https://sts.amazonaws.com/")));`,
};

function run(program: string, ...parameters: string[]): unknown {
  const path = join(import.meta.dirname, program);
  return JSON.parse(
    execFileSync(process.execPath, ["--expose-gc", path, ...parameters], { encoding: "utf8" }),
  ) as unknown;
}

function printTable(
  title: string,
  rows: readonly (readonly (string | number)[])[],
  columns: readonly string[],
): void {
  const lines = [columns, columns.map((_, index) => (index === 0 ? "---" : "---:")), ...rows];
  console.log(`\n${title}\n\n${lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}`);
}

if (import.meta.main) await runSignerBenchmarks();
