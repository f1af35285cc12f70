import files from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { replaceFile } from "../../../src/credentials/cache/replace-file.ts";

/** The functions of Node.js, whatever a test has put in their place. */
const fs = { ...files };

let home = "";
let path = "";
/** What was done to the new file, and what was told about either. */
let steps: string[] = [];
let failing: string | undefined;
let owner: { uid?: number; gid?: number } = {};

const open: typeof fs.open = async (name, ...rest) => {
  steps.push(`open ${String(name).startsWith(`${path}.`) ? "beside it" : String(name)}`);
  const file = await fs.open(name, ...rest);
  for (const step of ["writeFile", "chown", "chmod", "sync", "close"] as const) {
    const real = file[step].bind(file) as (...given: unknown[]) => Promise<void>; // each gives nothing that is used
    file[step] = async (...given: unknown[]) => {
      steps.push([step, ...given].join(" "));
      // Nothing is given away in a test.
      if (step !== "chown") await real(...given);
      if (step === failing) throw new Error(`${step}: example`);
    };
  }
  return file;
};
const stat = (async (name: string) => Object.assign(await fs.stat(name), owner)) as typeof fs.stat;

beforeEach(async () => {
  home = await fs.mkdtemp(join(tmpdir(), "sts-replace-"));
  path = join(home, "file");
  steps = [];
  failing = undefined;
  owner = {};
  Object.assign(files, { open, stat });
  syncBuiltinESMExports();
});
afterEach(async () => {
  Object.assign(files, fs);
  syncBuiltinESMExports();
  await fs.rm(home, { recursive: true, force: true });
});

const modeOf = async (name: string) => ((await fs.stat(name)).mode & 0o777).toString(8);

test.each([
  [{}, "600"],
  [{ keepMode: true }, "640"],
] as const)("replaceFile with %j leaves a file of mode 640 with %s", async (options, left) => {
  await fs.writeFile(path, "old");
  await fs.chmod(path, 0o640);
  await replaceFile(path, "new", options);
  expect([await modeOf(path), await fs.readFile(path, "utf8")]).toEqual([left, "new"]);
  expect(await fs.readdir(home)).toEqual(["file"]);
});

test.each([{}, { keepMode: true }] as const)(
  "replaceFile with %j creates a file with 600",
  async (options) => {
    await replaceFile(path, "new", options);
    expect(await modeOf(path)).toBe("600");
  },
);

test.each([
  ["another user's", { uid: 4242 }, true],
  ["another group's", { gid: 4343 }, true],
  ["its owner's", {}, false],
])("replaceFile gives a file that is %s back if it has to", async (_whose, changed, isGiven) => {
  await fs.writeFile(path, "old", { mode: 0o600 });
  const { uid, gid } = Object.assign(await fs.stat(path), changed);
  owner = changed;
  // Only root may give files away: that is no failure.
  failing = "chown";
  await replaceFile(path, "new", { keepMode: true });
  // What a crash leaves must have its text before it has its name.
  expect(steps).toEqual([
    "open beside it",
    "writeFile new",
    ...(isGiven ? [`chown ${uid} ${gid}`] : []),
    `chmod ${String(0o600)}`,
    "sync",
    "close",
  ]);
  expect(await fs.readFile(path, "utf8")).toBe("new");
});

test.each(["writeFile", "chmod", "sync", "close"])(
  "replaceFile leaves the file as it was, and nothing beside it, when %s fails",
  async (step) => {
    await fs.writeFile(path, "old");
    failing = step;
    await expect(replaceFile(path, "new", { keepMode: true })).rejects.toThrow(`${step}: example`);
    expect(steps.at(-1)).toBe("close");
    expect(await fs.readFile(path, "utf8")).toBe("old");
    expect(await fs.readdir(home)).toEqual(["file"]);
  },
);

test("replaceFile writes to the file behind a link, and does not follow one that leads nowhere", async () => {
  const target = join(home, "target");
  await fs.writeFile(target, "old");
  await fs.symlink(target, path);
  await replaceFile(path, "new", { keepMode: true });
  expect([await fs.readlink(path), await fs.readFile(target, "utf8")]).toEqual([target, "new"]);
  await fs.rm(target);
  await replaceFile(path, "newer", { keepMode: true });
  expect((await fs.lstat(path)).isSymbolicLink()).toBe(false);
  expect(await fs.readFile(path, "utf8")).toBe("newer");
});

test("replaceFile says why it failed where there is no folder", async () => {
  await expect(replaceFile(join(home, "none", "file"), "new")).rejects.toMatchObject({
    code: "ENOENT",
    syscall: "open",
  });
});
