// What depends on the whole process or ends it: mutation tests, which run in a worker thread, leave it out.
import { fork } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { diskCache } from "@org/sts-client/credentials/node";
import { afterEach, beforeEach, expect, test } from "vitest";

// Starting a process takes most of the time; a few hundred are run with STS_TEST_RUNS.
const runs = Math.min(Number(process.env["STS_TEST_RUNS"] ?? 25), 300);

let home = "";
let directory = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-cache-"));
  directory = join(home, "a", "b");
});
afterEach(() => rm(home, { recursive: true, force: true }));

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

test("diskCache keeps files at mode 0600 in a folder of mode 0700, whatever the umask", async () => {
  const cache = diskCache({ directory });
  const umask = process.umask(0);
  try {
    await cache.write("key", { a: 1 });
    await cache.lock("key", async () => expect(await modeOf(join(directory, "key.lock"))).toBe("600"));
  } finally {
    process.umask(umask);
  }
  expect(await modeOf(join(directory, "key.json"))).toBe("600");
  expect(await modeOf(directory)).toBe("700");
  expect(await modeOf(join(home, "a"))).toBe("700");
});

test(
  `diskCache never leaves a torn or readable file when killed ${runs} times while writing`,
  async () => {
    const writer = fileURLToPath(new URL("../../support/cache-writer.ts", import.meta.url));
    const path = join(directory, "key.json");
    let read = 0;
    let looked = 0;
    // A writer writes without pause and is killed after a random moment; several run at once.
    const kill = async () => {
      const child = fork(writer, [directory], { stdio: "ignore", execArgv: [] });
      await new Promise((resolve) => child.once("message", resolve));
      await sleep(Math.random() * 5);
      child.kill("SIGKILL");
      await new Promise((resolve) => child.once("exit", resolve));
      const value: unknown = JSON.parse(await readFile(path, "utf8"));
      const { head, filler, tail } = value as { head: number; filler: string; tail: number };
      expect(tail).toBe(head);
      expect(filler).toHaveLength(50_000);
      for (const name of await readdir(directory)) {
        // Another writer may have renamed its temporary file meanwhile; nothing else is a reason not to know the mode.
        const mode = await modeOf(join(directory, name)).catch(({ code }: { code?: string }) => code);
        if (mode === "ENOENT" && name.endsWith(".tmp")) continue;
        expect([name, mode]).toEqual([name, "600"]);
        looked += 1;
      }
      read += 1;
    };
    let left = runs;
    const lane = async () => {
      while (left-- > 0) await kill();
    };
    await Promise.all([lane(), lane(), lane()]);
    expect(read).toBe(runs);
    // The document itself is always there.
    expect(looked).toBeGreaterThanOrEqual(runs);
    expect(await modeOf(directory)).toBe("700");
  },
  60_000 + runs * 2000,
);
