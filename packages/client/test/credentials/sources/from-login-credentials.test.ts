import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fromLoginCredentials } from "@org/sts-client/credentials/node";
import type { FromLoginCredentialsOptions } from "@org/sts-client/credentials/node";
import { afterEach, beforeEach, expect, test } from "vitest";

import {
  createLoginKey,
  createSignInServices,
  loginPath,
  loginSignIn,
  readJson,
  writeJson,
} from "../../support/sign-in-services.ts";
import type { Fault } from "../../support/sign-in-services.ts";

const START = Date.parse("2026-11-29T12:00:00Z");
const SESSION = "arn:aws:iam::123456789012:user/alice";
const CONFIG = `[profile dev]\nlogin_session = ${SESSION}\nregion = eu-west-1\n`;
const sleep = async () => undefined;
const key = createLoginKey();

const iso = (time: number, zone = "Z"): string => new Date(time).toISOString().slice(0, 19) + zone;
const at = (seconds: number): string => iso(START + seconds * 1000);

const signInOf = (expiresAt: string) => loginSignIn(expiresAt, key.sec1);

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-login-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** A home directory with a profile and a sign-in, the service behind it, and a clock to move. */
async function world(signIn: unknown, config: string = CONFIG) {
  const clock = { now: START };
  const now = () => clock.now;
  const services = createSignInServices({ now });
  services.refreshTokens.set("login refresh 0", "good");
  services.setLoginKey(key.jwk);
  const directory = join(home, ".aws", "login", "cache");
  const path = loginPath(directory, SESSION);
  if (signIn !== null) await writeJson(path, signIn);
  const configFilepath = join(home, "config");
  await writeFile(configFilepath, config);
  const base = {
    profile: "dev",
    configFilepath,
    filepath: join(home, "none"),
    env: { HOME: home },
    clientConfig: { fetch: services.fetch, sleep },
    now,
  };
  const provider = (more: FromLoginCredentialsOptions = {}) => fromLoginCredentials({ ...base, ...more });
  return { clock, services, path, base, provider, get: provider() };
}

/** The error of a provider. */
async function failureOf(get: () => Promise<unknown>) {
  const error: unknown = await get().then(
    (identity) => expect.unreachable(`should have failed, and gave ${JSON.stringify(identity)}`),
    (caught: unknown) => caught,
  );
  return error as Error & { readonly code: string; readonly tryNextLink: boolean };
}

test("fromLoginCredentials gives the keys of the sign-in while they are good for more than five minutes", async () => {
  const { get, services } = await world(signInOf(at(301)));
  expect(await get()).toEqual({
    accessKeyId: "ASIALOGIN00000000000",
    secretAccessKey: "login secret 0",
    sessionToken: "login session 0",
    accountId: "123456789012",
    expiration: new Date(START + 301_000),
    $source: { CREDENTIALS_LOGIN: "AD" },
  });
  expect(services.requests).toEqual([]);
});

