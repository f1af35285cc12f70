import {
  createClock,
  createFakeSts,
  demoUser,
  type FakeSts,
  type PolicyDocument,
  type PolicyStatement,
} from "@org/sts-mock";
import { type AssumeRoleRequest, GetCallerIdentity, GetSessionToken } from "@org/sts-protocol";
import { beforeEach, expect, test } from "vitest";

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

const START = new Date("2026-03-01T12:00:00Z");

let fake: FakeSts;
beforeEach(() => {
  fake = createFakeSts({
    users: [demoUser],
    roles: [
      { name: "first", trustPolicy: trust(), maxSessionDuration: 43_200 },
      { name: "next", trustPolicy: trust(), maxSessionDuration: 43_200 },
      { name: "hour", trustPolicy: trust() },
    ],
    clock: createClock({ at: START }),
  });
});

const secondsOf = (response: { readonly Credentials: { readonly Expiration: Date } }): number =>
  (response.Credentials.Expiration.getTime() - fake.clock.now()) / 1000;

async function sessionOf(
  target: FakeSts,
  name: string,
  input: Partial<AssumeRoleRequest> = {},
  keys = DEMO_KEYS,
) {
  return keysOf((await assumeRole(target, name, input, { keys })).Credentials);
}

const CHAIN_LIMIT =
  "ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining";

test.each([
  ["a user", "hour", undefined, 3600],
  ["a user", "hour", 900, 900],
  ["a user", "hour", 3600, 3600],
  [
    "a user",
    "hour",
    3601,
    "ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
  ],
  ["a user", "first", undefined, 3600],
  ["a user", "first", 43_200, 43_200],
  ["a user's session", "first", 43_200, 43_200],
  ["a role session", "first", undefined, 3600],
  ["a role session", "first", 3600, 3600],
  ["a role session", "first", 3601, CHAIN_LIMIT],
  ["a role session", "hour", 3601, CHAIN_LIMIT],
])(
  "the duration of a role session asked by %s for role %s with %s seconds: %s",
  async (caller, name, DurationSeconds, expected) => {
    const keys =
      caller === "a user"
        ? DEMO_KEYS
        : caller === "a role session"
          ? await sessionOf(fake, "next")
          : keysOf((await call(fake, GetSessionToken, {})).Credentials);
    const outcome = await assumeRole(fake, name, { DurationSeconds }, { keys }).then(
      secondsOf,
      (error: Error) => `${error.name}: ${error.message}`,
    );
    expect(outcome).toBe(expected);
  },
);

test("the duration of a role session of a chain is not that of the session before", async () => {
  const keys = await sessionOf(fake, "first", { DurationSeconds: 900 });
  fake.clock.advanceSeconds(600);
  expect(secondsOf(await assumeRole(fake, "next", {}, { keys }))).toBe(3600);
});

