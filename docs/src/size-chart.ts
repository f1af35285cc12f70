import { readFileSync } from "node:fs";

import { drawBars } from "./bars.ts";

/** Draws what one call loads, from the table that `tools/check-size.ts` writes to docs/size.md. */
export function drawSizeChart(): string {
  const page = readFileSync(new URL("../size.md", import.meta.url), "utf8");
  const bars = page
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| -"))
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map(([, title = "", , call = ""]) => ({
      name: title.replaceAll("`", ""),
      value: Number(call.split("/")[1]),
    }))
    .filter(({ value }) => value > 0)
    .map(({ name, value }) => ({ name, value, label: `${value.toFixed(1)} kB` }));
  if (bars.length === 0) throw new Error("docs/size.md has no row with the size of one call");
  return drawBars("All that one call loads in a browser, in kB after gzip; less is better", bars);
}
