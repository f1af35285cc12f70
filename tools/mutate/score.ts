import { isSampled } from "./sample.ts";

/** The part of Stryker's report that is read (its mutation testing report schema, version 2). */
export interface MutationReport {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

interface Mutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

interface Position {
  readonly line: number;
  readonly column: number;
}

/** A change that no test can notice, found again by its text: lines move. */
export interface Equivalent {
  /** The text that is changed. */
  readonly original: string;
  readonly replacement: string;
  /** A part of the line, where the text alone stands in several places. */
  readonly line?: string;
  readonly reason: string;
}

export interface StoredScore {
  /** Noticed by a test, or ended by the time limit. */
  readonly killed: number;
  readonly survived: number;
  /** Listed below as changes that no test can notice; not counted in the score. */
  readonly equivalent: number;
  /** Percent of the mutants that are no equivalents. */
  readonly score: number;
}

/** A package's score, estimated from some of its mutants. */
export interface SampledScore {
  /** The share of the mutants that was tried. */
  readonly share: number;
  /** Which sample, unless it is the first. */
  readonly seed?: string;
  readonly killed: number;
  readonly survived: number;
  readonly score: number;
  /** The true score is within this many percent points with a probability of 95 %. */
  readonly margin: number;
  readonly seconds: number;
}

export interface Baseline {
  /** Wall-clock time of the last whole run of each package. */
  runs: Record<string, { readonly files: number; readonly seconds: number }>;
  files: Record<string, StoredScore>;
  /** By package. */
  samples: Record<string, SampledScore>;
  equivalents: Record<string, readonly Equivalent[]>;
}

/** A file's score, and the lines that are printed about it: one for the file, one for each survivor. */
export interface FileScore {
  readonly stored: StoredScore;
  readonly lines: readonly string[];
}

/** Counts the mutants of one file, or of the sample of this share of them. */
export function scoreFile(
  file: string,
  report: MutationReport,
  equivalents: readonly Equivalent[],
  share = 1,
): FileScore {
  const { source, mutants } = report.files[file] ?? { source: "", mutants: [] };
  const survivors: string[] = [];
  const used = new Set<Equivalent>();
  let killed = 0;
  let equivalent = 0;
  for (const mutant of mutants) {
    const { mutatorName, location } = mutant;
    if (!isSampled({ file, ...location.start, mutatorName, replacement: mutant.replacement ?? "" }, share))
      continue;
    if (mutant.status === "Killed" || mutant.status === "Timeout") killed += 1;
    if (mutant.status !== "Survived" && mutant.status !== "NoCoverage") continue;
    const original = textAt(source, mutant.location);
    const replacement = mutant.replacement ?? "";
    const line = squeeze(source.split("\n")[mutant.location.start.line - 1] ?? "");
    const known = equivalents.find(
      (each) =>
        squeeze(each.original) === squeeze(original) &&
        squeeze(each.replacement) === squeeze(replacement) &&
        line.includes(squeeze(each.line ?? "")),
    );
    if (known === undefined) {
      const note = mutant.status === "NoCoverage" ? " (no test gets here)" : "";
      survivors.push(
        `  ${file}:${mutant.location.start.line} ${squeeze(original)} -> ${squeeze(replacement)}${note}`,
      );
    } else {
      used.add(known);
      equivalent += 1;
    }
  }
  const counted = killed + survivors.length;
  const score = counted === 0 ? 100 : Math.floor((killed / counted) * 1000) / 10;
  // A sample contains few of them.
  const unused = share === 1 ? equivalents.filter((each) => !used.has(each)) : [];
  return {
    stored: { killed, survived: survivors.length, equivalent, score },
    lines: [
      `${String(score).padStart(5)} % ${file}: ${killed} killed, ${survivors.length} survived, ${equivalent} equivalent`,
      ...survivors,
      ...unused.map(({ original }) => `  ${file}: an equivalent is no longer found: ${squeeze(original)}`),
    ],
  };
}

/** What the sampled mutants of a package's files say about all of them. */
export function estimateScore(files: readonly FileScore[], share: number, seconds: number): SampledScore {
  const sum = (name: "killed" | "survived"): number =>
    files.reduce((total, { stored }) => total + stored[name], 0);
  const killed = sum("killed");
  const survived = sum("survived");
  const count = killed + survived;
  const part = count === 0 ? 1 : killed / count;
  const margin = 1.96 * Math.sqrt((part * (1 - part)) / Math.max(1, count));
  const percent = (value: number): number => Math.round(value * 1000) / 10;
  return { share, killed, survived, score: percent(part), margin: percent(margin), seconds };
}

/** Says so when a score fell. */
export function compareWithBaseline(
  { stored }: FileScore,
  before: StoredScore | undefined,
): string | undefined {
  return before === undefined || stored.score >= before.score
    ? undefined
    : `the score fell from ${before.score} to ${stored.score} %`;
}

function textAt(source: string, { start, end }: Mutant["location"]): string {
  const lines = source.split("\n").slice(start.line - 1, end.line);
  lines.push((lines.pop() ?? "").slice(0, end.column - 1));
  return lines.join("\n").slice(start.column - 1);
}

function squeeze(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
