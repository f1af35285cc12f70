import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

test("The fleet app counts fewer calls with a shared session, and draws both.", async () => {
  const directory = await mkdtemp(join(tmpdir(), "fleet-test-"));
  try {
    const output = join(directory, "fleet.svg");
    const parameters = ["--processes", "3", "--hours", "2", "--speed", "1200", "--output", output];
    const child = spawn(process.execPath, [MAIN, ...parameters], { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    for await (const piece of child.stdout) text += String(piece);

    const [alone = 0, shared = 0] = [...text.matchAll(/: (\d+) calls to STS, 0 failures/g)].map(([, n]) =>
      Number(n),
    );
    expect(alone).toBeGreaterThanOrEqual(6);
    expect(shared).toBeGreaterThanOrEqual(2);
    expect(shared).toBeLessThan(alone);
    const svg = await readFile(output, "utf8");
    expect(svg).toContain(`3 processes, each on its own: ${alone} calls to STS`);
    expect(svg).toContain(`3 processes, one shared session: ${shared} calls to STS`);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}, 60_000);
