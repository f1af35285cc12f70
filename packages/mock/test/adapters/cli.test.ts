import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { STS } from "@aws-sdk/client-sts";
import { demoUser, totpCode } from "@org/sts-mock";
import { afterAll, beforeAll, expect, test } from "vitest";

import { DEMO_KEYS, DEMO_SERIAL } from "../support/call.ts";

const CLI = fileURLToPath(new URL("../../dist/adapters/cli.js", import.meta.url));
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sts-mock-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  output(): string;
  stop(): Promise<number | null>;
}

async function start(...parameters: string[]): Promise<Running> {
  const child = spawn(process.execPath, [CLI, "--port", "0", ...parameters]);
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  const ended = once(child, "exit").then(([code]) => code as number | null);
  while (!text.includes("\n")) await Promise.race([once(child.stdout, "data"), ended]);
  return {
    child,
    url: /http:\S+/.exec(text)?.[0] ?? "",
    output: () => text,
    stop: async () => {
      child.kill("SIGTERM");
      return await ended;
    },
  };
}

async function fail(...parameters: string[]): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [CLI, ...parameters]);
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stderr };
}

const client = (endpoint: string, credentials: object = DEMO_KEYS): STS =>
  new STS({ region: "us-east-1", endpoint, credentials: credentials as typeof DEMO_KEYS, maxAttempts: 1 });

test("the command line serves the demo user, says how to reach it, logs each request, and ends cleanly", async () => {
  const server = await start();
  expect(server.output()).toContain(`export AWS_ENDPOINT_URL_STS=${server.url}`);
  const { Credentials } = await client(server.url).getSessionToken({ DurationSeconds: 900 });
  await client(server.url, { ...DEMO_KEYS, secretAccessKey: "wrong" })
    .getCallerIdentity({})
    .catch(() => {});
  expect(await server.stop()).toBe(0);
  expect(server.output()).toMatch(
    / 200 GetSessionToken ok \(AKIAIOSFODNN7EXAMPLE\) {"DurationSeconds":900}\n/,
  );
  expect(server.output()).toMatch(/ 403 GetCallerIdentity SignatureDoesNotMatch /);
  expect(server.output()).toContain("canonical request as received");
  expect(server.output()).not.toContain(Credentials?.SessionToken);
});

test("the command line keeps sessions and accounts in its state file", async () => {
  const file = join(folder, "state.json");
  const user = { ...demoUser, name: "alice", userId: "AIDAALICEEXAMPLE12345" };
  await writeFile(file, JSON.stringify({ users: [user] }));
  const first = await start("--state", file, "--log", "json");
  const { Credentials } = await client(first.url).getSessionToken({});
  const proof = { SerialNumber: DEMO_SERIAL, TokenCode: await totpCode("JBSWY3DPEHPK3PXP", Date.now()) };
  await client(first.url).getSessionToken(proof);
  expect(await first.stop()).toBe(0);
  const entries = first.output().trim().split("\n").slice(1);
  expect(entries.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { operation: "GetSessionToken", outcome: "ok" },
    { operation: "GetSessionToken", outcome: "ok" },
  ]);
  expect((await stat(file)).mode & 0o077).toBe(0);
  expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({
    users: [{ name: "alice" }],
    state: { usedMfaSteps: { [DEMO_SERIAL]: expect.any(Number) as number } },
  });

  const second = await start("--state", file, "--log", "none");
  const identity = await client(second.url, {
    accessKeyId: Credentials?.AccessKeyId,
    secretAccessKey: Credentials?.SecretAccessKey,
    sessionToken: Credentials?.SessionToken,
  }).getCallerIdentity({});
  expect(identity.Arn).toBe("arn:aws:iam::123456789012:user/alice");
  await expect(client(second.url).getSessionToken(proof)).rejects.toMatchObject({ name: "AccessDenied" });
  await second.stop();
});

test("the command line says what is wrong with its options and exits with 1", async () => {
  const file = join(folder, "broken.json");
  await writeFile(file, "[]");
  const results = await Promise.all([
    fail("--port", "x"),
    fail("--log", "x"),
    fail("--port", "0", "--state", file),
    fail("--nothing"),
    fail("--port", "0", "--config", folder),
    fail("--port", "0", "--state", folder),
    fail("--port", "0", "--state", join(folder, "no-folder", "state.json")),
    fail("--port", "0", "--issue-token", "sub=build", "--token-file", join(folder, "no-folder", "token")),
  ]);
  expect(results.map(({ code }) => code)).toEqual(results.map(() => 1));
  expect(results.map(({ stderr }) => stderr)).toEqual([
    "sts-mock: --port: expected a number from 0 to 65535\n",
    "sts-mock: --log: expected text, json or none\n",
    expect.stringContaining("expected a JSON object"),
    expect.stringContaining("--nothing"),
    `sts-mock: ${folder}: cannot be read: EISDIR: illegal operation on a directory\n`,
    `sts-mock: ${folder}: cannot be read: EISDIR: illegal operation on a directory\n`,
    `sts-mock: ${join(folder, "no-folder", "state.json")}: cannot be written: ENOENT: no such file or directory\n`,
    `sts-mock: ${join(folder, "no-folder", "token")}: cannot be written: ENOENT: no such file or directory\n`,
  ]);
});

test("the mock and its server can be loaded with require()", async () => {
  const program = `
    const { createFakeSts } = require("@org/sts-mock");
    const { startStsServer } = require("@org/sts-mock/node");
    startStsServer({ sts: createFakeSts() }).then((server) => server.close()).then(() => console.log("ok"));
  `;
  const child = spawn(process.execPath, ["--eval", program], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  await once(child, "close");
  expect(text).toBe("ok\n");
});
