import { readFileSync } from "node:fs";
import { join } from "node:path";

import { ROOT } from "../portable/install-packed.ts";

/** A piece of TypeScript in the documentation. */
export interface Example {
  /** File it stands in, from the root of the repository. */
  readonly file: string;
  /** Line of the file where its code begins, counted from 1. */
  readonly line: number;
  /** Its code, without fence, comment stars and indentation. */
  readonly code: string;
  /** Why it is not checked, when it says `not checked: why`. */
  readonly notChecked: string | undefined;
}

const FENCE = /^( *)```(?:ts|typescript|mts|cts)\b(.*)$/;
const NOT_CHECKED = /^(?:\/\/ )?not checked: *(.+)$/;

/** Reads the fenced TypeScript of a Markdown file, or the code after each `@example` of a source file. */
export function readExamples(file: string): Example[] {
  const lines = readFileSync(join(ROOT, file), "utf8").split("\n");
  return file.endsWith(".md") ? readFences(file, lines, 1) : readDocstrings(file, lines);
}

function readFences(file: string, lines: readonly string[], firstLine: number): Example[] {
  const examples: Example[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const [, indentation, info] = FENCE.exec(lines[index] ?? "") ?? [];
    if (indentation === undefined) continue;
    const begin = index + 1;
    do index += 1;
    while (index < lines.length && lines[index]?.trim() !== "```");
    const code = lines.slice(begin, index).map((text) => text.replace(indentation, ""));
    examples.push(toExample(file, firstLine + begin, code, info?.trim()));
  }
  return examples;
}

function readDocstrings(file: string, lines: readonly string[]): Example[] {
  const isInside = (text: string | undefined): text is string => /^\s*\*(?!\/)/.test(text ?? "");
  const content = (text: string): string => text.replace(/^\s*\* ?/, "");
  return lines.flatMap((text, index) => {
    if (!/^\s*(?:\/\*)?\*+ @example/.test(text)) return [];
    const begin = index + 1;
    let end = begin;
    while (isInside(lines[end]) && !/^@(?!\w+\()[a-z]+\b/.test(content(lines[end] ?? ""))) end += 1;
    const code = lines.slice(begin, end).map(content);
    const fenced = code.some((codeLine) => codeLine.startsWith("```"));
    return fenced ? readFences(file, code, begin + 1) : [toExample(file, begin + 1, code, undefined)];
  });
}

function toExample(file: string, line: number, code: readonly string[], info: string | undefined): Example {
  const [, notChecked] = NOT_CHECKED.exec(info || (code[0] ?? "")) ?? [];
  return { file, line, code: code.join("\n"), notChecked };
}
