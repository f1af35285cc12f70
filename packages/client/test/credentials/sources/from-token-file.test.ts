import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fromTokenFile } from "@org/sts-client/credentials/node";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { createWorld, roleArn } from "../../support/sts-world.ts";

let home = "";
let file = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-token-file-"));
  file = join(home, "token");
});
afterEach(() => rm(home, { recursive: true, force: true }));

test("fromTokenFile keeps its session, and makes another when its variables change", async () => {
  const { clientConfig, fake, issuer, now } = await createWorld();
  await writeFile(file, await issuer.issueToken());
  const env: Record<string, string> = {
    AWS_WEB_IDENTITY_TOKEN_FILE: file,
    AWS_ROLE_ARN: roleArn("web"),
    AWS_ROLE_SESSION_NAME: "pod",
  };
  const get = fromTokenFile({ env, clientConfig, now });
  const first = await get();
  expect(await get()).toEqual(first);
  env["AWS_ROLE_SESSION_NAME"] = "other-pod";
  expect((await get()).accessKeyId).not.toBe(first.accessKeyId);
  expect(fake.calls().map(({ input }) => input["RoleSessionName"])).toEqual(["pod", "other-pod"]);
});

test("fromTokenFile prefers options to variables, and says whose session it is only where the file is the variable's", async () => {
  const { clientConfig, fake, issuer, now } = await createWorld();
  await writeFile(file, await issuer.issueToken());
  const env = { AWS_WEB_IDENTITY_TOKEN_FILE: "none", AWS_ROLE_ARN: "none", AWS_ROLE_SESSION_NAME: "none" };
  const options = { webIdentityTokenFile: file, roleArn: roleArn("web"), roleSessionName: "own" };
  const { $source } = await fromTokenFile({ env, ...options, clientConfig, now })();
  expect(fake.calls()[0]?.input).toMatchObject({ RoleArn: roleArn("web"), RoleSessionName: "own" });
  expect($source).not.toHaveProperty("CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN");
});

test("fromTokenFile takes the region from the variables that it was given", async () => {
  const { clientConfig, issuer, now } = await createWorld();
  await writeFile(file, await issuer.issueToken());
  vi.stubEnv("AWS_REGION", "us-west-2");
  const hosts: string[] = [];
  const fetch: typeof globalThis.fetch = (input, init) => {
    hosts.push(new URL(String(input)).host);
    return clientConfig.fetch(input, init);
  };
  const env = {
    AWS_WEB_IDENTITY_TOKEN_FILE: file,
    AWS_ROLE_ARN: roleArn("web"),
    AWS_REGION: "eu-central-1",
  };
  try {
    await fromTokenFile({ env, clientConfig: { fetch, now, maxAttempts: 1 }, now })();
  } finally {
    vi.unstubAllEnvs();
  }
  expect(hosts).toEqual(["sts.eu-central-1.amazonaws.com"]);
});

test.each([
  [{}, "AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN not set", true],
  [{ AWS_ROLE_ARN: "role" }, "AWS_WEB_IDENTITY_TOKEN_FILE not set", true],
  [{ AWS_WEB_IDENTITY_TOKEN_FILE: "file" }, "AWS_ROLE_ARN not set", false],
])("fromTokenFile with the variables %j is not set up", async (env, message, tryNextLink) => {
  await expect(fromTokenFile({ env })()).rejects.toMatchObject({
    code: "ERR_CREDENTIALS_NOT_CONFIGURED",
    message,
    tryNextLink,
  });
});
