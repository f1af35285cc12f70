import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { GetDelegatedAccessTokenCommand, STS } from "@aws-sdk/client-sts";
import { createFakeSts, demoUser, type FakeStsState, totpCode } from "@org/sts-mock";
import { GetDelegatedAccessToken } from "@org/sts-protocol";
import { afterEach, beforeEach, expect, test } from "vitest";

import { call, DEMO_KEYS, DEMO_ROLE, DEMO_SERIAL } from "../support/call.ts";

const CLI = fileURLToPath(new URL("../../dist/adapters/cli.js", import.meta.url));
const SECRET = "MARKED-SECRET";
const DEMO_SECRET = demoUser.mfaDevices?.[0]?.secret ?? "";
let folder = "";
let running: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sts-mock-"));
});
afterEach(async () => {
  for (const child of running) child.kill("SIGKILL");
  running = [];
  await rm(folder, { recursive: true });
});
const path = (name: string): string => join(folder, name);

async function start(...parameters: string[]) {
  const child = spawn(process.execPath, [CLI, "--port", "0", ...parameters]);
  running.push(child);
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  const ended = once(child, "exit");
  while (!/http:\/\/[\d.]+:\d+/.test(text))
    await Promise.race([once(child.stdout, "data"), ended.then(() => Promise.reject(new Error(text)))]);
  return { child, ended, url: /http:\/\/[\d.]+:\d+/.exec(text)?.[0] ?? "", output: () => text };
}

async function fail(...parameters: string[]): Promise<string> {
  const child = spawn(process.execPath, [CLI, "--port", "0", ...parameters]);
  running.push(child);
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  const [code] = (await once(child, "close")) as [number | null];
  expect(code).toBe(1);
  return stderr;
}

const client = (endpoint: string, credentials: object = DEMO_KEYS): STS =>
  new STS({ region: "us-east-1", endpoint, credentials: credentials as typeof DEMO_KEYS, maxAttempts: 1 });

test("after kill -9 the sessions work, the used code is refused, and no temporary file is left", async () => {
  const file = path("state.json");
  const first = await start("--state", file);
  const proof = {
    SerialNumber: DEMO_SERIAL,
    TokenCode: await totpCode(DEMO_SECRET, Date.now()),
  };
  const { Credentials } = await client(first.url).getSessionToken(proof);
  first.child.kill("SIGKILL");
  await first.ended;

  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(["state.json"]);
  const second = await start("--state", file);
  const keys = {
    accessKeyId: Credentials?.AccessKeyId,
    secretAccessKey: Credentials?.SecretAccessKey,
    sessionToken: Credentials?.SessionToken,
  };
  expect((await client(second.url, keys).getCallerIdentity({})).Arn).toBe(
    "arn:aws:iam::123456789012:user/demo",
  );
  await expect(client(second.url).getSessionToken(proof)).rejects.toMatchObject({ name: "AccessDenied" });
});

test("after kill -9 a trade-in token that was used is refused, and one that was not works", async () => {
  const file = path("state.json");
  const first = await start("--state", file);
  // Whoever has the state file makes the tokens that the server accepts.
  const { state } = JSON.parse(await readFile(file, "utf8")) as { state: FakeStsState };
  const issuer = createFakeSts({ state });
  const [used, unused] = [
    await issuer.issueTradeInToken({ principalArn: DEMO_ROLE }),
    await issuer.issueTradeInToken({ principalArn: DEMO_ROLE }),
  ];
  const trade = (url: string, TradeInToken: string) =>
    client(url).send(new GetDelegatedAccessTokenCommand({ TradeInToken }));
  await trade(first.url, used);
  await expect(trade(first.url, used)).rejects.toMatchObject({ name: "ExpiredTradeInTokenException" });
  first.child.kill("SIGKILL");
  await first.ended;

  const second = await start("--state", file);
  await expect(trade(second.url, used)).rejects.toMatchObject({ name: "ExpiredTradeInTokenException" });
  expect((await trade(second.url, unused)).AssumedPrincipal).toBe(
    "arn:aws:sts::123456789012:assumed-role/demo/delegated",
  );
  second.child.kill("SIGKILL");
  await second.ended;
  const third = await start("--state", file);
  for (const token of [used, unused]) {
    await expect(trade(third.url, token)).rejects.toMatchObject({ name: "ExpiredTradeInTokenException" });
  }
});

