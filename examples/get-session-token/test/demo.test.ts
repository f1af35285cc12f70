import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the app as a user would, without a terminal. */
async function demo(...parameters: string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [MAIN, ...parameters], { stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on("exit", resolve)),
  ]);
  return { status, stdout, stderr };
}

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  let all = "";
  for await (const chunk of stream) all += String(chunk);
  return all;
}

describe("the GetSessionToken app", () => {
  test("shows the credentials' id and expiry, and masks the secrets", async () => {
    const { status, stdout, stderr } = await demo();

    expect(stderr).toContain("signature and code accepted");
    expect(stdout).toMatch(/Access key id +ASIA\w{16}\n/);
    expect(stdout).toMatch(/Secret access key +•+ \(40 characters/);
    expect(stdout).toMatch(/Expires +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, in (11 h 59|12 h 0) min/);
    expect(status).toBe(0);
  });

  test("shows the secrets when asked to", async () => {
    const { stdout } = await demo("--show", "--duration", "900");

    expect(stdout).toMatch(/Secret access key +\S{40}\n/);
    expect(stdout).toMatch(/in 1[45] min/);
  });

  test("tells what went over the wire, without the code", async () => {
    const { stderr } = await demo();

    const code = /shows (\d{6}) now/.exec(stderr)?.[1];
    const wire = stderr.slice(stderr.indexOf("→ POST"));
    expect(wire).toContain("Action=GetSessionToken");
    expect(wire).toMatch(/signed for \d{8}\/us-east-1\/sts\/aws4_request/);
    expect(wire).toContain("← 200");
    expect(wire).not.toContain(code);
  });

  test("fails with the service's words when the code is wrong", async () => {
    const { status, stdout, stderr } = await demo("000000");

    expect(stderr).toContain("← 403");
    expect(stderr).toContain("MultiFactorAuthentication failed with invalid MFA one time pass code");
    expect(stdout).toBe("");
    expect(status).toBe(1);
  });

  test.each([
    [["--duration", "60"], /DurationSeconds is 60, but must be 900 to 129600/],
    [["12a456"], /TokenCode does not match/],
    [
      ["--serial-number", "arn:aws:iam::123456789012:user/demo"],
      /did you mean "arn:aws:iam::123456789012:mfa\/demo"/,
    ],
    [["--format", "xml"], /--format must be env, json or process/],
    [["1", "2"], /Expected one MFA code, found 2/],
  ])("refuses %j before any request", async (parameters, message) => {
    const { status, stderr } = await demo(...parameters);

    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("→ POST");
    expect(status).toBe(1);
  });

  test("prints what credential_process expects, and nothing else, on standard output", async () => {
    const { stdout } = await demo("--format", "process");

    expect(JSON.parse(stdout)).toEqual({
      Version: 1,
      AccessKeyId: expect.stringMatching(/^ASIA\w{16}$/),
      SecretAccessKey: expect.stringMatching(/^\S{40}$/),
      SessionToken: expect.stringMatching(/^\S+$/),
      Expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
  });

  test("prints exports that a shell can read", async () => {
    const { stdout } = await demo("--format", "env");

    expect(stdout).toMatch(
      /^export AWS_ACCESS_KEY_ID='ASIA\w{16}'\nexport AWS_SECRET_ACCESS_KEY='\S{40}'\nexport AWS_SESSION_TOKEN='\S+'\nexport AWS_CREDENTIAL_EXPIRATION='\S+'\n$/,
    );
  });
});
