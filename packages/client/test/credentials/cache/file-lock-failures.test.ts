import files from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";

import { acquireFileLock } from "../../../src/credentials/cache/file-lock.ts";

/** The functions of Node.js, whatever a test has put in their place. */
const fs = { ...files };

type Step = "beforeOpen" | "beforeWrite" | "afterRead" | "beforeRename";
// What a full disk, Windows, or another process does between two steps: nothing more real can be had in a test.
let steps: Partial<Record<Step, (() => Promise<void>) | undefined>> & {
  afterRename?: (aside: string) => Promise<void>;
} = {};
let touched = 0;
let opened = 0;
let closed = 0;

const open: typeof fs.open = async (...given) => {
  await steps.beforeOpen?.();
  const file = await fs.open(...given);
  opened += 1;
  const close = file.close.bind(file);
  file.close = () => {
    closed += 1;
    return close();
  };
  const write = file.writeFile.bind(file);
  file.writeFile = async (...text) => {
    await steps.beforeWrite?.();
    return write(...text);
  };
  return file;
};
const readFile = async (...given: Parameters<typeof fs.readFile>) => {
  const text = await fs.readFile(...given);
  await steps.afterRead?.();
  return text;
};
const rename: typeof fs.rename = async (...given) => {
  await steps.beforeRename?.();
  await fs.rename(...given);
  await steps.afterRename?.(String(given[1]));
};
const utimes: typeof fs.utimes = async (file, ...times) => {
  // Other tests may have left locks that are still held.
  if (file === path) touched += 1;
  return fs.utimes(file, ...times);
};

let home = "";
let path = "";
beforeEach(async () => {
  home = await fs.mkdtemp(join(tmpdir(), "sts-lock-failures-"));
  path = join(home, "lock");
  steps = {};
  touched = 0;
  opened = 0;
  closed = 0;
  Object.assign(files, { open, readFile, rename, utimes });
  syncBuiltinESMExports();
});
afterEach(async () => {
  Object.assign(files, fs);
  syncBuiltinESMExports();
  await fs.rm(home, { recursive: true, force: true });
});

const failure = (code: string): Error => Object.assign(new Error(`${code}: example`), { code });
/** Options with which a dead lock is taken away at the second look, and nothing waits. */
const impatient = { staleMs: 1, pollMs: 1, sleep: async () => undefined };

test("a lock whose text cannot be written does not stay behind as an empty one", async () => {
  steps.beforeWrite = () => Promise.reject(failure("ENOSPC"));
  await expect(acquireFileLock(path)).rejects.toMatchObject({ code: "ENOSPC" });
  expect(await fs.readdir(home)).toEqual([]);
  expect([opened, closed]).toEqual([1, 1]);
  steps.beforeWrite = undefined;
  const release = await acquireFileLock(path, { timeoutMs: 0 });
  expect([opened, closed]).toEqual([2, 2]);
  await release();
});

test("a lock whose text cannot be written is reported with that failure even if another removed the file", async () => {
  steps.beforeWrite = async () => {
    await fs.rm(path);
    throw failure("ENOSPC");
  };
  await expect(acquireFileLock(path)).rejects.toMatchObject({ code: "ENOSPC" });
});

test.each([
  ["EPERM", "win32", "taken after 1 wait"],
  ["EEXIST", "win32", "taken after 1 wait"],
  ["EACCES", "win32", "EACCES after 0 waits"],
  ["EPERM", "linux", "EPERM after 0 waits"],
  ["EEXIST", "linux", "taken after 1 wait"],
  ["ENOENT", "linux", "ENOENT after 0 waits"],
])("a lock that %s once keeps from being created on %s is %s", async (code, platform, expected) => {
  const before = process.platform;
  Object.defineProperty(process, "platform", { value: platform });
  onTestFinished(() => void Object.defineProperty(process, "platform", { value: before }));
  steps.beforeOpen = () => Promise.reject(failure(code));
  let waits = 0;
  const sleep = async () => {
    waits += 1;
    steps.beforeOpen = undefined;
  };
  const outcome = await acquireFileLock(path, { sleep }).then(
    async (release) => {
      await release();
      return "taken";
    },
    (error: { code?: string }) => error.code,
  );
  expect(`${outcome} after ${waits} ${waits === 1 ? "wait" : "waits"}`).toBe(expected);
});

