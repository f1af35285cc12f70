import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fromIni } from "@org/sts-client/credentials/node";
import type { FromIniOptions } from "@org/sts-client/credentials/node";
import { afterEach, beforeEach, expect, test } from "vitest";

import { createWorld, roleArn, userKeys } from "../../support/sts-world.ts";

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-ini-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const userLines = `aws_access_key_id = ${userKeys.accessKeyId}\naws_secret_access_key = ${userKeys.secretAccessKey}\n`;

/** Profiles in a configuration file, and a fake STS behind the provider. */
async function profiles(text: string, options: FromIniOptions = {}) {
  const world = await createWorld();
  const configFilepath = join(home, "config");
  await writeFile(configFilepath, text);
  const { clientConfig, now } = world;
  const files = { configFilepath, filepath: join(home, "none"), env: {} };
  return {
    ...world,
    configFilepath,
    get: fromIni({ ...files, profile: "p", clientConfig, now, ...options }),
  };
}

test("fromIni returns the keys of a profile with everything beside them", async () => {
  const more = "aws_session_token = token\naws_account_id = 123456789012\naws_credential_scope = eu-west-1\n";
  const { get } = await profiles(`[profile p]\n${userLines}${more}`);
  expect(await get()).toEqual({
    ...userKeys,
    sessionToken: "token",
    accountId: "123456789012",
    credentialScope: "eu-west-1",
    $source: { CREDENTIALS_PROFILE: "n" },
  });
});

test.each(['"', "'"])(
  "fromIni leaves out %s around keys and tokens, as INI writers put it there",
  async (quote) => {
    const quoted = (text: string) => `${quote}${text}${quote}`;
    const { get } = await profiles(
      `[profile p]\naws_access_key_id = ${quoted(userKeys.accessKeyId)}\n` +
        `aws_secret_access_key=${quoted(userKeys.secretAccessKey)}\naws_session_token=${quoted("IQoJEXAMPLE==")}\n`,
    );
    expect(await get()).toMatchObject({ ...userKeys, sessionToken: "IQoJEXAMPLE==" });
  },
);

test("fromIni assumes a role with keys in quotes", async () => {
  const { get } = await profiles(
    `[profile base]\naws_access_key_id = "${userKeys.accessKeyId}"\naws_secret_access_key = "${userKeys.secretAccessKey}"\n` +
      `[profile p]\nrole_arn = ${roleArn("one")}\nsource_profile = base\n`,
  );
  expect((await get()).accessKeyId).toMatch(/^ASIA/);
});

test.each([
  ["the option", { profile: "p" }, {}, undefined],
  ["the calling client", { profile: undefined }, { AWS_PROFILE: "other" }, "p"],
  ["AWS_PROFILE", { profile: undefined }, { AWS_PROFILE: "p" }, undefined],
])("fromIni takes the profile from %s", async (_name, options, env, callerProfile) => {
  const { get } = await profiles(`[profile p]\n${userLines}`, { ...options, env });
  const asked = callerProfile === undefined ? {} : { callerClientConfig: { profile: callerProfile } };
  expect(await get(asked)).toMatchObject(userKeys);
});

test("fromIni assumes a role over a source profile with every key of the profile", async () => {
  const { fake, get, now } = await profiles(
    `[profile base]\n${userLines}[profile p]\nrole_arn = ${roleArn("one")}\nsource_profile = base\n` +
      "role_session_name = me\nexternal_id = shared\nduration_seconds = 900\nregion = eu-west-3\n",
    { clientConfig: undefined },
  ).then(async (made) => ({
    ...made,
    get: fromIni({
      configFilepath: made.configFilepath,
      filepath: join(home, "none"),
      env: {},
      profile: "p",
      now: made.now,
      clientConfig: { fetch: made.clientConfig.fetch, now: made.now },
    }),
  }));
  expect(await get()).toMatchObject({
    expiration: new Date(now() + 900_000),
    accountId: "123456789012",
    $source: { CREDENTIALS_STS_ASSUME_ROLE: "i", CREDENTIALS_PROFILE_SOURCE_PROFILE: "o" },
  });
  expect(fake.calls()[0]).toMatchObject({
    host: "sts.eu-west-3.amazonaws.com",
    accessKeyId: userKeys.accessKeyId,
  });
  expect(fake.calls()[0]?.reveal()).toEqual({
    RoleArn: roleArn("one"),
    RoleSessionName: "me",
    ExternalId: "shared",
    DurationSeconds: 900,
  });
});

