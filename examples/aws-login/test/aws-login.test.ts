import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { readArguments } from "../src/arguments.ts";
import { type FakeAws, startFakeAws } from "../src/fake-aws.ts";
import { formatCredentials } from "../src/format-credentials.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const PROCESS = `"${process.execPath}" "${MAIN}" export --format process`;
const PROFILES = `
[profile for-other-tools]
region = eu-west-1
credential_process = ${PROCESS} --profile admin

[profile itself]
credential_process = ${PROCESS} --profile itself

[profile serial-at-the-role]
role_arn = arn:aws:iam::123456789012:role/admin
source_profile = keys-only
mfa_serial = arn:aws:iam::123456789012:mfa/demo

[profile keys-only]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY

[profile circle]
role_arn = arn:aws:iam::123456789012:role/admin
source_profile = circle-2

[profile circle-2]
role_arn = arn:aws:iam::123456789012:role/admin
source_profile = circle
`;

let fake: FakeAws;
beforeEach(async () => {
  fake = await startFakeAws(PROFILES);
});
afterEach(() => fake.close());

interface Outcome {
  readonly status: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

async function start(program: string, parameters: readonly string[], more: object = {}): Promise<Outcome> {
  const child = spawn(program, parameters, {
    env: { ...fake.env, ...more },
    stdio: ["ignore", "pipe", "pipe"],
    // Without the terminal of whoever runs the tests: it would be asked for the code.
    detached: true,
  });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  return { status, stdout, stderr };
}

const awsLogin = (...parameters: string[]): Promise<Outcome> =>
  start(process.execPath, [MAIN, ...parameters]);
const asked = (): string[] =>
  fake.sts.calls().map(({ operation, outcome }) => `${operation} ${String(outcome)}`);

describe("aws-login", () => {
  test("asks for one MFA code for all roles of a user, and keeps the sessions readable for their owner only", async () => {
    const first = await awsLogin("whoami", "--profile", "admin", "--code", await fake.code());
    expect(first).toMatchObject({ status: 0, stderr: "" });
    expect(first.stdout).toMatch(
      /^Account {2}123456789012\nArn {6}arn:aws:sts::123456789012:assumed-role\/admin\/aws-login\nExpires {2}in (59 min|1 h 0 min)\n$/,
    );
    expect((await awsLogin("whoami", "-p", "audit")).stdout).toContain("assumed-role/audit/aws-login");
    expect((await awsLogin("whoami", "-p", "me")).stdout).toMatch(/user\/demo\nExpires {2}in 11 h 59 min/);
    expect(asked().filter((call) => !call.startsWith("GetCallerIdentity"))).toEqual([
      "GetSessionToken ok",
      "AssumeRole ok",
      "AssumeRole ok",
    ]);
    const cache = join(fake.home, ".aws/cli/cache");
    for (const file of await readdir(cache)) expect((await stat(join(cache, file))).mode & 0o077).toBe(0);
  });

  test("takes the MFA device from the role's profile, as the AWS CLI does", async () => {
    const { stdout } = await awsLogin("whoami", "-p", "serial-at-the-role", "--code", await fake.code());
    expect(stdout).toContain("assumed-role/admin/aws-login");
  });

  test("runs a program with the credentials, and ends with its exit status", async () => {
    const script = "console.log(process.env.AWS_ACCESS_KEY_ID, process.env.AWS_PROFILE); process.exit(7)";
    const run = ["run", "-p", "admin", "--code", await fake.code(), "--", process.execPath, "-e", script];
    const { status, stdout } = await start(process.execPath, [MAIN, ...run], { AWS_PROFILE: "other" });
    expect({ status, stdout }).toEqual({
      status: 7,
      stdout: expect.stringMatching(/^ASIA\w{16} undefined\n$/),
    });
  });

  test("prints a console link for the session of a role, and says why there is none for a user", async () => {
    const code = await fake.code();
    const { stdout } = await awsLogin(
      "console",
      "-p",
      "admin",
      "--code",
      code,
      "--destination",
      "https://example.com/",
    );
    const link = new URL(stdout);
    expect(link.host).toBe("signin.aws.amazon.com");
    expect(Object.fromEntries(link.searchParams)).toEqual({
      Action: "login",
      Destination: "https://example.com/",
      SigninToken: "example-sign-in-token",
    });
    const refused = await awsLogin("console", "-p", "me");
    expect(refused.stderr).toContain("Hint: the console takes the session of a role");
    expect(refused).toMatchObject({ status: 1, stdout: "" });
  });

  test.each([
    ["whoami -p admin --code 000000", 1, "AWS refused the MFA code of arn:aws:iam::123456789012:mfa/demo"],
    ["whoami -p admin --code 12", 1, "six digits"],
    ["whoami -p admin", 1, "Hint: run `aws-login whoami` with the same profile in a terminal first"],
    ["whoami -p nobody", 1, 'profile "nobody"'],
    ["whoami -p circle", 1, "circle"],
    ["whoami -p itself", 1, "credential_process"],
    ["whoami --region eu-west-1", 2, "--region"],
  ])("says what is wrong with `aws-login %s`, and prints nothing else", async (line, expected, message) => {
    const { status, stdout, stderr } = await awsLogin(...line.split(" "));
    expect(stderr).toContain(message);
    expect({ status, stdout }).toEqual({ status: expected, stdout: "" });
  });
});

describe("the command line", () => {
  test.each([
    ["export -p admin --format xml", "--format is one of env, powershell, fish, json, process"],
    ["sing", 'there is no command "sing"'],
    ["run -p admin", "which program?"],
    ["whoami admin", "whoami takes options only"],
    ["export --code", "--code"],
  ])("is refused when it says %j", (line, message) => {
    expect(() => readArguments(line.split(" "))).toThrow(message);
  });
});

describe("formats of credentials", () => {
  const credentials = {
    accessKeyId: "ASIAEXAMPLE",
    secretAccessKey: String.raw`a'b\c`,
    sessionToken: "token==",
    expiration: new Date("2030-01-01T00:00:00Z"),
  };

  test("are read by a shell as they are", () => {
    const script = `${formatCredentials(credentials, "env")}; printf %s "$AWS_SECRET_ACCESS_KEY $AWS_SESSION_TOKEN"`;
    expect(spawnSync("sh", ["-c", script], { encoding: "utf8" }).stdout).toBe(String.raw`a'b\c token==`);
  });

  test("are written as PowerShell and fish quote text", () => {
    expect(formatCredentials(credentials, "powershell")).toContain(
      String.raw`$Env:AWS_SECRET_ACCESS_KEY = 'a''b\c'`,
    );
    expect(formatCredentials(credentials, "fish")).toContain(
      String.raw`set -gx AWS_SECRET_ACCESS_KEY 'a\'b\\c'`,
    );
  });

  test("leave out what keys without an end do not have", () => {
    const { accessKeyId, secretAccessKey } = credentials;
    const keys = { accessKeyId, secretAccessKey };
    expect(formatCredentials(keys, "env").split("\n")).toHaveLength(2);
    expect(JSON.parse(formatCredentials(keys, "process"))).toEqual({
      Version: 1,
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
    });
  });
});

// Every AWS CLI that there is; a version manager's `aws` may be none in another home.
const awsClis = ["aws", "/usr/bin/aws"].filter(
  (path) => spawnSync(path, ["--version"], { env: { ...process.env, HOME: "/nowhere" } }).status === 0,
);
if (awsClis.length === 0) console.warn("no AWS CLI: its tests are skipped");
// util-linux's script gives a program a terminal of its own.
const hasScript = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0;
const whoAmI = [
  "sts",
  "get-caller-identity",
  "--profile",
  "for-other-tools",
  "--query",
  "Arn",
  "--output",
  "text",
];

describe("as the credential_process of another program", () => {
  test.skipIf(awsClis.length === 0)("gives the AWS CLI the session of a role", async () => {
    await awsLogin("whoami", "-p", "admin", "--code", await fake.code());
    for (const path of awsClis) {
      const { stdout, stderr } = await start(path, [...whoAmI, "--endpoint-url", fake.url]);
      expect({ stdout, stderr }).toEqual({
        stdout: "arn:aws:sts::123456789012:assumed-role/admin/aws-login\n",
        stderr: "",
      });
    }
    expect(asked().filter((call) => call === "GetCallerIdentity ok")).toHaveLength(1 + awsClis.length);
  });

  test.skipIf(awsClis.length === 0 || !hasScript)(
    "asks for the MFA code on the terminal that the AWS CLI runs in",
    async () => {
      const line = [awsClis[0], ...whoAmI, "--endpoint-url", fake.url].join(" ");
      const child = spawn("script", ["-qec", line, "/dev/null"], {
        // Version 2 of the CLI would show the result in a pager, and wait for its end.
        env: { ...fake.env, AWS_PAGER: "" },
        stdio: ["pipe", "pipe", "ignore"],
      });
      let shown = "";
      for await (const chunk of child.stdout) {
        const isFirst = !shown.includes("MFA code of");
        shown += String(chunk);
        if (isFirst && shown.includes("MFA code of")) child.stdin.write(`${await fake.code()}\r`);
      }
      expect(shown).toContain("assumed-role/admin/aws-login");
    },
  );
});

test.skipIf(!hasScript)("says on a terminal what it waits for", async () => {
  await awsLogin("whoami", "-p", "me", "--code", await fake.code());
  fake.sts.fault({ kind: "slow-body" });
  const line = `"${process.execPath}" "${MAIN}" whoami -p me`;
  const child = spawn("script", ["-qec", line, "/dev/null"], {
    env: fake.env,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const shown = await text(child.stdout);
  expect(shown).toContain("Asking STS who this is");
  expect(shown).toContain("user/demo");
});
