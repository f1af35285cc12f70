import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { ROOT } from "../portable/install-packed.ts";

const LIST = "examples/README.md";

/** Examples that the list leaves out, and names in the documentation that no example has. */
export function wrongExampleNames(files: readonly string[]): string[] {
  const manifests = globSync("examples/*/package.json", { cwd: ROOT });
  const names = new Set(manifests.map((file) => (JSON.parse(read(file)) as { name: string }).name));
  const list = read(LIST);
  const unlisted = manifests
    .map((file) => dirname(file).replace("examples/", ""))
    .filter((folder) => !list.includes(`(${folder}/README.md)`))
    .map((folder) => `${LIST}: examples/${folder} is missing`);
  const unknown = files.flatMap((file) =>
    [...read(file).matchAll(/@org\/example-[\w-]+/g)]
      .filter(([name]) => !names.has(name))
      .map(([name]) => `${file}: there is no package ${name}`),
  );
  return [...unlisted, ...unknown];
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}
