import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect, promisify } from "node:util";

import { GetCallerIdentityCommand, STSClient } from "@org/sts-client";
import { defaultCredentials } from "@org/sts-client/credentials";
import { fromIni, fromLoginCredentials, fromSSO } from "@org/sts-client/credentials/node";
import { afterEach, beforeEach, expect, test } from "vitest";

import { createWorld, roleArn, userKeys } from "../../support/sts-world.ts";
import {
  createLoginKey,
  createSignInServices,
  loginPath,
  ssoPath,
  writeJson,
} from "../../support/sign-in-services.ts";
import type { Fault } from "../../support/sign-in-services.ts";

// Profiles that sign in, as programs use them: through fromIni, the default credentials and a client.
const LOGIN = "arn:aws:iam::123456789012:user/alice";
const key = createLoginKey();
const run = promisify(execFile);
const sleep = async () => undefined;
const START = Date.parse("2026-01-01T00:00:00Z");
const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString();

const SSO = `sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
`;
const LEGACY = `sso_start_url = https://example.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = Developer
`;
const CONFIG = `[sso-session corp]
sso_start_url = https://example.awsapps.com/start
sso_region = eu-west-1
[profile sso]
${SSO}
[profile legacy]
${LEGACY}
[profile login]
login_session = ${LOGIN}
region = eu-west-1
`;

const KEYS = `aws_access_key_id = ${userKeys.accessKeyId}\naws_secret_access_key = ${userKeys.secretAccessKey}\n`;
const PROCESS = `credential_process = echo '{"Version":1,"AccessKeyId":"AKIAPROCESS","SecretAccessKey":"s"}'\n`;

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-profiles-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** A home directory with sign-ins that last so many seconds, and everything behind one `fetch`. */
async function world(config: string = CONFIG, seconds = 3600) {
  const sts = await createWorld();
  const now = sts.now;
  const services = createSignInServices({ now });
  services.tokens.set("access 0", Infinity);
  services.refreshTokens.set("refresh 0", "good");
  services.refreshTokens.set("login refresh 0", "good");
  services.setLoginKey(key.jwk);
  const token = {
    accessToken: "access 0",
    expiresAt: at(seconds),
    clientId: "client",
    clientSecret: "client secret",
    refreshToken: "refresh 0",
  };
  await writeJson(ssoPath(home, "corp"), token);
  await writeJson(ssoPath(home, "https://example.awsapps.com/start"), token);
  await writeJson(loginPath(join(home, ".aws", "login", "cache"), LOGIN), {
    accessToken: {
      ...userKeys,
      sessionToken: "login session 0",
      accountId: "123456789012",
      expiresAt: at(seconds),
    },
    clientId: "arn:aws:signin:::devtools/same-device",
    refreshToken: "login refresh 0",
    dpopKey: key.sec1,
  });
  const configFilepath = join(home, "config");
  await writeJson(configFilepath, config);
  const hosts: string[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { host } = new URL(input instanceof Request ? input.url : String(input));
    hosts.push(host);
    if (host.startsWith("sts.")) return sts.clientConfig.fetch(input, init);
    // An instance whose role would be another identity.
    if (host === "169.254.169.254") return new Response("instance-role-credentials");
    return services.fetch(input, init);
  };
  const options = {
    configFilepath,
    filepath: join(home, "none"),
    env: { HOME: home },
    clientConfig: { ...sts.clientConfig, fetch, sleep },
    metadata: { fetch },
    now,
  };
  return { ...sts, services, hosts, fetch, options, configFilepath };
}

/** The error of a provider. */
async function failureOf(get: () => Promise<unknown>) {
  const error: unknown = await get().then(
    (identity) => expect.unreachable(`should have failed, and gave ${JSON.stringify(identity)}`),
    (caught: unknown) => caught,
  );
  return error as Error & { readonly code: string };
}

test.each([
  ["sso", { CREDENTIALS_SSO: "s", CREDENTIALS_PROFILE_SSO: "r" }],
  ["legacy", { CREDENTIALS_SSO_LEGACY: "u", CREDENTIALS_PROFILE_SSO_LEGACY: "t" }],
  ["login", { CREDENTIALS_LOGIN: "AD", CREDENTIALS_PROFILE_LOGIN: "AC" }],
])("fromIni and the default credentials resolve the profile %s by themselves", async (profile, $source) => {
  const { options } = await world();
  for (const create of [fromIni, defaultCredentials]) {
    const identity = await create({ ...options, profile })();
    expect(identity).toMatchObject({ accountId: "123456789012", $source });
  }
});

