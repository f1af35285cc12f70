// The declarations of a package: one tree in CommonJS, because `import` can read that too and `require` nothing else, and
// a face in ES modules for each entry point. Two trees would make two kinds of every class.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const EXTENSION = /(\bfrom |\bimport\()"(\.[^"]*)\.[jt]s"/g;

export function writeDeclarations(directory: string, entries: readonly string[]): void {
  const dist = join(directory, "dist");
  for (const name of reachable(dist, entries)) {
    const text = readFileSync(join(dist, `${name}.d.ts`), "utf8")
      .replace(EXTENSION, '$1"$2.cjs"')
      .replace(/^\/\/# sourceMappingURL=.*$/m, "");
    write(join(dist, "types", `${name}.d.cts`), text);
  }
  for (const name of entries) {
    write(join(dist, "types", `${name}.d.mts`), `export * from "./${basename(name)}.cjs";\n`);
  }
}

// What the entry points lead to; the rest is of no use to anybody.
function reachable(dist: string, entries: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const [, , specifier = ""] of readFileSync(join(dist, `${name}.d.ts`), "utf8").matchAll(EXTENSION))
      visit(join(dirname(name), specifier));
  };
  entries.forEach(visit);
  return seen;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
