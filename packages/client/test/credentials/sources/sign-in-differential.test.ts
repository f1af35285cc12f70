import { createRequire } from "node:module";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fromIni, fromLoginCredentials, fromSSO } from "@org/sts-client/credentials/node";
import { afterEach, beforeEach, expect, test } from "vitest";

import {
  createLoginKey,
  createSignInServices,
  loginPath,
  readJson,
  ssoPath,
  writeJson,
} from "../../support/sign-in-services.ts";
import type { Fault } from "../../support/sign-in-services.ts";

// Its ES modules name files without extension, which only bundlers accept.
const aws = createRequire(import.meta.url)(
  "@aws-sdk/credential-providers",
) as typeof import("@aws-sdk/credential-providers");

// The same files and the same services, once for the AWS SDK and once for us: what comes out, how often each service
// is asked, and what is in the file afterwards must be the same. Intended differences, tested in their own files: the
// account is told; a refresh token survives a response without one; an expired registration is not used; the UTC form
// of old AWS CLI versions expires; contradictions between profile and session are refused; a portal that refuses a
// sign-in makes us renew it once; dates are written without milliseconds.
const LOGIN = "arn:aws:iam::123456789012:user/alice";
const key = createLoginKey();
const iso = (seconds: number): string =>
  `${new Date(Date.now() + seconds * 1000).toISOString().slice(0, 19)}Z`;

let home = "";
// The AWS SDK remembers, for as long as the process lives, when it last renewed a session of a name.
let serial = 0;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sts-sign-in-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

type Case = {
  readonly expiresIn: number;
  readonly faults?: readonly Fault[];
  readonly legacy?: boolean;
  readonly role?: string;
  readonly members?: Readonly<Record<string, unknown>>;
  readonly kind?: "sso" | "login";
};

type Library = {
  readonly fromSSO: (
    options: object,
  ) => () => Promise<{ readonly accessKeyId: string; readonly expiration?: Date }>;
  readonly fromLoginCredentials: Library["fromSSO"];
  readonly fromIni: Library["fromSSO"];
};

async function run(library: Library, viaIni: boolean, given: Case) {
  serial += 1;
  const { expiresIn, faults = [], legacy = false, role = "Developer", members, kind = "sso" } = given;
  const directory = join(home, String(serial));
  const name = `session-${serial}`;
  const startUrl = `https://d-${serial}.awsapps.com/start`;
  const path =
    kind === "sso"
      ? ssoPath(directory, legacy ? startUrl : name)
      : loginPath(join(directory, ".aws", "login", "cache"), LOGIN);
  const keys = {
    accessKeyId: "ASIALOGIN",
    secretAccessKey: "s",
    sessionToken: "t",
    accountId: "123456789012",
  };
  await writeJson(path, {
    ...(kind === "sso"
      ? {
          startUrl,
          region: "eu-west-1",
          accessToken: "access 0",
          expiresAt: iso(expiresIn),
          clientId: "client",
          clientSecret: "client secret",
          registrationExpiresAt: iso(86_400),
          refreshToken: "refresh 0",
        }
      : {
          accessToken: { ...keys, expiresAt: iso(expiresIn) },
          tokenType: "aws_sigv4",
          clientId: "arn:aws:signin:::devtools/same-device",
          refreshToken: "login refresh 0",
          idToken: "id",
          dpopKey: key.sec1,
        }),
    more: { deep: [1] },
    ...members,
  });
  const where = `sso_start_url = ${startUrl}\nsso_region = eu-west-1\n`;
  const roleLines = `sso_account_id = 123456789012\nsso_role_name = ${role}\n`;
  const profile =
    kind === "login"
      ? `login_session = ${LOGIN}\n`
      : legacy
        ? where + roleLines
        : `sso_session = ${name}\n${roleLines}`;
  await writeJson(
    join(directory, ".aws", "config"),
    `[profile dev]\nregion = us-west-2\n${profile}[sso-session ${name}]\n${where}`,
  );

  const services = createSignInServices({ now: Date.now, expiresIn: 1800 });
  services.tokens.set("access 0", Infinity);
  for (const token of ["refresh 0", "login refresh 0"]) services.refreshTokens.set(token, "good");
  services.setLoginKey(key.jwk);
  services.faults.push(...faults);
  const server = await services.listen();
  const old = { ...process.env };
  Object.assign(process.env, { HOME: directory, AWS_ENDPOINT_URL: server.url, AWS_REGION: "us-west-2" });
  for (const variable of ["AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"])
    delete process.env[variable];
  try {
    const create = viaIni ? library.fromIni : kind === "sso" ? library.fromSSO : library.fromLoginCredentials;
    const outcome = await create({
      profile: "dev",
      filepath: join(directory, "none"),
      configFilepath: join(directory, ".aws", "config"),
    })().then(
      ({ accessKeyId, expiration }) => ({
        accessKeyId,
        minutes: Math.round(((expiration?.getTime() ?? 0) - Date.now()) / 60_000),
      }),
      () => "refused",
    );
    return { outcome, paths: services.paths(), file: comparable(await readJson(path)) };
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in old)) delete process.env[name];
    Object.assign(process.env, old);
    await server.close();
  }
}

