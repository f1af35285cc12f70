import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { migrateSource } from "@org/sts-migrate";
import { startStsServer, type StsServer } from "@org/sts-mock/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const PROGRAMS = join(import.meta.dirname, "programs");
const names = readdirSync(join(PROGRAMS, "before")).sort();

let server: StsServer;
beforeAll(async () => {
  server = await startStsServer();
});
afterAll(() => server.close());

function read(folder: "before" | "after", name: string): string {
  return readFileSync(join(PROGRAMS, folder, name), "utf8");
}

/** Runs a program as the demo user of the fake, without files of the machine it runs on. */
function run(folder: "before" | "after", name: string): Promise<string> {
  const env = {
    PATH: process.env["PATH"],
    AWS_ENDPOINT_URL_STS: server.url,
    AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
    AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    AWS_CONFIG_FILE: join(PROGRAMS, "absent"),
    AWS_SHARED_CREDENTIALS_FILE: join(PROGRAMS, "absent"),
    AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: "1",
    AWS_EC2_METADATA_DISABLED: "true",
  };
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ["--no-warnings", join(PROGRAMS, folder, name)],
      { env, timeout: 25_000 },
      (error, stdout, stderr) => {
        if (error) reject(new Error(`${folder}/${name} failed: ${stderr}`, { cause: error }));
        else resolve(stdout);
      },
    );
  });
}

describe.each(names)("the program %s", (name) => {
  test("is changed into what is expected, and has nothing that is left", () => {
    const migration = migrateSource(read("before", name), name);

    expect(migration.left).toEqual([]);
    expect(migration.code).toBe(read("after", name));
    expect(migration.changed).toBe(true);
  });

  test("is not changed by a second run", () => {
    const again = migrateSource(read("after", name), name);

    expect(again).toMatchObject({ changed: false, left: [], kept: [] });
    expect(again.code).toBe(read("after", name));
  });

  test("prints the same before with the AWS SDK and after with our client", async () => {
    const [before, after] = await Promise.all([run("before", name), run("after", name)]);

    expect(before).not.toBe("");
    expect(after.split("\n").sort()).toEqual(before.split("\n").sort());
  });
});
