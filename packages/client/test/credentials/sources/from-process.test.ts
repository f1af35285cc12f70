import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fromProcess } from "@org/sts-client/credentials/node";
import type { FromProcessOptions } from "@org/sts-client/credentials/node";
import { afterEach, beforeEach, expect, test } from "vitest";

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-process-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function run(command: string | undefined, options: FromProcessOptions = {}, more = "") {
  const configFilepath = join(home, "config");
  const key = command === undefined ? "" : `credential_process = ${command}\n`;
  await writeFile(configFilepath, `[profile dev]\n${key}${more}`);
  return fromProcess({
    configFilepath,
    filepath: join(home, "none"),
    profile: "dev",
    stderr: "ignore",
    ...options,
  })();
}

const printed = (json: unknown) => `echo '${JSON.stringify(json)}'`;
const good = { Version: 1, AccessKeyId: "AKIDEXAMPLE", SecretAccessKey: "example" };

test("fromProcess returns what the process printed", async () => {
  const json = {
    ...good,
    SessionToken: "token",
    Expiration: "2999-01-01T00:00:00Z",
    AccountId: "123456789012",
  };
  expect(await run(printed(json))).toEqual({
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: "example",
    sessionToken: "token",
    expiration: new Date("2999-01-01T00:00:00Z"),
    accountId: "123456789012",
    $source: { CREDENTIALS_PROCESS: "w" },
  });
});

test.each([
  "2999-01-01T00:00:00Z",
  "29990101T000000Z",
  "29990101T010000+0100",
  "2999-01-01T01:00:00+0100",
  "2999-01-01T01:00:00+01",
  "2998-12-31T19:00:00-05:00",
  "2999-01-01T00:00:00.000Z",
  "2999-01-01",
])("fromProcess reads an expiration written as %s", async (Expiration) => {
  const { expiration } = await run(printed({ ...good, Expiration }));
  expect(expiration).toEqual(new Date("2999-01-01T00:00:00Z"));
});

test("fromProcess takes the account of the profile where the process names none", async () => {
  expect((await run(printed(good), {}, "aws_account_id = 123456789012\n")).accountId).toBe("123456789012");
});

test.each([
  ["exit 3", "ERR_PROCESS_FAILED", "status 3"],
  ["kill -9 $$", "ERR_PROCESS_FAILED", "SIGKILL"],
  ["no-such-program-anywhere", "ERR_PROCESS_FAILED", "status 127"],
  ["echo SECRET is not json", "ERR_CREDENTIALS_MALFORMED", "JSON object"],
  [printed({ ...good, Version: 2 }), "ERR_CREDENTIALS_MALFORMED", '"Version": 1'],
  [printed({ ...good, SecretAccessKey: undefined }), "ERR_CREDENTIALS_MALFORMED", "without SecretAccessKey"],
  [printed({ ...good, Expiration: "soon" }), "ERR_CREDENTIALS_MALFORMED", "not a date"],
  [printed({ ...good, Expiration: "" }), "ERR_CREDENTIALS_MALFORMED", "not a date"],
  [printed({ ...good, Expiration: "29991301T000000Z" }), "ERR_CREDENTIALS_MALFORMED", "not a date"],
  [printed({ ...good, Expiration: 32_472_144_000 }), "ERR_CREDENTIALS_MALFORMED", "not a date"],
  [printed({ ...good, Expiration: "2001-01-01T00:00:00Z" }), "ERR_CREDENTIALS_EXPIRED", "expired"],
  ["yes SECRET", "ERR_PROCESS_FAILED", "more than"],
])("fromProcess reports %j", async (command, code, text) => {
  const failure = run(command);
  await expect(failure).rejects.toMatchObject({ code, profile: "dev", tryNextLink: false });
  await expect(failure).rejects.toThrow(text);
  await expect(failure).rejects.not.toThrow("SECRET");
});

test("fromProcess ends a process that hangs", async () => {
  const pidFile = join(home, "pid");
  const script = join(home, "hang.sh");
  await writeFile(script, `#!/bin/sh\necho $$ > ${pidFile}\nexec sleep 100\n`, { mode: 0o755 });
  await expect(run(script, { timeoutMs: 500 })).rejects.toMatchObject({ code: "ERR_PROCESS_TIMEOUT" });
  const pid = Number(await readFile(pidFile, "utf8"));
  // Nothing but its absence says that it is gone.
  const onceGone = ({ code }: { code?: string }) => (/^(ENOENT|ESRCH)$/.test(code ?? "") ? "" : "sleep");
  // Killed, if not yet collected by its parent: a zombie has no command line.
  await expect.poll(() => readFile(`/proc/${pid}/cmdline`, "utf8").catch(onceGone)).not.toContain("sleep");
});

test("fromProcess lets a chain go on when the profile names no process", async () => {
  await expect(run(undefined)).rejects.toMatchObject({
    code: "ERR_CREDENTIALS_NOT_CONFIGURED",
    tryNextLink: true,
  });
});

test("fromProcess names the files and the profiles in them when there is no such profile", async () => {
  const failure = run(printed(good), { profile: "prod" });
  await expect(failure).rejects.toMatchObject({ code: "ERR_PROFILE_NOT_FOUND", profile: "prod" });
  await expect(failure).rejects.toThrow("none (does not exist)");
  await expect(failure).rejects.toThrow("profiles there: dev");
});
