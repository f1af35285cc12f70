// First, so that it counts what the others bring.
import { grow, growthOf } from "../../../../mock/test/support/count-steps.ts";

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readSharedConfig } from "@org/sts-client/credentials/node";
import { afterAll, beforeAll, expect, test } from "vitest";

const COUNTED = /packages\/client\/(?:dist|src)\/credentials\/files\//;

let home = "";
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-ini-growth-"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const list = (size: number, write: (index: number) => string) =>
  Array.from({ length: size }, (_, index) => write(index)).join("");

test.for<[what: string, write: (size: number) => string]>([
  ["profiles", (n) => list(n, (index) => `[profile p${index}]\nregion = eu-west-1\n`)],
  ["one profile many times", (n) => "[default]\nregion = eu-west-1\n".repeat(n)],
  ["settings", (n) => `[default]\n${list(n, (index) => `key${index} = value\n`)}`],
  ["one setting many times", (n) => `[default]\n${"region = eu-west-1\n".repeat(n)}`],
  ["lines below a setting", (n) => `[default]\ns3 =\n${list(n, (index) => `  key${index} = value\n`)}`],
  ["lines that go on", (n) => `[default]\nkey = value\n${"  more\n".repeat(n)}`],
  ["comments", (n) => `[default]\n${"# comment\n; comment\n".repeat(n)}`],
  ["empty lines", (n) => `[default]\n${"\r\n\n".repeat(n)}`],
  ["sections that are not closed", (n) => `${"[\n".repeat(n)}[default]\nregion = eu-west-1\n`],
  ["names that mean something to JavaScript", (n) => "[profile __proto__]\nconstructor = x\n".repeat(n)],
  [
    "sections of services",
    (n) => list(n, (index) => `[services s${index}]\nsts =\n  endpoint_url = https://example.com\n`),
  ],
])(
  "the steps of reading a shared configuration with many %s grow no faster than the file",
  async ([, write]) => {
    const steps = await grow(
      async (size) => {
        const configFilepath = join(home, `config-${size}`);
        await writeFile(configFilepath, write(size));
        return () =>
          readSharedConfig({ configFilepath, filepath: join(home, "none"), env: {} }).catch(
            (error: unknown) => error,
          );
      },
      200,
      COUNTED,
    );
    expect(growthOf(steps, 200)).toBe("linear");
  },
);
