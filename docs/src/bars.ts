/** One bar. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  /** The value as it is read, with its unit where the caption does not say it. */
  readonly label: string;
}

/** Draws values as bars beside their figures: a table, so that it is read as well as seen. Ours stand out. */
export function drawBars(caption: string, bars: readonly Bar[]): string {
  const largest = Math.max(...bars.map(({ value }) => value));
  const rows = bars.map(({ name, value, label }) => {
    const width = ((value / largest) * 100).toFixed(1);
    const kind = name.startsWith("@org/") ? "bar ours" : "bar";
    return `<tr><th scope="row">${name}</th><td class="plot"><span class="${kind}" style="width:${width}%"></span></td><td class="figure">${label}</td></tr>`;
  });
  return `<table class="chart"><caption>${caption}</caption><tbody>${rows.join("")}</tbody></table>`;
}
