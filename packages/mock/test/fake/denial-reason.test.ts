import { inspect } from "node:util";

import {
  createClock,
  createFakeSts,
  createTestIssuer,
  type DenialReason,
  demoUser,
  type FakeSts,
  type FakeStsOptions,
  type LogEntry,
} from "@org/sts-mock";
import {
  AssumeRole,
  AssumeRoleWithWebIdentity,
  DecodeAuthorizationMessage,
  GetAccessKeyInfo,
  GetFederationToken,
  GetSessionToken,
} from "@org/sts-protocol";
import { expect, test } from "vitest";

import { call, DEMO_KEYS, DEMO_SERIAL, keysOf } from "../support/call.ts";
import { ACCOUNT, allow, assumeRole, deny, policy, roleArn, trust, USER } from "../support/verdict.ts";

const clock = createClock({ at: new Date("2026-03-01T12:00:00Z") });
const entries: LogEntry[] = [];

function fakeWith(options: FakeStsOptions): FakeSts {
  entries.length = 0;
  return createFakeSts({ users: [demoUser], clock, log: (entry) => entries.push(entry), ...options });
}

/** The reason of the last call, which must have been refused. */
async function reasonOf(fake: FakeSts, attempt: Promise<unknown>): Promise<DenialReason> {
  await expect(attempt).rejects.toMatchObject({ name: "AccessDenied" });
  const reason = fake.calls().at(-1)?.reason;
  if (reason === undefined) throw new Error("the call has no reason");
  return reason;
}

const ASKED = `User: ${USER} is not authorized to perform: sts:AssumeRole on resource: ${roleArn("demo")}`;

const HIDDEN = "***SensitiveInformation***";
const other = `arn:aws:iam::${ACCOUNT}:user/other`;

test("a refusal by a trust policy names of each statement what was expected and what was found", async () => {
  const trustPolicy = policy(
    { Effect: "Allow", Sid: "Other", Principal: { AWS: other }, Action: "sts:AssumeRole" },
    {
      Effect: "Allow",
      Principal: { AWS: USER },
      Action: "sts:TagSession",
      Condition: {
        StringEquals: { "sts:ExternalId": ["a", "b"] },
        Bool: { "aws:MultiFactorAuthPresent": "true" },
      },
    },
  );
  const fake = fakeWith({ roles: [{ name: "demo", trustPolicy }] });
  const reason = await reasonOf(fake, assumeRole(fake, "demo", { ExternalId: "wrong" }));
  expect(reason).toMatchObject({
    kind: "no-statement-matched",
    principal: USER,
    action: "sts:AssumeRole",
    resource: roleArn("demo"),
    policies: [
      {
        policy: `trust policy of ${roleArn("demo")}`,
        statements: [
          {
            statement: "Other",
            effect: "Allow",
            mismatches: [{ element: "Principal", expected: [`AWS: ${other}`] }],
          },
          {
            statement: "statement 2",
            effect: "Allow",
            mismatches: [
              { element: "Action", expected: "sts:TagSession", found: "sts:AssumeRole" },
              { element: "Condition", operator: "StringEquals", expected: ["a", "b"], found: "wrong" },
              {
                element: "Condition",
                key: "aws:MultiFactorAuthPresent",
                expected: ["true"],
                found: undefined,
              },
            ],
          },
        ],
      },
    ],
  });
  expect(reason.message.split("\n")).toEqual([
    `${USER} may not sts:AssumeRole on ${roleArn("demo")}: no statement of the role's trust policy allows it`,
    `  trust policy of ${roleArn("demo")}`,
    expect.stringMatching(/^ {4}Other \(Allow\): Principal: expected "AWS: .*other", found ".*demo"/),
    `    statement 2 (Allow): Action: expected "sts:TagSession", found "sts:AssumeRole"; ` +
      `Condition StringEquals sts:ExternalId: expected "a", "b", found "wrong"; ` +
      `Condition Bool aws:MultiFactorAuthPresent: expected "true", found no such key`,
  ]);
});

test("a refusal by a trust policy names the statements without a Sid, or an empty one, by their number", async () => {
  const statement = { Effect: "Allow", Principal: { AWS: other }, Action: "sts:AssumeRole" } as const;
  const trustPolicy = policy({ ...statement, Sid: "" }, statement, { ...statement, Sid: "Third" });
  const fake = fakeWith({ roles: [{ name: "demo", trustPolicy }] });
  const { policies } = await reasonOf(fake, assumeRole(fake, "demo"));
  expect(policies[0]?.statements.map(({ statement: name }) => name)).toEqual([
    "statement 1",
    "statement 2",
    "Third",
  ]);
});

