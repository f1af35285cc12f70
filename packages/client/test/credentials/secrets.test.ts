import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";

import {
  fromAssumeRole,
  fromEnv,
  fromGitHubActions,
  fromHttp,
  fromMfaSession,
  fromSaml,
  fromWebToken,
  totp,
} from "@org/sts-client/credentials";
import type { CredentialsProvider } from "@org/sts-client/credentials";
import { fromContainerMetadata, fromIni, fromProcess, fromTokenFile } from "@org/sts-client/credentials/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createWorld, roleArn, userKeys } from "../support/sts-world.ts";

// Every secret that goes in carries this mark; no text that comes out may.
const MARK = "MARKED";
const SERIAL = "arn:aws:iam::123456789012:mfa/demo";

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-secrets-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/**
 * Everything of an error that can end up in a log: texts, members enumerable or not, and the whole chain of causes.
 */
function everything(error: unknown): string {
  const depth = { depth: 10, showHidden: true };
  return [
    String(error),
    inspect(error, depth),
    JSON.stringify(error),
    error instanceof Error ? error.stack : "",
  ].join("\n");
}

async function failures(): Promise<[name: string, provider: CredentialsProvider][]> {
  const { clientConfig, now } = await createWorld();
  const base = { clientConfig, now };
  const wrong = { accessKeyId: userKeys.accessKeyId, secretAccessKey: `${MARK}secret` };
  const temporary = { ...wrong, sessionToken: `${MARK}token` };
  const reply =
    (body: string, status = 200): typeof fetch =>
    async () =>
      new Response(body, { status });
  const configFilepath = join(home, "config");
  const file = join(home, "token");
  await writeFile(file, `${MARK}.token.file`);
  const profile = async (name: string, text: string) => {
    const path = join(home, name);
    await writeFile(path, text);
    return { configFilepath: path, filepath: join(home, "none"), env: {}, ...base };
  };
  const keys = `aws_access_key_id = ${userKeys.accessKeyId}\naws_secret_access_key = ${MARK}secret\n`;
  const params = { RoleArn: roleArn("one") };
  const github = {
    ACTIONS_ID_TOKEN_REQUEST_URL: "https://example.com/",
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: `${MARK}bearer`,
  };
  const mfa = { ...base, source: userKeys, serialNumber: SERIAL };
  return [
    ["environment", fromEnv({ env: { AWS_SECRET_ACCESS_KEY: `${MARK}secret` } })],
    [
      "environment, date",
      fromEnv({
        env: { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: `${MARK}s`, AWS_CREDENTIAL_EXPIRATION: MARK },
      }),
    ],
    ["role, wrong key", fromAssumeRole({ ...base, source: wrong, params })],
    [
      "role, wrong token",
      fromAssumeRole({ ...base, source: temporary, params: { ...params, ExternalId: `${MARK}-external` } }),
    ],
    [
      "role, code rubbish",
      fromAssumeRole({
        ...base,
        source: userKeys,
        params: { ...params, SerialNumber: SERIAL },
        mfaCodeProvider: async () => MARK,
      }),
    ],
    [
      "role, code wrong",
      fromAssumeRole({
        ...base,
        source: userKeys,
        params: { ...params, SerialNumber: SERIAL },
        mfaCodeProvider: async () => "987654",
      }),
    ],
    ["mfa, code wrong", fromMfaSession({ ...mfa, mfaCodeProvider: async () => "987654" })],
    ["mfa, code rubbish", fromMfaSession({ ...mfa, mfaCodeProvider: async () => MARK })],
    [
      "mfa, temporary source",
      fromMfaSession({ ...mfa, source: temporary, mfaCodeProvider: async () => "987654" }),
    ],
    ["mfa, secret rubbish", fromMfaSession({ ...mfa, mfaCodeProvider: totp({ secret: `${MARK}!0189` }) })],
    ["web identity", fromWebToken({ ...base, roleArn: roleArn("web"), webIdentityToken: `${MARK}.a.b` })],
    [
      "saml",
      fromSaml({
        ...base,
        samlAssertion: `${MARK}assertion`,
        params: { ...params, PrincipalArn: "arn:aws:iam::123456789012:saml-provider/x" },
      }),
    ],
    ["token file", fromTokenFile({ ...base, webIdentityTokenFile: file, roleArn: roleArn("web") })],
    [
      "github, refused",
      fromGitHubActions({ ...base, roleArn: roleArn("web"), env: github, fetch: reply(MARK, 403) }),
    ],
    [
      "github, rubbish",
      fromGitHubActions({ ...base, roleArn: roleArn("web"), env: github, fetch: reply(MARK) }),
    ],
    [
      "http, rubbish",
      fromHttp({
        credentialsFullUri: "http://127.0.0.1/",
        authorizationToken: `${MARK}auth`,
        fetch: reply(`{${MARK}`),
      }),
    ],
    [
      "http, refused",
      fromHttp({
        credentialsFullUri: "http://127.0.0.1/",
        authorizationToken: `${MARK}auth`,
        fetch: reply(MARK, 403),
      }),
    ],
    [
      "http, line break",
      fromHttp({
        credentialsFullUri: "http://127.0.0.1/",
        authorizationToken: `${MARK}\n`,
        fetch: reply(""),
      }),
    ],
    [
      "http, password",
      fromHttp({ credentialsFullUri: `http://user:${MARK}@example.com/`, fetch: reply("") }),
    ],
    [
      "container",
      fromContainerMetadata({
        env: {
          AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://example.com/${MARK}`,
          AWS_CONTAINER_AUTHORIZATION_TOKEN: MARK,
        },
      }),
    ],
    [
      "profile, wrong key",
      fromIni({
        ...(await profile(
          "a",
          `[profile b]\n${keys}[profile p]\nrole_arn = ${roleArn("one")}\nsource_profile = b\n`,
        )),
        profile: "p",
      }),
    ],
    [
      "profile, malformed",
      fromIni({ ...(await profile("b", `[default]\n${keys}${MARK} without an equals sign\n`)) }),
    ],
    [
      "profile, circle",
      fromIni({
        ...(await profile(
          "c",
          `[default]\naws_secret_access_key = ${MARK}\nrole_arn = x\nsource_profile = default\n`,
        )),
      }),
    ],
    [
      "process, prints",
      fromProcess({
        ...(await profile("d", `[default]\ncredential_process = echo ${MARK}\n`)),
        stderr: "ignore",
      }),
    ],
    [
      "process, fails",
      fromProcess({
        ...(await profile("e", `[default]\ncredential_process = echo ${MARK} >&2; exit 1\n`)),
        stderr: "ignore",
      }),
    ],
    [
      "process, hangs",
      fromProcess({
        ...(await profile("f", `[default]\ncredential_process = echo ${MARK}; sleep 9\n`)),
        stderr: "ignore",
        timeoutMs: 50,
      }),
    ],
    ["no file", fromProcess({ configFilepath, filepath: configFilepath, env: {} })],
  ];
}

describe("failures", () => {
  it("show no key, token, code, assertion, command line or output of a process", async () => {
    const leaks: string[] = [];
    for (const [name, provider] of await failures()) {
      const error: unknown = await provider().then(
        () => expect.unreachable(`${name} should have failed`),
        (caught: unknown) => caught,
      );
      const text = everything(error);
      if (text.includes(MARK) || text.includes("987654")) leaks.push(`${name}: ${text}`);
    }
    expect(leaks).toEqual([]);
  });
});
