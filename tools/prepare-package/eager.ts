// Tells V8 which functions the first call of a client runs. V8 reads a function that is declared twice: at load, to find its
// end, and again when it is first called. A function in parentheses it compiles when it meets it. To compile what is never
// called takes as long as that saves, so the functions are those that a first call runs, which we find out by making one.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { MappedLine } from "./line-map.ts";

/** What V8 reports of a process, as NODE_V8_COVERAGE has it written. */
interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly { readonly count: number }[];
    }[];
  }[];
}

/** The names of the functions that ran, by the path of their module. */
export type CalledFunctions = ReadonlyMap<string, ReadonlySet<string>>;

/** Makes a first call, and returns which functions of this repository it ran. */
export function watchFirstCall(): CalledFunctions {
  const folder = mkdtempSync(join(tmpdir(), "first-call-"));
  try {
    const program = fileURLToPath(new URL("first-call.ts", import.meta.url));
    // No variables of this machine, and no profile.
    const env = { NODE_V8_COVERAGE: folder, HOME: folder };
    execFileSync(process.execPath, ["--conditions=@org/source", program], { env });
    const called = new Map<string, Set<string>>();
    for (const file of readdirSync(folder)) {
      const { result }: Coverage = JSON.parse(readFileSync(join(folder, file), "utf8"));
      for (const { url, functions } of result) {
        const ran = functions.filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0);
        if (url.startsWith("file:"))
          called.set(fileURLToPath(url), new Set(ran.map(({ functionName }) => functionName)));
      }
    }
    return called;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const MODULE = /^\/\/ (src\/\S+)$/;
const START = /^(?:async )?function (([\w$]+?)(?:\$\d+)?)\(.*\{$/;

/**
 * Puts parentheses around the functions of a bundle that were called.
 *
 * @param directory - of the package
 */
export function compileAtLoad(
  lines: readonly MappedLine[],
  directory: string,
  called: CalledFunctions,
): MappedLine[] {
  const starts = lines.flatMap(({ text }, index) => (MODULE.test(text) ? [index] : []));
  return [
    ...lines.slice(0, starts[0]),
    ...starts.flatMap((start, index) => {
      const [, path = ""] = MODULE.exec(lines[start]?.text ?? "") ?? [];
      return compileModule(lines.slice(start, starts[index + 1]), called.get(join(directory, path)));
    }),
  ];
}

// A declared function is there before the module's other statements run; a constant is not, so it moves up.
function compileModule(lines: readonly MappedLine[], called: ReadonlySet<string> = new Set()): MappedLine[] {
  const [marker, ...body] = lines;
  const functions: MappedLine[] = [];
  const others: MappedLine[] = [];
  for (let index = 0; index < body.length; index += 1) {
    const rest = body.slice(index);
    const [first = { text: "", places: [] }] = rest;
    // The bundler adds a number to a name that another module has too.
    const [, name, ownName] = START.exec(first.text) ?? [];
    if (ownName === undefined || !called.has(ownName)) {
      others.push(first);
      continue;
    }
    const end = rest.findIndex(({ text }) => text === "}");
    const last = rest[end];
    if (!last) throw new Error(`${ownName} does not end with a line of its own`);
    functions.push({ ...first, text: `const ${name} = (${first.text}` }, ...rest.slice(1, end), {
      ...last,
      text: "});",
    });
    index += end;
  }
  return [...(marker ? [marker] : []), ...functions, ...others];
}
