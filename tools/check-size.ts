// Measures what an application downloads and compares it with docs/size.md and the budgets.
// `node tools/check-size.ts --write` writes the table anew. Ends with `N passed, N failed`.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { bundle, type Weight } from "./check-size/bundle.ts";
import { CASES, type SizeCase } from "./check-size/cases.ts";
import { buildAll, ROOT } from "./portable/install-packed.ts";

const FILE = join(ROOT, "docs/size.md");
const COLUMNS = ["", "at start", "request sent", "answer read", "XML parser", "Node.js", "budget"];

async function main(): Promise<number> {
  buildAll();
  const problems: string[] = [];
  const rows: string[][] = [];
  for (const sizeCase of CASES) rows.push(await measure(sizeCase, problems));
  const page = writePage(rows);
  if (process.argv.includes("--write")) writeFileSync(FILE, page);
  else if (readFileSync(FILE, "utf8") !== page) {
    problems.push(
      "docs/size.md differs from what was measured: run `pnpm check:size --write`, and say what it grew for",
    );
  }
  console.log(page.slice(page.indexOf("\n|") + 1));
  for (const problem of problems) console.log(`FAIL  ${problem}`);
  // One check per budget, and one for the page.
  const checks = CASES.filter(({ budget }) => budget !== undefined).length + 1;
  console.log(`\n${checks - problems.length} passed, ${problems.length} failed`);
  return problems.length === 0 ? 0 : 1;
}

async function measure(sizeCase: SizeCase, problems: string[]): Promise<string[]> {
  const { title, source, budget, nodeOnly, run } = sizeCase;
  const node = await bundle(source, "node");
  const browser = nodeOnly ? undefined : await bundle(source, "browser", run);
  const found = browser?.start.gzip ?? 0;
  if (budget !== undefined && found > budget) {
    problems.push(`${title}: ${found} bytes after gzip are over the budget of ${budget}`);
  }
  const weights = [browser?.start, browser?.request, browser?.answer, browser?.parser, node.start];
  return [title, ...weights.map(writeWeight), budget === undefined ? "" : kilobytes(budget)];
}

function writeWeight(weight: Weight | undefined): string {
  if (weight === undefined || weight.minified === 0) return "–";
  return `${kilobytes(weight.minified)} / ${kilobytes(weight.gzip)}`;
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}

function writePage(rows: readonly string[][]): string {
  return `# Sizes

What an application downloads, in kB (1,000 bytes): minified / compressed with gzip, by esbuild with code splitting, each
chunk compressed on its own. The first four columns are a browser's bundle:

- **at start**: the entry and what it imports. The budgets are for this column, after gzip.
- **request sent**: what one call has loaded by the time its request leaves, the first column included.
- **answer read**: what it has loaded in the end, apart from the XML parser; this and the parser come while the request is in
  flight.
- **XML parser**: fast-xml-parser and what it stands on. JSON answers do without.

The column "Node.js" is what a bundle for Node.js loads at start.

This page is written by \`pnpm check:size --write\`; \`pnpm check:size\` fails when it is out of date or a budget is broken.

${writeTable([COLUMNS, ...rows])}

\`fetch\`, WebCrypto and timers are the runtime's own. aws4fetch and \`@smithy/signature-v4\` only sign; the rows of
\`@org/sts-client\` and \`@aws-sdk/client-sts\` build the request, sign, send, retry, and read the answer or the error. In a
browser the AWS SDK parses XML with the browser's DOMParser, which Workers and service workers do not have; the parser here
is the same everywhere.
`;
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
