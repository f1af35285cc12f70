import * as fs from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test, vi } from "vitest";

import { acquireFileLock } from "../../../src/credentials/cache/file-lock.ts";

// A disk that is full when the lock's text is written: nothing less real can be had without a disk of one's own.
let isFull = false;
vi.mock("node:fs/promises", async (load) => {
  const real = await load<typeof fs>();
  const open: typeof real.open = async (...given) => {
    const file = await real.open(...given);
    if (isFull)
      file.writeFile = () =>
        Promise.reject(Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC" }));
    return file;
  };
  return { ...real, open };
});

test("a lock whose text cannot be written does not stay behind as an empty one", async () => {
  const home = await fs.mkdtemp(join(tmpdir(), "sts-lock-failures-"));
  const path = join(home, "lock");
  isFull = true;
  await expect(acquireFileLock(path)).rejects.toMatchObject({ code: "ENOSPC" });
  expect(await fs.readdir(home)).toEqual([]);
  isFull = false;
  const release = await acquireFileLock(path, { timeoutMs: 0 });
  await release();
  await fs.rm(home, { recursive: true });
});
