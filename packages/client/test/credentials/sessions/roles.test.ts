import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  fromAssumeRole,
  fromFederation,
  fromGitHubActions,
  fromMfaSession,
  fromSaml,
  fromScoped,
  fromTemporaryCredentials,
  fromWebToken,
} from "@org/sts-client/credentials";
import type { CredentialsProvider } from "@org/sts-client/credentials";
import { diskCache, fromTokenFile } from "@org/sts-client/credentials/node";
import { GetCallerIdentityCommand, STSClient } from "@org/sts-client";
import { createStsMock } from "@org/sts-mock";
import { startStsServer } from "@org/sts-mock/node";
import { AssumeRoleWithSAML, GetScopedCredentials } from "@org/sts-protocol";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";

import { createWorld, roleArn, userKeys } from "../../support/sts-world.ts";

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-roles-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

test("fromAssumeRole goes by the AWS SDK's name too", () => {
  expect(fromTemporaryCredentials).toBe(fromAssumeRole);
});

test("fromAssumeRole returns the role's credentials with expiration and account, and sends every parameter", async () => {
  const { clientConfig, fake, now } = await createWorld();
  const params = {
    RoleArn: roleArn("one"),
    RoleSessionName: "me",
    ExternalId: "shared",
    DurationSeconds: 900,
  };
  const identity = await fromAssumeRole({ masterCredentials: userKeys, clientConfig, now, params })();
  expect(identity).toEqual({
    accessKeyId: expect.stringMatching(/^ASIA/),
    secretAccessKey: expect.any(String),
    sessionToken: expect.any(String),
    expiration: new Date(now() + 900_000),
    accountId: "123456789012",
    $source: { CREDENTIALS_STS_ASSUME_ROLE: "i" },
  });
  expect(fake.calls()[0]?.reveal()).toEqual(params);
});

test("fromAssumeRole assumes three roles in a row, and the last one's credentials are that role's", async () => {
  const { clientConfig, fake, now } = await createWorld();
  const role = (name: string, source: CredentialsProvider | typeof userKeys) =>
    fromAssumeRole({
      source,
      clientConfig,
      now,
      params: { RoleArn: roleArn(name), RoleSessionName: "me" },
    });
  const credentials = role("three", role("two", role("one", userKeys)));
  const { Arn } = await new STSClient({ ...clientConfig, credentials }).send(new GetCallerIdentityCommand());
  expect(Arn).toBe("arn:aws:sts::123456789012:assumed-role/three/me");
  expect(fake.calls().map(({ input }) => input["RoleArn"])).toEqual([
    roleArn("one"),
    roleArn("two"),
    roleArn("three"),
    undefined,
  ]);
});

test("fromAssumeRole shares one session between all callers and renews it with the whole chain", async () => {
  const { clientConfig, clock, fake, now } = await createWorld();
  const one = fromAssumeRole({ source: userKeys, clientConfig, now, params: { RoleArn: roleArn("one") } });
  const two = fromAssumeRole({ source: one, clientConfig, now, params: { RoleArn: roleArn("two") } });
  await Promise.all(Array.from({ length: 20 }, () => two()));
  expect(fake.calls()).toHaveLength(2);
  clock.advanceSeconds(3600);
  await Promise.all(Array.from({ length: 20 }, () => two()));
  expect(fake.calls()).toHaveLength(4);
});

test("fromAssumeRole keeps a good session when STS is away, and says so when it has run out", async () => {
  const { clientConfig, clock, fake, now } = await createWorld();
  const get = fromAssumeRole({ source: userKeys, clientConfig, now, params: { RoleArn: roleArn("one") } });
  const first = await get();
  clock.advanceSeconds(3400);
  fake.fault({ kind: "network-error" }, { times: 99 });
  expect((await get()).accessKeyId).toBe(first.accessKeyId);
  clock.advanceSeconds(200);
  await expect(get()).rejects.toMatchObject({ code: "ERR_NETWORK" });
});

