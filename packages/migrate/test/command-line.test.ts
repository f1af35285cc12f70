import { execFile } from "node:child_process";
import { mkdtemp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

const CLI = join(import.meta.dirname, "../dist/cli.js");
const BEFORE = 'import { STSClient } from "@aws-sdk/client-sts";\n';
const AFTER = 'import { STSClient } from "@org/sts-client";\n';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sts-migrate-"));
  await mkdir(join(folder, "node_modules"));
  await writeFile(join(folder, "client.ts"), BEFORE);
  await writeFile(join(folder, "client.d.ts"), BEFORE);
  await writeFile(join(folder, "node_modules/client.ts"), BEFORE);
  await writeFile(join(folder, "left.js"), 'jest.mock("@aws-sdk/client-sts");\n');
  await writeFile(
    join(folder, "latin1.js"),
    Buffer.from('// \xe9\nimport "@aws-sdk/client-sts";\n', "latin1"),
  );
});
afterEach(() => rm(folder, { recursive: true }));

function run(...parameters: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...parameters], { cwd: folder }, (error, stdout, stderr) => {
      resolve({ status: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}

test("the command shows a diff and a report, and changes nothing without --write", async () => {
  const { status, stdout, stderr } = await run(".");

  expect(status).toBe(0);
  expect(stdout).toContain(`--- a/client.ts\n+++ b/client.ts\n`);
  expect(stdout).toContain(`-${BEFORE}+${AFTER}`);
  expect(stderr).toContain("Would be changed:\n  client.ts\n");
  expect(stderr).toMatch(/Left as it is:\n  latin1\.js:1: .*UTF-8.*\n  left\.js:1: /);
  expect(await readFile(join(folder, "client.ts"), "utf8")).toBe(BEFORE);
});

test("the command changes the files it can follow with --write, and no other", async () => {
  const { status, stdout, stderr } = await run("--write", ".");

  expect(status).toBe(0);
  expect(stdout).toBe("");
  expect(stderr).toContain("Changed:\n  client.ts\n");
  expect(await readFile(join(folder, "client.ts"), "utf8")).toBe(AFTER);
  for (const name of ["client.d.ts", "node_modules/client.ts"]) {
    expect(await readFile(join(folder, name), "utf8")).toBe(BEFORE);
  }
  expect((await run(".")).stdout).toBe("");
});

test.each([
  [[], /Name the files/],
  [["absent.ts"], /ENOENT/],
  [["--wirte", "."], /--wirte/],
])("the command ends with status 2 and its usage when it is called with %j", async (parameters, message) => {
  const { status, stderr } = await run(...parameters);

  expect(status).toBe(2);
  expect(stderr).toMatch(message);
  expect(stderr).toContain("sts-migrate [--write] PATH");
});
