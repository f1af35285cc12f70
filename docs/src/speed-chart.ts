import { readFileSync } from "node:fs";

import { drawBars } from "./bars.ts";

interface Results {
  readonly title: string;
  readonly unit: string;
  readonly date: string;
  readonly node: string;
  readonly cores: number;
  readonly rounds: number;
  readonly rows: readonly { readonly name: string; readonly value: number }[];
}

/** What the landing page shows; the file has more, such as presigning. */
const SHOWN = [
  "@org/sts-signer/node",
  "aws4",
  "@org/sts-signer",
  "@smithy/signature-v4",
  "@org/sts-signer/webcrypto",
  "aws4fetch",
];

/** Draws how fast signers are, from what `pnpm bench signer` wrote to bench/results/signer.json. */
export function drawSpeedChart(): string {
  const file = new URL("../../bench/results/signer.json", import.meta.url);
  const { title, unit, date, node, cores, rounds, rows }: Results = JSON.parse(readFileSync(file, "utf8"));
  const bars = SHOWN.map((name) => {
    const row = rows.find((row) => row.name === name);
    if (!row) throw new Error(`bench/results/signer.json has no row "${name}"`);
    return { name, value: row.value, label: row.value.toLocaleString("en") };
  });
  const caption = `${title}, ${unit}; more is faster. Measured on ${date} with Node.js ${node.slice(1)} on ${cores} cores, medians of ${rounds} or more processes`;
  return drawBars(caption, bars);
}