test("fromAssumeRole tells the one-hour rule of chained roles before the call", async () => {
  const { clientConfig, fake, now } = await createWorld();
  const one = fromAssumeRole({ source: userKeys, clientConfig, now, params: { RoleArn: roleArn("one") } });
  const params = { RoleArn: roleArn("two"), DurationSeconds: 3601 };
  await expect(fromAssumeRole({ source: one, clientConfig, now, params })()).rejects.toMatchObject({
    code: "ERR_ROLE_CHAIN_DURATION",
  });
  expect(fake.calls()).toHaveLength(1);
});

test("fromAssumeRole lets a role last longer when its source is a user or an MFA session", async () => {
  const { clientConfig, fake, now } = await createWorld();
  const mfa = fromMfaSession({
    source: userKeys,
    serialNumber: "arn:aws:iam::123456789012:mfa/demo",
    mfaCodeProvider: (serial) => fake.mfaCode(serial),
    clientConfig,
    now,
  });
  for (const source of [userKeys, mfa]) {
    const params = { RoleArn: roleArn("one"), DurationSeconds: 43_200 };
    const { expiration } = await fromAssumeRole({ source, clientConfig, now, params })();
    expect(expiration?.getTime()).toBe(now() + 43_200_000);
  }
});

test("fromAssumeRole sends the MFA code of the device it is told", async () => {
  const { clientConfig, fake, now } = await createWorld();
  const SerialNumber = "arn:aws:iam::123456789012:mfa/demo";
  const params = { RoleArn: roleArn("one"), SerialNumber };
  const options = { source: userKeys, clientConfig, now, params };
  const TokenCode = await fake.mfaCode(SerialNumber);
  const asked: string[] = [];
  const mfaCodeProvider = async (serial: string): Promise<string> => {
    asked.push(serial);
    return TokenCode;
  };
  await fromAssumeRole({ ...options, mfaCodeProvider })();
  expect(asked).toEqual([SerialNumber]);
  expect(fake.calls()[0]?.reveal()).toMatchObject({ SerialNumber, TokenCode });
  await expect(fromAssumeRole({ ...options, mfaCodeProvider: async () => "000000" })()).rejects.toMatchObject(
    {
      code: "ERR_MFA_CODE_REJECTED",
    },
  );
  await expect(fromAssumeRole(options)()).rejects.toMatchObject({ code: "ERR_MFA_CODE_REQUIRED" });
});

test("fromAssumeRole does not wait for itself when an MFA role's source is an MFA session of the same device and cache", async () => {
  const { clientConfig, clock, fake, now } = await createWorld();
  const cache = diskCache({ directory: home, lockTimeoutMs: 2000 });
  const SerialNumber = "arn:aws:iam::123456789012:mfa/demo";
  const mfaCodeProvider = async (serial: string) => {
    clock.advanceSeconds(30);
    return fake.mfaCode(serial);
  };
  const source = fromMfaSession({
    source: userKeys,
    serialNumber: SerialNumber,
    mfaCodeProvider,
    clientConfig,
    now,
    cache,
  });
  const params = { RoleArn: roleArn("one"), SerialNumber };
  await fromAssumeRole({ source, clientConfig, now, cache, mfaCodeProvider, params })();
  expect(fake.calls().map(({ operation }) => operation)).toEqual(["GetSessionToken", "AssumeRole"]);
});

