import {
  createClock,
  createFakeSts,
  createTestIssuer,
  demoUser,
  type FakeSts,
  type PolicyStatement,
} from "@org/sts-mock";
import {
  AssumeRoleWithWebIdentity,
  GetWebIdentityToken,
  type GetWebIdentityTokenRequest,
} from "@org/sts-protocol";
import { decodeJwt, decodeProtectedHeader, type JWTPayload } from "jose";
import { expect, test } from "vitest";

import { call, DEMO_KEYS, type Keys, keysOf } from "../support/call.ts";
import {
  ACCOUNT,
  allow,
  assumeRole,
  deny,
  policy,
  roleArn,
  trust,
  USER,
  verdict,
} from "../support/verdict.ts";

const clock = createClock({ at: new Date("2026-03-01T12:00:00Z") });
const NOW = clock.now() / 1000;
const issuer = await createTestIssuer({ clock });
const ROLE = roleArn("first");

function fakeWith(...statements: readonly PolicyStatement[]): FakeSts {
  return createFakeSts({
    users: [statements.length === 0 ? demoUser : { ...demoUser, policies: [policy(...statements)] }],
    roles: [{ name: "first", trustPolicy: trust() }],
    oidcProviders: [issuer.provider],
    clock,
  });
}

const tokenOf = (fake: FakeSts, input: Partial<GetWebIdentityTokenRequest> = {}, keys: Keys = DEMO_KEYS) =>
  call(fake, GetWebIdentityToken, { Audience: ["api"], SigningAlgorithm: "ES384", ...input }, { keys });
const claimsOf = async (...parameters: Parameters<typeof tokenOf>): Promise<JWTPayload> =>
  decodeJwt((await tokenOf(...parameters)).WebIdentityToken);

const CLAIMS = "https://sts.amazonaws.com/";

async function federatedKeys(fake: FakeSts): Promise<Keys> {
  const { Credentials } = await call(fake, AssumeRoleWithWebIdentity, {
    RoleArn: ROLE,
    RoleSessionName: "test",
    WebIdentityToken: await issuer.issueToken({ sub: "repo:example/app" }),
  });
  return keysOf(Credentials);
}

test("the claims of a token issued to a user name the user, the audience and the times", async () => {
  expect(await claimsOf(fakeWith())).toMatchObject({
    sub: USER,
    aud: "api",
    iat: NOW,
    exp: NOW + 300,
    [CLAIMS]: { aws_account: ACCOUNT, source_region: "us-east-1", principal_id: USER },
  });
});

test("the claims of an issued token of a role session name the role, the session and its end", async () => {
  const fake = fakeWith();
  const keys = keysOf((await assumeRole(fake, "first")).Credentials);
  expect(await claimsOf(fake, {}, keys)).toMatchObject({
    sub: ROLE,
    [CLAIMS]: {
      principal_id: `arn:aws:sts::${ACCOUNT}:assumed-role/first/test`,
      original_session_exp: "2026-03-01T13:00:00.000Z",
    },
  });
});

test("the claims of an issued token hold nothing that was not asked for", async () => {
  const claims = await claimsOf(fakeWith());
  expect(Object.keys(claims).sort()).toEqual(["aud", "exp", CLAIMS, "iat", "iss", "jti", "sub"].sort());
  expect(Object.keys(claims[CLAIMS] as object).sort()).toEqual([
    "aws_account",
    "principal_id",
    "source_region",
  ]);
});

test("the claims of an issued token list several audiences, and tags", async () => {
  const input = { Audience: ["a", "b"], Tags: [{ Key: "Team", Value: "red" }], DurationSeconds: 60 };
  expect(await claimsOf(fakeWith(), input)).toMatchObject({
    aud: ["a", "b"],
    exp: NOW + 60,
    [CLAIMS]: { request_tags: { Team: "red" } },
  });
});

