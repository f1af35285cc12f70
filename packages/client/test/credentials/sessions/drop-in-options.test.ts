// Options of the AWS SDK's providers that programs rely on.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fromAssumeRole, fromWebToken, type RoleAssumer } from "@org/sts-client/credentials";
import { fromIni } from "@org/sts-client/credentials/node";
import { afterAll, beforeAll, expect, test } from "vitest";

import { createWorld, roleArn, userKeys } from "../../support/sts-world.ts";

const session = { accessKeyId: "ASIAIOSFODNN7EXAMPLE", secretAccessKey: "example", sessionToken: "example" };
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "sts-drop-in-"));
  await writeFile(
    join(directory, "config"),
    [
      "[profile base]",
      "aws_access_key_id = AKIAIOSFODNN7EXAMPLE",
      "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
      "[profile role]",
      `role_arn = ${roleArn("one")}`,
      "source_profile = base",
      "external_id = partner",
      "[profile mfa]",
      `role_arn = ${roleArn("one")}`,
      "source_profile = base",
      "mfa_serial = arn:aws:iam::123456789012:mfa/test",
      "[profile web]",
      `role_arn = ${roleArn("web")}`,
      `web_identity_token_file = ${join(directory, "token")}`,
    ].join("\n"),
  );
  await writeFile(join(directory, "token"), "token-of-the-file");
});

afterAll(() => rm(directory, { recursive: true, force: true }));

const files = () => ({
  configFilepath: join(directory, "config"),
  filepath: join(directory, "none"),
  env: {},
});

test("clientPlugins add middleware to the client of a provider", async () => {
  const { clientConfig, now } = await createWorld();
  const seen: string[] = [];
  const provider = fromAssumeRole({
    source: userKeys,
    params: { RoleArn: roleArn("one") },
    clientConfig,
    now,
    clientPlugins: [
      {
        applyToStack(stack: { add(middleware: unknown, options: object): void }) {
          const middleware =
            (next: (args: object) => unknown, context: { commandName?: string }) => (args: object) => {
              seen.push(context.commandName ?? "");
              return next(args);
            };
          stack.add(middleware, { step: "build", name: "seeing" });
        },
      },
    ],
  });
  await provider();
  expect(seen).toEqual(["AssumeRoleCommand"]);
});

test("logger takes the lines of the provider's client", async () => {
  const { clientConfig, now } = await createWorld();
  const lines: unknown[] = [];
  const silent = (): void => {};
  const logger = {
    debug: silent,
    warn: silent,
    error: silent,
    info: (line: unknown) => void lines.push(line),
  };
  await fromAssumeRole({
    source: userKeys,
    params: { RoleArn: roleArn("one") },
    clientConfig,
    now,
    logger,
  })();
  expect(lines).toMatchObject([{ commandName: "AssumeRoleCommand" }]);
});

test("parentClientConfig gives region and logger that are not given otherwise", async () => {
  const { clientConfig, now } = await createWorld();
  const { region: _region, fetch: send, ...rest } = clientConfig;
  const hosts: string[] = [];
  const fetch: typeof globalThis.fetch = (input, init) => {
    hosts.push(new URL(String(input)).host);
    return send(input, init);
  };
  const options = { source: userKeys, params: { RoleArn: roleArn("one") }, now };
  const parentClientConfig = { region: async () => "eu-west-3" };
  await fromAssumeRole({ ...options, clientConfig: { ...rest, fetch }, parentClientConfig })();
  await fromAssumeRole({
    ...options,
    clientConfig: { ...rest, fetch, region: "eu-north-1" },
    parentClientConfig,
  })();
  expect(hosts).toEqual(["sts.eu-west-3.amazonaws.com", "sts.eu-north-1.amazonaws.com"]);
});

test("names of sessions are those of the AWS SDK when none is given", async () => {
  const { clientConfig, now, fake, issuer } = await createWorld();
  await fromAssumeRole({ source: userKeys, params: { RoleArn: roleArn("one") }, clientConfig, now })();
  const webIdentityToken = await issuer.issueToken();
  await fromWebToken({ webIdentityToken, roleArn: roleArn("web"), clientConfig, now })();
  const names = fake.calls().map(({ input }) => input["RoleSessionName"]);
  expect(names).toEqual([`aws-sdk-js-${now()}`, `aws-sdk-js-session-${now()}`]);
});

test("fromIni assumes roles through roleAssumer, with the keys of the source and what the profile says", async () => {
  const asked: Parameters<RoleAssumer>[] = [];
  const roleAssumer: RoleAssumer = async (...parameters) => {
    asked.push(parameters);
    return session;
  };
  expect(await fromIni({ ...files(), profile: "role", roleAssumer })()).toMatchObject(session);
  expect(asked).toMatchObject([
    [
      { accessKeyId: "AKIAIOSFODNN7EXAMPLE" },
      {
        RoleArn: roleArn("one"),
        ExternalId: "partner",
        RoleSessionName: expect.stringMatching(/^aws-sdk-js-\d+$/),
      },
    ],
  ]);
});

test("fromIni gives roleAssumer the code of the profile's device", async () => {
  const asked: object[] = [];
  const roleAssumer: RoleAssumer = async (_keys, params) => {
    asked.push(params);
    return session;
  };
  await fromIni({ ...files(), profile: "mfa", roleAssumer, mfaCodeProvider: async () => "123456" })();
  expect(asked).toMatchObject([{ SerialNumber: "arn:aws:iam::123456789012:mfa/test", TokenCode: "123456" }]);
});

test("fromIni and fromWebToken assume roles with tokens through roleAssumerWithWebIdentity", async () => {
  const asked: object[] = [];
  const roleAssumerWithWebIdentity = async (params: object) => {
    asked.push(params);
    return session;
  };
  expect(await fromIni({ ...files(), profile: "web", roleAssumerWithWebIdentity })()).toMatchObject(session);
  const given = { roleArn: roleArn("web"), webIdentityToken: "token", durationSeconds: 900 };
  expect(await fromWebToken({ ...given, roleAssumerWithWebIdentity })()).toMatchObject(session);
  expect(asked).toMatchObject([
    { RoleArn: roleArn("web"), WebIdentityToken: "token-of-the-file" },
    { RoleArn: roleArn("web"), WebIdentityToken: "token", DurationSeconds: 900 },
  ]);
});
