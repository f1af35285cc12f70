import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect, test } from "vitest";

test("the example shows the diff of both programs, and both print the same before and after", async () => {
  const main = join(import.meta.dirname, "../src/main.ts");

  const { stdout } = await promisify(execFile)(process.execPath, [main]);

  expect(stdout).toContain('-const AWS = require("aws-sdk");\n+const { STS } = require("@org/sts-client");');
  expect(stdout).toContain(
    '+import { fromEnv, fromTemporaryCredentials } from "@org/sts-client/credentials";',
  );
  const printed = new Map(
    [...stdout.matchAll(/^(\S+) prints:\n([^]*?)\n\n/gm)].map(([, name, text]) => [name, text]),
  );
  expect(printed.get("before/v2.cjs")).toBe("123456789012\ndenied: 403");
  expect(printed.get("after/v2.cjs")).toBe("123456789012\ndenied: 403");
  expect(printed.get("before/v3.ts")).toBe("arn:aws:sts::123456789012:assumed-role/demo/release");
  expect(printed.get("after/v3.ts")).toBe("arn:aws:sts::123456789012:assumed-role/demo/release");
});
