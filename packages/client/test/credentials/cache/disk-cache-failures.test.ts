import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { diskCache } from "@org/sts-client/credentials/node";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

const files: typeof import("node:fs/promises") = createRequire(import.meta.url)("node:fs/promises");

let home = "";
let directory = "";
let lock = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-cache-failures-"));
  directory = join(home, "cache");
  lock = join(directory, "key.lock");
});
afterEach(async () => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  await rm(home, { recursive: true, force: true });
});

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

test("a document that cannot be stored leaves no temporary file behind, nor what was there before", async () => {
  // Nothing can take the place of a folder that is not empty.
  await mkdir(join(directory, "key.json", "full"), { recursive: true });
  const problems: Error[] = [];
  const cache = diskCache({ directory, onWriteError: (error) => problems.push(error) });
  await cache.write("key", { a: 1 });
  expect(problems.map(({ message }) => message)).toEqual([
    `sts-client: cannot write to the session cache ${directory}`,
  ]);
  expect(problems[0]?.cause).toMatchObject({ syscall: "rename" });
  expect(await readdir(directory)).toEqual(["key.json"]);
  expect(await readdir(join(directory, "key.json"))).toEqual(["full"]);
});

test("a document that cannot be stored is told to the process when nobody else wants to know", async () => {
  await writeFile(directory, "a file where the folder should be");
  const warned = new Promise<Error>((resolve) => {
    process.once("warning", resolve);
  });
  await diskCache({ directory }).write("key", { a: 1 });
  expect((await warned).message).toBe(`sts-client: cannot write to the session cache ${directory}`);
});

test("a document that cannot be stored does not keep the next from being stored", async () => {
  await writeFile(directory, "a file where the folder should be");
  const problems: Error[] = [];
  const cache = diskCache({ directory, onWriteError: (error) => problems.push(error) });
  await cache.write("key", { a: 1 });
  await rm(directory);
  await cache.write("key", { a: 2 });
  expect([problems.length, (await cache.read("key"))?.value]).toEqual([1, { a: 2 }]);
});

test.each([0o750, 0o705, 0o740, 0o720, 0o710, 0o704, 0o702, 0o701, 0o777])(
  "a folder of mode %o that was there keeps its mode when something is stored or locked in it",
  async (mode) => {
    for (const use of [
      (cache: ReturnType<typeof diskCache>) => cache.write("key", { a: 1 }),
      (cache: ReturnType<typeof diskCache>) => cache.lock("key", async () => undefined),
    ]) {
      await mkdir(directory, { recursive: true });
      await chmod(directory, mode);
      await use(diskCache({ directory }));
      expect(await modeOf(directory)).toBe(mode.toString(8));
    }
  },
);

test.each([0, 1_000_000_000, 1_700_000_000])(
  "a document says when it was written: %i seconds after 1970",
  async (seconds) => {
    const cache = diskCache({ directory });
    await cache.write("key", { a: 1 });
    await utimes(join(directory, "key.json"), seconds, seconds);
    expect(await cache.read("key")).toEqual({ value: { a: 1 }, writtenAt: seconds * 1000 });
  },
);

/** Lets waits end at once, and says how long they would have been. */
function skipWaits(): { waitedMs: number; onWait: () => Promise<void> } {
  const state = { waitedMs: 0, onWait: async () => {} };
  vi.stubGlobal("setTimeout", (resume: () => void, ms: number) => {
    state.waitedMs += ms;
    void state.onWait().then(() => setImmediate(resume));
  });
  return state;
}

