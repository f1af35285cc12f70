import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fromIni, fromSSO } from "@org/sts-client/credentials/node";
import type { FromSSOOptions } from "@org/sts-client/credentials/node";
import { afterEach, beforeEach, expect, test } from "vitest";

import { createSignInServices, readJson, ssoPath, writeJson } from "./sign-in-services.ts";
import type { SignInServicesOptions } from "./sign-in-services.ts";

const START = Date.parse("2026-11-29T12:00:00Z");
const at = (seconds: number): string => `${new Date(START + seconds * 1000).toISOString().slice(0, 19)}Z`;
const sleep = async () => undefined;

const SESSION = `[sso-session corp]
sso_start_url = https://d-1234567890.awsapps.com/start
sso_region = eu-west-1
`;
const PROFILE = `[profile dev]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
`;

const SIGN_IN = {
  startUrl: "https://d-1234567890.awsapps.com/start",
  region: "eu-west-1",
  accessToken: "access 0",
  expiresAt: at(3600),
  clientId: "client",
  clientSecret: "client secret",
  registrationExpiresAt: at(86_400),
  refreshToken: "refresh 0",
};

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-sso-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** A home directory with a profile and a sign-in, the services behind it, and a clock to move. */
async function world(
  options: Partial<SignInServicesOptions> & {
    readonly config?: string;
    readonly signIn?: unknown;
    readonly session?: string;
  } = {},
) {
  const clock = { now: START };
  const now = () => clock.now;
  const services = createSignInServices({ now, ...options });
  services.tokens.set("access 0", Infinity);
  services.refreshTokens.set("refresh 0", "good");
  const path = ssoPath(home, options.session ?? "corp");
  if (options.signIn !== null) await writeJson(path, options.signIn ?? SIGN_IN);
  const configFilepath = join(home, "config");
  await writeFile(configFilepath, options.config ?? SESSION + PROFILE);
  const base = {
    profile: "dev",
    configFilepath,
    filepath: join(home, "none"),
    env: { HOME: home },
    clientConfig: { fetch: services.fetch, sleep },
    now,
  };
  const provider = (more: FromSSOOptions = {}) => fromSSO({ ...base, ...more });
  return { clock, services, path, configFilepath, base, provider, get: provider() };
}

test("fromSSO gives the credentials of the role that a profile with a session names", async () => {
  const { get, services } = await world();
  expect(await get()).toEqual({
    accessKeyId: "ASIAEXAMPLE000000001",
    secretAccessKey: "secret of 123456789012 Developer",
    sessionToken: "session of 123456789012 Developer",
    expiration: new Date(START + 8 * 3_600_000),
    accountId: "123456789012",
    $source: { CREDENTIALS_SSO: "s" },
  });
  expect(services.requests.map(({ method, url }) => `${method} ${url.href}`)).toEqual([
    "GET https://portal.sso.eu-west-1.amazonaws.com/federation/credentials?role_name=Developer&account_id=123456789012",
  ]);
});

test("fromIni resolves a profile that signs in through IAM Identity Center by itself", async () => {
  const { base } = await world();
  expect(await fromIni(base)()).toMatchObject({
    accessKeyId: "ASIAEXAMPLE000000001",
    $source: { CREDENTIALS_SSO: "s", CREDENTIALS_PROFILE_SSO: "r" },
  });
});

test("fromSSO renews a sign-in in its last five minutes and stores what it got", async () => {
  const { get, services, path } = await world({ signIn: { ...SIGN_IN, expiresAt: at(299), theirs: [1] } });
  expect(await get()).toMatchObject({ accessKeyId: "ASIAEXAMPLE000000002" });
  expect(services.paths()).toEqual(["/token", "/federation/credentials"]);
  expect(await readJson(path)).toEqual({
    ...SIGN_IN,
    accessToken: "access 1",
    expiresAt: at(3600),
    refreshToken: "refresh 1",
    theirs: [1],
  });
});
