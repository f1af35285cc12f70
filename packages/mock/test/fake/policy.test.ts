import {
  createClock,
  createFakeSts,
  createTestIssuer,
  type DenialReason,
  demoUser,
  type FakeSts,
  type LogEntry,
  type PolicyDocument,
  type PolicyStatement,
  type RoleOptions,
} from "@org/sts-mock";
import {
  AssumeRoleWithWebIdentity,
  DecodeAuthorizationMessage,
  GetAccessKeyInfo,
  GetCallerIdentity,
  GetFederationToken,
  GetSessionToken,
} from "@org/sts-protocol";
import { expect, test } from "vitest";

import { call, DEMO_KEYS, keysOf } from "../support/call.ts";
import {
  ACCOUNT,
  allow,
  assumeRole,
  deny,
  OTHER_ACCOUNT,
  policy,
  roleArn,
  trust,
  USER,
  verdict,
} from "../support/verdict.ts";

const clock = createClock({ at: new Date("2026-03-01T12:00:00Z") });
const entries: LogEntry[] = [];
const log = (entry: LogEntry): void => void entries.push(entry);
const UNKNOWN_KEY = { StringEquals: { "aws:PrincipleArn": "x" } };
const requestFederation = (fake: FakeSts) => call(fake, GetFederationToken, { Name: "Bob" });
const FEDERATED_USER = `arn:aws:sts::${ACCOUNT}:federated-user/Bob`;

function withPolicies(policies: readonly (PolicyDocument | string)[]): FakeSts {
  return createFakeSts({
    users: [{ ...demoUser, policies }],
    roles: [
      { name: "admin", trustPolicy: "account", path: "/app/" },
      { name: "demo", trustPolicy: "account" },
    ],
    clock,
    log,
  });
}

/** What the demo user may do, of four requests that differ in action and resource. */
async function permitted(fake: FakeSts): Promise<string[]> {
  const requests: Readonly<Record<string, () => Promise<unknown>>> = {
    "AssumeRole app/admin": () => assumeRole(fake, "app/admin"),
    "AssumeRole demo": () => assumeRole(fake, "demo"),
    GetAccessKeyInfo: () => call(fake, GetAccessKeyInfo, { AccessKeyId: DEMO_KEYS.accessKeyId }),
    GetFederationToken: () => call(fake, GetFederationToken, { Name: "Bob" }),
  };
  const allowed: string[] = [];
  for (const [name, request] of Object.entries(requests)) {
    if ((await verdict(request())) === "allowed") allowed.push(name);
  }
  return allowed;
}