test("fromIni walks a chain of three source profiles", async () => {
  const { fake, get } = await profiles(
    `[profile base]\n${userLines}` +
      `[profile a]\nrole_arn = ${roleArn("one")}\nsource_profile = base\n` +
      `[profile b]\nrole_arn = ${roleArn("two")}\nsource_profile = a\n` +
      `[profile p]\nrole_arn = ${roleArn("three")}\nsource_profile = b\n`,
  );
  await get();
  expect(fake.calls().map(({ input }) => input["RoleArn"])).toEqual(["one", "two", "three"].map(roleArn));
  await get();
  expect(fake.calls()).toHaveLength(3);
});

test("fromIni lets a profile with keys be its own source", async () => {
  const { fake, get } = await profiles(
    `[profile p]\n${userLines}role_arn = ${roleArn("one")}\nsource_profile = p\n`,
  );
  await get();
  expect(fake.calls()).toHaveLength(1);
});

test("fromIni takes the source from the environment", async () => {
  const { fake, get } = await profiles(
    `[profile p]\nrole_arn = ${roleArn("one")}\ncredential_source = Environment\n`,
    {
      env: { AWS_ACCESS_KEY_ID: userKeys.accessKeyId, AWS_SECRET_ACCESS_KEY: userKeys.secretAccessKey },
    },
  );
  await get();
  expect(fake.calls()[0]?.accessKeyId).toBe(userKeys.accessKeyId);
});

test.each([
  ["EcsContainer", { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/x" }],
  ["Ec2InstanceMetadata", {}],
])("fromIni takes the source from %s", async (name, env) => {
  const answer = {
    AccessKeyId: userKeys.accessKeyId,
    SecretAccessKey: userKeys.secretAccessKey,
    Token: "not a token of the fake",
    Expiration: "2999-01-01T00:00:00Z",
  };
  const fetch = async () => Response.json(answer);
  const { fake, get } = await profiles(
    `[profile p]\nrole_arn = ${roleArn("one")}\ncredential_source = ${name}\n`,
    {
      env,
      metadata: { fetch },
    },
  );
  await expect(get()).rejects.toMatchObject({ name: "InvalidClientTokenId" });
  expect(fake.calls()[0]?.accessKeyId).toBe(userKeys.accessKeyId);
});

test.each([
  ["Environment", {}, "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set"],
  ["Environment", { AWS_ACCESS_KEY_ID: userKeys.accessKeyId }, "AWS_SECRET_ACCESS_KEY is not set"],
  ["EcsContainer", {}, "AWS_CONTAINER_CREDENTIALS_FULL_URI is set"],
  ["Ec2InstanceMetadata", { AWS_EC2_METADATA_DISABLED: "true" }, "AWS_EC2_METADATA_DISABLED"],
])("fromIni names the profile whose source %s has no credentials, with %j", async (name, env, reason) => {
  const { get } = await profiles(`[profile p]\nrole_arn = ${roleArn("one")}\ncredential_source = ${name}\n`, {
    env,
  });
  const error: unknown = await get().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    profile: "p",
    message: expect.stringMatching(
      new RegExp(`^profile "p" .* has credential_source = ${name}: .*${reason}`),
    ),
    cause: { name: "CredentialsProviderError" },
  });
});

test("fromIni assumes a role with a token file", async () => {
  const { get, issuer } = await profiles(
    `[profile p]\nrole_arn = ${roleArn("web")}\nweb_identity_token_file = ${join(home, "token")}\n`,
  );
  await writeFile(join(home, "token"), await issuer.issueToken());
  expect(await get()).toMatchObject({ accountId: "123456789012", sessionToken: expect.any(String) });
});

