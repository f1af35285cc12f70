import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  fromIni,
  fromTemporaryCredentials,
  fromTokenFile,
  fromWebToken,
} from "@aws-sdk/credential-providers";
import {
  createFakeSts,
  createTestIssuer,
  demoRole,
  demoUser,
  type FakeSts,
  type TestIssuer,
} from "@org/sts-mock";
import { setupStsMock } from "@org/sts-mock/node";
import { AssumeRole, AssumeRoleWithWebIdentity } from "@org/sts-protocol";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";

import { DEMO_KEYS, DEMO_ROLE, DEMO_SERIAL } from "../support/call.ts";

const hooks = { beforeAll, afterEach, afterAll };
const FEDERATED_ROLE = "arn:aws:iam::123456789012:role/federated";

const issuer: TestIssuer = await createTestIssuer();
const fake: FakeSts = createFakeSts({
  users: [demoUser],
  oidcProviders: [issuer.provider],
  roles: [
    demoRole,
    {
      name: "federated",
      trustPolicy: {
        Statement: {
          Effect: "Allow",
          Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/oidc.example.com" },
          Action: "sts:AssumeRoleWithWebIdentity",
        },
      },
    },
  ],
});

describe("@aws-sdk/credential-providers", () => {
  setupStsMock({ mock: fake, hooks });
  const region = "eu-west-1";
  let folder = "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sts-mock-"));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test("the STS client inside @aws-sdk/credential-providers is caught too: fromTemporaryCredentials, with MFA", async () => {
    const provider = fromTemporaryCredentials({
      masterCredentials: DEMO_KEYS,
      clientConfig: { region },
      params: { RoleArn: DEMO_ROLE, RoleSessionName: "nested", SerialNumber: DEMO_SERIAL },
      mfaCodeProvider: async (serial) => await fake.mfaCode(serial),
    });
    const credentials = await provider();
    expect(credentials.accessKeyId).toMatch(/^ASIA/);
    expect(credentials.expiration?.getTime()).toBeGreaterThan(Date.now());
    expect(fake.calls(AssumeRole, { SerialNumber: DEMO_SERIAL })).toHaveLength(1);
    expect(fake.calls()[0]?.host).toBe("sts.eu-west-1.amazonaws.com");
  });

  test("a fake takes keys that a client of the AWS SDK has used before, which writes into them", async () => {
    const keys = { ...DEMO_KEYS };
    const params = { RoleArn: DEMO_ROLE, RoleSessionName: "nested" };
    await fromTemporaryCredentials({ masterCredentials: keys, clientConfig: { region }, params })();
    expect(Object.keys(keys)).toContain("$source");
    expect(() => createFakeSts({ users: [{ ...demoUser, accessKeys: [keys] }] })).not.toThrow();
  });

  test("the STS client inside @aws-sdk/credential-providers is caught too: fromWebToken", async () => {
    const webIdentityToken = await issuer.issueToken();
    const provider = fromWebToken({ roleArn: FEDERATED_ROLE, webIdentityToken, clientConfig: { region } });
    expect((await provider()).accessKeyId).toMatch(/^ASIA/);
    expect(fake.calls(AssumeRoleWithWebIdentity, { WebIdentityToken: webIdentityToken })).toHaveLength(1);
  });

  test("the STS client inside @aws-sdk/credential-providers is caught too: fromTokenFile", async () => {
    const file = join(folder, "token");
    await writeFile(file, await issuer.issueToken());
    const provider = fromTokenFile({
      webIdentityTokenFile: file,
      roleArn: FEDERATED_ROLE,
      clientConfig: { region },
    });
    expect((await provider()).accessKeyId).toMatch(/^ASIA/);
  });

  test("the STS client inside @aws-sdk/credential-providers is caught too: fromIni, with a role over a source profile", async () => {
    const config = join(folder, "config");
    await writeFile(
      config,
      `[profile base]
aws_access_key_id = ${DEMO_KEYS.accessKeyId}
aws_secret_access_key = ${DEMO_KEYS.secretAccessKey}
[profile admin]
role_arn = ${DEMO_ROLE}
source_profile = base
region = ${region}
`,
    );
    vi.stubEnv("AWS_CONFIG_FILE", config);
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(folder, "absent"));
    const credentials = await fromIni({ profile: "admin", configFilepath: config, ignoreCache: true })();
    expect(credentials.accessKeyId).toMatch(/^ASIA/);
    expect(fake.calls(AssumeRole, { RoleArn: DEMO_ROLE })).toHaveLength(1);
  });

  test("the STS clients inside @aws-sdk/credential-providers see the refusals of the service", async () => {
    const provider = fromTemporaryCredentials({
      masterCredentials: { ...DEMO_KEYS, secretAccessKey: "wrong" },
      clientConfig: { region, maxAttempts: 1 },
      params: { RoleArn: DEMO_ROLE, RoleSessionName: "nested" },
    });
    await expect(provider()).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
  });
});
