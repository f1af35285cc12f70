import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { defaultCredentials } from "@org/sts-client/credentials";
import { fromIni } from "@org/sts-client/credentials/node";
import { afterEach, beforeEach, expect, test } from "vitest";

const INSTANCE = "ASIAOFTHEINSTANCE00";
const document = (AccessKeyId: string) => ({
  Code: "Success",
  AccessKeyId,
  SecretAccessKey: "example",
  Token: "token",
  Expiration: "2999-01-01T00:00:00Z",
});

/** A container agent that fails in some way; behind it an instance whose role works. */
function machine(agent: () => Response | Promise<Response>) {
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { host, pathname } = new URL(input instanceof Request ? input.url : input);
    if (host !== "169.254.169.254") return agent();
    if (init?.method === "PUT") return new Response("session");
    return pathname.endsWith("/") ? new Response("role") : Response.json(document(INSTANCE));
  };
  return { fetch, sleep: async () => undefined };
}

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-named-sources-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

interface Row {
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly config?: string;
  readonly agent?: () => Response | Promise<Response>;
  readonly code: string;
}

const role = "role_arn = arn:aws:iam::123456789012:role/one\n";
const agentFailures: readonly (readonly [string, () => Response | Promise<Response>, string])[] = [
  ["answers 503", () => new Response("", { status: 503 }), "ERR_METADATA_UNAVAILABLE"],
  ["answers 404", () => new Response("", { status: 404 }), "ERR_METADATA_UNAVAILABLE"],
  ["is not listening", () => Promise.reject(new TypeError("fetch failed")), "ERR_METADATA_UNAVAILABLE"],
  ["answers with no JSON", () => new Response("<html>"), "ERR_CREDENTIALS_MALFORMED"],
  ["answers without keys", () => Response.json({ Code: "Failed" }), "ERR_CREDENTIALS_MALFORMED"],
];
const full = { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1/role" };

/** Each names a source, in which something goes wrong. */
const rows: Row[] = [
  ...agentFailures.flatMap(([how, agent, code]): Row[] => [
    { name: `the agent at a full address ${how}`, env: full, agent, code },
    {
      name: `the agent at a relative address ${how}`,
      env: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/role" },
      agent,
      code,
    },
    {
      name: `a profile's source EcsContainer ${how}`,
      env: full,
      config: `${role}credential_source = EcsContainer\n`,
      agent,
      code,
    },
  ]),
  {
    name: "the address of the agent is one that no token may go to",
    env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://example.com/" },
    code: "ERR_METADATA_HOST_FORBIDDEN",
  },
  {
    name: "the agent's token file is missing",
    env: { ...full, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/nonexistent/token" },
    code: "ERR_TOKEN_UNAVAILABLE",
  },
  {
    name: "a variable holds the key id alone",
    env: { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE" },
    code: "ERR_CREDENTIALS_NOT_CONFIGURED",
  },
  {
    name: "a variable holds the secret alone",
    env: { AWS_SECRET_ACCESS_KEY: "example" },
    code: "ERR_CREDENTIALS_NOT_CONFIGURED",
  },
  {
    name: "the variable of the token file has no role beside it",
    env: { AWS_WEB_IDENTITY_TOKEN_FILE: "/nonexistent/token" },
    code: "ERR_CREDENTIALS_NOT_CONFIGURED",
  },
  {
    name: "the token file is missing",
    env: {
      AWS_WEB_IDENTITY_TOKEN_FILE: "/nonexistent/token",
      AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/one",
    },
    code: "ERR_TOKEN_UNAVAILABLE",
  },
  { name: "a profile has the key id alone", config: "aws_access_key_id = A\n", code: "ERR_PROFILE_INVALID" },
  {
    name: "a profile has the secret alone",
    config: "aws_secret_access_key = A\n",
    code: "ERR_PROFILE_INVALID",
  },
  {
    name: "a profile's secret is empty",
    config: "aws_access_key_id = A\naws_secret_access_key =\n",
    code: "ERR_PROFILE_INVALID",
  },
  { name: "a profile has a role without a source", config: role, code: "ERR_PROFILE_INVALID" },
  {
    name: "a profile has a role with two sources",
    config: `${role}source_profile = keys\ncredential_source = Environment\n`,
    code: "ERR_PROFILE_INVALID",
  },
  {
    name: "a profile has a source without a role",
    config: "source_profile = keys\n",
    code: "ERR_PROFILE_INVALID",
  },
  {
    name: "a profile has a credential source without a role",
    config: "credential_source = Ec2InstanceMetadata\n",
    code: "ERR_PROFILE_INVALID",
  },
  {
    name: "a profile's source is not there",
    config: `${role}source_profile = none\n`,
    code: "ERR_PROFILE_NOT_FOUND",
  },
  {
    name: "a profile's source has no keys",
    config: `${role}source_profile = empty\n`,
    code: "ERR_PROFILE_INVALID",
  },
  {
    name: "a profile's source has half of its keys",
    config: `${role}source_profile = half\n`,
    code: "ERR_PROFILE_INVALID",
  },
  {
    name: "a profile's source has no keys in the second place",
    config: `${role}source_profile = over-empty\n`,
    code: "ERR_PROFILE_INVALID",
  },
  {
    name: "a profile's source Environment is empty",
    config: `${role}credential_source = Environment\n`,
    code: "ERR_CREDENTIALS_NOT_CONFIGURED",
  },
  {
    name: "a profile's source EcsContainer is not set up",
    config: `${role}credential_source = EcsContainer\n`,
    code: "ERR_CREDENTIALS_NOT_CONFIGURED",
  },
  {
    name: "a profile's source Ec2InstanceMetadata is turned off",
    env: { AWS_EC2_METADATA_DISABLED: "true" },
    config: `${role}credential_source = Ec2InstanceMetadata\n`,
    code: "ERR_CREDENTIALS_NOT_CONFIGURED",
  },
  {
    name: "a profile's source is none that exists",
    config: `${role}credential_source = Moon\n`,
    code: "ERR_PROFILE_INVALID",
  },
  {
    name: "a profile has a token file without a role",
    config: "web_identity_token_file = /nonexistent/token\n",
    code: "ERR_PROFILE_INVALID",
  },
  {
    name: "a profile's token file is missing",
    config: `${role}web_identity_token_file = /nonexistent/token\n`,
    code: "ERR_TOKEN_UNAVAILABLE",
  },
  { name: "a profile's process fails", config: "credential_process = exit 3\n", code: "ERR_PROCESS_FAILED" },
  {
    name: "a profile's process says nothing",
    config: "credential_process = true\n",
    code: "ERR_CREDENTIALS_MALFORMED",
  },
  { name: "a profile signs in and nobody has", config: "login_session = x\n", code: "ERR_SIGN_IN_REQUIRED" },
  {
    name: "a profile signs in incompletely",
    config: "sso_account_id = 123456789012\n",
    code: "ERR_PROFILE_INVALID",
  },
];

const others =
  "[profile empty]\nregion = eu-west-1\n[profile half]\naws_access_key_id = A\n" +
  "[profile keys]\naws_access_key_id = A\naws_secret_access_key = B\n" +
  `[profile over-empty]\n${role}source_profile = empty\n`;

const world = async ({ env = {}, config, agent }: Row) => {
  const configFilepath = join(home, "config");
  await writeFile(configFilepath, `[default]\n${config ?? "region = eu-west-1\n"}${others}`);
  return {
    configFilepath,
    filepath: join(home, "none"),
    env: { HOME: home, ...env },
    metadata: machine(agent ?? (() => new Response("", { status: 404 }))),
    clientConfig: {
      region: "eu-west-1",
      fetch: () => Promise.reject(new TypeError("fetch failed")),
      maxAttempts: 1,
    },
  };
};

test.each(rows)(
  "a source that was named is the only one: no other identity comes when $name",
  async (row) => {
    const get = defaultCredentials(await world(row));
    const outcome = await get().then(
      ({ accessKeyId }) => accessKeyId,
      (error: { code?: string; tryNextLink?: boolean }) => `${error.code}, ${error.tryNextLink}`,
    );
    expect(outcome).toBe(`${row.code}, false`);
  },
);

test.each(rows.filter(({ config }) => config !== undefined))(
  "a source that was named is the only one: no other identity comes when $name, with fromIni in a chain of others",
  async (row) => {
    await expect(fromIni(await world(row))()).rejects.toMatchObject({ code: row.code, tryNextLink: false });
  },
);

test.each([
  [
    "throws an error of a chain",
    Object.assign(new Error("not set up"), { name: "CredentialsProviderError", tryNextLink: true }),
  ],
  ["throws an error that says to go on", Object.assign(new Error("not set up"), { tryNextLink: true })],
])(
  "a source that was named is the only one: no other identity comes when a profile's sign-in provider of the user's own %s",
  async (_name, error) => {
    const options = await world({ name: "", config: "sso_session = x\n", code: "" });
    const signInProvider = () => () => Promise.reject(error);
    await expect(defaultCredentials({ ...options, signInProvider })()).rejects.toMatchObject({
      message: "not set up",
      tryNextLink: false,
    });
  },
);

test.each<[string, Record<string, string>, string]>([
  ["nothing at all is set up", {}, ""],
  ["the profile in force says nothing of credentials", {}, "[default]\nregion = eu-west-1\n"],
  [
    "the profile that was selected says nothing of credentials",
    { AWS_PROFILE: "p" },
    "[profile p]\nregion = eu-west-1\n",
  ],
  [
    "a role is in a variable, without a token file",
    { AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/one" },
    "",
  ],
  ["the keys in the variables are empty", { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" }, ""],
  ["the profile's keys are empty", {}, "[default]\naws_access_key_id =\naws_secret_access_key =\n"],
])("a chain goes on to the instance when %s", async (_name, env, config) => {
  const configFilepath = join(home, "config");
  await writeFile(configFilepath, config);
  const get = defaultCredentials({
    configFilepath,
    filepath: join(home, "none"),
    env: { HOME: home, ...env },
    metadata: machine(() => new Response("", { status: 404 })),
  });
  expect((await get()).accessKeyId).toBe(INSTANCE);
});

test("a chain does not go on to another identity when the source that it found has nothing any more", async () => {
  const directory = join(home, ".aws");
  await mkdir(directory);
  const filepath = join(directory, "credentials");
  await writeFile(
    filepath,
    "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = B\n",
  );
  const get = defaultCredentials({ env: { HOME: home }, metadata: machine(() => new Response("")) });
  expect((await get()).accessKeyId).toBe("AKIAIOSFODNN7EXAMPLE");
  await rm(filepath);
  await expect(get({ forceRefresh: true })).rejects.toMatchObject({ code: "ERR_PROFILE_NOT_FOUND" });
  await writeFile(
    filepath,
    "[default]\naws_access_key_id = AKIAI44QH8DHBEXAMPLE\naws_secret_access_key = B\n",
  );
  expect((await get()).accessKeyId).toBe("AKIAI44QH8DHBEXAMPLE");
});