test("a refusal by a trust policy lists every principal that a statement names", async () => {
  const Principal = { AWS: [other, "111122223333"], Service: "ec2.amazonaws.com" };
  const fake = fakeWith({ roles: [{ name: "demo", trustPolicy: trust({ Principal }) }] });
  const { policies } = await reasonOf(fake, assumeRole(fake, "demo"));
  expect(policies[0]?.statements[0]?.mismatches).toEqual([
    {
      element: "Principal",
      expected: [`AWS: ${other}`, "AWS: 111122223333", "Service: ec2.amazonaws.com"],
      found: [USER, USER, ACCOUNT, `arn:aws:iam::${ACCOUNT}:root`],
    },
  ]);
});

test.each([
  ["NotAction", allow({ NotAction: "sts:Assume*" }), "sts:Assume*", "sts:AssumeRole"],
  ["NotResource", allow({ NotResource: ["*"] }), ["*"], roleArn("demo")],
] as const)(
  "a refusal by the caller's own policies says what %s left out",
  async (element, statement, expected, found) => {
    const users = [{ ...demoUser, policies: [policy(statement)] }];
    const fake = fakeWith({ users, roles: [{ name: "demo", trustPolicy: "account" }] });
    const { policies } = await reasonOf(fake, assumeRole(fake, "demo"));
    expect(policies[0]?.statements[0]?.mismatches).toEqual([{ element, expected, found }]);
  },
);

test.each([
  ["is shown when it is short", "sts:ExternalId", { ExternalId: "short" }, "short"],
  ["is not shown", "sts:ExternalId", { ExternalId: "a-secret-of-two-companies" }, HIDDEN],
  ["is not shown, however the key is written", "STS:externalid", { ExternalId: "between-companies" }, HIDDEN],
  ["that was not given does not exist", "sts:ExternalId", {}, undefined],
])("the external id of a refused request %s: %s", async (_case, key, input, found) => {
  const trustPolicy = trust({ Condition: { StringEquals: { [key]: "expected" } } });
  const fake = fakeWith({ roles: [{ name: "demo", trustPolicy }] });
  const { policies } = await reasonOf(fake, assumeRole(fake, "demo", input));
  expect(policies[0]?.statements[0]?.mismatches).toEqual([
    { element: "Condition", operator: "StringEquals", key, expected: ["expected"], found },
  ]);
});

test("a value as long as an external id that is none is shown in a refusal", async () => {
  const trustPolicy = trust({ Condition: { StringEquals: { "sts:RoleSessionName": "expected" } } });
  const fake = fakeWith({ roles: [{ name: "demo", trustPolicy }] });
  const input = { RoleSessionName: "a-secret-of-two-companies" };
  const { policies } = await reasonOf(fake, assumeRole(fake, "demo", input));
  expect(policies[0]?.statements[0]?.mismatches[0]?.found).toBe("a-secret-of-two-companies");
});

test("a refusal by a trust policy is in the log, and the response says no more than the service", async () => {
  const fake = fakeWith({ roles: [{ name: "demo", trustPolicy: trust({ Principal: { AWS: other } }) }] });
  await expect(assumeRole(fake, "demo")).rejects.toMatchObject({ name: "AccessDenied", message: ASKED });
  expect(entries.at(-1)?.notes).toEqual([fake.calls().at(-1)?.reason?.message]);
});

