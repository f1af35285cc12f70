import { readFileSync } from "node:fs";

import type { Results } from "../../bench/src/results.ts";
import { drawBars } from "./bars.ts";

/** Draws how fast signers are beside each other, from what `pnpm bench signer` wrote to bench/results/signer.json. */
export function drawSpeedChart(): string {
  const file = new URL("../../bench/results/signer.json", import.meta.url);
  const { title, unit, date, node, cores, rounds, rows }: Results = JSON.parse(readFileSync(file, "utf8"));
  const bars = rows.map(({ name, value }) => ({ name, value, label: `${value.toFixed(2)} ${unit}` }));
  const caption = `${title}; more is faster. Measured on ${date} with Node.js ${node.slice(1)} on a shared machine of ${cores} cores, medians of ${rounds} rounds`;
  return drawBars(caption, bars);
}
