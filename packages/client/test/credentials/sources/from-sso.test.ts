import { chmod, mkdtemp, readlink, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { CallerClientConfig } from "@org/sts-client/credentials";
import { fromSSO } from "@org/sts-client/credentials/node";
import type { FromSSOOptions } from "@org/sts-client/credentials/node";
import { FetchHttpHandler } from "@smithy/fetch-http-handler";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { afterEach, beforeEach, expect, test } from "vitest";

import { createSignInServices, readJson, ssoPath, writeJson } from "../../support/sign-in-services.ts";
import type { Fault, SignInServicesOptions } from "../../support/sign-in-services.ts";

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

const LEGACY = `[profile dev]
sso_start_url = https://d-1234567890.awsapps.com/start#/
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = Developer
`;
const LEGACY_START_URL = "https://d-1234567890.awsapps.com/start#/";

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

/** The error of a provider, with what it says in one text. */
async function failureOf(get: () => Promise<unknown>) {
  const error: unknown = await get().then(
    (identity) => expect.unreachable(`should have failed, and gave ${JSON.stringify(identity)}`),
    (caught: unknown) => caught,
  );
  return error as Error & { readonly code: string; readonly tryNextLink: boolean };
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

test("fromSSO gives the credentials of a role that a profile in the older form names", async () => {
  const { get, services } = await world({ config: LEGACY, session: LEGACY_START_URL });
  expect(await get()).toMatchObject({
    accessKeyId: "ASIAEXAMPLE000000001",
    accountId: "123456789012",
    $source: { CREDENTIALS_SSO_LEGACY: "u" },
  });
  expect(services.paths()).toEqual(["/federation/credentials"]);
});

test("fromSSO escapes the name of the role", async () => {
  const config =
    SESSION + PROFILE.replace("Developer", "Read only/all").replace("123456789012", "111122223333");
  const { get, services } = await world({ config });
  expect(await get()).toMatchObject({ accountId: "111122223333" });
  expect(services.requests[0]?.url.search).toBe("?role_name=Read%20only%2Fall&account_id=111122223333");
});

// What each program writes; the moment is the same in all of them.
const WRITERS: readonly (readonly [name: string, write: (time: number) => string])[] = [
  ["AWS CLI since 2.1.14", (time) => JSON.stringify({ ...SIGN_IN, expiresAt: iso(time, "Z") })],
  ["AWS CLI before 2.1.14", (time) => JSON.stringify({ ...SIGN_IN, expiresAt: iso(time, "UTC") })],
  [
    "AWS SDK for JavaScript",
    (time) => JSON.stringify({ ...SIGN_IN, expiresAt: new Date(time).toISOString() }, null, 2),
  ],
  ["AWS SDK for Go", (time) => `${JSON.stringify({ ...SIGN_IN, expiresAt: iso(time, "Z") })}\n`],
  [
    "a program with nanoseconds",
    (time) => JSON.stringify({ ...SIGN_IN, expiresAt: iso(time, ".123456789Z") }),
  ],
  ["AWS SDK for Ruby", (time) => JSON.stringify({ ...SIGN_IN, expiresAt: iso(time, "+00:00") })],
  [
    "a program in another time zone",
    (time) => JSON.stringify({ ...SIGN_IN, expiresAt: iso(time + 19_800_000, "+05:30") }),
  ],
  ["a program that writes no zone", (time) => JSON.stringify({ ...SIGN_IN, expiresAt: iso(time, "") })],
];

function iso(time: number, zone: string): string {
  return new Date(time).toISOString().slice(0, 19) + zone;
}

test.each(WRITERS)(
  "fromSSO uses a sign-in that %s wrote while it is good for more than five minutes",
  async (_, write) => {
    const { get, services } = await world({ signIn: write(START + 302_000) });
    await get();
    expect(services.paths()).toEqual(["/federation/credentials"]);
    expect(services.requests[0]?.headers.get("x-amz-sso_bearer_token")).toBe("access 0");
  },
);

test.each(WRITERS)("fromSSO renews a sign-in that %s wrote in its last five minutes", async (_, write) => {
  const { get, services } = await world({ signIn: write(START + 299_000) });
  await get();
  expect(services.paths()).toEqual(["/token", "/federation/credentials"]);
  expect(services.requests[0]?.json).toEqual({
    clientId: "client",
    clientSecret: "client secret",
    grantType: "refresh_token",
    refreshToken: "refresh 0",
  });
  expect(services.requests[1]?.headers.get("x-amz-sso_bearer_token")).toBe("access 1");
});

test.each(WRITERS)(
  "fromSSO takes a sign-in in the older form that %s wrote to have expired at its moment",
  async (_, write) => {
    const { get, services, clock } = await world({
      config: LEGACY,
      session: LEGACY_START_URL,
      signIn: write(START + 60_000),
    });
    clock.now += 59_000;
    expect(await get()).toMatchObject({ accountId: "123456789012" });
    clock.now += 2000;
    const error = await failureOf(() => get({ forceRefresh: true }));
    expect(error).toMatchObject({ code: "ERR_SIGN_IN_REQUIRED", tryNextLink: false, profile: "dev" });
    expect(error.message).toMatch(
      /expired at 2026-11-29T12:01:00\.(000|123)Z: run aws sso login --profile dev$/,
    );
    expect(services.paths()).toEqual(["/federation/credentials"]);
  },
);

test("fromSSO stores a renewed sign-in with the members it does not know, in the mode the file had", async () => {
  const { get, path } = await world({
    signIn: { ...SIGN_IN, expiresAt: at(299), theirs: { deep: [1, null] } },
  });
  await chmod(path, 0o640);
  await get();
  expect(await readJson(path)).toEqual({
    ...SIGN_IN,
    accessToken: "access 1",
    expiresAt: at(3600),
    refreshToken: "refresh 1",
    theirs: { deep: [1, null] },
  });
  expect((await stat(path)).mode & 0o777).toBe(0o640);
});

test("fromSSO keeps the refresh token when the response has no new one", async () => {
  const { get, path, services, clock } = await world({
    rotates: false,
    expiresIn: 600,
    signIn: { ...SIGN_IN, expiresAt: at(10) },
  });
  await get();
  expect(await readJson(path)).toMatchObject({ accessToken: "access 1", refreshToken: "refresh 0" });
  clock.now += 590_000;
  await get({ forceRefresh: true });
  expect(services.paths()).toEqual([
    "/token",
    "/federation/credentials",
    "/token",
    "/federation/credentials",
  ]);
});

test("fromSSO writes to the file behind a link, and the link stays", async () => {
  const { get, path } = await world({ signIn: { ...SIGN_IN, expiresAt: at(10) } });
  const real = join(home, "elsewhere.json");
  await rename(path, real);
  await symlink(real, path);
  await get();
  expect(await readlink(path)).toBe(real);
  expect(await readJson(real)).toMatchObject({ accessToken: "access 1" });
});

test("fromSSO reads a sign-in again that another program is just writing", async () => {
  const { get, path } = await world({ signIn: "" });
  const reading = get();
  setTimeout(() => void writeFile(path, JSON.stringify(SIGN_IN)), 40);
  expect(await reading).toMatchObject({ accountId: "123456789012" });
});

test("fromSSO renews a sign-in once for callers, providers and profiles at the same moment", async () => {
  const config = SESSION + PROFILE + PROFILE.replace("dev", "other");
  const { base, services } = await world({ config, signIn: { ...SIGN_IN, expiresAt: at(10) } });
  const providers = ["dev", "other", "dev"].map((profile) => fromSSO({ ...base, profile }));
  await Promise.all([...providers, ...providers].map((get) => get()));
  expect(services.paths().filter((path) => path === "/token")).toHaveLength(1);
  // The callers of one provider share its credentials, too.
  expect(services.paths().filter((path) => path !== "/token")).toHaveLength(3);
});

test("fromSSO uses what another program renewed without a lock when its own refresh token was used up", async () => {
  const { base, path, services } = await world({ signIn: { ...SIGN_IN, expiresAt: at(-1) } });
  const theirs = { ...SIGN_IN, accessToken: "access of the CLI", refreshToken: "refresh of the CLI" };
  services.refreshTokens.set("refresh 0", "used");
  services.tokens.set(theirs.accessToken, Infinity);
  const fetch: typeof globalThis.fetch = async (input, init) => {
    if (String(input).endsWith("/token")) await writeJson(path, theirs);
    return services.fetch(input, init);
  };
  expect(await fromSSO({ ...base, clientConfig: { fetch, sleep } })()).toMatchObject({
    accountId: "123456789012",
  });
  expect(await readJson(path)).toEqual(theirs);
});

test.each([0, -1, 1e20, "900", null, undefined])(
  "fromSSO refuses a renewed sign-in that is said to last %s seconds",
  async (expiresIn) => {
    const { base, path } = await world({ signIn: { ...SIGN_IN, expiresAt: at(-1) } });
    const fetch = async () => Response.json({ accessToken: "new", expiresIn });
    const error = await failureOf(fromSSO({ ...base, clientConfig: { fetch, sleep } }));
    expect(error).toMatchObject({ code: "ERR_SIGN_IN_UNAVAILABLE", tryNextLink: false });
    expect(await readJson(path)).toMatchObject({ accessToken: "access 0" });
  },
);

const noToken = "without accessToken or expiresIn";
test.each<[what: string, response: () => Response, said: string]>([
  ["is not JSON", () => new Response("<html>"), noToken],
  ["has no token", () => Response.json({ expiresIn: 900 }), noToken],
  ["was only accepted", () => Response.json({ accessToken: "new", expiresIn: 900 }, { status: 202 }), "202"],
  ["asks to wait", () => new Response("", { status: 429 }), "429"],
  ["says that it failed", () => new Response("", { status: 500 }), "500"],
])("fromSSO refuses the response to a renewal when it %s", async (_, response, said) => {
  const { base, path } = await world({ signIn: { ...SIGN_IN, expiresAt: at(-1) } });
  const fetch = async () => response();
  expect(await failureOf(fromSSO({ ...base, clientConfig: { fetch, sleep } }))).toMatchObject({
    code: "ERR_SIGN_IN_UNAVAILABLE",
    file: path,
    message: `oidc.eu-west-1.amazonaws.com responded ${said} when asked to renew the sign-in of profile "dev"`,
  });
});

test.each([
  [300, ["/token", "/federation/credentials"]],
  [301, ["/federation/credentials"]],
])("fromSSO, %i s before a sign-in ends, asks for %j", async (seconds, paths) => {
  const { get, services } = await world({ signIn: { ...SIGN_IN, expiresAt: at(seconds) } });
  await get();
  expect(services.paths()).toEqual(paths);
});

test("fromSSO does not use a sign-in in the older form at the moment of its end", async () => {
  const signIn = { ...SIGN_IN, expiresAt: at(0) };
  const { get, services } = await world({ config: LEGACY, session: LEGACY_START_URL, signIn });
  expect(await failureOf(get)).toMatchObject({ code: "ERR_SIGN_IN_REQUIRED" });
  expect(services.requests).toEqual([]);
});

test.each([
  ["in the older form", LEGACY, LEGACY_START_URL, "/federation/credentials"],
  ["whose refresh token is used up", SESSION + PROFILE, "corp", "/token"],
])(
  "fromSSO uses what another program has stored meanwhile when the portal refuses a sign-in %s",
  async (_, config, session, moment) => {
    const { base, path, services } = await world({ config, session });
    const theirs = { ...SIGN_IN, accessToken: "access of the CLI" };
    services.tokens.set(theirs.accessToken, Infinity);
    services.tokens.delete("access 0");
    services.refreshTokens.set("refresh 0", "used");
    const fetch: typeof globalThis.fetch = async (input, init) => {
      if (new URL(String(input)).pathname === moment) await writeJson(path, theirs);
      return services.fetch(input, init);
    };
    expect(await fromSSO({ ...base, clientConfig: { fetch, sleep } })()).toMatchObject({
      accountId: "123456789012",
    });
  },
);

const ALIVE = at(120);
const DEAD = at(-1);
const transient = { status: 503 };
const refused = { status: 400, code: "InvalidGrantException", error: "invalid_grant" };

test.each<[name: string, faults: Fault[], attempts: number]>([
  ["the network fails", [new Error("socket hang up"), new Error("socket hang up"), new Error("end")], 3],
  ["the service is unavailable", [transient, transient, transient], 3],
  ["the service is overloaded", [{ status: 429 }, { status: 429 }, { status: 429 }], 3],
  ["the service says to slow down", [{ status: 400, code: "SlowDownException", error: "slow_down" }], 1],
  ["the refresh token is refused", [refused], 1],
  [
    "the registration is refused",
    [{ status: 401, code: "InvalidClientException", error: "invalid_client" }],
    1,
  ],
  ["a redirect is responded", [{ status: 302 }], 1],
])(
  "fromSSO uses a sign-in that is still good when it cannot be renewed because %s",
  async (_, faults, attempts) => {
    const { get, services, path, clock } = await world({ signIn: { ...SIGN_IN, expiresAt: ALIVE } });
    services.faults.push(...faults);
    expect(await get()).toMatchObject({ accountId: "123456789012" });
    const renewals = services.paths().filter((path) => path === "/token");
    expect(renewals).toHaveLength(attempts);
    expect(await readJson(path)).toEqual({ ...SIGN_IN, expiresAt: ALIVE });

    // Not again within half a minute, and then with success.
    clock.now += 29_999;
    await get({ forceRefresh: true });
    expect(services.paths().filter((path) => path === "/token")).toHaveLength(attempts);
    clock.now += 1;
    await get({ forceRefresh: true });
    expect(services.paths().filter((path) => path === "/token")).toHaveLength(attempts + 1);
    expect(await readJson(path)).toMatchObject({ accessToken: "access 3" });
  },
);

test.each<[name: string, faults: Fault[], code: string, message: string]>([
  [
    "the network fails",
    [new Error("a"), new Error("b"), new Error("c")],
    "UNAVAILABLE",
    "did not respond: c",
  ],
  ["the service is unavailable", [transient, transient, transient], "UNAVAILABLE", "503"],
  [
    "the refresh token is refused",
    [refused],
    "REQUIRED",
    "400 InvalidGrant): run aws sso login --profile dev",
  ],
  [
    "the registration is refused",
    [{ status: 401, code: "InvalidClientException" }],
    "REQUIRED",
    "401 InvalidClient): run aws sso login --profile dev",
  ],
  ["the service says to slow down", [{ status: 400, code: "SlowDownException" }], "UNAVAILABLE", "SlowDown"],
])("fromSSO fails when a sign-in has ended and %s", async (_, faults, code, message) => {
  const { get, services } = await world({ signIn: { ...SIGN_IN, expiresAt: DEAD } });
  services.faults.push(...faults);
  const error = await failureOf(get);
  expect(error).toMatchObject({ code: `ERR_SIGN_IN_${code}`, tryNextLink: false });
  expect(error.message).toContain(message);
  expect(services.paths()).not.toContain("/federation/credentials");
});

test.each([
  ["its registration has expired", { registrationExpiresAt: at(-1) }, "registration"],
  [
    "its registration has expired, in the older form",
    { registrationExpiresAt: iso(START, "UTC") },
    "registration",
  ],
  ["it has no refresh token", { refreshToken: undefined }, "cannot be renewed"],
  ["it has no client id", { clientId: undefined }, "cannot be renewed"],
  ["it has no client secret", { clientSecret: "" }, "cannot be renewed"],
])("fromSSO does not ask to renew a sign-in when %s", async (_, members, reason) => {
  const { get, services, clock } = await world({ signIn: { ...SIGN_IN, expiresAt: ALIVE, ...members } });
  expect(await get()).toMatchObject({ accountId: "123456789012" });
  clock.now += 121_000;
  const error = await failureOf(() => get({ forceRefresh: true }));
  expect(error).toMatchObject({ code: "ERR_SIGN_IN_REQUIRED", message: expect.stringContaining(reason) });
  expect(error.message).toContain("run aws sso login --profile dev");
  expect(services.paths()).toEqual(["/federation/credentials"]);
});

const NO_SIGN_IN = "there is no sign-in";
const NO_TOKEN = "has no accessToken or no expiresAt that is a date";
test.each<[name: string, signIn: unknown, message: string]>([
  ["does not exist", null, NO_SIGN_IN],
  ["is empty", "", NO_SIGN_IN],
  ["is cut off", '{"accessToken": "access', NO_SIGN_IN],
  ["is a list", "[]", NO_TOKEN],
  ["has no token", { ...SIGN_IN, accessToken: undefined }, NO_TOKEN],
  ["has a token that is no text", { ...SIGN_IN, accessToken: 1 }, NO_TOKEN],
  ["has no expiry", { ...SIGN_IN, expiresAt: undefined }, NO_TOKEN],
  ["has an expiry that is no date", { ...SIGN_IN, expiresAt: "tomorrow" }, NO_TOKEN],
  ["has an expiry in seconds", { ...SIGN_IN, expiresAt: 1_800_000_000 }, NO_TOKEN],
  ["is larger than a megabyte", JSON.stringify({ ...SIGN_IN, more: "x".repeat(1_048_577) }), NO_SIGN_IN],
])(
  "fromSSO asks to sign in when the file %s, and sees the sign-in that follows",
  async (_, signIn, message) => {
    const { get, services, path } = await world({ signIn });
    const error = await failureOf(get);
    expect(error).toMatchObject({ code: "ERR_SIGN_IN_REQUIRED", tryNextLink: false, file: path });
    expect(error.message).toContain(message);
    expect(error.message).toContain("run aws sso login --profile dev");
    expect(services.requests).toEqual([]);
    await writeJson(path, SIGN_IN);
    expect(await get()).toMatchObject({ accountId: "123456789012" });
  },
);

test("fromSSO renews a sign-in once that the portal refuses before its time", async () => {
  const { get, services, path } = await world();
  services.tokens.delete("access 0");
  expect(await get()).toMatchObject({ accountId: "123456789012" });
  expect(services.paths()).toEqual(["/federation/credentials", "/token", "/federation/credentials"]);
  expect(await readJson(path)).toMatchObject({ accessToken: "access 1" });
});

test("fromSSO asks to sign in when the portal refuses the renewed sign-in as well", async () => {
  const { get, services } = await world();
  const unauthorized = { status: 401, code: "UnauthorizedException" };
  services.tokens.delete("access 0");
  services.refreshTokens.set("refresh 0", "used");
  await expect(failureOf(get)).resolves.toMatchObject({ code: "ERR_SIGN_IN_REQUIRED" });
  services.refreshTokens.set("refresh 0", "good");
  services.requests.length = 0;
  services.faults.push(unauthorized, { status: 503 }, { status: 503 }, { status: 503 });
  await expect(failureOf(get)).resolves.toMatchObject({ code: "ERR_SIGN_IN_UNAVAILABLE" });
  expect(services.paths()).toEqual(["/federation/credentials", "/token", "/token", "/token"]);
});

test("fromSSO asks to sign in when the portal refuses a sign-in in the older form", async () => {
  const { get, services } = await world({ config: LEGACY, session: LEGACY_START_URL });
  services.tokens.clear();
  const error = await failureOf(get);
  expect(error).toMatchObject({ code: "ERR_SIGN_IN_REQUIRED", tryNextLink: false });
  expect(error.message).toMatch(/^the portal no longer accepts the .*: run aws sso login --profile dev$/);
  expect(services.paths()).toEqual(["/federation/credentials"]);
});

test.each<[name: string, faults: Fault[]]>([
  ["429 twice and then has room", [{ status: 429 }, { status: 429 }]],
  ["500 and breaks off, and then recovers", [{ status: 500 }, new Error("reset")]],
])("fromSSO asks the portal three times when it responds %s", async (_, faults) => {
  const { get, services } = await world();
  services.faults.push(...faults);
  expect(await get()).toMatchObject({ accountId: "123456789012" });
  expect(services.requests).toHaveLength(3);
});

const ROLE = /"Developer" in account 123456789012 of profile "dev"/;

test.each<[name: string, faults: Fault[], code: string, message: RegExp, attempts: number]>([
  ["429 three times", [{ status: 429 }, { status: 429 }, { status: 429 }], "UNAVAILABLE", /429/, 3],
  ["503 three times", [transient, transient, transient], "UNAVAILABLE", /503/, 3],
  ["a redirect", [{ status: 302 }], "UNAVAILABLE", /302/, 1],
  ["403", [{ status: 403, code: "ForbiddenException" }], "REFUSED", ROLE, 1],
  ["404", [{ status: 404, code: "ResourceNotFoundException" }], "REFUSED", ROLE, 1],
  ["400", [{ status: 400, code: "InvalidRequestException" }], "REFUSED", ROLE, 1],
])("fromSSO fails when the portal responds %s", async (_, faults, code, message, attempts) => {
  const { get, services } = await world();
  services.faults.push(...faults);
  const error = await failureOf(get);
  expect(error).toMatchObject({ code: `ERR_SIGN_IN_${code}`, tryNextLink: false, profile: "dev" });
  expect(error.message).toMatch(message);
  expect(services.requests).toHaveLength(attempts);
});

test.each<[name: string, env: object, config: string, attempts: number]>([
  ["AWS_MAX_ATTEMPTS", { AWS_MAX_ATTEMPTS: "5" }, "max_attempts = 2\n", 5],
  ["the profile", {}, "max_attempts = 2\n", 2],
])("fromSSO asks the portal as often as %s says", async (_, env, config, attempts) => {
  const { base, services } = await world({ config: SESSION + PROFILE + config });
  services.faults.push(...Array.from({ length: 9 }, () => transient));
  await failureOf(fromSSO({ ...base, env: { ...base.env, ...env } }));
  expect(services.requests).toHaveLength(attempts);
  services.requests.length = 0;
  await failureOf(fromSSO({ ...base, clientConfig: { ...base.clientConfig, maxAttempts: 1 } }));
  expect(services.requests).toHaveLength(1);
});

test("fromSSO waits as long as the portal asks, twenty seconds at most, and else with growing jitter", async () => {
  const waits: number[] = [];
  const { base, services } = await world();
  const statuses = [
    new Response(null, { status: 429, headers: { "retry-after": "7" } }),
    new Response(null, { status: 503, headers: { "retry-after": "3600" } }),
    new Response(null, { status: 429 }),
    new Response(null, { status: 503 }),
  ];
  const fetch: typeof globalThis.fetch = async (input, init) =>
    statuses.shift() ?? services.fetch(input, init);
  const wait = async (milliseconds: number): Promise<void> => void waits.push(milliseconds);
  const clientConfig = { fetch, sleep: wait, maxAttempts: 5 };
  await fromSSO({ ...base, random: () => 0.5, clientConfig })();
  expect(waits).toEqual([7000, 20_000, 2000, 400]);
});

test.each<[name: string, body: string]>([
  ["no JSON", "<html>"],
  ["no credentials", "{}"],
  ["credentials without a key", JSON.stringify({ roleCredentials: { accessKeyId: "A", expiration: START } })],
  [
    "credentials without a date",
    JSON.stringify({ roleCredentials: { accessKeyId: "A", secretAccessKey: "s", sessionToken: "t" } }),
  ],
  [
    "credentials with a date in text",
    JSON.stringify({
      roleCredentials: { accessKeyId: "A", secretAccessKey: "s", sessionToken: "t", expiration: at(9) },
    }),
  ],
])("fromSSO refuses a response with %s", async (_, body) => {
  const { base } = await world();
  const fetch = async () => new Response(body);
  const error = await failureOf(fromSSO({ ...base, clientConfig: { fetch, sleep } }));
  expect(error).toMatchObject({ code: "ERR_CREDENTIALS_MALFORMED", tryNextLink: false });
});

test("fromSSO gives up on a response that is too large, or takes too long", async () => {
  const { base } = await world();
  const large = async () => new Response("x".repeat(300_000));
  const error = await failureOf(fromSSO({ ...base, clientConfig: { fetch: large, sleep } }));
  expect(error).toMatchObject({
    code: "ERR_SIGN_IN_UNAVAILABLE",
    message: expect.stringContaining("larger"),
  });
  const never = () => new Promise<Response>(() => undefined);
  const slow = await failureOf(
    fromSSO({ ...base, clientConfig: { fetch: never, sleep, requestTimeout: 5 } }),
  );
  expect(slow).toMatchObject({ code: "ERR_SIGN_IN_UNAVAILABLE", message: expect.stringContaining("5 ms") });
});

test.each<[name: string, config: string, code: string, message: string]>([
  [
    "has another start URL than its session",
    `${SESSION + PROFILE}sso_start_url = https://other.example/start\n`,
    "ERR_PROFILE_INVALID",
    'another sso_start_url than its sso-session "corp"',
  ],
  [
    "has another region than its session",
    `${SESSION + PROFILE}sso_region = us-east-1\n`,
    "ERR_PROFILE_INVALID",
    "another sso_region",
  ],
  [
    "names a session that is not there",
    `[sso-session b]\n${PROFILE}`,
    "ERR_PROFILE_INVALID",
    "sessions there: b",
  ],
  [
    "has a session without region and start URL",
    `[sso-session corp]\n${PROFILE}`,
    "ERR_PROFILE_INVALID",
    'lacks sso_start_url, sso_region (nor has its sso-session "corp")',
  ],
  [
    "names no role",
    SESSION + PROFILE.replace(/sso_role_name.*/, ""),
    "ERR_PROFILE_INVALID",
    "lacks sso_role_name",
  ],
  [
    "names no account",
    SESSION + PROFILE.replace(/sso_acc.*/, ""),
    "ERR_PROFILE_INVALID",
    "lacks sso_account_id",
  ],
  [
    "has only an account",
    "[profile dev]\nsso_account_id = 123456789012\n",
    "ERR_PROFILE_INVALID",
    "lacks sso_start",
  ],
  [
    "has a short account",
    SESSION + PROFILE.replace("123456789012", "12345"),
    "ERR_PROFILE_INVALID",
    "twelve digits",
  ],
  [
    "has a region that would lead elsewhere",
    SESSION.replace("eu-west-1", "example.com/x?") + PROFILE,
    "ERR_PROFILE_INVALID",
    'sso_region of profile "dev"',
  ],
  [
    "has FIPS and an endpoint of its own",
    `${SESSION + PROFILE}use_fips_endpoint = true\nendpoint_url = https://gateway.example.com\n`,
    "ERR_OPTION_INVALID",
    "cannot be combined with FIPS",
  ],
  [
    "has a switch that is neither true nor false",
    `${SESSION + PROFILE}use_fips_endpoint = yes\n`,
    "ERR_OPTION_INVALID",
    "use_fips_endpoint must be true or false",
  ],
  [
    "has a number of attempts that is none",
    `${SESSION + PROFILE}max_attempts = many\n`,
    "ERR_OPTION_INVALID",
    "max_attempts must be a whole number",
  ],
  [
    "has an endpoint that is no URL",
    `${SESSION + PROFILE}endpoint_url = gateway\n`,
    "ERR_OPTION_INVALID",
    "not an absolute URL",
  ],
])("fromSSO refuses a profile before any request when it %s", async (_, config, code, message) => {
  const { get, services } = await world({ config });
  const error = await failureOf(get);
  expect(error).toMatchObject({ code, tryNextLink: false });
  expect(error.message).toContain(message);
  expect(services.requests).toEqual([]);
});

test.each([
  ["the same keys as its session", `${PROFILE}sso_region = eu-west-1\n`],
  ["a session that names the account and role", PROFILE.replace(/sso_account_id.*\nsso_role_name.*\n/, "")],
])("fromSSO accepts a profile with %s", async (_, profile) => {
  const session = `${SESSION}sso_account_id = 123456789012\nsso_role_name = Developer\n`;
  const { get } = await world({ config: session + profile });
  expect(await get()).toMatchObject({ accountId: "123456789012" });
});

test("fromSSO lets a chain go on only where the profile does not sign in this way", async () => {
  const { get, services } = await world({ config: "[profile dev]\nregion = eu-west-1\n" });
  expect(await failureOf(get)).toMatchObject({ code: "ERR_CREDENTIALS_NOT_CONFIGURED", tryNextLink: true });
  expect(services.requests).toEqual([]);
});

const IN_CODE = {
  ssoAccountId: "123456789012",
  ssoRoleName: "Developer",
  ssoRegion: "eu-west-1",
  ssoStartUrl: LEGACY_START_URL,
};

test("fromSSO takes everything from code when it is given there, whatever the profile says", async () => {
  const { base } = await world({
    config: SESSION + PROFILE.replace("Developer", "Other"),
    session: LEGACY_START_URL,
  });
  expect(await fromSSO({ ...base, ...IN_CODE })()).toMatchObject({
    secretAccessKey: "secret of 123456789012 Developer",
    $source: { CREDENTIALS_SSO_LEGACY: "u" },
  });
});

test.each([
  ["the session's section says the rest", { ssoRegion: undefined, ssoStartUrl: undefined }],
  ["all is given", { ssoStartUrl: "https://d-1234567890.awsapps.com/start" }],
])("fromSSO takes the sign-in of a session that code names, when %s", async (_, parameters) => {
  const { base } = await world({ signIn: { ...SIGN_IN, expiresAt: at(-1) } });
  const get = fromSSO({ ...base, profile: undefined, ...IN_CODE, ssoSession: "corp", ...parameters });
  expect(await get()).toMatchObject({ $source: { CREDENTIALS_SSO: "s" } });
});

test.each([
  ["something is missing", { ssoRoleName: undefined }, "ERR_OPTION_INVALID", "fromSSO lacks ssoRoleName"],
  ["the session says otherwise", { ssoSession: "corp" }, "ERR_OPTION_INVALID", "another sso_start_url"],
  [
    "nobody signed in to the session",
    { ssoSession: "my corp", ssoRegion: "eu-west-1" },
    "ERR_SIGN_IN_REQUIRED",
    'run aws sso login --sso-session "my corp"',
  ],
  ["nobody signed in", {}, "ERR_SIGN_IN_REQUIRED", "run aws sso login"],
])("fromSSO with parameters in code fails when %s", async (_, parameters, code, message) => {
  const { base, services } = await world();
  const get = fromSSO({ ...base, profile: undefined, env: { HOME: home }, ...IN_CODE, ...parameters });
  const error = await failureOf(get);
  expect(error).toMatchObject({ code, tryNextLink: false });
  expect(error).not.toHaveProperty("profile");
  expect(error.message).toContain(message);
  expect(services.requests).toEqual([]);
});

const GATEWAY =
  "[services mine]\nsso =\n  endpoint_url = https://portal.example.com\nsso_oidc =\n  endpoint_url = https://oidc.example.com/base/\n";

test.each<[name: string, env: object, config: string, hosts: readonly [string, string]]>([
  [
    "the variables of the services",
    {
      AWS_ENDPOINT_URL_SSO: "https://a.example.com",
      AWS_ENDPOINT_URL_SSO_OIDC: "http://127.0.0.1:9/base",
      AWS_ENDPOINT_URL: "https://other.example.com",
    },
    "",
    ["http://127.0.0.1:9/base/token", "https://a.example.com/federation/credentials"],
  ],
  [
    "the variable of all services",
    { AWS_ENDPOINT_URL: "https://all.example.com/x/" },
    `services = mine\n${GATEWAY}`,
    ["https://all.example.com/x/token", "https://all.example.com/x/federation/credentials"],
  ],
  [
    "the services section of the profile",
    {},
    `endpoint_url = https://other.example.com\nservices = mine\n${GATEWAY}`,
    ["https://oidc.example.com/base/token", "https://portal.example.com/federation/credentials"],
  ],
  [
    "the endpoint of the profile",
    {},
    "endpoint_url = https://all.example.com\n",
    ["https://all.example.com/token", "https://all.example.com/federation/credentials"],
  ],
  [
    "nothing when configured endpoints are to be ignored",
    { AWS_ENDPOINT_URL: "https://all.example.com", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" },
    "endpoint_url = https://all.example.com\n",
    [
      "https://oidc.eu-west-1.amazonaws.com/token",
      "https://portal.sso.eu-west-1.amazonaws.com/federation/credentials",
    ],
  ],
])("fromSSO takes its endpoints from %s", async (_, env, config, urls) => {
  const { base, services } = await world({
    config: SESSION + PROFILE + config,
    signIn: { ...SIGN_IN, expiresAt: at(-1) },
  });
  // The fake knows its own paths only; what counts here is where the requests went.
  const seen: string[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const url = new URL(String(input));
    seen.push(`${url.origin}${url.pathname}`);
    url.pathname = url.pathname.replace(/^\/(?:base|x)/, "");
    return services.fetch(url, init);
  };
  await fromSSO({ ...base, env: { HOME: home, ...env }, clientConfig: { fetch, sleep } })();
  expect(seen).toEqual(urls);
});

test("fromSSO keeps credentials until they are about to expire, and gets new ones when told to or when the profile changes", async () => {
  const { get, services, clock, configFilepath } = await world({
    signIn: { ...SIGN_IN, expiresAt: at(86_400) },
  });
  const [first, second] = await Promise.all([get(), get()]);
  expect(second).toEqual(first);
  expect(await get()).toEqual(first);
  expect(services.requests).toHaveLength(1);
  expect(await get({ forceRefresh: true })).toMatchObject({ accessKeyId: "ASIAEXAMPLE000000002" });
  clock.now += 8 * 3_600_000 - 240_000;
  expect(await get()).toMatchObject({ accessKeyId: "ASIAEXAMPLE000000003" });
  await writeFile(
    configFilepath,
    SESSION + PROFILE.replace("Developer", "Read only/all").replace("123456789012", "111122223333"),
  );
  expect(await get()).toMatchObject({ accountId: "111122223333" });
});

test("fromSSO sends through the handler of the client that asks, unless it speaks HTTP/2", async () => {
  const { base, services } = await world();
  const used: string[] = [];
  const handler = (handlerProtocol: string) => ({
    metadata: { handlerProtocol },
    handle: async (request: { hostname: string; path: string; query: Record<string, unknown> }) => {
      used.push(`${handlerProtocol} ${request.hostname}`);
      const { status, headers, body } = await services.fetch(
        `https://${request.hostname}${request.path}?${new URLSearchParams(request.query as Record<string, string>)}`,
        { headers: (request as unknown as { headers: Record<string, string> }).headers },
      );
      return { response: { statusCode: status, headers: Object.fromEntries(headers), body } };
    },
  });
  const get = fromSSO({ ...base, clientConfig: { sleep } });
  await get({ callerClientConfig: { requestHandler: handler("http/1.1") } });
  expect(used).toEqual(["http/1.1 portal.sso.eu-west-1.amazonaws.com"]);
  const other = fromSSO({ ...base, clientConfig: { sleep, requestHandler: handler("mine") } });
  await other({ callerClientConfig: { requestHandler: handler("http/1.1") } });
  expect(used.at(-1)).toBe("mine portal.sso.eu-west-1.amazonaws.com");
});

test.each([
  ["NodeHttpHandler", () => new NodeHttpHandler()],
  ["FetchHttpHandler", () => new FetchHttpHandler()],
])("fromSSO sends through the AWS SDK's %s", async (_, create) => {
  const now = Date.now;
  const services = createSignInServices({ now });
  const server = await services.listen();
  services.refreshTokens.set("refresh 0", "good");
  const { base } = await world({
    signIn: { ...SIGN_IN, registrationExpiresAt: iso(now() + 86_400_000, "Z"), expiresAt: iso(now(), "Z") },
  });
  const requestHandler = create();
  const get = fromSSO({ ...base, now, clientConfig: { endpoint: server.url } });
  // Its handlers declare classes of their own where ours declare plain objects.
  const callerClientConfig = { requestHandler } as unknown as CallerClientConfig;
  expect(await get({ callerClientConfig })).toMatchObject({ accessKeyId: "ASIAEXAMPLE000000002" });
  requestHandler.destroy();
  await server.close();
  expect(services.paths()).toEqual(["/token", "/federation/credentials"]);
});