test("a trade-in token stays used in a fake that is made of an exported state, until it ends anyway", async () => {
  const before = createFakeSts();
  const token = await before.issueTradeInToken({ principalArn: DEMO_ROLE, lifeSeconds: 60 });
  await call(before, GetDelegatedAccessToken, { TradeInToken: token });
  const state = JSON.parse(JSON.stringify(before.exportState())) as FakeStsState;
  expect(Object.keys(state.usedTradeIns ?? {})).toHaveLength(1);

  const after = createFakeSts({ state });
  await expect(call(after, GetDelegatedAccessToken, { TradeInToken: token })).rejects.toMatchObject({
    name: "ExpiredTradeInTokenException",
  });
  after.clock.advanceSeconds(61);
  const other = await after.issueTradeInToken({ principalArn: DEMO_ROLE });
  await call(after, GetDelegatedAccessToken, { TradeInToken: other });
  // The first is forgotten, because its end alone refuses it now.
  expect(Object.keys(after.exportState().usedTradeIns ?? {})).toHaveLength(1);
});

test("no response leaves while the state cannot be written, and the next call writes it again", async () => {
  const file = path("folder/state.json");
  await mkdir(path("folder"));
  const server = await start("--state", file);
  await rm(path("folder"), { recursive: true });
  const proof = { SerialNumber: DEMO_SERIAL, TokenCode: await totpCode(DEMO_SECRET, Date.now()) };
  await expect(client(server.url).getSessionToken(proof)).rejects.toMatchObject({ name: "InternalFailure" });
  await mkdir(path("folder"));
  await expect(client(server.url).getSessionToken(proof)).rejects.toMatchObject({ name: "AccessDenied" });
  const { state } = JSON.parse(await readFile(file, "utf8")) as { state: FakeStsState };
  expect(state.usedMfaSteps[DEMO_SERIAL]).toBeGreaterThan(0);
});

test("no temporary file stays behind when the state cannot take its place", async () => {
  await mkdir(path("folder"));
  const file = path("folder/state.json");
  const server = await start("--state", file);
  await rm(file);
  await mkdir(file);
  const proof = { SerialNumber: DEMO_SERIAL, TokenCode: await totpCode(DEMO_SECRET, Date.now()) };
  await expect(client(server.url).getSessionToken(proof)).rejects.toMatchObject({ name: "InternalFailure" });
  expect(await readdir(path("folder"))).toEqual(["state.json"]);
});

test("a link under the obvious name of a temporary file is not followed when the state is written", async () => {
  const file = path("state.json");
  await writeFile(path("victim"), "untouched");
  await symlink(path("victim"), `${file}.tmp`);
  const server = await start("--state", file);
  await client(server.url).getSessionToken({});
  expect(JSON.parse(await readFile(file, "utf8"))).toHaveProperty("state.sessionKey");
  expect(await readFile(path("victim"), "utf8")).toBe("untouched");
});

test("a state file keeps every option that it had", async () => {
  const file = path("state.json");
  const given = {
    $schema: "./schema.json",
    users: [
      { name: "alice", accessKeys: [{ accessKeyId: "AKIAALICEEXAMPLE1234", secretAccessKey: "made-up" }] },
    ],
    roles: [{ name: "deploy", trustPolicy: "account", tags: { team: "red" } }],
    maxSkewSeconds: 60,
    oidcProviders: [{ url: "https://oidc.example.org", clientIds: ["a"], keys: { keys: [] } }],
  };
  await writeFile(file, JSON.stringify(given));
  const server = await start("--state", file);
  expect(server.output()).toContain("export AWS_ACCESS_KEY_ID=AKIAALICEEXAMPLE1234\n");
  expect(server.output()).toContain("export AWS_DEFAULT_REGION=us-east-1\n");
  expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject(given);
});

test("with --config the state goes to a separate file, and the configuration does not change", async () => {
  const config = JSON.stringify({ users: [demoUser] });
  await writeFile(path("config.json"), config);
  await start("--config", path("config.json"), "--state", path("state.json"));
  expect(await readFile(path("config.json"), "utf8")).toBe(config);
  expect(Object.keys(JSON.parse(await readFile(path("state.json"), "utf8")) as object)).toEqual(["state"]);
});

