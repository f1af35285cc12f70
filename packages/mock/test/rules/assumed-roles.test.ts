import {
  createClock,
  createFakeSts,
  demoUser,
  type FakeSts,
  type FakeStsOptions,
  type PolicyDocument,
  type PolicyStatement,
} from "@org/sts-mock";
import { AssumeRole, type AssumeRoleRequest, GetCallerIdentity, GetSessionToken } from "@org/sts-protocol";
import { describe, expect, test } from "vitest";

import { call, DEMO_KEYS, DEMO_SERIAL, type Keys, keysOf } from "../support/call.ts";

const clock = createClock({ at: new Date("2026-03-01T12:00:00Z") });
const ROLE = "arn:aws:iam::123456789012:role/app/admin";

function trust(statement: Partial<PolicyStatement> = {}): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::123456789012:user/demo" },
      Action: "sts:AssumeRole",
      ...statement,
    },
  };
}

function fakeWith(trustPolicy: PolicyDocument, options: FakeStsOptions = {}): FakeSts {
  return createFakeSts({
    users: [demoUser],
    roles: [
      {
        name: "admin",
        path: "/app/",
        roleId: "AROACLKWSDQRAOEXAMPLE",
        trustPolicy,
        maxSessionDuration: 7200,
      },
    ],
    clock,
    ...options,
  });
}

const assume = (fake: FakeSts, input: Partial<AssumeRoleRequest> = {}, keys: Keys = DEMO_KEYS) =>
  call(fake, AssumeRole, { RoleArn: ROLE, RoleSessionName: "test", ...input }, { keys });

test("AssumeRole issues a session that GetCallerIdentity knows", async () => {
  const fake = fakeWith(trust());
  const { Credentials, AssumedRoleUser } = await assume(fake);
  expect(Credentials.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
  expect(Credentials.Expiration).toEqual(new Date("2026-03-01T13:00:00Z"));
  expect(AssumedRoleUser).toEqual({
    AssumedRoleId: "AROACLKWSDQRAOEXAMPLE:test",
    Arn: "arn:aws:sts::123456789012:assumed-role/admin/test",
  });
  expect(await call(fake, GetCallerIdentity, {}, { keys: keysOf(Credentials) })).toMatchObject({
    UserId: "AROACLKWSDQRAOEXAMPLE:test",
    Account: "123456789012",
    Arn: "arn:aws:sts::123456789012:assumed-role/admin/test",
  });
});

const denied = {
  name: "AccessDenied",
  message: `User: arn:aws:iam::123456789012:user/demo is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`,
  $metadata: { httpStatusCode: 403 },
};

test.each([
  ["another user is named", trust({ Principal: { AWS: "arn:aws:iam::123456789012:user/other" } })],
  ["another action is allowed", trust({ Action: "sts:AssumeRoleWithSAML" })],
  [
    "a denial stands beside the permission",
    {
      Statement: [
        { Effect: "Allow", Principal: "*", Action: "*" },
        { Effect: "Deny", Principal: "*", Action: "sts:*" },
      ],
    } as const,
  ],
  ["the external id is missing", trust({ Condition: { StringEquals: { "sts:ExternalId": "abc" } } })],
  ["MFA is required", trust({ Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } })],
])("a trust policy denies when %s", async (_case, policy) => {
  await expect(assume(fakeWith(policy))).rejects.toMatchObject(denied);
});

test("a role that does not exist is denied in the same words as one that does not trust", async () => {
  await expect(assume(fakeWith(trust()), { RoleArn: `${ROLE}2` })).rejects.toMatchObject({
    ...denied,
    message: `${denied.message}2`,
  });
});

test("a trust policy takes the right external id and no other", async () => {
  const fake = fakeWith(trust({ Condition: { StringEquals: { "sts:ExternalId": "abc" } } }));
  await expect(assume(fake, { ExternalId: "abd" })).rejects.toMatchObject(denied);
  expect(await assume(fake, { ExternalId: "abc" })).toHaveProperty("Credentials");
});