test("a refusal by a trust policy names the condition of a token", async () => {
  const issuer = await createTestIssuer({ clock });
  const trustPolicy = policy({
    Effect: "Allow",
    Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/oidc.example.com` },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { StringLike: { "oidc.example.com:sub": "repo:example/*" } },
  });
  const fake = fakeWith({ oidcProviders: [issuer.provider], roles: [{ name: "demo", trustPolicy }] });
  const WebIdentityToken = await issuer.issueToken({ sub: "repo:other/app" });
  const input = { RoleArn: roleArn("demo"), RoleSessionName: "test", WebIdentityToken };
  const reason = await reasonOf(fake, call(fake, AssumeRoleWithWebIdentity, input));
  expect(reason.kind).toBe("no-statement-matched");
  expect(reason.message).toContain('oidc.example.com:sub: expected "repo:example/*", found "repo:other/app"');
  expect(inspect(fake.calls(), { depth: 9 })).not.toContain(WebIdentityToken);
});

test("a role that does not exist is told to the log, and not to the client", async () => {
  const fake = fakeWith({ roles: [] });
  const attempt = call(fake, AssumeRole, { RoleArn: roleArn("demo"), RoleSessionName: "test" });
  await expect(attempt).rejects.toMatchObject({ message: ASKED });
  expect(fake.calls().at(-1)?.reason).toMatchObject({ kind: "no-such-role", resource: roleArn("demo") });
  expect(entries.at(-1)?.notes.join()).toContain("there is no such role");
});

test.each([
  ["permissions-policy", [policy(allow({ Action: "s3:*" }))], "identity policy 1"],
  ["permissions-policy", [], ""],
  ["explicit-deny", [policy(allow(), deny({ Sid: "Never", Action: "sts:*" }))], "Never (Deny): matches"],
] as const)("a refusal by the caller's own policies is a %s", async (kind, policies, text) => {
  const fake = fakeWith({
    users: [{ ...demoUser, policies }],
    roles: [{ name: "demo", trustPolicy: "account" }],
  });
  const reason = await reasonOf(fake, assumeRole(fake, "demo"));
  expect(reason.kind).toBe(kind);
  expect(reason.message).toContain(text);
  const own = await reasonOf(fake, call(fake, GetFederationToken, { Name: "Bob" }));
  expect(own).toMatchObject({ kind, action: "sts:GetFederationToken" });
});

test("a refusal by the caller's own policies is a session-policy where a session is limited", async () => {
  const roles = ["first", "next"].map((name) => ({ name, trustPolicy: "account" }));
  const fake = fakeWith({ roles });
  const Policy = JSON.stringify(policy(allow({ Action: "s3:*" })));
  const keys = keysOf((await assumeRole(fake, "first", { Policy })).Credentials);
  const reason = await reasonOf(fake, assumeRole(fake, "next", {}, { keys }));
  expect(reason).toMatchObject({
    kind: "session-policy",
    policies: [{ policy: `session policy 1 of arn:aws:sts::${ACCOUNT}:assumed-role/first/test` }],
  });
});

test("a refusal by the caller's own policies is an explicit-deny where a session policy denies, whatever is asked", async () => {
  const roles = ["first", "next"].map((name) => ({ name, trustPolicy: "account" }));
  const fake = fakeWith({ roles });
  const Policy = JSON.stringify(policy(allow(), deny({ Sid: "Nothing", Action: "sts:*" })));
  const keys = keysOf((await assumeRole(fake, "first", { Policy })).Credentials);
  const expected = {
    kind: "explicit-deny",
    policies: [
      {
        policy: `session policy 1 of arn:aws:sts::${ACCOUNT}:assumed-role/first/test`,
        statements: [{ statement: "Nothing" }],
      },
    ],
  };
  expect(await reasonOf(fake, assumeRole(fake, "next", {}, { keys }))).toMatchObject(expected);
  const { accessKeyId: AccessKeyId } = DEMO_KEYS;
  expect(await reasonOf(fake, call(fake, GetAccessKeyInfo, { AccessKeyId }, { keys }))).toMatchObject(
    expected,
  );
});

test("a refusal by the caller's own policies lists of a denial only the statements that deny", async () => {
  const fake = fakeWith({
    roles: [
      {
        name: "demo",
        trustPolicy: policy(
          { Effect: "Allow", Principal: "*", Action: "sts:*" },
          { Effect: "Deny", Sid: "Others", Principal: { AWS: other }, Action: "sts:AssumeRole" },
          { Effect: "Deny", Sid: "NotThem", Principal: { AWS: USER }, Action: "sts:AssumeRole" },
        ),
      },
    ],
  });
  const reason = await reasonOf(fake, assumeRole(fake, "demo"));
  expect(reason).toMatchObject({
    kind: "explicit-deny",
    policies: [{ statements: [{ statement: "NotThem" }] }],
  });
});

test("a refusal by the caller's own policies says * for the resource of an action that has none", async () => {
  const fake = fakeWith({
    users: [{ ...demoUser, policies: [policy(allow({ Resource: roleArn("demo") }))] }],
  });
  const reason = await reasonOf(fake, call(fake, GetAccessKeyInfo, { AccessKeyId: DEMO_KEYS.accessKeyId }));
  expect(reason.policies[0]?.statements[0]?.mismatches).toEqual([
    { element: "Resource", expected: roleArn("demo"), found: "*" },
  ]);
});

test("a refusal by a rule other than a policy has its message as the reason", async () => {
  const fake = fakeWith({ roles: [{ name: "demo", trustPolicy: "account" }] });
  const wrong = { SerialNumber: DEMO_SERIAL, TokenCode: "000000" };
  const reason = await reasonOf(fake, call(fake, GetSessionToken, wrong));
  expect(reason).toEqual({
    kind: "rule",
    message: "MultiFactorAuthentication failed with invalid MFA one time pass code.",
    policies: [],
  });
});

test("a refusal is explained in words of its own, also without policies and for a condition without values", async () => {
  const AccessKeyId = DEMO_KEYS.accessKeyId;
  const messageFor = async (policies: NonNullable<(typeof demoUser)["policies"]>): Promise<string> => {
    const fake = fakeWith({ users: [{ ...demoUser, policies }] });
    return (await reasonOf(fake, call(fake, GetAccessKeyInfo, { AccessKeyId }))).message;
  };
  const sentence = `${USER} may not sts:GetAccessKeyInfo: no identity policy of the caller allows it`;
  expect(await messageFor([])).toBe(sentence);
  const unmet = allow({ Condition: { StringEquals: { "aws:username": [] } } });
  expect(await messageFor([policy(unmet)])).toBe(
    `${sentence}\n  identity policy 1 of ${USER}\n    statement 1 (Allow): Condition StringEquals aws:username: expected nothing, found "demo"`,
  );
});

test.each([
  ["GetFederationToken", "credentials of GetFederationToken may call GetCallerIdentity only"],
  ["GetSessionToken", "credentials of GetSessionToken may call AssumeRole and GetCallerIdentity only"],
] as const)(
  "a refusal by a rule other than a policy says what credentials of %s are good for",
  async (name, message) => {
    const fake = fakeWith({ roles: [] });
    const { Credentials } =
      name === "GetSessionToken"
        ? await call(fake, GetSessionToken, {})
        : await call(fake, GetFederationToken, { Name: "Bob" });
    const attempt = call(
      fake,
      GetAccessKeyInfo,
      { AccessKeyId: DEMO_KEYS.accessKeyId },
      { keys: keysOf(Credentials) },
    );
    expect(await reasonOf(fake, attempt)).toEqual({ kind: "rule", message, policies: [] });
    expect(entries.at(-1)?.notes).toEqual([message]);
  },
);

test("a refusal by a rule other than a policy says that an AWS service assumes roles and does no more", async () => {
  const services = [{ name: "ec2.amazonaws.com", accessKeys: [DEMO_KEYS] }];
  const trustPolicy = trust({ Principal: { Service: "ec2.amazonaws.com" } });
  const fake = createFakeSts({ services, clock, roles: [{ name: "demo", trustPolicy }] });
  expect(await assumeRole(fake, "demo")).toHaveProperty("Credentials");
  const attempt = call(fake, GetAccessKeyInfo, { AccessKeyId: DEMO_KEYS.accessKeyId });
  expect((await reasonOf(fake, attempt)).message).toContain("may call AssumeRole");
});

test("there is no reason for what was allowed, nor for other errors", async () => {
  const fake = fakeWith({ roles: [{ name: "demo", trustPolicy: "account" }] });
  await assumeRole(fake, "demo");
  expect(fake.calls().at(-1)).toMatchObject({ outcome: "ok", reason: undefined });
  await expect(assumeRole(fake, "demo", { DurationSeconds: 43_200 })).rejects.toMatchObject({
    name: "ValidationError",
  });
  expect(fake.calls().at(-1)).toMatchObject({ outcome: "ValidationError", reason: undefined });
});

test("an encoded message made of a reason decodes to it", async () => {
  const fake = fakeWith({
    roles: [{ name: "demo", trustPolicy: trust({ Principal: { AWS: "111122223333" } }) }],
  });
  const reason = await reasonOf(fake, assumeRole(fake, "demo"));
  const EncodedMessage = await fake.encodeAuthorizationMessage(reason);
  const { DecodedMessage } = await call(fake, DecodeAuthorizationMessage, { EncodedMessage });
  expect(JSON.parse(DecodedMessage ?? "")).toEqual(JSON.parse(JSON.stringify(reason)));
});

test("no reason and no note holds a secret of the request", async () => {
  const fake = fakeWith({
    users: [{ ...demoUser, policies: [] }],
    roles: [{ name: "demo", trustPolicy: trust({ Principal: { AWS: "111122223333" } }) }],
  });
  const TokenCode = await fake.mfaCode(DEMO_SERIAL);
  await expect(assumeRole(fake, "demo", { SerialNumber: DEMO_SERIAL, TokenCode })).rejects.toThrow(
    "is not authorized to perform",
  );
  const text = inspect([fake.calls(), entries], { depth: 20 });
  for (const secret of [TokenCode, DEMO_KEYS.secretAccessKey]) expect(text).not.toContain(secret);
});

test("a condition key that there is not is told once in the life of a fake", async () => {
  const condition = { StringEquals: { "aws:PrincipleArn": USER } };
  const fake = fakeWith({ roles: [{ name: "demo", trustPolicy: trust({ Condition: condition }) }] });
  const counts: number[] = [];
  for (let times = 0; times < 3; times++) {
    await expect(assumeRole(fake, "demo")).rejects.toThrow("is not authorized to perform");
    counts.push(
      entries.at(-1)?.notes.filter((note) => note.startsWith("aws:principlearn is no condition key"))
        .length ?? 0,
    );
  }
  expect(counts).toEqual([1, 0, 0]);
});