test("the claims of an issued token name the subject of the other provider, and the scope, when asked to", async () => {
  const fake = fakeWith();
  const keys = await federatedKeys(fake);
  const input = { SubjectMode: "OriginIdentity", Scope: "read write" } as const;
  expect(await claimsOf(fake, input, keys)).toMatchObject({ sub: "repo:example/app", scope: "read write" });
  expect(await claimsOf(fake, { SubjectMode: "AWSIdentity" }, keys)).toMatchObject({ sub: ROLE });
  expect(await claimsOf(fake, {}, keys)).toMatchObject({ sub: ROLE });
});

const Tags = [{ Key: "Team", Value: "red" }];
const GET = "sts:GetWebIdentityToken";
const when = (condition: NonNullable<PolicyStatement["Condition"]>) => [allow({ Condition: condition })];
const cases: readonly (readonly [string, PolicyStatement[], Partial<GetWebIdentityTokenRequest>, string])[] =
  [
    ["that allow it", [allow({ Action: GET })], {}, "allowed"],
    ["that allow another operation", [allow({ Action: "sts:GetFederationToken" })], {}, "denied"],
    ["that deny it", [allow(), deny({ Action: GET })], {}, "denied"],
    ["about tags", [allow({ Action: GET })], { Tags }, "denied"],
    ["that allow tags", [allow({ Action: [GET, "sts:TagGetWebIdentityToken"] })], { Tags }, "allowed"],
    [
      "about the audience",
      when({ "ForAllValues:StringEquals": { "sts:IdentityTokenAudience": "api" } }),
      {},
      "allowed",
    ],
    [
      "about another audience",
      when({ "ForAllValues:StringEquals": { "sts:IdentityTokenAudience": "other" } }),
      {},
      "denied",
    ],
    ["about the duration", when({ NumericLessThanEquals: { "sts:DurationSeconds": 300 } }), {}, "allowed"],
    [
      "about a longer duration",
      when({ NumericLessThanEquals: { "sts:DurationSeconds": 300 } }),
      { DurationSeconds: 301 },
      "denied",
    ],
    ["about the algorithm", when({ StringEquals: { "sts:SigningAlgorithm": "ES384" } }), {}, "allowed"],
    ["about another algorithm", when({ StringEquals: { "sts:SigningAlgorithm": "RS256" } }), {}, "denied"],
    ["about a tag", when({ StringEquals: { "aws:RequestTag/Team": "red" } }), { Tags }, "allowed"],
    ["about another tag", when({ StringEquals: { "aws:RequestTag/Team": "blue" } }), { Tags }, "denied"],
    ["about tag keys", when({ "ForAnyValue:StringEquals": { "aws:TagKeys": "Team" } }), { Tags }, "allowed"],
  ];
test.each(cases)(
  "GetWebIdentityToken asks the caller's policies: %s",
  async (_case, statements, input, expected) => {
    expect(await verdict(tokenOf(fakeWith(...statements), input))).toBe(expected);
  },
);

test("GetWebIdentityToken asks the caller's policies about a scope", async () => {
  const Scope = "read";
  const SubjectMode = "OriginIdentity";
  for (const [actions, expected] of [
    [[GET], "denied"],
    [[GET, "sts:SetWebIdentityTokenScope"], "allowed"],
  ] as const) {
    const fake = createFakeSts({
      roles: [{ name: "first", trustPolicy: trust(), policies: [policy(allow({ Action: actions }))] }],
      oidcProviders: [issuer.provider],
      clock,
    });
    expect(await verdict(tokenOf(fake, { Scope, SubjectMode }, await federatedKeys(fake)))).toBe(expected);
  }
});

