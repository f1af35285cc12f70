// Thins a source map: one mapping wherever the line of the source changes, instead of one for each word.
//
// A stack trace, a breakpoint and a profile ask for the line. Columns and names take three quarters of a map, and the
// names of our CommonJS are those of the source anyway.

/** A source map, as JSON. */
interface SourceMapText {
  readonly version: 3;
  readonly file?: string;
  readonly sources: readonly string[];
  readonly mappings: string;
}

/** Returns the map with as many mappings as it takes to find the same file and line for every position. */
export function thinSourceMap(json: string): string {
  const { version, file, sources, mappings }: SourceMapText = JSON.parse(json);
  const [source, line, column] = [running(), running(), running()];
  const [thinSource, thinLine, thinColumn] = [running(), running(), running()];
  const lines = mappings.split(";").map((segments) => {
    const position = running();
    const thinPosition = running();
    let place = "";
    const kept: string[] = [];
    for (const segment of segments === "" ? [] : segments.split(",")) {
      const [toPosition = 0, toSource = 0, toLine = 0, toColumn = 0] = decode(segment);
      const at = position.add(toPosition);
      const from = [source.add(toSource), line.add(toLine), column.add(toColumn)] as const;
      const next = `${from[0]}:${from[1]}`;
      if (next === place) continue;
      place = next;
      kept.push(
        encode([
          thinPosition.moveTo(at),
          thinSource.moveTo(from[0]),
          thinLine.moveTo(from[1]),
          thinColumn.moveTo(from[2]),
        ]),
      );
    }
    return kept.join(",");
  });
  return JSON.stringify({ version, ...(file && { file }), names: [], sources, mappings: lines.join(";") });
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
