// Results that the site draws: `bench/results/*.json`, written by `pnpm bench` and committed when they are to be shown.
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";

/** What was measured, how and when. */
export interface Results {
  /** What the figures are, for a caption. */
  readonly title: string;
  /** The unit of every value. */
  readonly unit: string;
  /** ISO 8601, the day. */
  readonly date: string;
  /** Such as `v26.10.0`. */
  readonly node: string;
  /** How many cores the machine had. */
  readonly cores: number;
  /** How many processes each median is of, at least. */
  readonly rounds: number;
  readonly rows: readonly { readonly name: string; readonly value: number }[];
}

/** Writes `bench/results/<name>.json`. */
export function writeResults(
  name: string,
  results: Pick<Results, "title" | "unit" | "rounds" | "rows">,
): void {
  const folder = join(import.meta.dirname, "../results");
  mkdirSync(folder, { recursive: true });
  const { rows, ...what } = results;
  const document: Results = {
    ...what,
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    cores: availableParallelism(),
    rows,
  };
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(document, null, 2)}\n`);
}