test("fromIni asks the portal once for many calls, and again when the profile changes", async () => {
  const { options, services, configFilepath } = await world();
  const get = fromIni({ ...options, profile: "sso" });
  const [first] = await Promise.all([get(), get(), get()]);
  expect(await get()).toEqual(first);
  expect(services.requests).toHaveLength(1);
  await writeJson(
    configFilepath,
    CONFIG.replace("Developer", "Read only/all").replace("123456789012", "111122223333"),
  );
  expect(await get()).toMatchObject({ accountId: "111122223333" });
});

test("fromIni uses the provider that is given for profiles that sign in", async () => {
  const { options, hosts } = await world();
  const asked: string[] = [];
  const signInProvider = (profile: string) => async () => {
    asked.push(profile);
    return userKeys;
  };
  for (const profile of ["sso", "legacy", "login"])
    expect(await fromIni({ ...options, profile, signInProvider })()).toEqual(userKeys);
  expect(asked).toEqual(["sso", "legacy", "login"]);
  expect(hosts).toEqual([]);
});

test.each([
  ["keys", "credentials", []],
  ["sso", "ERR_SIGN_IN_REQUIRED", ["from-sso", "sso-token"]],
  ["login", "ERR_SIGN_IN_REQUIRED", ["from-login-credentials", "dpop"]],
])(
  "the default credentials load for the profile %s only what it needs of the sign-in",
  async (profile, outcome, needed) => {
    const { configFilepath } = await world(`${CONFIG}[profile keys]\n${KEYS}`);
    const script = fileURLToPath(new URL("../../support/modules-for-profile.ts", import.meta.url));
    const flags = process.env["STS_TEST_SOURCE"] === undefined ? [] : ["--conditions=@org/source"];
    const { stdout } = await run(process.execPath, [...flags, script, configFilepath, profile]);
    const loaded = JSON.parse(stdout) as { readonly outcome: string; readonly names: readonly string[] }; // the script's
    const signIn = ["from-sso", "sso-token", "from-login-credentials", "dpop"];
    expect(loaded.outcome).toBe(outcome);
    expect(signIn.filter((name) => loaded.names.includes(name))).toEqual(needed);
  },
);

test.each([
  ["keys before IAM Identity Center", SSO + KEYS, userKeys.accessKeyId],
  ["a process before IAM Identity Center", SSO + PROCESS, "AKIAPROCESS"],
  ["keys before login_session", `login_session = ${LOGIN}\n${KEYS}`, userKeys.accessKeyId],
  ["a process before login_session", `login_session = ${LOGIN}\n${PROCESS}`, "AKIAPROCESS"],
  ["IAM Identity Center before login_session", `login_session = ${LOGIN}\n${SSO}`, "ASIAEXAMPLE000000001"],
])("fromIni takes %s, as the AWS SDK for JavaScript does", async (_, lines, accessKeyId) => {
  const { options } = await world(`${CONFIG}[profile both]\n${lines}`);
  expect(await fromIni({ ...options, profile: "both" })()).toMatchObject({ accessKeyId });
});

test("a role over a profile that signs in is assumed with its credentials, and once", async () => {
  const role = `[profile role]\nrole_arn = ${roleArn("one")}\nsource_profile = login\n`;
  const { options, fake, hosts } = await world(CONFIG + role);
  const get = fromIni({ ...options, profile: "role" });
  // The fake STS does not know the session token of the sign-in: what it refuses shows whose keys they were.
  await failureOf(get);
  expect(fake.calls().map(({ operation, accessKeyId }) => `${operation} ${accessKeyId}`)).toEqual([
    `AssumeRole ${userKeys.accessKeyId}`,
  ]);
  // Only when they are refused is the sign-in asked for others, and never another source.
  expect(hosts[0]).toMatch(/^sts\./);
  expect(hosts).not.toContain("169.254.169.254");
});

test("a client without credentials signs with those of the sign-in that AWS_PROFILE leads to", async () => {
  const { fetch, hosts, options } = await world();
  const seen: (string | null)[] = [];
  const requestHandler: typeof fetch = async (input, init) => {
    const { host } = new URL(String(input));
    if (!host.startsWith("sts.")) return fetch(input, init);
    seen.push(new Headers(init?.headers).get("x-amz-security-token"));
    return new Response(
      '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>a</Arn><UserId>u</UserId><Account>123456789012</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetCallerIdentityResponse>',
    );
  };
  const client = new STSClient({
    region: "us-west-2",
    fetch: requestHandler,
    now: options.now,
    credentialDefaultProvider: () =>
      defaultCredentials({ ...options, clientConfig: undefined, profile: "sso" }),
  });
  expect(await client.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: "123456789012" });
  expect(seen).toEqual(["session of 123456789012 Developer"]);
  // The sign-in's requests went the client's own way.
  expect(hosts).toEqual(["portal.sso.eu-west-1.amazonaws.com"]);
});

