// Runs the benchmarks of the folders that are named, or of all: `pnpm bench`, `pnpm bench signer`.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const names = process.argv.slice(2);
const all = readdirSync(import.meta.dirname).filter((name) =>
  existsSync(join(import.meta.dirname, name, "main.ts")),
);

for (const name of names.length === 0 ? all : names) {
  if (!all.includes(name)) throw new Error(`there is no benchmark "${name}"; there are ${all.join(", ")}`);
  // A process each, so that what one loaded and allocated is not measured with the next.
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, name, "main.ts")], {
    stdio: "inherit",
    // The AWS SDK warns of the Node.js versions that it will leave.
    env: { ...process.env, NODE_NO_WARNINGS: "1" },
  });
  if (status !== 0) process.exitCode = 1;
}