test.each([
  [{ Scope: "a b", SubjectMode: "OriginIdentity" }, "ok"],
  [{ Scope: "a", SubjectMode: "OriginIdentity", Audience: ["a", "b"] }, "ValidationError"],
  [{ Scope: "a", SubjectMode: "AWSIdentity" }, "ValidationError"],
  [{ Scope: "a" }, "ValidationError"],
  [{ Scope: "a b a", SubjectMode: "OriginIdentity" }, "ValidationError"],
  [{ Scope: "a  b", SubjectMode: "OriginIdentity" }, "ValidationError"],
  [{ Scope: 'a"b', SubjectMode: "OriginIdentity" }, "ValidationError"],
  [{ SubjectMode: "Other" }, "ValidationError"],
  [{ SigningAlgorithm: "RS256" }, "ok"],
  [{ SigningAlgorithm: "es384" }, "ValidationError"],
  [{ Tags: ["Team", "team"].map((Key) => ({ Key, Value: "x" })) }, "InvalidParameterValue"],
])("GetWebIdentityToken settles %j with %s", async (change, expected) => {
  const fake = fakeWith();
  const input = change as Partial<GetWebIdentityTokenRequest>; // some values are none of the model's, on purpose
  const outcome = await tokenOf(fake, input, await federatedKeys(fake)).then(
    () => "ok",
    (error: Error) => error.name,
  );
  expect(outcome).toBe(expected);
});

const read = async (response: Response): Promise<unknown> => ({
  type: response.headers.get("content-type"),
  body: await response.json(),
});

test("the issuer of issued tokens publishes where its keys are, and the keys, for each account", async () => {
  const fake = fakeWith();
  const iss = `https://${ACCOUNT}-0000-4000-8000-000000000000.tokens.sts.global.api.aws`;
  expect(await claimsOf(fake)).toMatchObject({ iss });
  expect(await read(await fake.fetch(`${iss}/.well-known/openid-configuration`))).toEqual({
    type: "application/json",
    body: {
      issuer: iss,
      jwks_uri: `${iss}/.well-known/jwks.json`,
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256", "ES384"],
    },
  });
  const published = (await read(await fake.fetch(`${iss}/.well-known/jwks.json`))) as {
    readonly type: string;
    readonly body: { readonly keys: readonly Record<string, string>[] };
  };
  expect(published.type).toBe("application/json");
  expect(published.body.keys.map(({ kty, alg, use }) => [kty, alg, use])).toEqual([
    ["RSA", "RS256", "sig"],
    ["EC", "ES384", "sig"],
  ]);
  for (const [index, SigningAlgorithm] of (["RS256", "ES384"] as const).entries()) {
    const { WebIdentityToken } = await tokenOf(fake, { SigningAlgorithm });
    const { kid } = published.body.keys[index] ?? {};
    expect(decodeProtectedHeader(WebIdentityToken)).toEqual({ alg: SigningAlgorithm, kid, typ: "JWT" });
  }
});

test("the issuer of issued tokens is the one that the options name, also where the document is served elsewhere", async () => {
  const fake = createFakeSts({ users: [demoUser], clock, webIdentityIssuer: "https://issuer.example/a" });
  expect(await claimsOf(fake)).toMatchObject({ iss: "https://issuer.example/a" });
  const response = await fake.fetch("https://sts.us-east-1.amazonaws.com/.well-known/openid-configuration");
  expect(await response.json()).toMatchObject({
    issuer: "https://issuer.example/a",
    jwks_uri: "https://issuer.example/a/.well-known/jwks.json",
  });
});

test.each([
  ["GET", "http://localhost:4599", "http://localhost:4599"],
  ["GET", "https://sts.us-east-1.amazonaws.com", "https://sts.us-east-1.amazonaws.com"],
])(
  "the issuer of issued tokens names the address it is asked at: %s %s",
  async (method, origin, issuerUrl) => {
    const fake = createFakeSts({ users: [demoUser], clock, hosts: ["localhost"] });
    const response = await fake.fetch(`${origin}/.well-known/openid-configuration`, { method });
    expect(await response.json()).toMatchObject({
      issuer: issuerUrl,
      jwks_uri: `${issuerUrl}/.well-known/jwks.json`,
    });
  },
);

test.each([
  ["POST", "/.well-known/openid-configuration"],
  ["POST", "/.well-known/jwks.json"],
  ["GET", "/.well-known/other"],
])("the issuer of issued tokens leaves %s %s to the service", async (method, path) => {
  const response = await fakeWith().fetch(`https://sts.us-east-1.amazonaws.com${path}`, { method });
  expect(response.headers.get("content-type")).not.toContain("json");
  expect(response.status).not.toBe(200);
});