// Two runs write a few seconds apart, one with milliseconds.
function comparable(value: unknown): unknown {
  if (typeof value === "string" && /^\d{4}-.*Z$/.test(value))
    return Math.round((Date.parse(value) - Date.now()) / 60_000);
  if (typeof value === "string") return value.replace(/-\d+/, "-N");
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, comparable(member)]));
}

const busy: Fault = { status: 503 };
const throttled: Fault = { status: 429, code: "TooManyRequestsException" };
const invalidGrant: Fault = { status: 400, code: "InvalidGrantException", error: "invalid_grant" };
const deniedLogin: Fault = { status: 400, code: "AccessDeniedException", error: "TOKEN_EXPIRED" };

test.each<[name: string, given: Case]>([
  ["a sign-in that is good for an hour", { expiresIn: 3600 }],
  ["a sign-in in its last minutes", { expiresIn: 200 }],
  ["a sign-in that has expired", { expiresIn: -100 }],
  ["a role whose name has to be escaped", { expiresIn: 3600, role: "Read only/all" }],
  ["a sign-in in the older form", { expiresIn: 3600, legacy: true }],
  ["a sign-in in the older form in its last minutes", { expiresIn: 200, legacy: true }],
  ["a sign-in in the older form that has expired", { expiresIn: -100, legacy: true }],
  ["a renewal that is refused while the sign-in is good", { expiresIn: 200, faults: [invalidGrant] }],
  ["a renewal that is refused after the sign-in has ended", { expiresIn: -100, faults: [invalidGrant] }],
  [
    "a renewal that fails three times while the sign-in is good",
    { expiresIn: 200, faults: [busy, busy, busy] },
  ],
  ["a renewal that fails twice", { expiresIn: -100, faults: [busy, busy] }],
  ["a portal that is overloaded twice", { expiresIn: 3600, faults: [throttled, busy] }],
  ["a portal that is overloaded three times", { expiresIn: 3600, faults: [throttled, throttled, throttled] }],
  ["a role that is not assigned", { expiresIn: 3600, faults: [{ status: 403, code: "ForbiddenException" }] }],
  [
    "an account that does not exist",
    { expiresIn: 3600, faults: [{ status: 404, code: "ResourceNotFoundException" }] },
  ],
  [
    "a sign-in in the older form that is refused",
    { expiresIn: 3600, legacy: true, faults: [{ status: 401, code: "UnauthorizedException" }] },
  ],
  ["a sign-in without a token", { expiresIn: 3600, members: { accessToken: undefined } }],
  [
    "a sign-in that has expired without a refresh token",
    { expiresIn: -100, members: { refreshToken: undefined } },
  ],
  ["a login that is good for ten minutes", { expiresIn: 600, kind: "login" }],
  ["a login in its last minutes", { expiresIn: 200, kind: "login" }],
  ["a login that has expired", { expiresIn: -100, kind: "login" }],
  ["a login with a key in PKCS #8", { expiresIn: -100, kind: "login", members: { dpopKey: key.pkcs8 } }],
  ["a login that is denied while it is good", { expiresIn: 200, kind: "login", faults: [deniedLogin] }],
  ["a login that is denied after it has ended", { expiresIn: -100, kind: "login", faults: [deniedLogin] }],
  [
    "a login whose renewal fails while it is good",
    { expiresIn: 200, kind: "login", faults: [busy, busy, busy] },
  ],
  [
    "a login whose renewal fails after it has ended",
    { expiresIn: -100, kind: "login", faults: [busy, busy, busy] },
  ],
  [
    "a login whose renewal is called invalid while it is good",
    {
      expiresIn: 200,
      kind: "login",
      faults: [{ status: 400, code: "ValidationException", error: "INVALID_REQUEST" }],
    },
  ],
  [
    "a login that has expired without a refresh token",
    { expiresIn: -100, kind: "login", members: { refreshToken: undefined } },
  ],
])(
  "%s comes out as with the AWS SDK for JavaScript, by itself and through fromIni",
  async (_, given) => {
    const ours = { fromIni, fromLoginCredentials, fromSSO } as Library; // they take what both libraries understand
    const theirs = aws as unknown as Library;
    for (const viaIni of [false, true]) {
      expect({ viaIni, ...(await run(ours, viaIni, given)) }).toEqual({
        viaIni,
        ...(await run(theirs, viaIni, given)),
      });
    }
  },
  60_000,
);
