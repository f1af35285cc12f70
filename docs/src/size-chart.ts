import { readFileSync } from "node:fs";

/** Draws what one call loads, from the table that `tools/check-size.ts` writes to docs/size.md, as bars with their figures. */
export function drawSizeChart(): string {
  const page = readFileSync(new URL("../size.md", import.meta.url), "utf8");
  const rows = page
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| -"))
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map(([, title = "", , call = ""]) => ({ title, size: Number(call.split("/")[1]) }))
    .filter(({ size }) => size > 0);
  if (rows.length === 0) throw new Error("docs/size.md has no row with the size of one call");
  const largest = Math.max(...rows.map(({ size }) => size));
  const bars = rows.map(({ title, size }) => {
    const name = title.replaceAll("`", "");
    const width = ((size / largest) * 100).toFixed(1);
    return `<tr><th scope="row">${name}</th><td><span class="bar" style="width:${width}%"></span></td><td>${size.toFixed(1)} kB</td></tr>`;
  });
  return `<table class="chart"><caption>All that one call loads in a browser, after gzip</caption><tbody>${bars.join("")}</tbody></table>`;
}