test("a trust policy takes an MFA code given along, and a session that was made with one", async () => {
  const fake = fakeWith(trust({ Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } }));
  const code = async (): Promise<{ SerialNumber: string; TokenCode: string }> => {
    fake.clock.advanceSeconds(60);
    return { SerialNumber: DEMO_SERIAL, TokenCode: await fake.mfaCode(DEMO_SERIAL) };
  };
  expect(await assume(fake, await code())).toHaveProperty("Credentials");
  const withMfa = await call(fake, GetSessionToken, await code());
  expect(await assume(fake, {}, keysOf(withMfa.Credentials))).toHaveProperty("Credentials");
  const without = await call(fake, GetSessionToken, {});
  await expect(assume(fake, {}, keysOf(without.Credentials))).rejects.toMatchObject(denied);
});

test("a trust policy asks the caller's own policies when only the account is trusted", async () => {
  const policy = trust({ Principal: { AWS: "arn:aws:iam::123456789012:root" } });
  expect(await assume(fakeWith(policy))).toHaveProperty("Credentials");
  await expect(assume(fakeWith(policy, { users: [{ ...demoUser, policies: [] }] }))).rejects.toMatchObject(
    denied,
  );
  const own = {
    Statement: { Effect: "Allow", Action: "sts:AssumeRole", Resource: "arn:aws:iam::*:role/app/*" },
  } as const;
  expect(await assume(fakeWith(policy, { users: [{ ...demoUser, policies: [own] }] }))).toHaveProperty(
    "Credentials",
  );
  const no = { Statement: { Effect: "Deny", Action: "sts:*", Resource: "*" } } as const;
  await expect(assume(fakeWith(trust(), { users: [{ ...demoUser, policies: [no] }] }))).rejects.toMatchObject(
    denied,
  );
});

test("a trust policy takes policy variables and wildcards", async () => {
  const policy = trust({ Condition: { StringLike: { "sts:RoleSessionName": "${aws:username}-*" } } });
  await expect(assume(fakeWith(policy))).rejects.toMatchObject(denied);
  expect(await assume(fakeWith(policy), { RoleSessionName: "demo-1" })).toHaveProperty("Credentials");
});

