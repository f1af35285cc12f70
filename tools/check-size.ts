// Measures what an application downloads and compares it with docs/size.md and the budgets.
// `node tools/check-size.ts --write` writes the table anew. Ends with `N passed, N failed`.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { bundle, bundleModules, bundleOneFile, type Platform, type Weight } from "./check-size/bundle.ts";
import { CASES, type Column, type SizeCase } from "./check-size/cases.ts";
import { FLOOR, FLOOR_OF_CALL, FLOOR_OF_SIGNER, FLOOR_ON_NODE, type FloorStep } from "./check-size/floor.ts";
import { buildAll, ROOT } from "./portable/install-packed.ts";

const FILE = join(ROOT, "docs/size.md");
const README = join(ROOT, "README.md");
const COLUMNS = ["", "one file", "all that one call loads", "one file for Node.js", "budget"];

async function main(): Promise<number> {
  buildAll();
  const problems: string[] = [];
  const rows: string[][] = [];
  for (const sizeCase of CASES) rows.push(await measure(sizeCase, problems));
  const page = writePage(rows, await measureFloor());
  const readme = readFileSync(README, "utf8");
  const excerpt = readme.replace(README_SECTION, () => writeExcerpt(rows));
  if (process.argv.includes("--write")) {
    writeFileSync(FILE, page);
    writeFileSync(README, excerpt);
  } else if (readme !== excerpt) {
    problems.push("README.md quotes other sizes than were measured: run `pnpm check:size --write`");
  } else if (readFileSync(FILE, "utf8") !== page) {
    problems.push(
      "docs/size.md differs from what was measured: run `pnpm check:size --write`, and say what it grew for",
    );
  }
  console.log(page.slice(page.indexOf("\n|") + 1));
  for (const problem of problems) console.log(`FAIL  ${problem}`);
  // One check per budget, and one for the page.
  const checks = CASES.flatMap(({ budget = {} }) => Object.keys(budget)).length + 1;
  console.log(`\n${checks - problems.length} passed, ${problems.length} failed`);
  return problems.length === 0 ? 0 : 1;
}

async function measure(sizeCase: SizeCase, problems: string[]): Promise<string[]> {
  const { title, source, budget = {}, nodeOnly, run } = sizeCase;
  const weights: Record<Column, Weight | undefined> = {
    file: nodeOnly ? undefined : await bundleOneFile(source, "browser"),
    call: run ? (await bundle(source, "browser", true)).call : undefined,
    node: await bundleOneFile(source, "node"),
  };
  const limits = COLUMN_NAMES.map((column) => {
    const limit = budget[column];
    const found = weights[column]?.gzip ?? 0;
    if (limit !== undefined && found > limit)
      problems.push(`${title}: ${found} bytes after gzip are over the budget of ${limit} (${column})`);
    return limit === undefined ? "–" : kilobytes(limit);
  });
  const isLimited = Object.keys(budget).length > 0;
  return [
    title,
    ...COLUMN_NAMES.map((column) => writeWeight(weights[column])),
    isLimited ? limits.join(" / ") : "",
  ];
}

// What each promise adds to a program that keeps the ones before it, down to the clients that keep them all.
async function measureFloor(): Promise<string[][]> {
  const add = async (
    steps: readonly FloorStep[],
    platform: Platform,
    uses = new Map<string, string>(),
  ): Promise<[string, number][]> => {
    const found: [string, number][] = [];
    for (const { promise, uses: added } of steps) {
      for (const [module, names] of Object.entries(added)) uses.set(module, names);
      found.push([promise, (await bundleModules(uses, platform)).gzip]);
    }
    return found;
  };
  const sourceOf = (wanted: string): string => CASES.find(({ title }) => title === wanted)?.source ?? "";
  const weigh = async (wanted: string, platform: Platform): Promise<number> =>
    (await bundleOneFile(sourceOf(wanted), platform)).gzip;
  const client = (entry: string, platform: Platform): Promise<number> =>
    weigh(`\`${entry}\`, one command`, platform);
  const signing = await add(FLOOR_OF_SIGNER, "browser");
  signing.push([
    "checks a third argument, and is one import",
    await weigh("`@org/sts-signer/webcrypto`, signing", "browser"),
  ]);
  const uses = new Map<string, string>();
  const inBrowser = await add(FLOOR, "browser", uses);
  const wrapped = "loads late what most calls do not need, and is one import";
  inBrowser.push([wrapped, await client("@org/sts-client/webcrypto", "browser")]);
  const ofCall = await add(FLOOR_OF_CALL, "browser");
  const { call } = await bundle(sourceOf("`@org/sts-client/webcrypto`, one command"), "browser", true);
  ofCall.push([
    "has credentials, hooks for what is loaded late, and is one import",
    call?.gzip ?? Number.NaN,
  ]);
  const onNode = await add(FLOOR_ON_NODE, "node", uses);
  onNode.push([`${wrapped}: /node`, await client("@org/sts-client/node", "node")]);
  const hasParser =
    "asks fast-xml-parser about XML that the built-in reader declines: the default entry point";
  onNode.push([hasParser, await client("@org/sts-client", "node")]);
  return [
    ...writeSteps(signing, "with WebCrypto, the signer …"),
    ...writeSteps(inBrowser, "in a browser, the client …"),
    ...writeSteps(ofCall, "in a browser, what one successful call of the client loads …"),
    ...writeSteps(onNode, "on Node.js, the client …"),
  ];
}

