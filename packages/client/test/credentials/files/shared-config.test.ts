import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fromIni, readSharedConfig } from "@org/sts-client/credentials/node";
import { afterEach, beforeEach, expect, test } from "vitest";

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-config-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function read(files: { config?: string; credentials?: string }) {
  const configFilepath = join(home, "config");
  const filepath = join(home, "credentials");
  if (files.config !== undefined) await writeFile(configFilepath, files.config);
  if (files.credentials !== undefined) await writeFile(filepath, files.credentials);
  return readSharedConfig({ configFilepath, filepath, env: {} });
}

test("readSharedConfig finds profiles under their prefix in the configuration file and bare in the credentials file", async () => {
  const { profiles } = await read({
    config: "[default]\nregion = eu-west-1\n[profile dev]\nregion = eu-west-2\n[stray]\nregion = eu-west-3\n",
    credentials: "[dev]\naws_access_key_id = AKIDEXAMPLE\n",
  });
  expect({ ...profiles }).toEqual({
    default: { region: "eu-west-1" },
    dev: { region: "eu-west-2", aws_access_key_id: "AKIDEXAMPLE" },
  });
});

test.each([
  ["in the configuration file", { config: "[dev]\n[profile other]\n" }, "config", "[profile dev]", "[dev]"],
  [
    "in the credentials file",
    { credentials: "[profile dev]\n[other]\n" },
    "credentials",
    "[dev]",
    "[profile dev]",
  ],
])(
  "fromIni says how a profile has to be written that has the header of the other file %s",
  async (...row) => {
    const [, files, file, right, wrong] = row;
    await read(files);
    const provider = fromIni({
      profile: "dev",
      configFilepath: join(home, "config"),
      filepath: join(home, "credentials"),
      env: {},
    });
    await expect(provider()).rejects.toMatchObject({
      code: "ERR_PROFILE_NOT_FOUND",
      message: expect.stringContaining(
        `; ${join(home, file)} has ${wrong}, which must be ${right}`,
      ) as string,
    });
  },
);

test("readSharedConfig prefers the credentials file where both have a property", async () => {
  const { profiles } = await read({
    config: "[profile dev]\nrole_arn = from-config\nregion = eu-west-1",
    credentials: "[dev]\nrole_arn = from-credentials",
  });
  expect(profiles["dev"]).toEqual({ role_arn: "from-credentials", region: "eu-west-1" });
});

test("readSharedConfig takes # and ; for a comment only at the start of a word", async () => {
  const { profiles } = await read({
    credentials: "# one\n; two\n[default] ; three\naws_secret_access_key = ab#c;d # four\n  ; five\n",
  });
  expect(profiles["default"]).toEqual({ aws_secret_access_key: "ab#c;d" });
});

test("readSharedConfig keeps quotes, equals signs and dots of a value", async () => {
  const { profiles } = await read({ config: '[profile a.b]\ncredential_process = "my tool" --x=1\n' });
  expect(profiles["a.b"]).toEqual({ credential_process: '"my tool" --x=1' });
});

test("readSharedConfig reads nested blocks, services sections and sessions", async () => {
  const config = await read({
    config: [
      "[profile dev]",
      "services = local",
      "s3 =",
      "  max_concurrent_requests = 20",
      "region = eu-west-1",
      "[services local]",
      "sts =",
      "  endpoint_url = http://127.0.0.1:4566",
      "[sso-session corp]",
      "sso_region = eu-west-1",
    ].join("\r\n"),
  });
  expect(config.profiles["dev"]).toEqual({
    services: "local",
    "s3.max_concurrent_requests": "20",
    region: "eu-west-1",
  });
  expect(config.services["local"]).toEqual({ "sts.endpoint_url": "http://127.0.0.1:4566" });
  expect(config.ssoSessions["corp"]).toEqual({ sso_region: "eu-west-1" });
});

test("readSharedConfig joins a continued value as the AWS CLI does", async () => {
  const { profiles } = await read({ config: "[default]\ncredential_process = tool\n  --json\n" });
  expect(profiles["default"]).toEqual({ credential_process: "tool\n--json" });
});

test("readSharedConfig accepts a byte order mark and profile names in quotes with spaces", async () => {
  const { profiles } = await read({ config: '\uFEFF[profile "my team"]\nregion = eu-west-1' });
  expect(profiles["my team"]).toEqual({ region: "eu-west-1" });
});

