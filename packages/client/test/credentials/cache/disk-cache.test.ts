import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import os, { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { diskCache } from "@org/sts-client/credentials/node";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";

let home = "";
let directory = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-cache-"));
  directory = join(home, "a", "b");
});
afterEach(() => rm(home, { recursive: true, force: true }));

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

test("diskCache gives back what it stored", async () => {
  const cache = diskCache({ directory });
  await cache.write("key", { Credentials: { AccessKeyId: "ASIAEXAMPLE", note: "ü" } });
  expect((await cache.read("key"))?.value).toEqual({
    Credentials: { AccessKeyId: "ASIAEXAMPLE", note: "ü" },
  });
  expect(await cache.read("other")).toBeUndefined();
});

test("diskCache closes a folder that the AWS CLI left open, and replaces a file that others could read", async () => {
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o755);
  await writeFile(join(directory, "key.json"), "{}", { mode: 0o644 });
  await diskCache({ directory }).write("key", { a: 1 });
  expect(await modeOf(join(directory, "key.json"))).toBe("600");
});

/** Without the variables that name the user's home. */
function withoutHome(HOME?: string) {
  const names = ["HOME", "USERPROFILE", "HOMEPATH"];
  const saved = names.map((name) => [name, process.env[name]] as const);
  for (const name of names) delete process.env[name];
  if (HOME !== undefined) process.env["HOME"] = HOME;
  onTestFinished(() => {
    for (const [name, value] of saved) if (value !== undefined) process.env[name] = value;
  });
}

test("diskCache stores in the AWS CLI's own folder by default", async () => {
  withoutHome(home);
  await diskCache().write("key", { a: 1 });
  expect(await readdir(join(home, ".aws", "cli", "cache"))).toEqual(["key.json"]);
});

test("diskCache wants a directory where there is no home", () => {
  withoutHome();
  const { homedir } = os;
  os.homedir = () => {
    throw new Error("not allowed");
  };
  syncBuiltinESMExports();
  onTestFinished(() => {
    os.homedir = homedir;
    syncBuiltinESMExports();
  });
  expect(() => diskCache()).toThrow("diskCache: there is no home directory; pass directory");
  expect(() => diskCache()).toThrow(expect.objectContaining({ code: "ERR_OPTION_INVALID" }));
  expect(diskCache({ directory })).toBeDefined();
});

test("diskCache cannot be led out of its folder by a key", async () => {
  await diskCache({ directory }).write("../../x:y\\z", { a: 1 });
  expect(await readdir(directory)).toEqual([".._.._x_y_z.json"]);
});

test.each(["", "{", "[1]x", "null", '"text"', "\u0000\u0001"])(
  "diskCache takes the corrupt file %j for none and replaces it",
  async (text) => {
    const cache = diskCache({ directory });
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, "key.json"), text);
    expect(await cache.read("key")).toBeUndefined();
    await cache.write("key", { a: 1 });
    expect((await cache.read("key"))?.value).toEqual({ a: 1 });
  },
);

test("diskCache tells of a folder it cannot write to, and goes on without", async () => {
  await writeFile(join(home, "a"), "a file where the folder should be");
  const problems: Error[] = [];
  const cache = diskCache({ directory, onWriteError: (error) => problems.push(error) });
  await cache.write("key", { a: 1 });
  expect(await cache.lock("key", async () => "worked")).toBe("worked");
  expect(problems.map(({ message }) => message)).toEqual([
    `sts-client: cannot write to the session cache ${directory}`,
    `sts-client: cannot lock the session cache ${directory}`,
  ]);
  for (const { cause } of problems) expect(cause).toMatchObject({ syscall: "mkdir" });
});

test("diskCache lets one at a time work under a key, even in one process", async () => {
  const cache = diskCache({ directory });
  let inside = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 8 }, () =>
      cache.lock("key", async () => {
        inside += 1;
        most = Math.max(most, inside);
        await sleep(2);
        inside -= 1;
      }),
    ),
  );
  expect(most).toBe(1);
  expect(await readdir(directory)).toEqual([]);
});

test("diskCache gives the lock back when the work fails", async () => {
  const cache = diskCache({ directory });
  const failing = cache.lock("key", async () => {
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(await cache.lock("key", async () => "next")).toBe("next");
});

test("diskCache gives up on a lock that stays taken and names the file", async () => {
  const cache = diskCache({ directory, lockTimeoutMs: 100 });
  await cache.lock("key", async () => {
    await expect(cache.lock("key", async () => "never")).rejects.toMatchObject({
      code: "ERR_LOCK_TIMEOUT",
      file: join(directory, "key.lock"),
    });
  });
});
