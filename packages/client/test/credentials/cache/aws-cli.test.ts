import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { fromAssumeRole } from "@org/sts-client/credentials";
import { diskCache, fromIni } from "@org/sts-client/credentials/node";
import { createFakeSts, demoUser } from "@org/sts-mock";
import { startStsServer } from "@org/sts-mock/node";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { assumeRoleCacheKey } from "../../../src/credentials/cache/cli-cache-key.ts";
import { formatPythonJson } from "../../../src/credentials/cache/python-json.ts";
import { canRedirectAwsCli } from "../../support/aws-cli.ts";
import { roleArn, userKeys } from "../../support/sts-world.ts";

const run = promisify(execFile);
const has = (command: string) =>
  run(command, ["--version"]).then(
    () => true,
    () => false,
  );
const hasAws = await canRedirectAwsCli();
const hasPython = await has("python3");

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-cli-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

// Names that botocore's CachedCredentialFetcher computes for these arguments.
test.each([
  [{ RoleArn: roleArn("one") }, "3370bf0daf0e96bc285e9704350dceb9fade6e2b"],
  [
    {
      RoleArn: roleArn("one"),
      DurationSeconds: 900,
      ExternalId: "shared",
      SerialNumber: "arn:aws:iam::123456789012:mfa/demo",
      RoleSessionName: "me",
    },
    "28c8818e2647a9ea0e362efca3397acadfa9cccc",
  ],
  [
    { RoleArn: roleArn("one"), Policy: '{"b": [1, true, null], "a": {"ä": "\\u007f😀\\n"}}' },
    "272b7e7af423c07e09a8b0be8114f09faec801bc",
  ],
])("the name of a cache entry is the AWS CLI's for %j", async (input, key) => {
  expect(await assumeRoleCacheKey(input)).toBe(key);
});

test("the name of a cache entry does not depend on the code, or on the order of members", async () => {
  const a = await assumeRoleCacheKey({ RoleArn: "r", ExternalId: "e", TokenCode: "123456" });
  expect(await assumeRoleCacheKey({ ExternalId: "e", RoleArn: "r" })).toBe(a);
});

test("the name of a cache entry cannot be made of a policy that is not JSON", async () => {
  const cache = diskCache({ directory: home });
  const params = { RoleArn: roleArn("one"), Policy: "{" };
  await expect(fromAssumeRole({ source: userKeys, cache, params })()).rejects.toMatchObject({
    code: "ERR_OPTION_INVALID",
  });
});

describe.skipIf(!hasPython)("compared with Python", () => {
  test("the name of a cache entry is made of the JSON that Python's json.dumps writes", async () => {
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        fc.string({ unit: "binary" }),
        fc.maxSafeInteger(),
        fc.boolean(),
        fc.constant(null),
        tie("list"),
        tie("object"),
      ),
      list: fc.array(tie("value"), { maxLength: 3 }),
      object: fc.dictionary(fc.string(), tie("value"), { maxKeys: 3, noNullPrototype: true }),
    })).object;
    const samples = fc.sample(value, 100);
    const script =
      "import json,sys\nfor s in json.load(sys.stdin): print(json.dumps(s)); print(json.dumps(s, sort_keys=True))";
    const child = run("python3", ["-c", script], { maxBuffer: 1 << 26 });
    child.child.stdin?.end(JSON.stringify(samples));
    const { stdout } = await child;
    const ours = samples.flatMap((one) => [formatPythonJson(one), formatPythonJson(one, { sortKeys: true })]);
    expect(`${ours.join("\n")}\n`).toBe(stdout);
  });
});

describe.skipIf(!hasAws)("with the real AWS CLI", () => {
  async function setUp() {
    const fake = createFakeSts({ users: [demoUser], roles: [{ name: "one", trustPolicy: "account" }] });
    const server = await startStsServer({ sts: fake });
    await mkdir(join(home, ".aws"));
    await writeFile(
      join(home, ".aws", "config"),
      `[profile base]\naws_access_key_id = ${userKeys.accessKeyId}\naws_secret_access_key = ${userKeys.secretAccessKey}\n` +
        `[profile p]\nrole_arn = ${roleArn("one")}\nsource_profile = base\nexternal_id = shared\nregion = us-east-1\n`,
    );
    const env = {
      PATH: process.env["PATH"],
      PYENV_VERSION: process.env["PYENV_VERSION"],
      HOME: home,
      AWS_ENDPOINT_URL_STS: server.url,
    };
    const cli = async () => {
      const { stdout } = await run("aws", ["sts", "get-caller-identity", "--profile", "p"], { env });
      return String((JSON.parse(stdout) as { Arn?: string }).Arn);
    };
    const directory = join(home, ".aws", "cli", "cache");
    const ours = fromIni({
      profile: "p",
      configFilepath: join(home, ".aws", "config"),
      filepath: join(home, "none"),
      cache: diskCache({ directory }),
      clientConfig: { endpoint: server.url },
    });
    return {
      fake,
      server,
      cli,
      ours,
      directory,
      assumed: () => fake.calls().filter(({ operation }) => operation === "AssumeRole").length,
    };
  }

  test("the disk cache uses the entry that the real AWS CLI wrote", async () => {
    const { assumed, cli, directory, ours, server } = await setUp();
    await cli();
    expect(assumed()).toBe(1);
    const [name = ""] = await readdir(directory);
    const text = await readFile(join(directory, name), "utf8");
    const written = JSON.parse(text) as {
      Credentials: { AccessKeyId: string; SessionToken: string; AccountId?: string };
    };
    const identity = await ours();
    await server.close();
    expect(identity).toMatchObject({
      accessKeyId: written.Credentials.AccessKeyId,
      sessionToken: written.Credentials.SessionToken,
    });
    expect(assumed()).toBe(1);
    expect(formatPythonJson(written)).toBe(text);
  }, 60_000);

  test("the disk cache writes the entry that the real AWS CLI uses, of the same name and form", async () => {
    const { assumed, cli, directory, ours, server } = await setUp();
    await ours();
    const [name = ""] = await readdir(directory);
    const mine = await readFile(join(directory, name), "utf8");
    expect(await cli()).toContain(":assumed-role/one/aws-sdk-js-");
    expect(assumed()).toBe(1);
    await rm(join(directory, name));
    await cli();
    expect(await readdir(directory)).toEqual([name]);
    const theirs = await readFile(join(directory, name), "utf8");
    await server.close();
    // The same bytes but for what differs from session to session, HTTP headers, of which we keep none, and members
    // that an older CLI does not know.
    const form = (text: string) =>
      text
        .replace(/"HTTPHeaders": \{[^}]*\}/, '"HTTPHeaders": {}')
        .replace(/"SessionToken(Utilization|Size)": \d+, /g, "")
        .replace(
          /"(AccessKeyId|SecretAccessKey|SessionToken|RequestId|AssumedRoleId|Arn)": "[^"]*"/g,
          '"$1": "…"',
        )
        .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/, "…");
    expect(form(mine)).toBe(form(theirs));
  }, 60_000);
});