test("readSharedConfig treats names of object members as ordinary names", async () => {
  const { profiles } = await read({ credentials: "[constructor]\n__proto__ = x\n" });
  expect(Object.keys(profiles)).toEqual(["constructor"]);
  expect(profiles["toString"]).toBeUndefined();
});

test.each([
  ["[default]\nregion eu-west-1 SECRET\n", "default", 2, "expected name = value"],
  ["\n[default\n", "default", 2, "closing ]"],
  ["[default]\n[profile dev\naws_access_key_id = SECRET\n", "dev", 2, "closing ]"],
  ["region = eu-west-1\n", "default", 1, "before the first section"],
  ["[default]\n\n= x\n", "default", 3, "expected name = value"],
  ["[default]\ns3 =\n  SECRET\n", "default", 3, "expected name = value"],
])(
  "readSharedConfig says file and line of %j to whom the profile %s matters",
  async (config, profile, line, reason) => {
    await read({ config });
    const files = { configFilepath: join(home, "config"), filepath: join(home, "credentials"), env: {} };
    const failure = fromIni({ ...files, profile })();
    await expect(failure).rejects.toMatchObject({
      name: "CredentialsProviderError",
      code: "ERR_CONFIG_MALFORMED",
      file: join(home, "config"),
      line,
    });
    await expect(failure).rejects.toThrow(reason);
    await expect(failure).rejects.not.toThrow("SECRET");
  },
);

test("readSharedConfig lets a bad line in one profile hurt no other, and gives nothing of it to the one before", async () => {
  const { profiles, problems } = await read({
    config:
      "[default]\nregion = eu-west-1\nrubbish\n[profile good]\nregion = eu-west-2\n[profile bad\nregion = x\n",
  });
  expect(profiles["good"]).toEqual({ region: "eu-west-2" });
  expect(profiles["default"]).toEqual({ region: "eu-west-1" });
  expect(Object.keys(problems).toSorted()).toEqual(["bad", "default"]);
});

// What botocore, and so the AWS CLI, reads. Kinds of lines that real files have.
test.each<[string, string, Record<string, Record<string, string>>]>([
  [
    "names in any case",
    "[default]\nAWS_ACCESS_KEY_ID = A\nRegion=b\n",
    { default: { aws_access_key_id: "A", region: "b" } },
  ],
  [
    "a colon",
    "[default]\nregion: eu-west-1\noutput:json\n",
    { default: { region: "eu-west-1", output: "json" } },
  ],
  [
    "a colon in a value",
    "[default]\nrole_arn = arn:aws:iam::123456789012:role/r\n",
    { default: { role_arn: "arn:aws:iam::123456789012:role/r" } },
  ],
  [
    "an equals sign in a value",
    "[default]\nendpoint_url: http://a/?b=c\n",
    { default: { endpoint_url: "http://a/?b=c" } },
  ],
  [
    "a comment behind a header",
    "[profile a]# work\nregion = x\n[profile b] ; [x]\nregion = y\n",
    { a: { region: "x" }, b: { region: "y" } },
  ],
  ["text behind a header", "[profile a] work\nregion = x\n", { a: { region: "x" } }],
  [
    "comment signs in quotes",
    "[default]\ncredential_process = t \"Prod #1\" 'a ;b' # end\n",
    { default: { credential_process: "t \"Prod #1\" 'a ;b'" } },
  ],
  [
    "a quote that is not closed",
    "[default]\nrole_session_name = it's # me\n",
    { default: { role_session_name: "it's" } },
  ],
  [
    "continuations with equals signs",
    "[default]\ncredential_process = t\n  --role=prod\n\n  --account=1\nregion = x\n",
    { default: { credential_process: "t\n--role=prod\n\n--account=1", region: "x" } },
  ],
  ["an indented comment below a header", "[profile a]\n  # (work)\nregion = x\n", { a: { region: "x" } }],
  ["comments between continuations", "[default]\na = 1\n  # c\n  2\n", { default: { a: "1\n2" } }],
  [
    "properties that are all indented",
    "[default]\n  a = 1\n  s3 =\n    b = 2\n  c = 3\n",
    { default: { a: "1", "s3.b": "2", c: "3" } },
  ],
  [
    "an empty property among others",
    "[default]\n  a = 1\n  b =\n  c = 3\n",
    { default: { a: "1", b: "", c: "3" } },
  ],
  ["an empty property at the end", "[default]\na =\n", { default: { a: "" } }],
  [
    "blank lines and comments in a block",
    "[default]\ns3 =\n  # x\n  a = 1\n\n  ; y\n  b = 2\nc = 3\n",
    { default: { "s3.a": "1", "s3.b": "2", c: "3" } },
  ],
  ["a dot in a name", "[default]\ngoogle.role = x\n", { default: { "google.role": "x" } }],
  [
    "[DEFAULT]",
    "[DEFAULT]\nregion = x\n[profile a]\noutput = json\n[profile b]\nregion = y\n",
    { a: { region: "x", output: "json" }, b: { region: "y" } },
  ],
  [
    "words without quotes",
    '[profile my work]\nregion = x\n[profile "my home"]\nregion = y\n',
    { "my home": { region: "y" } },
  ],
  [
    "[default] after [profile default]",
    "[profile default]\na = 1\n[default]\nb = 2\n",
    { default: { b: "2" } },
  ],
  [
    "[profile default] after [default]",
    "[default]\nb = 2\n[profile default]\na = 1\n",
    { default: { a: "1" } },
  ],
  [
    "tabs and Windows line ends",
    "[default]\r\nregion\t=\tx\r\n\r\n[profile a]\r\nb = 1\r\n",
    { default: { region: "x" }, a: { b: "1" } },
  ],
  // Kinder than the AWS CLI: it refuses the first file and reads the header of the second as part of the value.
  ["a property twice", "[default]\na = 1\na = 2\n", { default: { a: "2" } }],
  [
    "an indented header",
    "[default]\nregion = x\n\n\t[profile a]\n\tregion = y\n",
    { default: { region: "x" }, a: { region: "y" } },
  ],
])("readSharedConfig reads %s", async (_name, config, expected) => {
  const { profiles, problems } = await read({ config });
  expect({ ...profiles }).toEqual(expected);
  expect(Object.keys(problems)).toEqual([]);
});