const ADMIN = "AssumeRole app/admin";
const DEMO = "AssumeRole demo";
const INFO = "GetAccessKeyInfo";
const FEDERATION = "GetFederationToken";
const all = [ADMIN, DEMO, INFO, FEDERATION];
const cases: readonly (readonly [string, readonly PolicyStatement[], readonly string[]])[] = [
  ["that allows everything", [allow()], all],
  ["with one action", [allow({ Action: "sts:AssumeRole" })], [ADMIN, DEMO]],
  ["with an action in other case", [allow({ Action: "STS:assumerole" })], [ADMIN, DEMO]],
  ["with several actions", [allow({ Action: ["sts:GetAccessKeyInfo", "sts:Assume*"] })], [ADMIN, DEMO, INFO]],
  ["with an action of another service", [allow({ Action: "s3:*" })], []],
  ["with an action that is only the beginning", [allow({ Action: "sts:Assume" })], []],
  ["with ? in an action", [allow({ Action: "sts:GetAccessKey????" })], [INFO]],
  ["with one ? too few in an action", [allow({ Action: "sts:GetAccessKey???" })], []],
  ["with NotAction", [allow({ NotAction: "sts:AssumeRole" })], [INFO, FEDERATION]],
  ["with NotAction in other case", [allow({ NotAction: "STS:ASSUMEROLE" })], [INFO, FEDERATION]],
  ["with several actions in NotAction", [allow({ NotAction: ["sts:AssumeRole", "sts:GetFed*"] })], [INFO]],
  ["with NotAction for all of STS", [allow({ NotAction: "sts:*" })], []],
  ["with NotAction for another service", [allow({ NotAction: "s3:*" })], all],
  ["with one resource", [allow({ Resource: roleArn("demo") })], [DEMO]],
  ["with a resource in other case", [allow({ Resource: roleArn("Demo") })], []],
  ["with a pattern as resource", [allow({ Resource: roleArn("app/*") })], [ADMIN]],
  ["with several resources", [allow({ Resource: [roleArn("demo"), FEDERATED_USER] })], [DEMO, FEDERATION]],
  ["with NotResource", [allow({ NotResource: roleArn("app/*") })], [DEMO, INFO, FEDERATION]],
  [
    "with several resources in NotResource",
    [allow({ NotResource: [roleArn("app/*"), FEDERATED_USER] })],
    [DEMO, INFO],
  ],
  ["with NotResource for everything", [allow({ NotResource: "*" })], []],
  ["with a denial after the permission", [allow(), deny({ Action: "sts:AssumeRole" })], [INFO, FEDERATION]],
  ["with a denial before the permission", [deny({ Action: "sts:AssumeRole" }), allow()], [INFO, FEDERATION]],
  ["with a denial of all other actions", [allow(), deny({ NotAction: "sts:AssumeRole" })], [ADMIN, DEMO]],
  ["with a denial of all other resources", [allow(), deny({ NotResource: roleArn("demo") })], [DEMO]],
  ["with a denial of another resource", [allow(), deny({ Resource: roleArn("other") })], all],
  ["with nothing but a denial", [deny({ Action: "s3:*" })], []],
  [
    "whose permission and condition do not meet",
    [allow({ Condition: { StringEquals: { "aws:username": "other" } } })],
    [],
  ],
  [
    "whose denial has a condition that does not hold",
    [allow(), deny({ Condition: { StringEquals: { "aws:username": "other" } } })],
    all,
  ],
];

test.each(cases)("an identity policy %s permits that and no more", async (_case, statements, expected) => {
  expect(await permitted(withPolicies([policy(...statements)]))).toEqual(expected);
});

test.each(cases)("an identity policy %s means the same as JSON", async (_case, statements, expected) => {
  expect(await permitted(withPolicies([JSON.stringify(policy(...statements))]))).toEqual(expected);
});

test.each([
  ["2012-10-17", "${aws:username}", [DEMO]],
  ["2012-10-17", "d${aws:PrincipalTag/none, 'e'}mo", [DEMO]],
  ["2012-10-17", "${aws:PrincipalTag/none}*", []],
  ["2012-10-17", "app/*", [ADMIN]],
  ["2008-10-17", "${aws:username}", []],
  ["2008-10-17", "app/*", [ADMIN]],
])(
  "an identity policy of version %s with the resource %s permits that and no more",
  async (Version, name, expected) => {
    const Statement = allow({ Action: "sts:AssumeRole", Resource: roleArn(name) });
    expect(await permitted(withPolicies([{ Version, Statement }]))).toEqual(expected);
  },
);

test("an identity policy beside another one adds to what is permitted", async () => {
  const policies = [
    policy(allow({ Resource: roleArn("demo") })),
    policy(allow({ Action: "sts:GetAccessKeyInfo" })),
  ];
  expect(await permitted(withPolicies(policies))).toEqual([DEMO, INFO]);
});

test.each([
  ["before", [policy(deny({ Action: "sts:Get*" })), policy(allow())]],
  ["after", [policy(allow()), policy(deny({ Action: "sts:Get*" }))]],
])("an identity policy that denies, %s one that allows, wins", async (_place, policies) => {
  expect(await permitted(withPolicies(policies))).toEqual([ADMIN, DEMO]);
});

test("an identity policy that is absent permits everything, and an empty list nothing", async () => {
  expect(await permitted(withPolicies([]))).toEqual([]);
  expect(
    await permitted(
      createFakeSts({
        users: [demoUser],
        roles: [
          { name: "admin", trustPolicy: "account", path: "/app/" },
          { name: "demo", trustPolicy: "account" },
        ],
        clock,
      }),
    ),
  ).toEqual(all);
});