test("fromIni runs a credential process", async () => {
  const json = JSON.stringify({ Version: 1, AccessKeyId: "AKIDEXAMPLE", SecretAccessKey: "example" });
  const { get } = await profiles(`[profile p]\ncredential_process = echo '${json}'\n`);
  expect(await get()).toMatchObject({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" });
});

test("fromIni reads the file again at each call, and creates a new session when the profile has changed", async () => {
  const base = `[profile base]\n${userLines}`;
  const role = (name: string) => `${base}[profile p]\nrole_arn = ${roleArn(name)}\nsource_profile = base\n`;
  const { configFilepath, fake, get } = await profiles(role("one"));
  await get();
  await get();
  await writeFile(configFilepath, role("two"));
  await get();
  expect(fake.calls().map(({ input }) => input["RoleArn"])).toEqual([roleArn("one"), roleArn("two")]);
});

test("fromIni hands sign-in profiles to the provider it was given, also as a source", async () => {
  const asked: string[] = [];
  const { fake, get } = await profiles(
    `[profile corp]\nsso_session = x\n[profile p]\nrole_arn = ${roleArn("one")}\nsource_profile = corp\n`,
    {
      signInProvider: (profile) => async () => {
        asked.push(profile);
        return userKeys;
      },
    },
  );
  await get();
  expect(asked).toEqual(["corp"]);
  expect(fake.calls()).toHaveLength(1);
});

test("fromIni makes a new session of a role when the sso-session of its source has changed", async () => {
  const text = (startUrl: string) =>
    `[sso-session x]\nsso_start_url = ${startUrl}\n[profile corp]\nsso_session = x\n` +
    `[profile p]\nrole_arn = ${roleArn("one")}\nsource_profile = corp\n`;
  const { configFilepath, fake, get } = await profiles(text("https://one.example"), {
    signInProvider: () => async () => userKeys,
  });
  await get();
  await get();
  await writeFile(configFilepath, text("https://other.example"));
  await get();
  await get();
  expect(fake.calls()).toHaveLength(2);
});

test.each([
  ["aws_access_key_id = a\n", "lacks aws_secret_access_key"],
  ["aws_secret_access_key = a\n", "lacks aws_access_key_id"],
  [
    "role_arn = x\nsource_profile = p\ncredential_source = Environment\n",
    "has role_arn with both source_profile and credential_source",
  ],
  ["role_arn = x\n", "has role_arn without source_profile, credential_source or web_identity_token_file"],
  ["web_identity_token_file = x\n", "has web_identity_token_file without role_arn"],
  ["source_profile = q\n", "has source_profile without role_arn"],
  ["credential_source = Environment\n", "has credential_source without role_arn"],
  ["region = x\n", "has neither keys, role_arn, credential_process nor a sign-in"],
])("fromIni says of the profile %j what is wrong with it", async (lines, message) => {
  const { get } = await profiles(`[profile p]\n${lines}`);
  await expect(get()).rejects.toThrow(`config) ${message}`);
});

test.each([
  ["[profile q]\n", "ERR_PROFILE_NOT_FOUND", "profiles there: q"],
  ["[profile p]\nregion = eu-west-1\n", "ERR_PROFILE_INVALID", "has neither keys"],
  [`[profile p]\nrole_arn = x\n`, "ERR_PROFILE_INVALID", "without source_profile"],
  [
    `[profile p]\nrole_arn = x\nsource_profile = p\ncredential_source = Environment\n`,
    "ERR_PROFILE_INVALID",
    "both source_profile and credential_source",
  ],
  [`[profile p]\nrole_arn = x\nsource_profile = q\n`, "ERR_PROFILE_NOT_FOUND", '"q"'],
  [`[profile p]\nrole_arn = x\ncredential_source = Moon\n`, "ERR_PROFILE_INVALID", "Ec2InstanceMetadata"],
  [`[profile p]\nrole_arn = x\nsource_profile = p\n`, "ERR_PROFILE_CYCLE", "p -> p"],
  [
    "[profile p]\nrole_arn = x\nsource_profile = a\n[profile a]\nrole_arn = x\nsource_profile = b\n" +
      "[profile b]\nrole_arn = x\nsource_profile = a\n",
    "ERR_PROFILE_CYCLE",
    "a -> b -> a",
  ],
  [`[profile p]\nsso_session = x\nsso_account_id = y\n`, "ERR_PROFILE_INVALID", "[sso-session x]"],
  [`[profile p]\nlogin_session = x\n`, "ERR_SIGN_IN_REQUIRED", "aws login --profile p"],
  [
    `[profile base]\n${userLines}[profile p]\nrole_arn = x\nsource_profile = base\nduration_seconds = long\n`,
    "ERR_PROFILE_INVALID",
    "duration_seconds",
  ],
])("fromIni refuses %j with a reason", async (text, code, reason) => {
  const { fake, get } = await profiles(text);
  await expect(get()).rejects.toMatchObject({ name: "CredentialsProviderError", code });
  await expect(get()).rejects.toThrow(reason);
  expect(fake.calls()).toHaveLength(0);
});