test("a credential process over several lines runs as one command", async () => {
  const json = JSON.stringify({ Version: 1, AccessKeyId: "AKIDEXAMPLE", SecretAccessKey: "example" });
  await read({ config: `[default]\ncredential_process = echo\n  '${json}'\n  ; exit 3\n  # comment\n` });
  const files = { configFilepath: join(home, "config"), filepath: join(home, "none"), env: {} };
  expect((await fromIni(files)()).accessKeyId).toBe("AKIDEXAMPLE");
});

test("readSharedConfig takes the older name of the session token", async () => {
  await read({
    credentials: "[default]\naws_access_key_id=A\naws_secret_access_key=B\naws_security_token=T\n",
  });
  const files = { configFilepath: join(home, "config"), filepath: join(home, "credentials"), env: {} };
  expect((await fromIni(files)()).sessionToken).toBe("T");
});

test("readSharedConfig takes missing files for empty ones", async () => {
  const { files, profiles } = await read({});
  expect(Object.keys(profiles)).toEqual([]);
  expect(files.map(({ exists }) => exists)).toEqual([false, false]);
});

test("readSharedConfig finds the files through the variables and expands ~", async () => {
  await mkdir(join(home, "x"));
  await writeFile(join(home, "x", "cfg"), "[profile dev]\nregion = eu-west-1");
  const { profiles, files } = await readSharedConfig({ env: { HOME: home, AWS_CONFIG_FILE: "~/x/cfg" } });
  expect(profiles["dev"]).toEqual({ region: "eu-west-1" });
  expect(files[1]?.path).toBe(join(home, ".aws", "credentials"));
});

test("readSharedConfig notes an unreadable file, and providers report it with its cause", async () => {
  const configFilepath = join(home, "config");
  const filepath = join(home, "credentials");
  // A folder cannot be read as a file by anyone, root included.
  await mkdir(filepath);
  await writeFile(configFilepath, "[default]\nregion = eu-west-1");
  await chmod(configFilepath, 0o600);
  const { files, profiles } = await readSharedConfig({ configFilepath, filepath, env: {} });
  expect(profiles["default"]).toEqual({ region: "eu-west-1" });
  expect(files[1]?.problem?.code).toBe("ERR_CONFIG_UNREADABLE");
  await expect(fromIni({ configFilepath, filepath, env: {} })()).rejects.toMatchObject({
    code: "ERR_CONFIG_UNREADABLE",
    file: filepath,
    cause: { code: "EISDIR" },
  });
});
