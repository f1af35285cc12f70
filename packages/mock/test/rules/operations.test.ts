import {
  createClock,
  createFakeSts,
  createTestIssuer,
  demoRole,
  demoUser,
  type FakeSts,
} from "@org/sts-mock";
import {
  AssumeRole,
  AssumeRoot,
  DecodeAuthorizationMessage,
  GetAccessKeyInfo,
  GetCallerIdentity,
  GetDelegatedAccessToken,
  GetFederationToken,
  GetScopedCredentials,
  GetSessionToken,
  GetWebIdentityToken,
  type Operation,
  operations,
} from "@org/sts-protocol";
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { beforeEach, describe, expect, test } from "vitest";

import { call, DEMO_KEYS, DEMO_ROLE, type Keys, keysOf } from "../support/call.ts";

const ROOT_KEYS = { accessKeyId: "AKIAROOTEXAMPLE12345", secretAccessKey: "root-secret" };
const MEMBER = "999999999999";

let fake: FakeSts;
beforeEach(() => {
  fake = createFakeSts({
    accounts: [
      { id: "123456789012", rootAccessKeys: [ROOT_KEYS] },
      { id: MEMBER, managementAccount: "123456789012" },
    ],
    users: [demoUser],
    roles: [demoRole],
    clock: createClock({ at: new Date("2026-03-01T12:00:00Z") }),
  });
});

async function sessionKeys(kind: "GetSessionToken" | "AssumeRole" | "GetFederationToken"): Promise<Keys> {
  switch (kind) {
    case "GetSessionToken":
      return keysOf((await call(fake, GetSessionToken, {})).Credentials);
    case "AssumeRole":
      return keysOf(
        (await call(fake, AssumeRole, { RoleArn: DEMO_ROLE, RoleSessionName: "test" })).Credentials,
      );
    default:
      return keysOf((await call(fake, GetFederationToken, { Name: "Bob" })).Credentials);
  }
}

test("GetCallerIdentity tells each kind of caller: user and root", async () => {
  expect(await call(fake, GetCallerIdentity, {})).toMatchObject({
    UserId: "AIDACKCEVSQ6C2EXAMPLE",
    Account: "123456789012",
    Arn: "arn:aws:iam::123456789012:user/demo",
  });
  expect(await call(fake, GetCallerIdentity, {}, { keys: ROOT_KEYS })).toMatchObject({
    UserId: "123456789012",
    Account: "123456789012",
    Arn: "arn:aws:iam::123456789012:root",
  });
});

test.each([
  ["GetSessionToken", "AIDACKCEVSQ6C2EXAMPLE", "arn:aws:iam::123456789012:user/demo"],
  ["AssumeRole", "AROACLKWSDQRAOEXAMPLE:test", "arn:aws:sts::123456789012:assumed-role/demo/test"],
  ["GetFederationToken", "123456789012:Bob", "arn:aws:sts::123456789012:federated-user/Bob"],
] as const)("GetCallerIdentity tells each kind of caller: a session of %s", async (kind, UserId, Arn) => {
  const keys = await sessionKeys(kind);
  expect(await call(fake, GetCallerIdentity, {}, { keys })).toMatchObject({ UserId, Arn });
});

const INPUTS: Readonly<Record<string, object>> = {
  AssumeRole: { RoleArn: DEMO_ROLE, RoleSessionName: "again" },
  GetFederationToken: { Name: "Eve" },
  GetAccessKeyInfo: { AccessKeyId: "AKIAIOSFODNN7EXAMPLE" },
  GetScopedCredentials: { DurationSeconds: 60 },
  GetWebIdentityToken: { Audience: ["test"], SigningAlgorithm: "ES384" },
};
const ALLOWED = {
  user: [
    "AssumeRole",
    "GetAccessKeyInfo",
    "GetCallerIdentity",
    "GetFederationToken",
    "GetSessionToken",
    "GetWebIdentityToken",
  ],
  root: [
    "GetAccessKeyInfo",
    "GetCallerIdentity",
    "GetFederationToken",
    "GetSessionToken",
    "GetWebIdentityToken",
  ],
  GetSessionToken: ["AssumeRole", "GetCallerIdentity"],
  AssumeRole: [
    "AssumeRole",
    "GetAccessKeyInfo",
    "GetCallerIdentity",
    "GetScopedCredentials",
    "GetWebIdentityToken",
  ],
  GetFederationToken: ["GetCallerIdentity"],
};
test.each(Object.entries(ALLOWED))("who may call what: %s: %j", async (caller, allowed) => {
  const keys =
    caller === "user" ? DEMO_KEYS : caller === "root" ? ROOT_KEYS : await sessionKeys(caller as "AssumeRole");
  const names = [...Object.keys(INPUTS), "GetCallerIdentity", "GetSessionToken"].sort();
  const outcomes = await Promise.all(
    names.map((name) =>
      call(fake, operation(name), INPUTS[name] ?? {}, { keys }).then(
        () => name,
        (error: Error) => error.name,
      ),
    ),
  );
  expect(names.filter((name) => outcomes.includes(name))).toEqual(allowed);
  expect([...new Set(outcomes.filter((outcome) => !names.includes(outcome)))].sort()).toEqual(
    caller === "user" || caller === "root"
      ? caller === "root"
        ? ["AccessDenied", "InvalidSubjectCredentialsException"]
        : ["InvalidSubjectCredentialsException"]
      : ["AccessDenied"],
  );
});