describe("locks", () => {
  beforeEach(() => mkdir(directory, { recursive: true, mode: 0o700 }));

  test("the lock of a key is a file of mode 600 in the folder while the work goes on, and gone afterwards", async () => {
    await diskCache({ directory }).lock("../a:key", async () => {
      expect(await readdir(directory)).toEqual([".._a_key.lock"]);
      expect(await modeOf(join(directory, ".._a_key.lock"))).toBe("600");
    });
    expect(await readdir(directory)).toEqual([]);
  });

  test("the lock of a key does not keep work under another key waiting", async () => {
    const cache = diskCache({ directory, lockTimeoutMs: 0 });
    const outcome = cache.lock("one", () => cache.lock("two", async () => "both"));
    expect(await outcome).toBe("both");
  });

  test("the lock of a key that nobody holds any more is taken over after ten seconds without a sign of life", async () => {
    await writeFile(lock, "dead");
    const waits = skipWaits();
    const held = await diskCache({ directory }).lock("key", () => readFile(lock, "utf8"));
    expect(held).not.toBe("dead");
    expect(waits.waitedMs).toBeGreaterThanOrEqual(10_000);
    expect(waits.waitedMs).toBeLessThanOrEqual(11_000);
    expect(await readdir(directory)).toEqual([]);
  });

  test("the lock of a key that shows a sign of life every nine seconds is waited for", async () => {
    await writeFile(lock, "alive");
    const waits = skipWaits();
    let signs = 0;
    waits.onWait = async () => {
      if (waits.waitedMs < signs * 9000) return;
      signs += 1;
      if (signs === 10) await rm(lock);
      else await utimes(lock, signs, signs);
    };
    await diskCache({ directory }).lock("key", async () => undefined);
    expect(signs).toBe(10);
  });

  test("the lock of a key that others take and give back in turn is waited for, however long", async () => {
    await writeFile(lock, "holder 0");
    const waits = skipWaits();
    let holders = 0;
    waits.onWait = async () => {
      if (waits.waitedMs < (holders + 1) * 9000) return;
      holders += 1;
      if (holders === 5) return rm(lock);
      await writeFile(lock, `holder ${holders}`);
      // Its clock stands still: only the name of the holder tells one from another.
      await utimes(lock, 0, 0);
    };
    await utimes(lock, 0, 0);
    await diskCache({ directory }).lock("key", async () => undefined);
    expect(holders).toBe(5);
  });

  test.each([
    [{ lockTimeoutMs: 1000 }, 1000],
    [{}, 300_000],
  ])("the lock of a key that stays taken is given up with %j after %i ms", async (options, expected) => {
    await writeFile(lock, "alive");
    const waits = skipWaits();
    let touched = 0;
    waits.onWait = async () => {
      if (waits.waitedMs >= (touched + 1) * 5000) await utimes(lock, (touched += 1), touched);
    };
    const failure = diskCache({ directory, ...options }).lock("key", async () => "worked");
    await expect(failure).rejects.toMatchObject({ code: "ERR_LOCK_TIMEOUT", file: lock });
    await expect(failure).rejects.toThrow(`${expected} ms`);
    expect(waits.waitedMs).toBe(expected);
    expect(await readFile(lock, "utf8")).toBe("alive");
  });

  test("the lock of a key that a living process took in the moment between is put back, and waited for", async () => {
    await writeFile(lock, "dead");
    const { rename } = files;
    let taken = 0;
    files.rename = async (from, to) => {
      taken += 1;
      // Another waiter was faster: the dead lock is gone, and a living one is in its place.
      if (taken === 1) await writeFile(lock, "alive");
      await rename(from, to);
    };
    syncBuiltinESMExports();
    onTestFinished(() => {
      files.rename = rename;
      syncBuiltinESMExports();
    });
    const waits = skipWaits();
    const seen: (readonly string[])[] = [];
    waits.onWait = async () => {
      if (taken === 0 || seen.length > 0) return;
      seen.push(await readdir(directory), [await readFile(lock, "utf8")]);
      await rm(lock);
    };
    await diskCache({ directory }).lock("key", async () => undefined);
    expect([taken, ...seen]).toEqual([1, ["key.lock"], ["alive"]]);
    expect(await readdir(directory)).toEqual([]);
  });

  test("the lock of a key that disappears before it is taken over does not cause a failure", async () => {
    await writeFile(lock, "dead");
    const { rename } = files;
    files.rename = async () => {
      await rm(lock, { force: true });
      throw Object.assign(new Error("no such file"), { code: "ENOENT" });
    };
    syncBuiltinESMExports();
    onTestFinished(() => {
      files.rename = rename;
      syncBuiltinESMExports();
    });
    skipWaits();
    const problems: Error[] = [];
    const cache = diskCache({ directory, onWriteError: (error) => problems.push(error) });
    // It is taken, not done without.
    expect(await cache.lock("key", () => readdir(directory))).toEqual(["key.lock"]);
    expect(problems).toEqual([]);
  });

  test("the lock of a key shows a sign of life at least twice in the time after which it counts as dead, and none when given back", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    await diskCache({ directory }).lock("key", async () => {
      for (let time = 0; time < 2; time += 1) {
        await utimes(lock, 0, 0);
        vi.advanceTimersByTime(5000);
        await vi.waitUntil(async () => (await stat(lock)).mtimeMs > 0, { timeout: 5000 });
      }
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("the lock of a key that another has taken over is left to the other", async () => {
    await diskCache({ directory }).lock("key", () => writeFile(lock, "another"));
    expect(await readFile(lock, "utf8")).toBe("another");
  });

  test.each(["works", "fails"])("the lock of a key is given back when the work %s", async (outcome) => {
    const cache = diskCache({ directory, lockTimeoutMs: 0 });
    const work = async () => {
      if (outcome === "fails") throw new Error("no");
    };
    const message = await cache.lock("key", work).catch((error: Error) => error.message);
    expect(message).toBe(outcome === "fails" ? "no" : undefined);
    expect(await readdir(directory)).toEqual([]);
    expect(await cache.lock("key", async () => "next")).toBe("next");
  });
});
