import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { ROOT } from "../portable/install-packed.ts";
import { declaredNames, type DeclaredName } from "./declared-names.ts";
import type { Example } from "./read-examples.ts";

/** What the compiler says about an example. */
export interface Problem {
  readonly example: Example;
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

// An example may be the body of a function.
const RETURN_OUTSIDE_OF_FUNCTION = "TS1108";
const FOLDER = join(ROOT, ".tmp/check-docs");

/**
 * Compiles each example as a module of its own, with the options of the tests.
 *
 * What an example uses and does not declare comes from the nearest example above it on the same page that does, or from
 * the prelude. Code stands in the same line as in its page, so that the compiler's line numbers are the page's.
 */
export function typeCheck(pages: readonly (readonly Example[])[]): Problem[] {
  rmSync(FOLDER, { recursive: true, force: true });
  linkPackages();
  const examples = new Map<string, Example>();
  for (const page of pages) {
    const checked = page.filter(({ notChecked }) => notChecked === undefined);
    checked.forEach((example, index) => {
      write(pathOf(example), toModule(example, checked.slice(0, index)));
      examples.set(pathOf(example), example);
    });
  }
  write("package.json", JSON.stringify({ type: "module" }));
  write("tsconfig.json", JSON.stringify(configuration([...examples.keys()])));
  return compile(examples);
}

function pathOf({ file, line }: Example): string {
  return `${file}/${line}.ts`;
}

function configuration(files: readonly string[]): object {
  const prelude = join(ROOT, "tools/check-docs/prelude.d.ts");
  return { extends: join(ROOT, "tsconfig.test.json"), include: [], files: [prelude, ...files] };
}

function toModule({ line, code }: Example, earlier: readonly Example[]): string {
  const own = declaredNames(code);
  const taken = new Set(own.map(({ name }) => name));
  const imports: string[] = [];
  for (const source of earlier.toReversed()) {
    const used = declaredNames(source.code).filter(({ name }) => !taken.has(name) && isUsed(name, code));
    for (const { name } of used) taken.add(name);
    if (used.length > 0)
      imports.push(`import { ${used.map(specifier).join(", ")} } from "./${source.line}.ts";`);
  }
  const exports = own.filter(({ isExported }) => !isExported).map(specifier);
  return `${imports.join(" ")}${"\n".repeat(line - 1)}${code}\nexport { ${exports.join(", ")} };\n`;
}

function specifier({ name, isType }: DeclaredName): string {
  return isType ? `type ${name}` : name;
}

function isUsed(name: string, code: string): boolean {
  return new RegExp(`(?<![\\w$])${name.replaceAll("$", "\\$")}(?![\\w$])`).test(code);
}

/** Examples see the packages of the repository, and what these have installed for their tests. */
function linkPackages(): void {
  for (const folder of globSync("packages/*", { cwd: ROOT })) {
    link(join(ROOT, folder), `@org/sts-${folder.split("/").at(-1)}`);
    const modules = join(ROOT, folder, "node_modules");
    for (const name of readdirSync(modules).flatMap((entry) =>
      entry.startsWith("@") ? readdirSync(join(modules, entry)).map((inner) => `${entry}/${inner}`) : [entry],
    )) {
      if (!name.startsWith(".") && !name.startsWith("@org/")) link(join(modules, name), name);
    }
  }
}

function link(target: string, name: string): void {
  const path = join(FOLDER, "node_modules", name);
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  symlinkSync(target, path, "junction");
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(FOLDER, path)), { recursive: true });
  writeFileSync(join(FOLDER, path), text);
}

function compile(examples: ReadonlyMap<string, Example>): Problem[] {
  const { status, stdout, stderr } = spawnSync("tsc", ["-p", FOLDER, "--pretty", "false"], {
    cwd: FOLDER,
    encoding: "utf8",
  });
  const errors = [...stdout.matchAll(/^(\S+)\((\d+),\d+\): error (.+(?:\n .+)*)/gm)];
  const problems = errors.flatMap(([text, path = "", line, message = ""]): Problem[] => {
    if (message.startsWith(RETURN_OUTSIDE_OF_FUNCTION)) return [];
    const example = examples.get(path);
    if (example === undefined) throw new Error(`The compiler complains about no example: ${text}`);
    return [{ example, file: example.file, line: Number(line), message }];
  });
  if (status !== 0 && errors.length === 0) throw new Error(`tsc failed:\n${stdout}${stderr}`);
  return problems;
}