const inAWeek = "2026-03-08T00:00:00Z";
test.each([
  [{ StringNotEquals: { "sts:RoleSessionName": "other" } }, true],
  [{ StringNotEquals: { "sts:RoleSessionName": "test" } }, false],
  [{ StringNotEquals: { "sts:ExternalId": "x" } }, true],
  [{ StringEqualsIgnoreCase: { "sts:RoleSessionName": "TEST" } }, true],
  [{ StringLike: { "sts:RoleSessionName": ["x*", "t?s*"] } }, true],
  [{ StringNotLike: { "sts:RoleSessionName": ["x*", "t*"] } }, false],
  [{ StringEqualsIfExists: { "sts:ExternalId": "x" } }, true],
  [{ StringEquals: { "aws:PrincipalAccount": "123456789012", "aws:username": "demo" } }, true],
  [{ ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:user/d*" } }, true],
  [{ ArnNotEquals: { "aws:PrincipalArn": "arn:aws:iam::123456789012:user/demo" } }, false],
  [{ Bool: { "aws:MultiFactorAuthPresent": "false" } }, false],
  [{ BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } }, true],
  [{ Bool: { "aws:SecureTransport": true } }, true],
  [{ Null: { "aws:MultiFactorAuthAge": "true" } }, true],
  [{ Null: { "aws:username": "true" } }, false],
  [{ DateLessThan: { "aws:CurrentTime": inAWeek } }, true],
  [{ DateGreaterThan: { "aws:CurrentTime": inAWeek } }, false],
  [{ NumericGreaterThanEquals: { "aws:EpochTime": 1_000_000_000 } }, true],
  [{ NumericNotEquals: { "aws:EpochTime": 1 } }, true],
  [{ IpAddress: { "aws:SourceIp": ["10.0.0.0/8", "127.0.0.0/8"] } }, true],
  [{ NotIpAddress: { "aws:SourceIp": "127.0.0.1" } }, false],
  [{ "ForAllValues:StringEquals": { "aws:TagKeys": ["a", "b"] } }, true],
  [{ "ForAnyValue:StringEquals": { "aws:TagKeys": ["a", "b"] } }, false],
  [
    { StringEquals: { "aws:RequestedRegion": "us-east-1" }, StringLike: { "sts:RoleSessionName": "no" } },
    false,
  ],
] as const)("conditions of a trust policy: %j: %s", async (condition, allowed) => {
  const outcome = await assume(fakeWith(trust({ Condition: condition }))).then(
    () => true,
    (error: Error) => (error.name === "AccessDenied" ? false : error),
  );
  expect(outcome).toBe(allowed);
});

test("conditions of a trust policy whose operator is not known are refused when the fake is made", () => {
  expect(() => fakeWith(trust({ Condition: { BinaryLike: { "aws:x": "" } } }))).toThrow(/BinaryLike/);
});

test("the duration of a role session may be as long as the role allows, and not longer", async () => {
  const { Credentials } = await assume(fakeWith(trust()), { DurationSeconds: 7200 });
  expect(Credentials.Expiration.getTime()).toBe(Math.floor(clock.now() / 1000) * 1000 + 7_200_000);
  await expect(assume(fakeWith(trust()), { DurationSeconds: 7201 })).rejects.toMatchObject({
    name: "ValidationError",
    message: "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
  });
});

test("the duration of a role session is at most an hour when roles are chained", async () => {
  const fake = fakeWith(trust({ Principal: { AWS: ["arn:aws:iam::123456789012:user/demo", ROLE] } }));
  const first = keysOf((await assume(fake)).Credentials);
  expect(await assume(fake, { DurationSeconds: 3600 }, first)).toHaveProperty("Credentials");
  await expect(assume(fake, { DurationSeconds: 3601 }, first)).rejects.toMatchObject({
    name: "ValidationError",
    message:
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
  });
});

test("a role session that has ended is refused with ExpiredToken and status 403", async () => {
  const fake = fakeWith(trust());
  const keys = keysOf((await assume(fake, { DurationSeconds: 900 })).Credentials);
  fake.clock.advanceSeconds(899);
  expect(await call(fake, GetCallerIdentity, {}, { keys })).toHaveProperty("Arn");
  fake.clock.advanceSeconds(1);
  await expect(call(fake, GetCallerIdentity, {}, { keys })).rejects.toMatchObject({
    name: "ExpiredToken",
    message: "The security token included in the request is expired",
    $metadata: { httpStatusCode: 403 },
  });
});

describe("sts:TagSession", () => {
  const policy = trust({ Principal: { AWS: "*" }, Action: ["sts:AssumeRole", "sts:TagSession"] });

  test("session tags need sts:TagSession", async () => {
    await expect(assume(fakeWith(trust()), { Tags: [{ Key: "a", Value: "b" }] })).rejects.toMatchObject({
      name: "AccessDenied",
      message: expect.stringContaining("sts:TagSession"),
    });
  });

  test("session tags that are transitive go on to the next role and cannot be replaced", async () => {
    const needsTeam = trust({
      Principal: { AWS: "*" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
      Condition: { StringEquals: { "aws:PrincipalTag/Team": "red" } },
    });
    const fake = fakeWith(policy, {
      roles: [
        { name: "admin", path: "/app/", trustPolicy: policy },
        { name: "next", trustPolicy: needsTeam },
      ],
    });
    const next = { RoleArn: "arn:aws:iam::123456789012:role/next" };
    const Tags = [
      { Key: "Team", Value: "red" },
      { Key: "Other", Value: "x" },
    ];
    const first = keysOf((await assume(fake, { Tags, TransitiveTagKeys: ["Team"] })).Credentials);
    const second = keysOf((await assume(fake, next, first)).Credentials);
    // The second session holds the tag too, so the chain can go on.
    expect(await assume(fake, next, second)).toHaveProperty("Credentials");
    await expect(
      assume(fake, { ...next, Tags: [{ Key: "team", Value: "blue" }] }, first),
    ).rejects.toMatchObject({
      name: "InvalidParameterValue",
      message: expect.stringContaining("conflicts with a transitive tag key"),
    });
    const plain = keysOf((await assume(fake, { Tags })).Credentials);
    const further = keysOf((await assume(fake, next, plain)).Credentials);
    await expect(assume(fake, next, further)).rejects.toMatchObject({ name: "AccessDenied" });
  });

  test.each([
    [
      "repeat but for their case",
      {
        Tags: [
          { Key: "Dept", Value: "1" },
          { Key: "dept", Value: "2" },
        ],
      },
    ],
    ["are reserved", { Tags: [{ Key: "aws:x", Value: "1" }] }],
    ["are called transitive and not given", { TransitiveTagKeys: ["x"] }],
  ])("session tags are refused when keys %s", async (_case, input) => {
    await expect(assume(fakeWith(policy), input)).rejects.toMatchObject({ name: "InvalidParameterValue" });
  });
});

describe("sts:SetSourceIdentity", () => {
  const policy = trust({ Principal: { AWS: "*" }, Action: ["sts:AssumeRole", "sts:SetSourceIdentity"] });

  test("a source identity sticks through a chain", async () => {
    const fake = fakeWith(policy);
    const first = await assume(fake, { SourceIdentity: "alice" });
    expect(first.SourceIdentity).toBe("alice");
    const second = await assume(fake, {}, keysOf(first.Credentials));
    expect(second.SourceIdentity).toBe("alice");
    await expect(assume(fake, { SourceIdentity: "bob" }, keysOf(second.Credentials))).rejects.toMatchObject({
      name: "AccessDenied",
    });
  });

  test("a source identity needs sts:SetSourceIdentity", async () => {
    await expect(assume(fakeWith(trust()), { SourceIdentity: "alice" })).rejects.toMatchObject({
      name: "AccessDenied",
      message: expect.stringContaining("sts:SetSourceIdentity"),
    });
  });
});

test.each([
  ["{", "MalformedPolicyDocument", "invalid Json"],
  ['{"Statement":[]}', "MalformedPolicyDocument", "Syntax errors"],
  [
    '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}}',
    "MalformedPolicyDocument",
    "principal",
  ],
])("AssumeRole refuses the session policy %s", async (Policy, name, words) => {
  await expect(assume(fakeWith(trust()), { Policy })).rejects.toMatchObject({
    name: `${name}Exception`,
    Code: name,
    message: expect.stringContaining(words),
  });
});

test("AssumeRole tells how full the packed policy is", async () => {
  const Policy = '{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}';
  expect((await assume(fakeWith(trust()), { Policy })).PackedPolicySize).toBeGreaterThan(0);
  expect((await assume(fakeWith(trust()))).PackedPolicySize).toBeUndefined();
});

test("AssumeRole refuses tags that do not fit", async () => {
  const policy = trust({ Action: "sts:*" });
  const Tags = Array.from({ length: 50 }, (_, index) => ({ Key: `key-${index}`, Value: "v".repeat(256) }));
  await expect(assume(fakeWith(policy), { Tags })).rejects.toMatchObject({
    name: "PackedPolicyTooLargeException",
  });
});

test("session policies limit what the session may do", async () => {
  const policy = trust({ Principal: { AWS: "arn:aws:iam::123456789012:root" } });
  const Policy = '{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}';
  const fake = fakeWith(policy);
  const narrow = keysOf((await assume(fake, { Policy })).Credentials);
  await expect(assume(fake, {}, narrow)).rejects.toMatchObject({ name: "AccessDenied" });
  expect(await call(fake, GetCallerIdentity, {}, { keys: narrow })).toHaveProperty("Arn");
});

test("root may not assume a role", async () => {
  const keys = { accessKeyId: "AKIAROOTEXAMPLE12345", secretAccessKey: "root" };
  const fake = fakeWith(trust({ Principal: "*" }), {
    accounts: [{ id: "123456789012", rootAccessKeys: [keys] }],
  });
  await expect(assume(fake, {}, keys)).rejects.toMatchObject({
    name: "AccessDenied",
    message: "Roles may not be assumed by root accounts.",
  });
});

test("AssumeRole refuses where STS is not activated in the region", async () => {
  const fake = fakeWith(trust(), { accounts: [{ id: "123456789012", disabledRegions: ["us-east-1"] }] });
  await expect(assume(fake)).rejects.toMatchObject({
    name: "RegionDisabledException",
    message: expect.stringMatching(/^STS is not activated in this region for account:123456789012\. /),
  });
});

test("AssumeRole crosses accounts only when both sides agree", async () => {
  const roleArn = "arn:aws:iam::999999999999:role/other";
  const make = (policies: PolicyDocument[] | undefined): FakeSts =>
    createFakeSts({
      users: [{ ...demoUser, ...(policies === undefined ? {} : { policies }) }],
      roles: [{ name: "other", account: "999999999999", trustPolicy: trust() }],
      clock,
    });
  expect(await assume(make(undefined), { RoleArn: roleArn })).toHaveProperty("Credentials");
  await expect(assume(make([]), { RoleArn: roleArn })).rejects.toMatchObject({ name: "AccessDenied" });
});