const tags = { Tags: [{ Key: "Team", Value: "red" }] };
const identity = { SourceIdentity: "alice" };
test.each([
  [{}, ["sts:AssumeRole"], "allowed"],
  [tags, ["sts:AssumeRole"], "denied"],
  [tags, ["sts:AssumeRole", "sts:TagSession"], "allowed"],
  [tags, ["sts:AssumeRole", "sts:SetSourceIdentity"], "denied"],
  [tags, ["sts:TagSession"], "denied"],
  [identity, ["sts:AssumeRole"], "denied"],
  [identity, ["sts:AssumeRole", "sts:SetSourceIdentity"], "allowed"],
  [identity, ["sts:SetSourceIdentity"], "denied"],
  [{ ...tags, ...identity }, ["sts:AssumeRole", "sts:TagSession"], "denied"],
  [{ ...tags, ...identity }, ["sts:AssumeRole", "sts:SetSourceIdentity"], "denied"],
  [{ ...tags, ...identity }, ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"], "allowed"],
])(
  "the permission for a session with tags or a source identity for %j with %j: %s, in the trust policy and in the user's own",
  async (input, actions, expected) => {
    const make = (trustPolicy: PolicyDocument, own: PolicyDocument): FakeSts =>
      createFakeSts({
        users: [{ ...demoUser, policies: [own] }],
        roles: [{ name: "target", trustPolicy }],
        clock: fake.clock,
      });
    const byAccount = { Principal: { AWS: ACCOUNT } };
    const trusting = make(trust({ ...byAccount, Action: actions }), policy(allow()));
    expect(await verdict(assumeRole(trusting, "target", input))).toBe(expected);
    const owning = make(trust(byAccount), policy(allow({ Action: actions })));
    expect(await verdict(assumeRole(owning, "target", input))).toBe(expected);
  },
);

test.each([
  ["sts:TagSession", tags],
  ["sts:SetSourceIdentity", identity],
])(
  "the permission for a session with tags or a source identity: %s can be denied apart",
  async (action, input) => {
    const denying = createFakeSts({
      users: [{ ...demoUser, policies: [policy(allow(), deny({ Action: action }))] }],
      roles: [{ name: "target", trustPolicy: trust() }],
      clock: fake.clock,
    });
    expect(await verdict(assumeRole(denying, "target"))).toBe("allowed");
    await expect(assumeRole(denying, "target", input)).rejects.toMatchObject({
      name: "AccessDenied",
      message: `User: ${USER} is not authorized to perform: ${action} on resource: ${roleArn("target")}`,
    });
  },
);

const inChain = (condition: NonNullable<Parameters<typeof trust>[0]>["Condition"] & object): FakeSts =>
  createFakeSts({
    users: [demoUser],
    roles: [
      { name: "first", tags: { Team: "of-first" }, trustPolicy: trust() },
      { name: "second", tags: { Team: "of-second" }, trustPolicy: trust() },
      { name: "guarded", trustPolicy: trust({ Condition: condition }) },
    ],
    clock: fake.clock,
  });
const red = [{ Key: "Team", Value: "red" }];

test.each([
  ["a transitive one wins over the next role's own", { Tags: red, TransitiveTagKeys: ["Team"] }, {}, "red"],
  ["one that is not transitive gives way to the next role's own", { Tags: red }, {}, "of-second"],
  [
    "one given anew wins over the role's own",
    { Tags: red },
    { Tags: [{ Key: "Team", Value: "new" }] },
    "new",
  ],
])("session tags in a chain: %s", async (_case, firstInput, secondInput, value) => {
  const found: string[] = [];
  for (const candidate of ["red", "of-first", "of-second", "new"]) {
    const target = inChain({ StringEquals: { "aws:PrincipalTag/Team": candidate } });
    const first = await sessionOf(target, "first", firstInput);
    const keys = await sessionOf(target, "second", secondInput, first);
    if ((await verdict(assumeRole(target, "guarded", {}, { keys }))) === "allowed") found.push(candidate);
  }
  expect(found).toEqual([value]);
});

test("session tags in a chain: a transitive tag stays along with new ones, and only the transitive one is passed on", async () => {
  const target = inChain({
    StringEquals: { "aws:PrincipalTag/Stays": "1", "aws:PrincipalTag/Goes": "2" },
  });
  const first = await sessionOf(target, "first", {
    Tags: [{ Key: "Stays", Value: "1" }],
    TransitiveTagKeys: ["Stays"],
  });
  const second = await sessionOf(target, "second", { Tags: [{ Key: "Goes", Value: "2" }] }, first);
  expect(await verdict(assumeRole(target, "guarded", {}, { keys: second }))).toBe("allowed");
  const third = await sessionOf(target, "second", {}, second);
  expect(await verdict(assumeRole(target, "guarded", {}, { keys: third }))).toBe("denied");
});

test.each([
  ["the same name", "Team"],
  ["the same name in other case", "TEAM"],
])(
  "session tags in a chain: a transitive one cannot be given anew under %s, two roles later either",
  async (_case, Key) => {
    const first = await sessionOf(fake, "first", { Tags: red, TransitiveTagKeys: ["Team"] });
    const second = await sessionOf(fake, "next", {}, first);
    for (const keys of [first, second]) {
      await expect(
        assumeRole(fake, "next", { Tags: [{ Key, Value: "red" }] }, { keys }),
      ).rejects.toMatchObject({ name: "InvalidParameterValue" });
    }
  },
);

const chained = async (keys: Keys, SourceIdentity?: string) =>
  assumeRole(fake, "next", SourceIdentity === undefined ? {} : { SourceIdentity }, { keys });

test("a source identity is in no session that was not given one", async () => {
  const first = await assumeRole(fake, "first");
  expect(first.SourceIdentity).toBeUndefined();
  expect((await chained(keysOf(first.Credentials))).SourceIdentity).toBeUndefined();
});

test("a source identity can be set in the middle of a chain, and repeated after it", async () => {
  const first = await sessionOf(fake, "first");
  const second = await chained(first, "alice");
  expect(second.SourceIdentity).toBe("alice");
  expect((await chained(keysOf(second.Credentials), "alice")).SourceIdentity).toBe("alice");
  await expect(chained(keysOf(second.Credentials), "Alice")).rejects.toMatchObject({
    name: "AccessDenied",
    message: "The source identity of a session cannot be changed",
  });
});

test.each(["aws:alice", "AWS:alice"])("a source identity may not be %s", async (SourceIdentity) => {
  // The pattern has no colon, so it is a matter of form.
  await expect(assumeRole(fake, "first", { SourceIdentity })).rejects.toMatchObject({
    name: "ValidationError",
  });
});

test.each([
  ["something before an ARN", `x${roleArn("first")}`],
  ["a line break after a name", `${roleArn("first")}\n`],
  ["text", "not-an-arn"],
  ["the ARN of a user", USER.padEnd(24, "x")],
  ["the ARN of a session", `arn:aws:sts::${ACCOUNT}:assumed-role/first/test`],
  ["an account number that is too short", "arn:aws:iam::12345678901:role/first"],
  ["a role without a name", `arn:aws:iam::${ACCOUNT}:role/`],
])("AssumeRole refuses %s for a role's ARN", async (_case, RoleArn) => {
  await expect(assumeRole(fake, "first", { RoleArn })).rejects.toMatchObject({
    name: "ValidationError",
    message: expect.stringMatching(RoleArn.length < 20 ? /'roleArn'/ : /^Request ARN is invalid$/),
    $metadata: { httpStatusCode: 400 },
  });
});

test("AssumeRole tells the log which role does not exist, and who asked for it", async () => {
  await expect(assumeRole(fake, "unknown")).rejects.toMatchObject({ name: "AccessDenied" });
  expect(fake.calls().at(-1)?.reason).toMatchObject({
    kind: "no-such-role",
    principal: USER,
    action: "sts:AssumeRole",
    resource: roleArn("unknown"),
  });
});

test.each([
  ["an assertion in three parts", "arn:aws:iam::aws:contextProvider/IdentityCenter", "a.b.c", "ok"],
  [
    "an assertion in three longer parts",
    "arn:aws:iam::aws:contextProvider/IdentityCenter",
    "abc-_1.def-_2.ghi-_3",
    "ok",
  ],
  [
    "no assertion",
    "arn:aws:iam::aws:contextProvider/IdentityCenter",
    undefined,
    "InvalidContextAssertionException",
  ],
  ["no provider", undefined, "a.b.c", "InvalidContextAssertionException"],
  [
    "another kind of provider",
    "arn:aws:iam::aws:policy/IdentityCenter",
    "a.b.c",
    "InvalidContextAssertionException",
  ],
  [
    "a provider without a name",
    "arn:aws:iam::aws:contextProvider/",
    "a.b.c",
    "InvalidContextAssertionException",
  ],
  [
    "an assertion in two parts",
    "arn:aws:iam::aws:contextProvider/IdentityCenter",
    "abc.def",
    "InvalidContextAssertionException",
  ],
  [
    "an assertion in four parts",
    "arn:aws:iam::aws:contextProvider/IdentityCenter",
    "a.b.c.d",
    "InvalidContextAssertionException",
  ],
])(
  "AssumeRole takes a provided context for what it is: %s",
  async (_case, ProviderArn, ContextAssertion, expected) => {
    const ProvidedContexts = [{ ProviderArn, ContextAssertion }];
    const outcome = await assumeRole(fake, "first", { ProvidedContexts }).then(
      () => "ok",
      (error: Error) => error.name,
    );
    expect(outcome).toBe(expected);
  },
);

const CONTEXT_PROVIDER = "arn:aws:iam::aws:contextProvider/IdentityCenter";
const givesContext = (statement: Partial<PolicyStatement>) => {
  const target = createFakeSts({
    users: [demoUser],
    roles: [{ name: "first", trustPolicy: trust(statement) }],
    clock: fake.clock,
  });
  const ProvidedContexts = [{ ProviderArn: CONTEXT_PROVIDER, ContextAssertion: "a.b.c" }];
  return verdict(assumeRole(target, "first", { ProvidedContexts }));
};

test.each([
  [["sts:AssumeRole"], "denied"],
  [["sts:AssumeRole", "sts:SetContext"], "allowed"],
] as const)("a provided context where the role lets %j: %s", async (Action, expected) => {
  expect(await givesContext({ Action })).toBe(expected);
});

test.each([
  [CONTEXT_PROVIDER, "allowed"],
  [`${CONTEXT_PROVIDER}2`, "denied"],
])("a provided context has its provider in sts:RequestContextProviders: %s %s", async (wanted, expected) => {
  const Condition = { "ForAnyValue:ArnEquals": { "sts:RequestContextProviders": wanted } };
  expect(await givesContext({ Condition })).toBe(expected);
});

test("a provided context that is none is refused in the service's words", async () => {
  const ProvidedContexts = [{ ProviderArn: CONTEXT_PROVIDER, ContextAssertion: "abc.def" }];
  await expect(assumeRole(fake, "first", { ProvidedContexts })).rejects.toMatchObject({
    message: "The context assertion is not a signed token of a context provider",
  });
});

test("the credentials of a role say how large their token is, in bytes and in percent of what is allowed", async () => {
  for (const MinimumSessionTokenSize of [0, 2048, 4000]) {
    const response = await assumeRole(fake, "first", { MinimumSessionTokenSize });
    const size = response.Credentials.SessionToken.length;
    expect(response).toMatchObject({
      SessionTokenSize: size,
      SessionTokenUtilization: Math.ceil((size * 100) / 4096),
    });
  }
});

test("the credentials of a role were issued in the second in which they were asked for", async () => {
  const condition = (operator: string) => ({
    roles: [
      { name: "first", trustPolicy: trust() },
      {
        name: "next",
        trustPolicy: trust({ Condition: { [operator]: { "aws:TokenIssueTime": START.toISOString() } } }),
      },
    ],
  });
  const clock = createClock({ at: new Date(START.getTime() + 700) });
  for (const [operator, expected] of [
    ["DateEquals", "allowed"],
    ["DateLessThan", "denied"],
    ["DateGreaterThan", "denied"],
  ] as const) {
    const target = createFakeSts({ users: [demoUser], clock, ...condition(operator) });
    const keys = await sessionOf(target, "first");
    expect(await verdict(assumeRole(target, "next", {}, { keys }))).toBe(expected);
  }
});

test("the fake keeps a session token to the key that it was issued with", async () => {
  const [one, two] = [await sessionOf(fake, "first"), await sessionOf(fake, "next")];
  expect(await call(fake, GetCallerIdentity, {}, { keys: one })).toHaveProperty("Arn");
  const mixed = [
    { ...one, ...(two.sessionToken === undefined ? {} : { sessionToken: two.sessionToken }) },
    { ...DEMO_KEYS, ...(one.sessionToken === undefined ? {} : { sessionToken: one.sessionToken }) },
    { accessKeyId: one.accessKeyId, secretAccessKey: one.secretAccessKey },
  ];
  for (const keys of mixed) {
    await expect(call(fake, GetCallerIdentity, {}, { keys })).rejects.toMatchObject({
      name: "InvalidClientTokenId",
    });
  }
  await expect(
    call(fake, GetCallerIdentity, {}, { keys: { ...one, secretAccessKey: two.secretAccessKey } }),
  ).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
});

test("the fake keeps sessions over a restart with the same state, and not without", async () => {
  const keys = await sessionOf(fake, "first");
  const options = { users: [demoUser], roles: [{ name: "first", trustPolicy: trust() }], clock: fake.clock };
  const again = createFakeSts({ ...options, state: fake.exportState() });
  expect(await call(again, GetCallerIdentity, {}, { keys })).toHaveProperty("Arn");
  await expect(call(createFakeSts(options), GetCallerIdentity, {}, { keys })).rejects.toMatchObject({
    name: "InvalidClientTokenId",
  });
});
