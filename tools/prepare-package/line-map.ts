// Code and where each of its lines comes from, so that lines can be left out and put together.
//
// A source map is written with one mapping wherever the line of the source changes, instead of one for each word: a stack
// trace, a breakpoint and a profile ask for the line. Columns and names take three quarters of a map, and the names of our
// CommonJS are those of the source anyway.
import { basename, dirname, join, relative } from "node:path";

/** A line of code. */
export interface MappedLine {
  readonly text: string;
  readonly places: readonly Place[];
}

/** From which position on the line comes from which place. */
interface Place {
  readonly position: number;
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

/** A source map, as JSON. */
interface SourceMapText {
  readonly sources: readonly string[];
  readonly mappings: string;
}

const MAP_COMMENT = /^\/\/# sourceMappingURL=/;

/**
 * Reads a file that a bundler wrote.
 *
 * @param path - of the file; relative if the sources are to be
 * @param json - its source map, if it has one
 */
export function readLines(path: string, code: string, json: string | undefined): MappedLine[] {
  const { sources, mappings }: SourceMapText = json ? JSON.parse(json) : { sources: [], mappings: "" };
  const [source, line, column] = [running(), running(), running()];
  const places = mappings.split(";").map((segments) => {
    const position = running();
    return (segments === "" ? [] : segments.split(",")).map((segment): Place => {
      const [toPosition = 0, toSource = 0, toLine = 0, toColumn = 0] = decode(segment);
      return {
        position: position.add(toPosition),
        source: join(dirname(path), sources[source.add(toSource)] ?? ""),
        line: line.add(toLine),
        column: column.add(toColumn),
      };
    });
  });
  return code
    .trimEnd()
    .split("\n")
    .map((text, index) => ({ text, places: places[index] ?? [] }))
    .filter(({ text }) => !MAP_COMMENT.test(text));
}

/** Writes a file and its source map, which is undefined if no line comes from anywhere. */
export function writeLines(
  path: string,
  lines: readonly MappedLine[],
): { readonly code: string; readonly map: string | undefined } {
  const sources = [...new Set(lines.flatMap(({ places }) => places.map(({ source }) => source)))];
  const code = `${lines
    .map(({ text }) => text)
    .join("\n")
    .trimEnd()}\n`;
  if (sources.length === 0) return { code, map: undefined };
  const [source, line, column] = [running(), running(), running()];
  const mappings = lines.map(({ places }) => {
    const position = running();
    const kept = places.filter((place, index) => {
      const before = places[index - 1];
      return place.source !== before?.source || place.line !== before.line;
    });
    return kept
      .map((place) =>
        encode([
          position.moveTo(place.position),
          source.moveTo(sources.indexOf(place.source)),
          line.moveTo(place.line),
          column.moveTo(place.column),
        ]),
      )
      .join(",");
  });
  const map = {
    version: 3,
    file: basename(path),
    names: [],
    sources: sources.map((name) => relative(dirname(path), name)),
    mappings: mappings.join(";"),
  };
  return { code: `${code}\n//# sourceMappingURL=${basename(path)}.map`, map: JSON.stringify(map) };
}

/** A number of which a map has the differences. */
function running(): { add(difference: number): number; moveTo(value: number): number } {
  let current = 0;
  return {
    add: (difference) => (current += difference),
    moveTo(value) {
      const difference = value - current;
      current = value;
      return difference;
    },
  };
}

// Base 64 VLQ: five bits a digit, the lowest first; the sixth says that more follow, and the very first bit is the sign.
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function decode(segment: string): number[] {
  const numbers: number[] = [];
  let [value, shift] = [0, 0];
  for (const digit of segment) {
    const bits = DIGITS.indexOf(digit);
    value += (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    [value, shift] = [0, 0];
  }
  return numbers;
}

function encode(numbers: readonly number[]): string {
  let text = "";
  for (const number of numbers) {
    let rest = number < 0 ? (-number << 1) | 1 : number << 1;
    do {
      const isLast = rest < 32;
      text += DIGITS[(rest & 31) | (isLast ? 0 : 32)];
      rest >>= 5;
    } while (rest > 0);
  }
  return text;
}
