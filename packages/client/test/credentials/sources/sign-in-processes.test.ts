// What happens in processes of their own. Mutation runs leave this file out.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { runSignInWorkers } from "../../support/run-sign-in-workers.ts";
import {
  createLoginKey,
  createSignInServices,
  loginPath,
  loginSignIn,
  readJson,
  ssoPath,
  writeJson,
} from "../../support/sign-in-services.ts";

const SSO_CONFIG = `[sso-session corp]
sso_start_url = https://d-1234567890.awsapps.com/start
sso_region = eu-west-1
[profile dev]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
`;
const LOGIN_SESSION = "arn:aws:iam::123456789012:user/alice";
const LOGIN_CONFIG = `[profile dev]\nlogin_session = ${LOGIN_SESSION}\nregion = eu-west-1\n`;
const key = createLoginKey();

const iso = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

/** The file that `aws sso login` leaves behind. */
function ssoSignIn(now: number) {
  return {
    startUrl: "https://d-1234567890.awsapps.com/start",
    region: "eu-west-1",
    accessToken: "access 0",
    expiresAt: iso(now + 60_000),
    clientId: "client",
    clientSecret: "client secret",
    registrationExpiresAt: iso(now + 86_400_000),
    refreshToken: "refresh 0",
  };
}

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-sign-in-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

test("fromSSO renews a sign-in once for four processes at the same moment", async () => {
  const now = Date.now;
  const services = createSignInServices({ now });
  const server = await services.listen();
  services.refreshTokens.set("refresh 0", "good");
  await writeJson(join(home, ".aws", "config"), SSO_CONFIG);
  await writeJson(ssoPath(home, "corp"), ssoSignIn(now()));
  const results = await runSignInWorkers({ count: 4, kind: "sso", home, endpoint: server.url });
  await server.close();
  expect(results.flatMap(({ results, warnings }) => [...results, ...warnings])).toHaveLength(8);
  expect(results.flatMap(({ results }) => results).filter((key) => !key.startsWith("ASIA"))).toEqual([]);
  expect(services.paths().filter((path) => path === "/token")).toHaveLength(1);
}, 60_000);

test("fromSSO renews in memory where the folder cannot be written to, and says so", async () => {
  const now = Date.now;
  const services = createSignInServices({ now, expiresIn: 600 });
  const server = await services.listen();
  services.refreshTokens.set("refresh 0", "good");
  await writeJson(join(home, ".aws", "config"), SSO_CONFIG);
  const path = ssoPath(home, "corp");
  const signIn = ssoSignIn(now());
  await writeJson(path, signIn);
  await chmod(path, 0o444);
  await chmod(join(home, ".aws", "config"), 0o444);
  await chmod(home, 0o755);
  await chmod(join(path, ".."), 0o555);
  // Root may write everywhere.
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const [result] = await runSignInWorkers({
    count: 1,
    kind: "sso",
    home,
    endpoint: server.url,
    options: user,
  });
  await server.close();
  await chmod(join(path, ".."), 0o755);
  expect(result?.results).toEqual([expect.stringMatching(/^ASIA/), expect.stringMatching(/^ASIA/)]);
  expect(result?.warnings).toEqual([`sts-client: cannot store the renewed sign-in in ${path}`]);
  expect(services.paths()).toEqual(["/token", "/federation/credentials", "/federation/credentials"]);
  expect(await readJson(path)).toEqual(signIn);
}, 60_000);

test("fromLoginCredentials keeps the session when eight processes renew it at the same moment", async () => {
  const services = createSignInServices({ now: Date.now });
  services.refreshTokens.set("login refresh 0", "good");
  services.setLoginKey(key.jwk);
  const server = await services.listen();
  await writeJson(join(home, ".aws", "config"), LOGIN_CONFIG);
  const path = loginPath(join(home, ".aws", "login", "cache"), LOGIN_SESSION);
  await writeJson(path, loginSignIn(iso(Date.now() + 60_000), key.sec1));
  const results = await runSignInWorkers({ count: 8, kind: "login", home, endpoint: server.url });
  await server.close();
  // Each process asks twice; a refresh token that is shown twice would end the session for all.
  expect(new Set(results.flatMap(({ results }) => results))).toEqual(new Set(["ASIALOGIN00000000001"]));
  expect(results).toHaveLength(8);
  expect(results.flatMap(({ warnings }) => warnings)).toEqual([]);
  expect(services.requests).toHaveLength(1);
  expect(await readJson(path)).toMatchObject({ refreshToken: "login refresh 1" });
}, 60_000);

test("fromLoginCredentials does not use up the refresh token where the folder cannot be written to", async () => {
  const services = createSignInServices({ now: Date.now });
  services.refreshTokens.set("login refresh 0", "good");
  services.setLoginKey(key.jwk);
  const server = await services.listen();
  const config = join(home, ".aws", "config");
  await writeJson(config, LOGIN_CONFIG);
  const path = loginPath(join(home, ".aws", "login", "cache"), LOGIN_SESSION);
  // Root may write everywhere.
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const results: string[][] = [];
  for (const seconds of [60, -1]) {
    await writeJson(path, loginSignIn(iso(Date.now() + seconds * 1000), key.sec1));
    for (const [file, mode] of [
      [path, 0o444],
      [config, 0o444],
      [home, 0o755],
      [join(path, ".."), 0o555],
    ] as const)
      await chmod(file, mode);
    const [result] = await runSignInWorkers({
      count: 1,
      kind: "login",
      home,
      endpoint: server.url,
      options: user,
    });
    results.push([...(result?.results ?? [])]);
    for (const file of [path, join(path, "..")]) await chmod(file, 0o755);
  }
  await server.close();
  expect(results).toEqual([
    ["ASIALOGIN00000000000", "ASIALOGIN00000000000"],
    ["ERR_SIGN_IN_UNAVAILABLE", "ERR_SIGN_IN_UNAVAILABLE"],
  ]);
  expect(services.requests).toEqual([]);
}, 60_000);
