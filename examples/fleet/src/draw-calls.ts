/** Calls of one run. */
export interface Run {
  /** The heading above its picture. */
  readonly title: string;
  /** When each call was made, in minutes from the start. */
  readonly minutes: readonly number[];
}

/** Draws calls over time as an SVG, one picture of bars above the other, both at the same scale. */
export function drawCalls(runs: readonly Run[], lastMinute: number): string {
  const counted = runs.map((run) => count(run.minutes, lastMinute));
  const most = Math.max(1, ...counted.flat());
  const pictures = runs.map((run, index) => drawRun(run, counted[index] ?? [], index, most, lastMinute));
  const height = TOP + runs.length * (PICTURE_HEIGHT + GAP);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...pictures,
    "</svg>\n",
  ].join("\n");
}

const WIDTH = 760;
const TOP = 10;
const PICTURE_HEIGHT = 130;
const GAP = 70;
const LEFT = 40;
const MINUTES_PER_BAR = 2;

function count(minutes: readonly number[], lastMinute: number): number[] {
  const bars = Array.from({ length: Math.ceil(lastMinute / MINUTES_PER_BAR) }, () => 0);
  for (const minute of minutes) {
    const bar = Math.min(bars.length - 1, Math.max(0, Math.floor(minute / MINUTES_PER_BAR)));
    bars[bar] = (bars[bar] ?? 0) + 1;
  }
  return bars;
}

function drawRun(run: Run, bars: readonly number[], index: number, most: number, lastMinute: number): string {
  const top = TOP + index * (PICTURE_HEIGHT + GAP) + 24;
  const bottom = top + PICTURE_HEIGHT;
  const scale = (WIDTH - LEFT - 10) / bars.length;
  const x = (minute: number): number => LEFT + (minute / MINUTES_PER_BAR) * scale;
  const rectangles = bars.map((calls, bar) => {
    if (calls === 0) return "";
    const height = (calls / most) * PICTURE_HEIGHT;
    return `<rect x="${(LEFT + bar * scale).toFixed(1)}" y="${(bottom - height).toFixed(1)}" width="${Math.max(1, scale - 1).toFixed(1)}" height="${height.toFixed(1)}" fill="#3b6ea5"/>`;
  });
  const hours = Array.from({ length: Math.floor(lastMinute / 60) + 1 }, (_, hour) => hour);
  return [
    `<text x="${LEFT}" y="${top - 8}" font-weight="bold">${run.title}: ${run.minutes.length} calls to STS</text>`,
    ...rectangles.filter(Boolean),
    `<path d="M${LEFT} ${top}V${bottom}H${WIDTH - 10}" fill="none" stroke="#444"/>`,
    `<text x="${LEFT - 6}" y="${top + 10}" text-anchor="end">${most}</text>`,
    `<text x="${LEFT - 6}" y="${bottom}" text-anchor="end">0</text>`,
    ...hours.map(
      (hour) =>
        `<text x="${x(hour * 60).toFixed(1)}" y="${bottom + 18}" text-anchor="middle">${hour} h</text>`,
    ),
  ].join("\n");
}
