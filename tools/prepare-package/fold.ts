// Makes one file of an entry point and a file that it needs in any case: to find, open and start a file takes Node.js as
// long as to read twenty kilobytes more.
import { basename, dirname, join, relative } from "node:path";

import type { MappedLine } from "./line-map.ts";

/** Where the other files find what the entry point does not show. Nobody enumerates it. */
const INTERNAL = "internal";

const EXPORT = /^exports\.([\w$]+) = ([\w$]+);$/;
const IS_MODULE = `Object.defineProperty(exports, Symbol.toStringTag, { value: "Module" });`;
const REQUIRE = /^(?:const|let) \w+ = require\("[^"]+"\)(?:\.\w+)?;$/;

/** Puts what the file `part` holds before the entry point's own code, and lets all other files find it there. */
export function fold(files: Map<string, MappedLine[]>, part: string, entry: string): void {
  const [partLines, entryLines] = [files.get(part), files.get(entry)];
  if (!partLines || !entryLines) throw new Error(`${partLines ? entry : part} was not built`);
  const name = `require_${basename(part, ".cjs").replaceAll("-", "_")}`;
  const locals = new Map(
    partLines.flatMap(({ text }) => {
      const [, key, local] = EXPORT.exec(text) ?? [];
      return key && local ? [[key, local]] : [];
    }),
  );

  const internal = new Set<string>();
  for (const [path, lines] of files) {
    const [load, loadEntry] = [requireOf(path, part), `${requireOf(path, entry)}.${INTERNAL}`];
    if (path === entry || !lines.some(({ text }) => text.includes(load))) continue;
    for (const { text } of lines)
      for (const [, key = ""] of text.matchAll(/\.([\w$]+)/g)) if (locals.has(key)) internal.add(key);
    files.set(
      path,
      change(lines, (text) => text.replaceAll(load, loadEntry)),
    );
  }
  const members = [...internal].map((key) => (locals.get(key) === key ? key : `${key}: ${locals.get(key)}`));
  const show = `Object.defineProperty(exports, "${INTERNAL}", { value: { ${members.join(", ")} } });`;

  const body = moveRequires(partLines, part, entry).filter(
    ({ text }) => !EXPORT.test(text) && text !== IS_MODULE,
  );
  const known = new Set(body.map(({ text }) => text).filter((text) => REQUIRE.test(text)));
  const own = entryLines.filter(
    ({ text }) =>
      text !== IS_MODULE && text !== `const ${name} = ${requireOf(entry, part)};` && !known.has(text),
  );
  const use = new RegExp(String.raw`\b${name}\.([\w$]+)`, "g");
  files.delete(part);
  files.set(entry, [
    { text: IS_MODULE, places: [] },
    ...body,
    ...change(own, (text) => text.replaceAll(use, (_use, key: string) => locals.get(key) ?? key)),
    ...(members.length > 0 ? [{ text: show, places: [] }] : []),
  ]);
}

function requireOf(path: string, other: string): string {
  const specifier = relative(dirname(path), other);
  return `require("${specifier.startsWith(".") ? specifier : `./${specifier}`}")`;
}

function moveRequires(lines: readonly MappedLine[], from: string, to: string): MappedLine[] {
  return change(lines, (text) =>
    text.replaceAll(/\brequire\("(\.[^"]+)"\)/g, (_require, specifier: string) =>
      requireOf(to, join(dirname(from), specifier)),
    ),
  );
}

function change(lines: readonly MappedLine[], rewrite: (text: string) => string): MappedLine[] {
  return lines.map(({ text, places }) => ({ text: rewrite(text), places }));
}
