import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { STSClient } from "@org/sts-client";
import { defaultCredentials } from "@org/sts-client/credentials";
import type { CredentialsProviderError, DefaultCredentialsOptions } from "@org/sts-client/credentials";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { createWorld, roleArn, userKeys } from "../support/sts-world.ts";

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-default-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const envKeys = { AWS_ACCESS_KEY_ID: "AKIDENVIRONMENT", AWS_SECRET_ACCESS_KEY: "example" };
const nobody = { fetch: () => Promise.reject(new TypeError("unreachable")), sleep: async () => undefined };

async function chain(options: DefaultCredentialsOptions & { config?: string } = {}) {
  const configFilepath = join(home, "config");
  if (options.config !== undefined) await writeFile(configFilepath, options.config);
  return defaultCredentials({
    configFilepath,
    filepath: join(home, "none"),
    metadata: nobody,
    env: {},
    ...options,
  });
}

const profile = (name: string) =>
  `[profile ${name}]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = example\n`;

test("defaultCredentials prefers the environment to the default profile", async () => {
  const get = await chain({ env: envKeys, config: profile("default") });
  expect((await get()).accessKeyId).toBe("AKIDENVIRONMENT");
});

test.each([
  ["AWS_PROFILE", { env: { ...envKeys, AWS_PROFILE: "dev" } }],
  ["the option", { env: envKeys, profile: "dev" }],
])(
  "defaultCredentials prefers a profile selected through %s to the environment, as the AWS SDK does",
  async (_name, options) => {
    const get = await chain({ ...options, config: profile("dev") });
    expect((await get()).accessKeyId).toBe("AKIDPROFILE");
  },
);

test("defaultCredentials uses the web identity variables", async () => {
  const { clientConfig, issuer, now } = await createWorld();
  const file = join(home, "token");
  await writeFile(file, await issuer.issueToken());
  const get = await chain({
    env: { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: roleArn("web") },
    clientConfig,
    now,
  });
  expect((await get()).$source).toMatchObject({ CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN: "h" });
});

test.each([
  [{ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/x" }, "CREDENTIALS_HTTP"],
  [{}, "CREDENTIALS_IMDS"],
])("defaultCredentials asks the machine's own service last (%j)", async (env, source) => {
  const answer = {
    AccessKeyId: "ASIAEXAMPLE",
    SecretAccessKey: "x",
    Token: "x",
    Expiration: "2999-01-01T00:00:00Z",
  };
  const get = await chain({ env, metadata: { fetch: async () => Response.json(answer) } });
  expect(Object.keys((await get()).$source ?? {})).toEqual([source]);
});

test("defaultCredentials says what it tried and why each source had nothing", async () => {
  const failure = (await chain())();
  await expect(failure).rejects.toMatchObject({ code: "ERR_CREDENTIALS_NOT_FOUND", tryNextLink: false });
  const error = await failure.catch((caught: CredentialsProviderError) => caught);
  expect(
    "tried" in error && error.tried?.map(({ source, error: reason }) => `${source}: ${String(reason)}`),
  ).toEqual([
    "environment: CredentialsProviderError: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set",
    expect.stringContaining(
      `profile "default": CredentialsProviderError: profile "default" is neither in ${home}`,
    ),
    "web identity: CredentialsProviderError: AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN not set",
    expect.stringContaining(
      "container: CredentialsProviderError: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    ),
    "instance metadata: CredentialsProviderError: 169.254.169.254 did not respond",
  ]);
  expect("message" in error && error.message).toContain(
    "environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set;",
  );
});

test.each([
  ["does not exist", profile("other"), "ERR_PROFILE_NOT_FOUND"],
  ["goes in a circle", "[profile dev]\nrole_arn = x\nsource_profile = dev\n", "ERR_PROFILE_CYCLE"],
  ["signs in", "[profile dev]\nsso_session = x\n", "ERR_PROFILE_INVALID"],
])(
  "defaultCredentials stops when the selected profile %s, rather than use another identity",
  async (_name, config, code) => {
    let asked = 0;
    const fetch = async () => {
      asked += 1;
      return new Response();
    };
    const get = await chain({ env: { AWS_PROFILE: "dev" }, config, metadata: { fetch } });
    await expect(get()).rejects.toMatchObject({ code });
    expect(asked).toBe(0);
  },
);

test("defaultCredentials goes on when the selected profile says nothing about credentials", async () => {
  const answer = {
    AccessKeyId: "ASIAEXAMPLE",
    SecretAccessKey: "x",
    Token: "x",
    Expiration: "2999-01-01T00:00:00Z",
  };
  const get = await chain({
    env: { AWS_PROFILE: "dev" },
    config: "[profile dev]\nregion = eu-west-1\n",
    metadata: { fetch: async () => Response.json(answer) },
  });
  expect((await get()).accessKeyId).toBe("ASIAEXAMPLE");
});

test("defaultCredentials goes on over files that cannot be read, as in a container of another user", async () => {
  const get = await chain({ env: envKeys, filepath: home });
  expect((await get()).accessKeyId).toBe("AKIDENVIRONMENT");
  const last = await chain({ filepath: home });
  await expect(last()).rejects.toMatchObject({ code: "ERR_CREDENTIALS_NOT_FOUND" });
});

test("defaultCredentials stops at a refusal of STS", async () => {
  const { clientConfig, now } = await createWorld();
  const config = `[default]\nrole_arn = ${roleArn("missing")}\nsource_profile = user\n[profile user]\naws_access_key_id = ${userKeys.accessKeyId}\naws_secret_access_key = ${userKeys.secretAccessKey}\n`;
  const get = await chain({ config, clientConfig, now });
  await expect(get()).rejects.toMatchObject({ name: "AccessDenied", $fault: "client" });
});

test("a client without credentials asks the chain for its own profile", async () => {
  const path = join(home, "profiles");
  await writeFile(path, profile("dev") + profile("other").replace("AKIDPROFILE", "AKIDOTHER"));
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, "");
  vi.stubEnv("AWS_CONFIG_FILE", path);
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(home, "none"));
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  try {
    for (const [name, key] of [
      ["dev", "AKIDPROFILE"],
      ["other", "AKIDOTHER"],
    ] as const) {
      const client = new STSClient({ region: "eu-west-1", profile: name });
      expect(await client.config.credentials()).toMatchObject({ accessKeyId: key });
      client.destroy();
    }
  } finally {
    vi.unstubAllEnvs();
  }
});