test.each([
  ["SEC 1, as the AWS CLI writes it", key.sec1],
  ["PKCS #8", key.pkcs8],
  ["SEC 1 without line breaks at the end", key.sec1.trim()],
  ["SEC 1 with carriage returns", key.sec1.replaceAll("\n", "\r\n")],
])("fromLoginCredentials renews the keys with a proof of a key in %s", async (_, dpopKey) => {
  const { get, services, path } = await world({ ...signInOf(at(300)), dpopKey, theirs: 1 });
  expect(await get()).toEqual({
    accessKeyId: "ASIALOGIN00000000001",
    secretAccessKey: "login secret 1",
    sessionToken: "login session 1",
    accountId: "123456789012",
    expiration: new Date(START + 900_000),
    $source: { CREDENTIALS_LOGIN: "AD" },
  });
  expect(services.requests.map(({ method, url }) => `${method} ${url.href}`)).toEqual([
    "POST https://eu-west-1.signin.aws.amazon.com/v1/token",
  ]);
  expect(await readJson(path)).toEqual({
    ...signInOf(at(300)),
    accessToken: {
      accessKeyId: "ASIALOGIN00000000001",
      secretAccessKey: "login secret 1",
      sessionToken: "login session 1",
      accountId: "123456789012",
      expiresAt: at(900),
    },
    dpopKey,
    refreshToken: "login refresh 1",
    theirs: 1,
  });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("fromLoginCredentials renews again and again with the refresh token of the time before", async () => {
  const { get, services, clock } = await world(signInOf(at(0)));
  for (let renewal = 1; renewal <= 5; renewal += 1) {
    expect(await get()).toMatchObject({ secretAccessKey: `login secret ${renewal}` });
    clock.now += 601_000;
  }
  expect(services.requests).toHaveLength(5);
});

test.each([
  ["seconds and Z", (time: number) => iso(time)],
  ["milliseconds, as the AWS SDK for JavaScript writes", (time: number) => new Date(time).toISOString()],
  ["an offset", (time: number) => iso(time, "+00:00")],
  ["UTC as a word", (time: number) => iso(time, "UTC")],
])("fromLoginCredentials reads an expiry with %s", async (_, write) => {
  const alive = await world(signInOf(write(START + 302_000)));
  await alive.get();
  expect(alive.services.requests).toHaveLength(0);
  const ending = await world(signInOf(write(START + 299_000)));
  await ending.get();
  expect(ending.services.requests).toHaveLength(1);
});

test("fromLoginCredentials renews once for callers and providers at the same moment", async () => {
  const { provider, services } = await world(signInOf(at(10)));
  const providers = [provider(), provider(), provider()];
  const identities = await Promise.all([...providers, ...providers].map((get) => get()));
  expect(new Set(identities.map(({ accessKeyId }) => accessKeyId)).size).toBe(1);
  expect(services.requests).toHaveLength(1);
});

test("fromLoginCredentials takes what another program has renewed", async () => {
  const { get, services, path, clock } = await world(signInOf(at(400)));
  await get();
  clock.now += 390_000;
  const theirs = signInOf(at(1200));
  await writeJson(path, { ...theirs, accessToken: { ...theirs.accessToken, accessKeyId: "ASIAOTHER" } });
  expect(await get()).toMatchObject({ accessKeyId: "ASIAOTHER" });
  expect(services.requests).toEqual([]);
});

test("fromLoginCredentials takes what a program without a lock renewed while its own refresh token was used up", async () => {
  const { base, services, path } = await world(signInOf(at(-1)));
  const theirs = { ...signInOf(at(900)), refreshToken: "login refresh of the CLI" };
  services.refreshTokens.set("login refresh 0", "used");
  const fetch: typeof globalThis.fetch = async (input, init) => {
    await writeJson(path, theirs);
    return services.fetch(input, init);
  };
  const get = fromLoginCredentials({ ...base, clientConfig: { fetch, sleep } });
  expect(await get()).toMatchObject({ expiration: new Date(START + 900_000) });
  expect(await readJson(path)).toEqual(theirs);
});

test("fromLoginCredentials gets new keys when told to, but not when another program already did", async () => {
  const { get, services, path } = await world(signInOf(at(800)));
  await get();
  expect(await get({ forceRefresh: true })).toMatchObject({ accessKeyId: "ASIALOGIN00000000001" });
  const theirs = signInOf(at(850));
  await writeJson(path, { ...theirs, accessToken: { ...theirs.accessToken, accessKeyId: "ASIAOTHER" } });
  expect(await get({ forceRefresh: true })).toMatchObject({ accessKeyId: "ASIAOTHER" });
  expect(services.requests).toHaveLength(1);
});

test.each<[name: string, faults: Fault[], attempts: number]>([
  ["the network fails", [new Error("a"), new Error("b"), new Error("c")], 3],
  ["the service is unavailable", [{ status: 500 }, { status: 503 }, { status: 500 }], 3],
  ["the service is overloaded", [{ status: 429 }, { status: 429 }, { status: 429 }], 3],
  [
    "the request is called invalid",
    [{ status: 400, code: "ValidationException", error: "INVALID_REQUEST" }],
    1,
  ],
])(
  "fromLoginCredentials gives keys that are still good when they cannot be renewed because %s",
  async (_, faults, attempts) => {
    const { get, services, path, clock } = await world(signInOf(at(120)));
    services.faults.push(...faults);
    expect(await get()).toMatchObject({ accessKeyId: "ASIALOGIN00000000000" });
    expect(services.requests).toHaveLength(attempts);
    expect(await readJson(path)).toEqual(signInOf(at(120)));
    // Not again within half a minute, and then with success.
    clock.now += 29_000;
    expect(await get()).toMatchObject({ accessKeyId: "ASIALOGIN00000000000" });
    expect(services.requests).toHaveLength(attempts);
    clock.now += 2000;
    expect(await get()).toMatchObject({ accessKeyId: "ASIALOGIN00000000001" });
  },
);

test.each<[name: string, faults: Fault[], message: RegExp]>([
  ["the network fails", [new Error("a"), new Error("b"), new Error("reset")], /did not respond: reset/],
  ["the service is unavailable", [{ status: 500 }, { status: 503 }, { status: 503 }], /503 InternalServer/],
  [
    "the request is called invalid, as in another region than that of the sign-in",
    [{ status: 400, code: "ValidationException", error: "INVALID_REQUEST" }],
    /400 Validation INVALID_REQUEST; the region asked was eu-west-1, and it must be the one of the sign-in.*run aws login --profile dev/,
  ],
])(
  "fromLoginCredentials fails, and ends a chain, when the keys have expired and %s",
  async (_, faults, message) => {
    const { get, services } = await world(signInOf(at(-1)));
    services.faults.push(...faults);
    const error = await failureOf(get);
    expect(error).toMatchObject({ code: "ERR_SIGN_IN_UNAVAILABLE", tryNextLink: false });
    expect(error.message).toMatch(message);
  },
);

const denied = (error: string): Fault => ({ status: 400, code: "AccessDeniedException", error });

test.each<[reason: string, fault: Fault, code: string, message: string]>([
  ["TOKEN_EXPIRED", denied("TOKEN_EXPIRED"), "REQUIRED", "twelve hours"],
  ["AUTHCODE_EXPIRED", denied("AUTHCODE_EXPIRED"), "REQUIRED", "not completed in time"],
  ["USER_CREDENTIALS_CHANGED", denied("USER_CREDENTIALS_CHANGED"), "REQUIRED", "password has changed"],
  ["INSUFFICIENT_PERMISSIONS", denied("INSUFFICIENT_PERMISSIONS"), "REFUSED", "SignInLocalDevelopmentAccess"],
  ["an unknown one", denied("NEW_REASON"), "REQUIRED", "no longer accepted"],
  ["none", { status: 403, code: "AccessDeniedException" }, "REQUIRED", "no longer accepted"],
])(
  "fromLoginCredentials says what to do when access is denied for the reason %s, even while the keys are good",
  async (_, fault, code, message) => {
    for (const expiresAt of [at(120), at(-1)]) {
      const { get, services } = await world(signInOf(expiresAt));
      services.faults.push(fault);
      const error = await failureOf(get);
      expect(error).toMatchObject({ code: `ERR_SIGN_IN_${code}`, tryNextLink: false, profile: "dev" });
      expect(error.message).toContain(message);
      expect(error.message.includes("run aws login --profile dev")).toBe(code === "REQUIRED");
      expect(services.requests).toHaveLength(1);
    }
  },
);

test.each<[name: string, signIn: unknown]>([
  ["does not exist", null],
  ["is cut off", '{"accessToken": {"access'],
  ["has no keys", { ...signInOf(at(800)), accessToken: undefined }],
  ["has a text in place of keys", { ...signInOf(at(800)), accessToken: "token" }],
  [
    "has no session token",
    { ...signInOf(at(800)), accessToken: { ...signInOf(at(800)).accessToken, sessionToken: "" } },
  ],
  ["has an expiry that is no date", signInOf("soon")],
  ["has ended keys and no refresh token", { ...signInOf(at(-1)), refreshToken: undefined }],
  ["has ended keys and no client id", { ...signInOf(at(-1)), clientId: undefined }],
  ["has ended keys and no key for proofs", { ...signInOf(at(-1)), dpopKey: undefined }],
  [
    "has ended keys and rubbish for a key",
    { ...signInOf(at(-1)), dpopKey: "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n" },
  ],
  ["has ended keys and a key without its frame", { ...signInOf(at(-1)), dpopKey: "AAAA" }],
])(
  "fromLoginCredentials asks to sign in when the file %s, and sees the sign-in that follows",
  async (_, signIn) => {
    const { get, services, path } = await world(signIn);
    const error = await failureOf(get);
    expect(error).toMatchObject({ code: "ERR_SIGN_IN_REQUIRED", tryNextLink: false, file: path });
    expect(error.message).toContain("run aws login --profile dev");
    expect(services.requests).toEqual([]);
    await writeJson(path, signInOf(at(800)));
    expect(await get()).toMatchObject({ accessKeyId: "ASIALOGIN00000000000" });
  },
);

test("fromLoginCredentials finds the account in the session when the file does not name it", async () => {
  const { accessToken, ...rest } = signInOf(at(800));
  const { accountId: _, ...keys } = accessToken;
  const { get } = await world({ ...rest, accessToken: keys });
  expect(await get()).toMatchObject({ accountId: "123456789012" });
});

test.each<
  [name: string, region: string, signIn: object, config: string, options: FromLoginCredentialsOptions]
>([
  [
    "the sign-in",
    "eu-north-1",
    { signInRegion: "eu-north-1" },
    CONFIG,
    { clientConfig: { region: "us-west-2" } },
  ],
  ["the option", "us-west-2", {}, CONFIG, { clientConfig: { region: "us-west-2" } }],
  ["the profile", "eu-west-1", {}, CONFIG, {}],
  ["AWS_REGION", "ap-south-1", {}, CONFIG.replace(/region.*/, ""), { env: { AWS_REGION: "ap-south-1" } }],
  [
    "AWS_DEFAULT_REGION",
    "ca-central-1",
    {},
    CONFIG.replace(/region.*/, ""),
    { env: { AWS_DEFAULT_REGION: "ca-central-1" } },
  ],
])("fromLoginCredentials takes the region from %s", async (_, region, signIn, config, options) => {
  const { base, services } = await world({ ...signInOf(at(-1)), ...signIn }, config);
  const get = fromLoginCredentials({
    ...base,
    ...options,
    env: { ...base.env, ...options.env },
    clientConfig: { ...base.clientConfig, ...options.clientConfig },
  });
  await get();
  expect(services.requests[0]?.url.host).toBe(`${region}.signin.aws.amazon.com`);
});

test("fromLoginCredentials takes the region from the client that asks, and says when there is none", async () => {
  const { get, services } = await world(signInOf(at(-1)), CONFIG.replace(/region.*/, ""));
  const rejecting = { region: async () => Promise.reject(new Error("no region")) };
  const error = await failureOf(() => get({ callerClientConfig: rejecting }));
  expect(error).toMatchObject({ code: "ERR_PROFILE_INVALID", tryNextLink: false });
  expect(error.message).toContain("no region");
  await get({ callerClientConfig: { region: async () => "eu-south-1" } });
  expect(services.requests[0]?.url.host).toBe("eu-south-1.signin.aws.amazon.com");
});

test.each([
  ["AWS_ENDPOINT_URL_SIGNIN", { AWS_ENDPOINT_URL_SIGNIN: "http://127.0.0.1:9/base/" }, ""],
  ["AWS_ENDPOINT_URL", { AWS_ENDPOINT_URL: "http://127.0.0.1:9/base" }, ""],
  [
    "the services section",
    {},
    "services = s\n[services s]\nsignin =\n  endpoint_url = http://127.0.0.1:9/base\n",
  ],
])(
  "fromLoginCredentials takes its endpoint from %s, and proves the key for that address",
  async (_, env, config) => {
    const { base, services } = await world(signInOf(at(-1)), CONFIG + config);
    const seen: string[] = [];
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const [, claims = ""] = new Headers(init?.headers).get("dpop")?.split(".") ?? [];
      seen.push(String(input), JSON.parse(Buffer.from(claims, "base64url").toString()).htu);
      return services.fetch(input, init);
    };
    await failureOf(
      fromLoginCredentials({ ...base, env: { ...base.env, ...env }, clientConfig: { fetch, sleep } }),
    );
    expect(seen).toEqual(["http://127.0.0.1:9/base/v1/token", "http://127.0.0.1:9/base/v1/token"]);
  },
);

test("fromLoginCredentials makes a new proof for each attempt", async () => {
  const { get, services } = await world(signInOf(at(-1)));
  services.faults.push({ status: 503 }, { status: 503 });
  await get();
  const proofs = services.requests.map(({ headers }) => headers.get("dpop"));
  expect(new Set(proofs).size).toBe(3);
});

test.each([-7_200_000, 3_600_000, 46_800_000])(
  "fromLoginCredentials proves its key by the service's clock when that differs by %d ms",
  async (error) => {
    const { get, services } = await world(signInOf(at(-1)));
    services.clockErrorMs.value = error;
    expect(await get()).toMatchObject({ accessKeyId: "ASIALOGIN00000000001" });
    expect(services.requests).toHaveLength(2);
  },
);

test.each([
  ["a folder", (directory: string) => ({ AWS_LOGIN_CACHE_DIRECTORY: directory }), "elsewhere"],
  ["a folder under the home directory", () => ({ AWS_LOGIN_CACHE_DIRECTORY: "~/elsewhere" }), "elsewhere"],
  ["nothing", () => ({ AWS_LOGIN_CACHE_DIRECTORY: "" }), ".aws/login/cache"],
])(
  "fromLoginCredentials reads the folder in AWS_LOGIN_CACHE_DIRECTORY when that is %s",
  async (_, env, folder) => {
    const { base } = await world(null);
    await writeJson(loginPath(join(home, folder), SESSION), signInOf(at(800)));
    const get = fromLoginCredentials({ ...base, env: { HOME: home, ...env(join(home, folder)) } });
    expect(await get()).toMatchObject({ accessKeyId: "ASIALOGIN00000000000" });
  },
);

test("fromLoginCredentials lets a chain go on only where the profile has no login_session", async () => {
  const { get } = await world(signInOf(at(800)), "[profile dev]\nregion = eu-west-1\n");
  expect(await failureOf(get)).toMatchObject({ code: "ERR_CREDENTIALS_NOT_CONFIGURED", tryNextLink: true });
});

test("fromLoginCredentials follows the profile when its session changes", async () => {
  const { get, base } = await world(signInOf(at(800)));
  await get();
  const other = "arn:aws:sts::111122223333:assumed-role/Admin/bob";
  const signIn = signInOf(at(800));
  await writeJson(loginPath(join(home, ".aws", "login", "cache"), other), {
    ...signIn,
    accessToken: { ...signIn.accessToken, accessKeyId: "ASIABOB", accountId: "111122223333" },
  });
  await writeFile(base.configFilepath, CONFIG.replace(SESSION, other));
  expect(await get()).toMatchObject({ accessKeyId: "ASIABOB", accountId: "111122223333" });
});