function operation(name: string): Operation<object, object> {
  const found = operations.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no operation ${name}`);
  return found;
}

test("GetFederationToken gives twelve hours, and root one", async () => {
  const user = await call(fake, GetFederationToken, { Name: "Bob" });
  expect(user.Credentials.Expiration).toEqual(new Date("2026-03-02T00:00:00Z"));
  expect(user.FederatedUser).toEqual({
    FederatedUserId: "123456789012:Bob",
    Arn: "arn:aws:sts::123456789012:federated-user/Bob",
  });
  const root = await call(
    fake,
    GetFederationToken,
    { Name: "Bob", DurationSeconds: 7200 },
    { keys: ROOT_KEYS },
  );
  expect(root.Credentials.Expiration).toEqual(new Date("2026-03-01T13:00:00Z"));
});

test("GetAccessKeyInfo knows registered keys and those that were issued", async () => {
  const info = (AccessKeyId: string) => call(fake, GetAccessKeyInfo, { AccessKeyId });
  expect(await info("AKIAIOSFODNN7EXAMPLE")).toMatchObject({ Account: "123456789012" });
  const { Credentials } = await call(fake, GetSessionToken, {});
  expect(await info(Credentials.AccessKeyId)).toMatchObject({ Account: "123456789012" });
  await expect(info("AKIAI44QH8DHBEXAMPLE")).rejects.toMatchObject({
    name: "ValidationError",
    message: "The access key ID AKIAI44QH8DHBEXAMPLE does not belong to an account",
  });
});

describe("root sessions", () => {
  const input = {
    TargetPrincipal: MEMBER,
    TaskPolicyArn: { arn: "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy" },
  };

  test("AssumeRoot gives the management account's principals 15 minutes as a member's root", async () => {
    const { Credentials } = await call(fake, AssumeRoot, input);
    expect(Credentials.Expiration).toEqual(new Date("2026-03-01T12:15:00Z"));
    expect(await call(fake, GetCallerIdentity, {}, { keys: keysOf(Credentials) })).toMatchObject({
      UserId: MEMBER,
      Arn: `arn:aws:iam::${MEMBER}:root`,
    });
  });

  test.each([
    [{ TargetPrincipal: "123456789012" }, "AccessDenied"],
    [{ TargetPrincipal: "123456789013" }, "AccessDenied"],
    [{ TargetPrincipal: "not-an-account" }, "ValidationError"],
    [{ TaskPolicyArn: { arn: "arn:aws:iam::aws:policy/AdministratorAccess" } }, "ValidationError"],
    [{ DurationSeconds: 901 }, "ValidationError"],
  ])("AssumeRoot refuses %j with %s", async (change, name) => {
    await expect(call(fake, AssumeRoot, { ...input, ...change })).rejects.toMatchObject({ name });
  });

  test("AssumeRoot is not served by the global endpoint", async () => {
    await expect(call(fake, AssumeRoot, input, { hostname: "sts.amazonaws.com" })).rejects.toMatchObject({
      name: "InvalidAction",
    });
  });
});

const message = { allowed: false, context: { action: "ec2:StopInstances" } };

test("DecodeAuthorizationMessage decodes what the fake encoded", async () => {
  const EncodedMessage = await fake.encodeAuthorizationMessage(message);
  expect(EncodedMessage).toMatch(/^[\w=-]+$/);
  const { DecodedMessage } = await call(fake, DecodeAuthorizationMessage, { EncodedMessage });
  expect(JSON.parse(DecodedMessage)).toEqual(message);
});

test("DecodeAuthorizationMessage refuses anything else", async () => {
  const other = await createFakeSts().encodeAuthorizationMessage(message);
  const token = (await call(fake, GetSessionToken, {})).Credentials.SessionToken;
  for (const EncodedMessage of ["abc", other, token, "<encoded-message>"]) {
    await expect(call(fake, DecodeAuthorizationMessage, { EncodedMessage })).rejects.toMatchObject({
      name: "InvalidAuthorizationMessageException",
      $metadata: { httpStatusCode: 400 },
    });
  }
});

const scope = (input: object, keys: Keys) => call(fake, GetScopedCredentials, input, { keys });

test("GetScopedCredentials keeps the caller and its end, three times at most", async () => {
  const keys = await sessionKeys("AssumeRole");
  const first = await scope(
    { Policy: '{"Statement":{"Effect":"Allow","Action":"sts:*","Resource":"*"}}' },
    keys,
  );
  expect(first.Credentials.Expiration).toEqual(new Date("2026-03-01T13:00:00Z"));
  expect(first.ScopedPoliciesCount).toBe(1);
  expect(first.SessionInfo).toEqual({
    ScopedSessionId: "AROACLKWSDQRAOEXAMPLE:test",
    Arn: "arn:aws:sts::123456789012:assumed-role/demo/test",
  });
  const second = await scope({ DurationSeconds: 600 }, keysOf(first.Credentials));
  const third = await scope({ DurationSeconds: 60 }, keysOf(second.Credentials));
  expect(third.ScopedPoliciesCount).toBe(3);
  await expect(scope({ DurationSeconds: 30 }, keysOf(third.Credentials))).rejects.toMatchObject({
    name: "InvalidSubjectCredentialsException",
  });
});

test("each layer of scoped credentials must allow what is done", async () => {
  const keys = await sessionKeys("AssumeRole");
  const { Credentials } = await scope(
    { Policy: '{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}' },
    keys,
  );
  await expect(scope({ DurationSeconds: 60 }, keysOf(Credentials))).rejects.toMatchObject({
    name: "AccessDenied",
  });
});

test("GetScopedCredentials cannot outlive the caller, and must change something", async () => {
  const keys = await sessionKeys("AssumeRole");
  await expect(scope({ DurationSeconds: 3601 }, keys)).rejects.toMatchObject({
    name: "InsufficientSessionLifetimeException",
  });
  await expect(scope({}, keys)).rejects.toMatchObject({ name: "ValidationError" });
  await expect(scope({ Policy: "{" }, keys)).rejects.toMatchObject({
    name: "MalformedPolicyDocumentException",
  });
});

test("GetDelegatedAccessToken trades a token once", async () => {
  const TradeInToken = await fake.issueTradeInToken({ principalArn: DEMO_ROLE, sessionName: "partner" });
  const { Credentials, AssumedPrincipal } = await call(fake, GetDelegatedAccessToken, { TradeInToken });
  expect(AssumedPrincipal).toBe("arn:aws:sts::123456789012:assumed-role/demo/partner");
  expect(await call(fake, GetCallerIdentity, {}, { keys: keysOf(Credentials) })).toMatchObject({
    Arn: AssumedPrincipal,
  });
  await expect(call(fake, GetDelegatedAccessToken, { TradeInToken })).rejects.toMatchObject({
    name: "ExpiredTradeInTokenException",
  });
});

test("GetDelegatedAccessToken refuses one that is too old or not its own", async () => {
  const TradeInToken = await fake.issueTradeInToken({ principalArn: DEMO_ROLE, lifeSeconds: 60 });
  fake.clock.advanceSeconds(60);
  await expect(call(fake, GetDelegatedAccessToken, { TradeInToken })).rejects.toMatchObject({
    name: "ExpiredTradeInTokenException",
  });
  const other = createFakeSts({ users: [demoUser], roles: [demoRole], clock: fake.clock });
  const foreign = await other.issueTradeInToken({ principalArn: DEMO_ROLE });
  expect(await call(other, GetDelegatedAccessToken, { TradeInToken: foreign })).toHaveProperty("Credentials");
  for (const token of ["made-up", foreign]) {
    await expect(call(fake, GetDelegatedAccessToken, { TradeInToken: token })).rejects.toMatchObject({
      name: "AccessDenied",
    });
  }
});

describe("issued tokens", () => {
  const input = { Audience: ["https://api.example.com"], SigningAlgorithm: "RS256" };

  test.each(["RS256", "ES384"])(
    "GetWebIdentityToken issues a JWT with %s that the published keys verify",
    async (SigningAlgorithm) => {
      const { WebIdentityToken, Expiration } = await call(fake, GetWebIdentityToken, {
        ...input,
        SigningAlgorithm,
        Tags: [{ Key: "team", Value: "red" }],
      });
      expect(Expiration).toEqual(new Date("2026-03-01T12:05:00Z"));
      const iss = (JSON.parse(atob(WebIdentityToken.split(".")[1] ?? "")) as { iss: string }).iss;
      expect(iss).toMatch(/^https:\/\/[\w-]+\.tokens\.sts\.global\.api\.aws$/);
      const discovery = await fake.fetch(`${iss}/.well-known/openid-configuration`);
      const { jwks_uri: uri } = (await discovery.json()) as { jwks_uri: string };
      const keys = (await (await fake.fetch(uri)).json()) as JSONWebKeySet;
      const { payload, protectedHeader } = await jwtVerify(WebIdentityToken, createLocalJWKSet(keys), {
        issuer: iss,
        audience: "https://api.example.com",
        currentDate: new Date("2026-03-01T12:01:00Z"),
      });
      expect(protectedHeader.alg).toBe(SigningAlgorithm);
      expect(payload).toMatchObject({
        sub: "arn:aws:iam::123456789012:user/demo",
        "https://sts.amazonaws.com/": { aws_account: "123456789012", request_tags: { team: "red" } },
      });
      expect(keys.keys.every((key) => !("d" in key))).toBe(true);
    },
  );

  test("GetWebIdentityToken may not outlive the caller's session", async () => {
    const keys = await sessionKeys("AssumeRole");
    fake.clock.advanceSeconds(3500);
    await expect(
      call(fake, GetWebIdentityToken, { ...input, DurationSeconds: 101 }, { keys }),
    ).rejects.toMatchObject({
      name: "SessionDurationEscalationException",
    });
    expect(
      await call(fake, GetWebIdentityToken, { ...input, DurationSeconds: 100 }, { keys }),
    ).toHaveProperty("WebIdentityToken");
  });

  test("GetWebIdentityToken refuses what is too large, switched off, or of another algorithm", async () => {
    const Tags = Array.from({ length: 50 }, (_, index) => ({ Key: `key-${index}`, Value: "v".repeat(256) }));
    await expect(call(fake, GetWebIdentityToken, { ...input, Tags })).rejects.toMatchObject({
      name: "JWTPayloadSizeExceededException",
    });
    await expect(
      call(fake, GetWebIdentityToken, { ...input, SigningAlgorithm: "HS256" }),
    ).rejects.toMatchObject({
      name: "ValidationError",
      message: expect.stringContaining("enum value set: [RS256, ES384]"),
    });
    const off = createFakeSts({
      accounts: [{ id: "123456789012", outboundWebIdentityFederation: false }],
      users: [demoUser],
    });
    await expect(call(off, GetWebIdentityToken, input)).rejects.toMatchObject({
      name: "OutboundWebIdentityFederationDisabledException",
      $metadata: { httpStatusCode: 403 },
    });
  });

  test("GetWebIdentityToken wants distinct scopes, one audience and the origin's subject with a scope", async () => {
    const needs = "Scope needs SubjectMode OriginIdentity and exactly one audience";
    for (const [change, message] of [
      [{ Scope: "a" }, needs],
      [{ Scope: "a", SubjectMode: "AWSIdentity" }, needs],
      [{ Scope: "a", SubjectMode: "OriginIdentity", Audience: ["one", "two"] }, needs],
      [{ Scope: "a a", SubjectMode: "OriginIdentity" }, expect.stringContaining("distinct values") as string],
      [
        { SubjectMode: "Other" },
        expect.stringContaining("enum value set: [AWSIdentity, OriginIdentity]") as string,
      ],
    ] as const) {
      await expect(
        call(fake, GetWebIdentityToken, { ...input, ...change } as typeof input),
      ).rejects.toMatchObject({ name: "ValidationError", message });
    }
    await expect(
      call(fake, GetWebIdentityToken, { ...input, SubjectMode: "OriginIdentity" }),
    ).rejects.toMatchObject({ name: "AccessDenied" });
  });

  test("the tokens of GetWebIdentityToken open a role that trusts the issuer", async () => {
    const { AssumeRoleWithWebIdentity } = await import("@org/sts-protocol");
    const { WebIdentityToken } = await call(fake, GetWebIdentityToken, input);
    const url = "https://123456789012-0000-4000-8000-000000000000.tokens.sts.global.api.aws";
    const other = createFakeSts({
      clock: fake.clock,
      oidcProviders: [{ url, clientIds: input.Audience, keys: () => fake.webIdentityKeys() }],
      roles: [
        {
          name: "partner",
          trustPolicy: {
            Statement: {
              Effect: "Allow",
              Action: "sts:AssumeRoleWithWebIdentity",
              Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${new URL(url).host}` },
            },
          },
        },
      ],
    });
    const answer = await call(other, AssumeRoleWithWebIdentity, {
      RoleArn: "arn:aws:iam::123456789012:role/partner",
      RoleSessionName: "test",
      WebIdentityToken,
    });
    expect(answer.SubjectFromWebIdentityToken).toBe("arn:aws:iam::123456789012:user/demo");
  });
});

test("createTestIssuer signs with ES256 too", async () => {
  const issuer = await createTestIssuer({ algorithm: "ES256" });
  const token = await issuer.issueToken();
  const { protectedHeader } = await jwtVerify(
    token,
    createLocalJWKSet(issuer.provider.keys as JSONWebKeySet),
  );
  expect(protectedHeader.alg).toBe("ES256");
});