test.each([
  ["eu-west-3", { region: "eu-west-3" }, undefined],
  ["us-west-2", {}, async () => "us-west-2"],
  [
    "us-east-1",
    {},
    async () => {
      throw new Error("Region is missing");
    },
  ],
])("fromAssumeRole calls STS in %s", async (region, config, callerRegion) => {
  const { clientConfig, fake, now } = await createWorld();
  const { region: _, ...rest } = clientConfig;
  const kept = { ...process.env };
  for (const name of ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"]) delete process.env[name];
  process.env["AWS_CONFIG_FILE"] = join(home, "none");
  try {
    const params = { RoleArn: roleArn("one") };
    const get = fromAssumeRole({ source: userKeys, clientConfig: { ...rest, ...config }, now, params });
    await get({ callerClientConfig: { region: callerRegion } });
  } finally {
    process.env = kept;
  }
  expect(fake.calls()[0]?.host).toBe(`sts.${region}.amazonaws.com`);
});

test("the client behind a provider does not use a calling client's HTTP/2 handler, which STS does not speak", async () => {
  const { clientConfig, fake, now } = await createWorld();
  const { fetch: _, ...rest } = clientConfig;
  let used = 0;
  const handle = async (): Promise<never> => {
    used += 1;
    throw new Error("the calling client's");
  };
  const server = await startStsServer({ sts: fake });
  onTestFinished(() => server.close());
  const options = {
    source: userKeys,
    clientConfig: { ...rest, endpoint: server.url },
    now,
    params: { RoleArn: roleArn("one") },
  };
  const callerClientConfig = (handlerProtocol: string) => ({
    requestHandler: { metadata: { handlerProtocol }, handle },
  });
  await fromAssumeRole(options)({ callerClientConfig: callerClientConfig("h2") });
  expect(used).toBe(0);
  await expect(
    fromAssumeRole(options)({ callerClientConfig: callerClientConfig("http/1.1") }),
  ).rejects.toThrow("the calling client's");
  expect(used).toBe(1);
});

const params = { roleArn: roleArn("web"), roleSessionName: "me" };

test("fromWebToken asks the token function for each session", async () => {
  const { clientConfig, clock, issuer, now } = await createWorld();
  let asked = 0;
  const webIdentityToken = async () => {
    asked += 1;
    return issuer.issueToken();
  };
  const get = fromWebToken({ ...params, webIdentityToken, clientConfig, now });
  expect(await get()).toMatchObject({
    accountId: "123456789012",
    $source: { CREDENTIALS_STS_ASSUME_ROLE_WEB_ID: "k" },
  });
  clock.advanceSeconds(3600);
  await get();
  expect(asked).toBe(2);
});

test("fromWebToken names a token function that fails and one that returns nothing", async () => {
  const { clientConfig } = await createWorld();
  const cause = new Error("the issuer is away");
  const failing = fromWebToken({ ...params, clientConfig, webIdentityToken: () => Promise.reject(cause) });
  await expect(failing()).rejects.toMatchObject({ code: "ERR_TOKEN_UNAVAILABLE", cause });
  const empty = fromWebToken({ ...params, clientConfig, webIdentityToken: " \n" });
  await expect(empty()).rejects.toMatchObject({ code: "ERR_TOKEN_UNAVAILABLE" });
});

test("fromTokenFile reads the token file again for each session", async () => {
  const { clientConfig, clock, issuer, now } = await createWorld();
  const file = join(home, "token");
  const env = {
    AWS_WEB_IDENTITY_TOKEN_FILE: file,
    AWS_ROLE_ARN: roleArn("web"),
    AWS_ROLE_SESSION_NAME: "pod",
  };
  const get = fromTokenFile({ env, clientConfig, now });
  await writeFile(file, `${await issuer.issueToken()}\n`);
  expect(await get()).toMatchObject({ $source: { CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN: "h" } });
  clock.advanceSeconds(3600);
  await expect(get()).rejects.toMatchObject({ name: "ExpiredTokenException" });
  await writeFile(file, await issuer.issueToken());
  await get();
  await writeFile(file, " \n");
  await expect(get({ forceRefresh: true })).rejects.toMatchObject({ code: "ERR_TOKEN_UNAVAILABLE", file });
  await rm(file);
  await expect(get({ forceRefresh: true })).rejects.toMatchObject({ cause: { code: "ENOENT" } });
  await expect(fromTokenFile({ env: {} })()).rejects.toThrow(
    "AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN not set",
  );
});

test("fromGitHubActions gets a job its role", async () => {
  const { clientConfig, fake, issuer, now } = await createWorld();
  const requests: Request[] = [];
  const github: typeof fetch = async (input, init) => {
    requests.push(new Request(input, init));
    return Response.json({ value: await issuer.issueToken() });
  };
  const env = {
    ACTIONS_ID_TOKEN_REQUEST_URL: "https://example.com/token?api-version=2",
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "bearer-secret",
    GITHUB_RUN_ID: "42",
  };
  await fromGitHubActions({ roleArn: roleArn("web"), env, fetch: github, clientConfig, now })();
  expect(requests[0]?.url).toBe("https://example.com/token?api-version=2&audience=sts.amazonaws.com");
  expect(requests[0]?.headers.get("authorization")).toBe("bearer bearer-secret");
  expect(fake.calls()[0]?.input["RoleSessionName"]).toBe("GitHubActions-42");

  await expect(fromGitHubActions({ roleArn: roleArn("web"), env: {}, clientConfig })()).rejects.toThrow(
    "id-token: write",
  );
  const refusing: typeof fetch = async () => new Response("", { status: 403 });
  const refused = fromGitHubActions({ roleArn: roleArn("web"), env, fetch: refusing, clientConfig })();
  await expect(refused).rejects.toMatchObject({
    code: "ERR_TOKEN_UNAVAILABLE",
    cause: { code: "ERR_METADATA_UNAVAILABLE" },
  });
  await expect(refused).rejects.not.toThrow("bearer-secret");
});

test("fromFederation federates a user under a policy", async () => {
  const { clientConfig, now } = await createWorld();
  const params = { Name: "guest", DurationSeconds: 900 };
  expect(await fromFederation({ source: userKeys, params, clientConfig, now })()).toMatchObject({
    expiration: new Date(now() + 900_000),
    accountId: "123456789012",
    $source: { CREDENTIALS_STS_FEDERATION_TOKEN: "l" },
  });
});

test("fromScoped narrows temporary credentials and refuses long-term ones", async () => {
  const sts = createStsMock({ responses: "realistic" });
  const clientConfig = {
    region: "eu-west-1",
    fetch: ((input, init) => sts.fetch(input, init)) satisfies typeof fetch,
  };
  const params = { DurationSeconds: 900 };
  const temporary = {
    accessKeyId: "ASIAIOSFODNN7EXAMPLE",
    secretAccessKey: "example",
    sessionToken: "token",
  };
  const identity = await fromScoped({ source: temporary, params, clientConfig })();
  expect(identity.sessionToken).toBeDefined();
  expect(sts.calls(GetScopedCredentials)[0]).toMatchObject({
    input: params,
    accessKeyId: "ASIAIOSFODNN7EXAMPLE",
  });
  await expect(fromScoped({ source: userKeys, params, clientConfig })()).rejects.toMatchObject({
    code: "ERR_OPTION_INVALID",
  });
});

test("fromSaml trades a SAML assertion, fetched again for each session", async () => {
  const sts = createStsMock({ responses: "realistic" });
  const clientConfig = {
    region: "eu-west-1",
    fetch: ((input, init) => sts.fetch(input, init)) satisfies typeof fetch,
  };
  let asked = 0;
  const samlAssertion = async () => `PHNhbWw+${asked++}`;
  const params = { RoleArn: roleArn("one"), PrincipalArn: "arn:aws:iam::123456789012:saml-provider/corp" };
  const get = fromSaml({ samlAssertion, params, clientConfig });
  expect(await get()).toMatchObject({ $source: { CREDENTIALS_STS_ASSUME_ROLE_SAML: "j" } });
  await get({ forceRefresh: true });
  expect(sts.calls(AssumeRoleWithSAML).map((call) => call.reveal()["SAMLAssertion"])).toEqual([
    "PHNhbWw+0",
    "PHNhbWw+1",
  ]);
});