function writeSteps(steps: readonly (readonly [string, number])[], title: string): string[][] {
  return [
    [`**${title}**`, "", ""],
    ...steps.map(([promise, gzip], index) => {
      const added = gzip - (steps[index - 1]?.[1] ?? 0);
      return [promise, kilobytes(added), kilobytes(gzip)];
    }),
  ];
}

const COLUMN_NAMES: readonly Column[] = ["file", "call", "node"];

function writeWeight(weight: Weight | undefined): string {
  if (weight === undefined || weight.minified === 0) return "–";
  return `${kilobytes(weight.minified)} / ${kilobytes(weight.gzip)}`;
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}

function writePage(rows: readonly string[][], floor: readonly string[][]): string {
  return `# Sizes

What an application downloads, in kB (1,000 bytes): minified / compressed with gzip, by esbuild.

- **one file**: a browser's bundle without code splitting, as Workers, userscripts and many build set-ups make it. It holds whatever any call could need.
- **all that one call loads**: with code splitting, every chunk that is loaded from the start to the result of one successful call, each compressed
  on its own.
- **one file for Node.js**: what a Lambda function would upload, without the optional packages, which an application installs for a feature
  of its own (a proxy, a prompt for codes).
- **budget**: what the three columns may weigh after gzip.

This page is written by \`pnpm check:size --write\`; \`pnpm check:size\` fails when it is out of date or a budget is broken.

${writeTable([COLUMNS, ...rows])}

\`fetch\`, WebCrypto and timers are the runtime's own. aws4fetch and \`@smithy/signature-v4\` only sign; the rows of
\`@org/sts-client\` and \`@aws-sdk/client-sts\` build the request, sign, send, retry, and read the response or the error. In a
browser the AWS SDK parses XML with the browser's DOMParser, which Workers and service workers do not have; the reader here
is the same everywhere. Only the default entry point holds fast-xml-parser, for XML that the built-in reader declines; no call loads it otherwise.

## What each promise costs

Programs of our own modules, bundled into one file, in kB after gzip. Each keeps one promise more than the one above it; the last ones of a part
are the real signer and real clients with one command. Where a row crosses a size that you have in mind, the promises below it are what a smaller client
would have to leave out.

${writeTable([["promise", "adds", "in all"], ...floor])}
`;
}

const README_SECTION = /<!-- sizes[^]*?<!-- \/sizes -->/;

// The rows of the README: what a person who compares clients looks at first.
function writeExcerpt(rows: readonly string[][]): string {
  const cells = (title: string): string[] => {
    const [, ...weights] = rows.find(([name]) => name?.startsWith(title)) ?? [];
    return weights.slice(0, COLUMN_NAMES.length).map((weight) => weight.split(" / ")[1] ?? "–");
  };
  const table = [
    ["kB after gzip, one command", ...COLUMNS.slice(1, -1)],
    ["`@org/sts-client/webcrypto`", ...cells("`@org/sts-client/webcrypto`")],
    ["`@org/sts-client`", ...cells("`@org/sts-client`")],
    ["`@aws-sdk/client-sts`", ...cells("`@aws-sdk/client-sts`")],
  ];
  return `<!-- sizes: written by pnpm check:size --write -->\n\n${writeTable(table)}\n\n<!-- /sizes -->`;
}

function writeTable([head = [], ...rows]: readonly string[][]): string {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const pad = (cell: string, column: number): string => {
    const width = widths[column] ?? 0;
    return column === 0 ? cell.padEnd(width) : cell.padStart(width);
  };
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  return [head, rule, ...rows].map((cells) => `| ${cells.map(pad).join(" | ")} |`).join("\n");
}

process.exitCode = await main();
