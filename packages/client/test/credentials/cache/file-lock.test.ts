import { fork } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";

import { acquireFileLock } from "../../../src/credentials/cache/file-lock.ts";

let home = "";
let path = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-lock-"));
  path = join(home, "lock");
});
afterEach(() => rm(home, { recursive: true, force: true }));

test("acquireFileLock takes over from a holder that gave no sign of life for the whole time", async () => {
  await writeFile(path, "dead");
  let polls = 0;
  const release = await acquireFileLock(path, {
    staleMs: 500,
    pollMs: 50,
    sleep: async () => {
      polls += 1;
    },
  });
  expect(polls).toBe(11);
  expect(await readFile(path, "utf8")).not.toBe("dead");
  await release();
});

test("acquireFileLock looks every 50 ms, and takes over after 10 seconds without a sign of life", async () => {
  await writeFile(path, "dead");
  const waits: number[] = [];
  const sleep = async (ms: number) => void waits.push(ms);
  const release = await acquireFileLock(path, { sleep });
  expect(waits).toEqual(Array.from({ length: 201 }, () => 50));
  await release();
});

test.each([
  [0, 10, 0],
  [10, 10, 1],
  [95, 10, 10],
  [undefined, 10_000, 30],
])(
  "acquireFileLock gives up after %s ms, looking every %i ms, having waited %i times",
  async (timeoutMs, pollMs, waits) => {
    await writeFile(path, "alive");
    let polls = 0;
    const sleep = async () => {
      polls += 1;
      // Some file systems know only every other second.
      await utimes(path, new Date(polls * 2000), new Date(polls * 2000));
    };
    await expect(acquireFileLock(path, { timeoutMs, pollMs, sleep })).rejects.toMatchObject({
      code: "ERR_LOCK_TIMEOUT",
      message: `another process has held ${path} for ${timeoutMs ?? 300_000} ms; if none is running, delete the file`,
      file: path,
    });
    expect(polls).toBe(waits);
    expect(await readFile(path, "utf8")).toBe("alive");
  },
);

test("acquireFileLock waits by a timer, and each release removes the file", async () => {
  const release = await acquireFileLock(path);
  const next = acquireFileLock(path, { pollMs: 1 });
  await release();
  const releaseNext = await next;
  await releaseNext();
  expect(await readdir(home)).toEqual([]);
});

test("acquireFileLock judges by the changes it sees, not by the age of the file", async () => {
  await writeFile(path, "alive");
  await utimes(path, new Date(0), new Date(0));
  let polls = 0;
  const release = await acquireFileLock(path, {
    staleMs: 500,
    pollMs: 50,
    // A holder whose clock is decades behind, touching its file now and then, and giving up at last.
    sleep: async () => {
      polls += 1;
      if (polls % 5 === 0) await utimes(path, new Date(polls), new Date(polls));
      if (polls === 100) await rm(path);
    },
  });
  expect(polls).toBe(100);
  await release();
});

test("acquireFileLock touches the file while it is held", async () => {
  const release = await acquireFileLock(path, { staleMs: 20 });
  await utimes(path, new Date(0), new Date(0));
  await expect.poll(async () => (await stat(path)).mtimeMs).toBeGreaterThan(0);
  await release();
});

test("acquireFileLock does not remove a lock that another took over", async () => {
  const release = await acquireFileLock(path);
  await writeFile(path, "another");
  await release();
  expect(await readFile(path, "utf8")).toBe("another");
});

test("acquireFileLock waits for a process that holds it and takes over when that is killed", async () => {
  const holder = fork(fileURLToPath(new URL("../../support/lock-holder.ts", import.meta.url)), [path], {
    execArgv: [],
  });
  onTestFinished(() => void holder.kill("SIGKILL"));
  await new Promise((resolve) => holder.once("message", resolve));
  await expect(acquireFileLock(path, { staleMs: 400, timeoutMs: 1200 })).rejects.toMatchObject({
    code: "ERR_LOCK_TIMEOUT",
  });
  holder.kill("SIGKILL");
  const release = await acquireFileLock(path, { staleMs: 400 });
  await release();
});