test("an identity policy cannot keep anybody from GetCallerIdentity and GetSessionToken", async () => {
  const fake = withPolicies([policy(deny())]);
  expect(await call(fake, GetCallerIdentity, {})).toMatchObject({ Arn: USER });
  expect(await call(fake, GetSessionToken, {})).toHaveProperty("Credentials");
});

test.each(["GetSessionToken", "long-term credentials"])(
  "an identity policy of a user holds with %s",
  async (kind) => {
    const fake = withPolicies([policy(allow({ Resource: roleArn("demo") }))]);
    const keys =
      kind === "GetSessionToken" ? keysOf((await call(fake, GetSessionToken, {})).Credentials) : DEMO_KEYS;
    expect(await verdict(assumeRole(fake, "demo", {}, { keys }))).toBe("allowed");
    expect(await verdict(assumeRole(fake, "app/admin", {}, { keys }))).toBe("denied");
  },
);

test("an identity policy of a role holds for its sessions", async () => {
  const fake = createFakeSts({
    users: [demoUser],
    roles: [
      {
        name: "first",
        trustPolicy: "account",
        policies: [policy(allow({ Action: "sts:AssumeRole", Resource: roleArn("next") }))],
      },
      { name: "next", trustPolicy: "account" },
      { name: "other", trustPolicy: "account" },
    ],
    clock,
  });
  const keys = keysOf((await assumeRole(fake, "first")).Credentials);
  expect(await verdict(assumeRole(fake, "next", {}, { keys }))).toBe("allowed");
  expect(await verdict(assumeRole(fake, "other", {}, { keys }))).toBe("denied");
  expect(await verdict(call(fake, GetAccessKeyInfo, { AccessKeyId: keys.accessKeyId }, { keys }))).toBe(
    "denied",
  );
});

test("an identity policy decides about DecodeAuthorizationMessage", async () => {
  const decode = async (fake: FakeSts) =>
    call(fake, DecodeAuthorizationMessage, {
      EncodedMessage: await fake.encodeAuthorizationMessage({ allowed: false }),
    });
  const policies = [policy(allow({ Action: "sts:DecodeAuthorizationMessage" }))];
  expect(await verdict(decode(withPolicies(policies)))).toBe("allowed");
  expect(await verdict(decode(withPolicies([policy(allow({ Action: "sts:Get*" }))])))).toBe("denied");
});

test("an identity policy names the caller, the action and the resource in its refusal", async () => {
  const fake = withPolicies([]);
  await expect(call(fake, GetFederationToken, { Name: "Bob" })).rejects.toMatchObject({
    message: `User: ${USER} is not authorized to perform: sts:GetFederationToken on resource: ${FEDERATED_USER}`,
  });
  await expect(call(fake, GetAccessKeyInfo, { AccessKeyId: DEMO_KEYS.accessKeyId })).rejects.toMatchObject({
    message: `User: ${USER} is not authorized to perform: sts:GetAccessKeyInfo`,
  });
});

const other = `arn:aws:iam::${ACCOUNT}:user/other`;

function trusting(trustPolicy: PolicyDocument, policies?: readonly PolicyDocument[]): FakeSts {
  return createFakeSts({
    users: [policies === undefined ? demoUser : { ...demoUser, policies }],
    roles: [{ name: "admin", trustPolicy }],
    clock,
    log,
  });
}