const ended: Fault = { status: 400, code: "AccessDeniedException", error: "TOKEN_EXPIRED" };
const down: Fault[] = Array.from({ length: 9 }, () => ({ status: 503 }));
const FAILURES: readonly (readonly [
  name: string,
  faults: readonly Fault[],
  seconds: number,
  files: boolean,
])[] = [
  ["nobody signed in", [], 3600, false],
  ["the sign-in has ended and cannot be renewed", [ended, ended], -1, true],
  ["the services are down", down, -1, true],
  ["the network is down", Array.from({ length: 9 }, () => new Error("unreachable")), -1, true],
];

test.each(
  ["sso", "legacy", "login"].flatMap((profile) =>
    FAILURES.map(([name, faults, seconds, files]) => [profile, name, faults, seconds, files] as const),
  ),
)(
  "the default credentials never use the instance's role when the profile %s fails because %s",
  async (profile, _, faults, seconds, files) => {
    const { options, services, hosts } = await world(CONFIG, seconds);
    services.faults.push(...faults);
    if (!files) await rm(join(home, ".aws"), { recursive: true });
    for (const given of [{ profile }, { env: { HOME: home, AWS_PROFILE: profile } }]) {
      const error = await failureOf(defaultCredentials({ ...options, ...given }));
      expect(error).toMatchObject({ code: expect.stringMatching(/^ERR_SIGN_IN_/), tryNextLink: false });
    }
    expect(hosts).not.toContain("169.254.169.254");
  },
);

test("no failure of a sign-in shows a token, a key or a secret", async () => {
  const MARK = "MARKED";
  const { options, fetch } = await world();
  const marked = {
    accessToken: `${MARK}access`,
    expiresAt: at(-1),
    clientId: `${MARK}client`,
    clientSecret: `${MARK}secret`,
    refreshToken: `${MARK}refresh`,
  };
  const login = {
    accessToken: {
      accessKeyId: "ASIAEXAMPLE",
      secretAccessKey: `${MARK}secret`,
      sessionToken: `${MARK}token`,
      expiresAt: at(-1),
    },
    clientId: "client",
    refreshToken: `${MARK}refresh`,
    dpopKey: key.sec1,
  };
  const secretLine = key.sec1.split("\n")[1] ?? "";
  const broken = key.sec1.replace("A", "!");
  const reply =
    (status: number, body: string): typeof fetch =>
    async () =>
      new Response(body, { status });
  const replies = [
    reply(400, JSON.stringify({ error: "invalid_grant", error_description: `${MARK}refresh is no good` })),
    reply(400, JSON.stringify({ error: `${MARK} refresh`, __type: `${MARK} refresh` })),
    reply(403, JSON.stringify({ message: `${MARK}access` })),
    reply(401, `${MARK}access`),
    reply(200, JSON.stringify({ accessToken: `${MARK}new`, expiresIn: "soon" })),
    reply(200, JSON.stringify({ roleCredentials: { secretAccessKey: `${MARK}key` } })),
    reply(200, `{"accessToken": "${MARK}`),
    reply(503, MARK),
  ];
  const texts: string[] = [];
  for (const members of [
    {},
    { expiresAt: at(3600) },
    { expiresAt: MARK },
    { refreshToken: undefined },
    { registrationExpiresAt: at(-1) },
  ]) {
    for (const fetch of replies) {
      await writeJson(ssoPath(home, "corp"), { ...marked, ...members });
      await writeJson(loginPath(join(home, ".aws", "login", "cache"), LOGIN), {
        ...login,
        ...("refreshToken" in members && { dpopKey: broken }),
      });
      const clientConfig = { fetch, sleep };
      for (const get of [
        fromSSO({ ...options, clientConfig, profile: "sso" }),
        fromLoginCredentials({ ...options, clientConfig, profile: "login" }),
      ]) {
        const error = await failureOf(get);
        texts.push(
          `${String(error)}\n${inspect(error, { depth: 10, showHidden: true })}\n${JSON.stringify(error)}\n${error.stack}`,
        );
      }
    }
  }
  expect(texts.filter((text) => text.includes(MARK) || text.includes(secretLine))).toEqual([]);
  expect(texts).toHaveLength(80);
});