test("a state file that is a symbolic link is refused, and its target is left alone", async () => {
  await writeFile(path("target.json"), "{}");
  await symlink(path("target.json"), path("link.json"));
  expect(await fail("--state", path("link.json"))).toContain(
    "link.json: is a symbolic link; name the file itself",
  );
  expect(await readFile(path("target.json"), "utf8")).toBe("{}");
  expect((await lstat(path("link.json"))).isSymbolicLink()).toBe(true);
});

test.for([
  ["no JSON", `{"users": [{"secretAccessKey": "${SECRET}" ${SECRET}}]}`, "is not valid JSON"],
  // Text that the engine's own message quotes.
  ["nothing but a secret", SECRET, "is not valid JSON"],
  ["half a file", `{"state": {"sessionKey": "${SECRET}`, "is not valid JSON"],
  ["an unknown option", JSON.stringify({ user: [SECRET] }), 'there is no "user" here; did you mean "users"?'],
  [
    "a key of another form",
    JSON.stringify({ state: { sessionKey: SECRET, usedMfaSteps: {} } }),
    "state.sessionKey has 64 hexadecimal digits",
  ],
  [
    "a secret of the wrong kind",
    JSON.stringify({
      users: [{ name: "a", accessKeys: [{ accessKeyId: "AKIAEXAMPLE", secretAccessKey: [SECRET] }] }],
    }),
    "users[0].accessKeys[0].secretAccessKey: expected a secret access key that is not empty; found a list",
  ],
] as const)("what is wrong with a file is said without repeating it: %s", async ([, text, message]) => {
  await writeFile(path("state.json"), text);
  const stderr = await fail("--state", path("state.json"));
  expect(stderr).toContain(message);
  expect(stderr).not.toContain(SECRET);
  expect(await readFile(path("state.json"), "utf8")).toBe(text);
});

test.for([
  ["json", (text: string) => JSON.parse(text.split("\n")[0] ?? "") as unknown],
  [
    "env",
    (text: string) =>
      Object.fromEntries([...text.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value])),
  ],
  [
    "powershell",
    (text: string) =>
      Object.fromEntries(
        [...text.matchAll(/^\$env:(\w+) = '(.*)'$/gm)].map(([, name, value]) => [name, value]),
      ),
  ],
] as const)(
  "the command line's option --format %s prints the settings of a program",
  async ([format, read]) => {
    const server = await start("--format", format, "--log", "none");
    expect(read(server.output())).toEqual({
      AWS_ENDPOINT_URL_STS: server.url,
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: DEMO_KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: DEMO_KEYS.secretAccessKey,
    });
  },
);

test("the command line's option --issue-token makes a token with which a program assumes the role", async () => {
  const file = path("token");
  const server = await start(
    "--issue-token",
    "sub=build,aud=sts.amazonaws.com",
    "--token-file",
    file,
    "--format",
    "json",
  );
  const settings = JSON.parse(server.output().split("\n")[0] ?? "") as Record<string, string>;
  expect(settings["AWS_WEB_IDENTITY_TOKEN_FILE"]).toBe(file);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const { AssumedRoleUser, SubjectFromWebIdentityToken } = await client(server.url).assumeRoleWithWebIdentity(
    {
      RoleArn: settings["AWS_ROLE_ARN"],
      RoleSessionName: "test",
      WebIdentityToken: await readFile(file, "utf8"),
    },
  );
  expect(AssumedRoleUser?.Arn).toBe("arn:aws:sts::123456789012:assumed-role/web/test");
  expect(SubjectFromWebIdentityToken).toBe("build");
});

test("options of the command line that cannot be used are refused with what to give", async () => {
  await writeFile(path("config.json"), '{"state": {}}');
  const messages = await Promise.all([
    fail("--format", "xml"),
    fail("--issue-token", "build"),
    fail("--issue-token", "exp=soon"),
    fail("--token-file", path("token")),
    fail("--config", path("absent.json")),
    fail("--config", path("config.json")),
  ]);
  expect(messages.map((message) => message.replaceAll(folder, ""))).toEqual([
    "sts-mock: --format: expected env, json or powershell\n",
    "sts-mock: --issue-token: expected claims such as sub=build,aud=sts.amazonaws.com\n",
    "sts-mock: --issue-token: exp is a number of seconds since 1970\n",
    "sts-mock: --token-file: there is no token to write; give --issue-token too\n",
    "sts-mock: /absent.json: there is no such file\n",
    'sts-mock: /config.json: "state" belongs into the file of --state, because this one is only read\n',
  ]);
});