test.each([
  ["every principal", "*", "allowed"],
  ["every AWS principal", { AWS: "*" }, "allowed"],
  ["the user", { AWS: USER }, "allowed"],
  ["the user among others", { AWS: [other, USER] }, "allowed"],
  ["the number of the account", { AWS: ACCOUNT }, "allowed"],
  ["the root of the account", { AWS: `arn:aws:iam::${ACCOUNT}:root` }, "allowed"],
  ["another kind besides", { Service: "ec2.amazonaws.com", AWS: USER }, "allowed"],
  ["another user", { AWS: other }, "denied"],
  ["the user in other case", { AWS: USER.replace("demo", "Demo") }, "denied"],
  ["the beginning of the user's ARN", { AWS: USER.slice(0, -1) }, "denied"],
  ["another account", { AWS: OTHER_ACCOUNT }, "denied"],
  ["the root of another account", { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` }, "denied"],
  ["the root of another partition", { AWS: `arn:aws-cn:iam::${ACCOUNT}:root` }, "denied"],
  ["the user as another kind of principal", { Federated: USER }, "denied"],
  ["a service", { Service: "ec2.amazonaws.com" }, "denied"],
  ["every service", { Service: "*" }, "denied"],
] as const)("a trust policy that names %s: %s", async (_case, Principal, expected) => {
  expect(await verdict(assumeRole(trusting(trust({ Principal })), "admin"))).toBe(expected);
});

test.each([
  ["alone", policy({ Effect: "Allow", Action: "sts:AssumeRole" })],
  [
    "beside one that names another",
    policy({ Effect: "Allow", Action: "*" }, { Effect: "Allow", Principal: { AWS: other }, Action: "*" }),
  ],
  ["with a resource", policy({ Effect: "Allow", Action: "*", Resource: "*" })],
  ["as good as: an empty set", trust({ Principal: {} })],
  ["as good as: an empty list", trust({ Principal: { AWS: [] } })],
])("a trust policy opens nothing by a statement without Principal, %s", async (_case, document) => {
  // Whether it is refused when the fake is made or closes the role: nobody gets in.
  const attempt = async () => assumeRole(trusting(document), "admin");
  await expect(attempt()).rejects.toMatchObject({
    name: expect.stringMatching(/^(AccessDenied|SyntaxError)$/),
  });
});

test.each([
  ["NotAction for the action", trust({ NotAction: "sts:AssumeRole" }), "denied"],
  ["NotAction for another action", trust({ NotAction: "sts:TagSession" }), "allowed"],
  [
    "a denial of the user among those of the account",
    policy(
      { Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "*" },
      { Effect: "Deny", Principal: { AWS: USER }, Action: "*" },
    ),
    "denied",
  ],
  [
    "a denial of another user",
    policy(
      { Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "*" },
      { Effect: "Deny", Principal: { AWS: other }, Action: "*" },
    ),
    "allowed",
  ],
  [
    "a denial of the account beside a permission for the user",
    policy(
      { Effect: "Allow", Principal: { AWS: USER }, Action: "*" },
      { Effect: "Deny", Principal: { AWS: ACCOUNT }, Action: "*" },
    ),
    "denied",
  ],
] as const)("a trust policy with %s: %s", async (_case, document, expected) => {
  expect(await verdict(assumeRole(trusting(document), "admin"))).toBe(expected);
});

test("a trust policy that names the user of the same account is enough without an identity policy", async () => {
  expect(await verdict(assumeRole(trusting(trust({ Principal: { AWS: USER } }), []), "admin"))).toBe(
    "allowed",
  );
  expect(await verdict(assumeRole(trusting(trust({ Principal: { AWS: ACCOUNT } }), []), "admin"))).toBe(
    "denied",
  );
});

test("a trust policy that names the user does not outweigh a denial in an identity policy", async () => {
  const denials = [policy(deny({ Action: "sts:AssumeRole" }))];
  expect(await verdict(assumeRole(trusting(trust({ Principal: { AWS: USER } }), denials), "admin"))).toBe(
    "denied",
  );
});

test.each([
  ["the role", roleArn("first"), "allowed"],
  ["the session", `arn:aws:sts::${ACCOUNT}:assumed-role/first/test`, "allowed"],
  ["another session of the role", `arn:aws:sts::${ACCOUNT}:assumed-role/first/other`, "denied"],
  ["another role", roleArn("second"), "denied"],
  ["the user who assumed the role", USER, "denied"],
])("a trust policy that names %s of a role session: %s (%s)", async (_case, AWS, expected) => {
  const fake = createFakeSts({
    users: [demoUser],
    roles: [
      { name: "first", trustPolicy: "account" },
      { name: "next", trustPolicy: trust({ Principal: { AWS } }) },
    ],
    clock,
  });
  const keys = keysOf((await assumeRole(fake, "first")).Credentials);
  expect(await verdict(assumeRole(fake, "next", {}, { keys }))).toBe(expected);
});

test.each([
  ["the role", roleArn("first"), "allowed"],
  ["the session", `arn:aws:sts::${ACCOUNT}:assumed-role/first/test`, "allowed"],
  ["the account", ACCOUNT, "denied"],
])("a trust policy that names %s of a session without permissions (%s): %s", async (_case, AWS, expected) => {
  const fake = createFakeSts({
    users: [demoUser],
    roles: [
      { name: "first", trustPolicy: "account", policies: [] },
      { name: "next", trustPolicy: trust({ Principal: { AWS } }) },
    ],
    clock,
  });
  const keys = keysOf((await assumeRole(fake, "first")).Credentials);
  expect(await verdict(assumeRole(fake, "next", {}, { keys }))).toBe(expected);
});

test("a trust policy that names the user lets the user's GetSessionToken session in", async () => {
  const fake = trusting(trust({ Principal: { AWS: USER } }));
  const keys = keysOf((await call(fake, GetSessionToken, {})).Credentials);
  expect(await verdict(assumeRole(fake, "admin", {}, { keys }))).toBe("allowed");
});

const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/oidc.example.com`;
const issuer = createTestIssuer({ clock, algorithm: "ES256" });

/** Sends a token to a role, and gives the outcome, with the reason if it was refused. */
async function visit(
  trustPolicy: PolicyDocument,
): Promise<{ readonly outcome: string; readonly reason: DenialReason | undefined }> {
  const { provider, ...its } = await issuer;
  const fake = createFakeSts({ oidcProviders: [provider], roles: [{ name: "ci", trustPolicy }], clock });
  const WebIdentityToken = await its.issueToken();
  await verdict(
    call(fake, AssumeRoleWithWebIdentity, {
      RoleArn: roleArn("ci"),
      RoleSessionName: "test",
      WebIdentityToken,
    }),
  );
  const [{ outcome = "", reason } = {}] = fake.calls();
  return { outcome, reason };
}

test.each([
  ["the provider", { Federated: PROVIDER }, true],
  ["the provider among others", { Federated: ["www.amazon.com", PROVIDER] }, true],
  ["everybody", "*", true],
  ["every AWS principal", { AWS: "*" }, true],
  ["every provider", { Federated: "*" }, false],
  ["the host of the provider", { Federated: "oidc.example.com" }, false],
  ["another provider", { Federated: `${PROVIDER}/path` }, false],
  ["the provider as a service", { Service: PROVIDER }, false],
  ["the account of the provider", { AWS: ACCOUNT }, false],
] as const)(
  "a trust policy that names %s lets its identities in: %j %s",
  async (_case, Principal, isOpen) => {
    const { outcome, reason } = await visit(trust({ Principal }));
    expect(outcome).toBe(isOpen ? "ok" : "AccessDenied");
    expect(reason?.kind).toBe(isOpen ? undefined : "no-statement-matched");
  },
);

test("a trust policy that denies a provider's identity says so, and who asked", async () => {
  const denial = {
    Effect: "Deny",
    Sid: "Never",
    Principal: { Federated: PROVIDER },
    Action: "sts:*",
  } as const;
  const { reason } = await visit(policy(...[trust().Statement].flat(), denial));
  expect(reason).toMatchObject({
    kind: "explicit-deny",
    principal: `an identity of ${PROVIDER}`,
    action: "sts:AssumeRoleWithWebIdentity",
    resource: roleArn("ci"),
    policies: [{ statements: [{ statement: "Never" }] }],
  });
});

test("a trust policy that refuses a provider's identity names nobody in the response, and an unknown key in the log", async () => {
  const { provider, ...its } = await issuer;
  const trustPolicy = trust({ Condition: UNKNOWN_KEY });
  const fake = createFakeSts({ oidcProviders: [provider], roles: [{ name: "ci", trustPolicy }], clock, log });
  const WebIdentityToken = await its.issueToken();
  const input = { RoleArn: roleArn("ci"), RoleSessionName: "test", WebIdentityToken };
  await expect(call(fake, AssumeRoleWithWebIdentity, input)).rejects.toMatchObject({
    name: "AccessDenied",
    message: "Not authorized to perform sts:AssumeRoleWithWebIdentity",
  });
  expect(entries.at(-1)?.notes).toContain(
    "aws:principlearn is no condition key that the fake knows; it counts as absent from every request",
  );
});

test("a trust policy that denies a service says so", async () => {
  const Principal = { Service: "ec2.amazonaws.com" };
  const services = [{ name: "ec2.amazonaws.com", accessKeys: [DEMO_KEYS] }];
  const trustPolicy = policy(...[trust({ Principal }).Statement].flat(), {
    Effect: "Deny",
    Principal,
    Action: "sts:AssumeRole",
  });
  const fake = createFakeSts({ services, roles: [{ name: "admin", trustPolicy }], clock });
  expect(await verdict(assumeRole(fake, "admin"))).toBe("denied");
  expect(fake.calls()[0]?.reason?.kind).toBe("explicit-deny");
});

test.each([
  ["the user", { AWS: USER }, "allowed"],
  ["everybody", "*", "allowed"],
  ["every AWS principal", { AWS: "*" }, "allowed"],
  ["the account", { AWS: ACCOUNT }, "denied"],
] as const)(
  "a trust policy that names %s is enough for a user who has no permission: %j %s",
  async (_case, Principal, expected) => {
    expect(await verdict(assumeRole(trusting(trust({ Principal }), []), "admin"))).toBe(expected);
  },
);

test.each([
  ["identity policy", () => requestFederation(withPolicies([policy(allow({ Condition: UNKNOWN_KEY }))]))],
  ["trust policy", () => assumeRole(trusting(trust({ Condition: UNKNOWN_KEY })), "admin")],
])("a condition key that does not exist is noted when it is in an %s", async (_kind, attempt) => {
  entries.length = 0;
  expect(await verdict(attempt())).toBe("denied");
  expect(entries.flatMap(({ notes }) => notes)).toContain(
    "aws:principlearn is no condition key that the fake knows; it counts as absent from every request",
  );
});

test.each([
  "aws:SourceVpc",
  "aws:PrincipalTag/team",
  "aws:RequestTag/team",
  "aws:ResourceTag/team",
  "iam:ResourceTag/team",
  "sts:RequestContext/identity",
  "saml:aud",
  "auth.example.com:email",
])("the condition key %s, which can exist, is not noted", async (key) => {
  entries.length = 0;
  await verdict(assumeRole(trusting(trust({ Condition: { Null: { [key]: true } } })), "admin"));
  expect(entries.map(({ notes }) => notes)).toEqual([[]]);
});

test.each([
  "aws:PrincipalTags/team",
  "team/aws:PrincipalTag/",
  "aws:example.com",
  "example:saml",
  "samlx:aud",
])("the condition key %s, which cannot exist, is noted", async (key) => {
  entries.length = 0;
  await verdict(assumeRole(trusting(trust({ Condition: { Null: { [key]: true } } })), "admin"));
  expect(entries.map(({ notes }) => notes)).toEqual([
    [`${key.toLowerCase()} is no condition key that the fake knows; it counts as absent from every request`],
  ]);
});

test("a session of a role or a user that no longer exists may do nothing but ask who it is", async () => {
  const roles = [
    { name: "first", trustPolicy: "account" },
    { name: "next", trustPolicy: trust({ Principal: { AWS: ACCOUNT } }) },
  ];
  const before = createFakeSts({ users: [demoUser], roles, clock });
  const ofRole = keysOf((await assumeRole(before, "first")).Credentials);
  const ofUser = keysOf((await call(before, GetSessionToken, {})).Credentials);
  const after = createFakeSts({ roles: roles.slice(1), clock, state: before.exportState() });
  for (const keys of [ofRole, ofUser]) {
    expect(await verdict(assumeRole(after, "next", {}, { keys }))).toBe("denied");
    expect(await verdict(call(after, GetCallerIdentity, {}, { keys }))).toBe("allowed");
  }
});

test.each([
  ["left out", {}, TypeError, /role open has no trustPolicy; give it one, or "account"/],
  [
    "misspelt",
    { trustpolicy: trust() },
    TypeError,
    /roles\[0\]: there is no "trustpolicy" here; did you mean "trustPolicy"/,
  ],
  ["undefined", { trustPolicy: undefined }, TypeError, /role open has no trustPolicy/],
  ["another word", { trustPolicy: "accounts" }, SyntaxError, /trustPolicy of the role open is neither/],
  ["no text", { trustPolicy: 5 }, SyntaxError, /a policy is an object with Statement/],
  ["null", { trustPolicy: null }, SyntaxError, /a policy is an object with Statement/],
])("a trust policy that is %s is an error when the fake is made", (_case, member, kind, message) => {
  // Whoever writes JavaScript gets no help of the types.
  const make = () => createFakeSts({ roles: [{ name: "open", ...member } as object as RoleOptions] });
  expect(make).toThrow(kind);
  expect(make).toThrow(message);
});

test('a trust policy that is "account" trusts the role\'s account and no other', async () => {
  const fake = createFakeSts({
    users: [demoUser],
    roles: [
      { name: "own", trustPolicy: "account" },
      { name: "other", trustPolicy: "account", account: OTHER_ACCOUNT },
    ],
    clock,
  });
  expect(await verdict(assumeRole(fake, "own"))).toBe("allowed");
  expect(
    await verdict(assumeRole(fake, "other", { RoleArn: `arn:aws:iam::${OTHER_ACCOUNT}:role/other` })),
  ).toBe("denied");
});

test.each([
  ["the user is named and allowed", USER, [policy(allow())], "allowed"],
  ["the account is named and the user allowed", ACCOUNT, [policy(allow())], "allowed"],
  ["the user is named and not allowed", USER, [policy(allow({ Action: "s3:*" }))], "denied"],
  ["the user is allowed and not named", OTHER_ACCOUNT, [policy(allow())], "denied"],
] as const)("a trust policy of another account when %s", async (_case, AWS, policies, expected) => {
  const fake = createFakeSts({
    users: [{ ...demoUser, policies }],
    roles: [{ name: "far", account: OTHER_ACCOUNT, trustPolicy: trust({ Principal: { AWS } }) }],
    clock,
  });
  const RoleArn = `arn:aws:iam::${OTHER_ACCOUNT}:role/far`;
  expect(await verdict(assumeRole(fake, "far", { RoleArn }))).toBe(expected);
});

const statement = { Effect: "Allow", Action: "*", Resource: "*" };
test.each([
  ["text that is not JSON", "{"],
  ["null", "null"],
  ["text in JSON", '"policy"'],
  ["an object without Statement", '{"Version":"2012-10-17"}'],
  ["no statement", '{"Statement":[]}'],
  ["a statement that is null", '{"Statement":null}'],
  ["a statement that is text", '{"Statement":["Allow"]}'],
  ["a statement of null among others", JSON.stringify({ Statement: [statement, null] })],
  ["no Effect", JSON.stringify({ Statement: { ...statement, Effect: undefined } })],
  ["an Effect in other case", JSON.stringify({ Statement: { ...statement, Effect: "allow" } })],
  ["neither Action nor NotAction", JSON.stringify({ Statement: { ...statement, Action: undefined } })],
  ["an invalid statement after a valid one", JSON.stringify({ Statement: [statement, { Effect: "Allow" }] })],
  ...[
    "StringEqual",
    ":StringEquals",
    "ForSomeValues:StringEquals",
    "IfExists",
    "toString",
    "constructor",
    "",
  ].map(
    (operator) =>
      [
        `the condition operator ${JSON.stringify(operator)}`,
        JSON.stringify({ Statement: { ...statement, Condition: { [operator]: { "aws:username": "x" } } } }),
      ] as const,
  ),
] as const)("an invalid policy is refused when the fake is created: %s", (_case, document) => {
  expect(() => withPolicies([document])).toThrow(SyntaxError);
  expect(() => createFakeSts({ roles: [{ name: "x", trustPolicy: document }] })).toThrow(SyntaxError);
  expect(() =>
    createFakeSts({ roles: [{ name: "x", trustPolicy: "account", policies: [document] }] }),
  ).toThrow(SyntaxError);
});