test("a lock that replaced a dead one just before that is taken away is put back", async () => {
  await fs.writeFile(path, "dead");
  let renames = 0;
  steps.beforeRename = async () => {
    renames += 1;
    await fs.rm(path);
    await fs.writeFile(path, "alive");
  };
  let polls = 0;
  const sleep = async () => {
    polls += 1;
    if (renames === 0) return;
    expect(await fs.readFile(path, "utf8")).toBe("alive");
    expect(await fs.readdir(home)).toEqual(["lock"]);
    throw new Error("seen");
  };
  await expect(acquireFileLock(path, { ...impatient, sleep })).rejects.toThrow("seen");
  expect(polls).toBe(2);
});

test("a lock that was taken away and replaced by a third is not put back over it", async () => {
  await fs.writeFile(path, "dead");
  let isReplaced = false;
  steps.beforeRename = () => fs.writeFile(path, "alive");
  steps.afterRename = async () => {
    isReplaced = true;
    await fs.writeFile(path, "third");
  };
  const sleep = async () => {
    if (!isReplaced) return;
    expect(await fs.readFile(path, "utf8")).toBe("third");
    expect(await fs.readdir(home)).toEqual(["lock"]);
    throw new Error("seen");
  };
  await expect(acquireFileLock(path, { ...impatient, sleep })).rejects.toThrow("seen");
});

test("a dead lock that is taken away is not put back", async () => {
  await fs.writeFile(path, "dead");
  let isAway = false;
  steps.afterRename = async () => {
    isAway = true;
  };
  const sleep = async () => {
    if (!isAway) return;
    expect(await fs.readdir(home)).toEqual([]);
    throw new Error("seen");
  };
  await expect(acquireFileLock(path, { ...impatient, sleep })).rejects.toThrow("seen");
});

test("a dead lock that another took away at the same moment is no failure", async () => {
  await fs.writeFile(path, "dead");
  steps.beforeRename = () => fs.rm(path);
  const release = await acquireFileLock(path, impatient);
  await release();
  expect(await fs.readdir(home)).toEqual([]);
});

test("a dead lock that somebody removes as soon as it is taken away is no failure", async () => {
  await fs.writeFile(path, "dead");
  steps.afterRename = (aside) => fs.rm(aside);
  const release = await acquireFileLock(path, impatient);
  expect(await fs.readdir(home)).toEqual(["lock"]);
  await release();
});

test("a dead lock whose successor does not die at once is watched for the whole time again", async () => {
  await fs.writeFile(path, "dead");
  let polls = 0;
  const renamedAt: number[] = [];
  steps.afterRename = async () => {
    renamedAt.push(polls);
    // The next holder died as soon as it had created the same file.
    if (renamedAt.length === 1) await fs.writeFile(path, "dead too");
  };
  const sleep = async () => {
    polls += 1;
  };
  const release = await acquireFileLock(path, { staleMs: 50, pollMs: 10, sleep });
  expect(renamedAt).toEqual([5, 11]);
  await release();
});

test("a lock that is taken away while it is released is no failure", async () => {
  const release = await acquireFileLock(path);
  steps.afterRead = () => fs.rm(path);
  await release();
  expect(await fs.readdir(home)).toEqual([]);
});

test("a lock is touched four times in the time after which it would be taken over, and never after its release", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  const release = await acquireFileLock(path, { staleMs: 40_000 });
  vi.advanceTimersByTime(9_999);
  expect(touched).toBe(0);
  vi.advanceTimersByTime(1);
  expect(touched).toBe(1);
  vi.advanceTimersByTime(30_000);
  expect(touched).toBe(4);
  await release();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(40_000);
  expect(touched).toBe(4);
});

test("a lock that is held does not keep the process from ending", async () => {
  const timers = vi.spyOn(globalThis, "setInterval");
  onTestFinished(() => timers.mockRestore());
  const release = await acquireFileLock(path);
  expect(timers.mock.results.map(({ value }) => value.hasRef())).toEqual([false]);
  await release();
});
