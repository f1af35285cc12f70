import { createClock, createFakeSts, demoUser, type FakeSts, type PolicyDocument } from "@org/sts-mock";
import {
  DecodeAuthorizationMessage,
  GetAccessKeyInfo,
  GetCallerIdentity,
  GetScopedCredentials,
  GetWebIdentityToken,
} from "@org/sts-protocol";
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
  type Verdict,
  verdict,
} from "../support/verdict.ts";

const clock = createClock({ at: new Date("2026-03-01T12:00:00Z") });

const REQUESTS = {
  AssumeRole: (fake: FakeSts, keys: Keys) => assumeRole(fake, "next", {}, { keys }),
  DecodeAuthorizationMessage: async (fake: FakeSts, keys: Keys) => {
    const EncodedMessage = await fake.encodeAuthorizationMessage({ allowed: false });
    return await call(fake, DecodeAuthorizationMessage, { EncodedMessage }, { keys });
  },
  GetAccessKeyInfo: (fake: FakeSts, keys: Keys) =>
    call(fake, GetAccessKeyInfo, { AccessKeyId: DEMO_KEYS.accessKeyId }, { keys }),
  GetScopedCredentials: (fake: FakeSts, keys: Keys) =>
    call(fake, GetScopedCredentials, { DurationSeconds: 60 }, { keys }),
  GetWebIdentityToken: (fake: FakeSts, keys: Keys) =>
    call(fake, GetWebIdentityToken, { Audience: ["a"], SigningAlgorithm: "ES384" }, { keys }),
} as const;
const NAMES = Object.keys(REQUESTS) as (keyof typeof REQUESTS)[]; // the keys of the object above

/** What a session may do, of all requests that a role session may make. */
async function permitted(fake: FakeSts, keys: Keys): Promise<string[]> {
  const verdicts: Verdict[] = [];
  for (const name of NAMES) verdicts.push(await verdict(REQUESTS[name](fake, keys)));
  return NAMES.filter((_name, index) => verdicts[index] === "allowed");
}

function fakeWith(
  policies?: readonly PolicyDocument[],
  next: PolicyDocument = trust({ Principal: { AWS: ACCOUNT } }),
) {
  return createFakeSts({
    users: [demoUser],
    roles: [
      policies === undefined
        ? { name: "first", trustPolicy: "account" }
        : { name: "first", trustPolicy: "account", policies },
      { name: "next", trustPolicy: next },
      { name: "open", trustPolicy: next },
    ],
    clock,
  });
}

async function sessionWith(fake: FakeSts, document: PolicyDocument): Promise<Keys> {
  const { Credentials } = await assumeRole(fake, "first", { Policy: JSON.stringify(document) });
  return keysOf(Credentials);
}

test.each([
  ["that allows everything leaves everything", policy(allow()), NAMES],
  ["that allows another service leaves nothing", policy(allow({ Action: "s3:*" })), []],
  ["with one action leaves that", policy(allow({ Action: "sts:GetAccessKeyInfo" })), ["GetAccessKeyInfo"]],
  [
    "with NotAction leaves the rest",
    policy(allow({ NotAction: ["sts:AssumeRole", "sts:GetWebIdentityToken"] })),
    ["DecodeAuthorizationMessage", "GetAccessKeyInfo", "GetScopedCredentials"],
  ],
  ["with a resource leaves that", policy(allow({ Resource: roleArn("next") })), ["AssumeRole"]],
  [
    "with NotResource leaves the rest",
    policy(allow({ NotResource: roleArn("next") })),
    NAMES.filter((name) => name !== "AssumeRole"),
  ],
  [
    "that denies takes away",
    policy(allow(), deny({ Action: "sts:Get*" })),
    ["AssumeRole", "DecodeAuthorizationMessage"],
  ],
  ["that denies first takes away", policy(deny({ NotAction: "sts:AssumeRole" }), allow()), ["AssumeRole"]],
  ["that only denies leaves nothing", policy(deny({ Action: "s3:*" })), []],
  [
    "whose condition does not hold leaves nothing",
    policy(allow({ Condition: { StringEquals: { "aws:PrincipalAccount": "111122223333" } } })),
    [],
  ],
  [
    "whose condition holds leaves everything",
    policy(allow({ Condition: { StringEquals: { "aws:PrincipalAccount": ACCOUNT } } })),
    NAMES,
  ],
])("a session policy %s", async (_case, document, expected) => {
  const fake = fakeWith();
  expect(await permitted(fake, await sessionWith(fake, document))).toEqual(expected);
});

test.each([
  ["the account", { AWS: ACCOUNT }],
  ["the role", { AWS: roleArn("first") }],
  ["the session", { AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/first/test` }],
  ["everybody", "*"],
] as const)(
  "a session policy that denies AssumeRole wins over a trust policy that names %s",
  async (_case, Principal) => {
    const fake = fakeWith(undefined, trust({ Principal }));
    const keys = await sessionWith(
      fake,
      policy(allow(), deny({ Action: "sts:AssumeRole", Resource: roleArn("next") })),
    );
    expect(await verdict(assumeRole(fake, "next", {}, { keys }))).toBe("denied");
    expect(await verdict(assumeRole(fake, "open", {}, { keys }))).toBe("allowed");
  },
);

test.each([
  ["the account", { AWS: ACCOUNT }],
  ["the role", { AWS: roleArn("first") }],
  ["everybody", "*"],
  ["every AWS principal", { AWS: "*" }],
] as const)(
  "a session policy that does not allow AssumeRole is not outweighed by a trust policy that names %s",
  async (_case, Principal) => {
    const fake = fakeWith(undefined, trust({ Principal }));
    const keys = await sessionWith(fake, policy(allow({ Action: "s3:*" })));
    expect(await verdict(assumeRole(fake, "next", {}, { keys }))).toBe("denied");
    expect(fake.calls().at(-1)?.reason?.kind).toBe("session-policy");
  },
);

test("a session policy does not limit a session that the trust policy names itself", async () => {
  const session = `arn:aws:sts::${ACCOUNT}:assumed-role/first/test`;
  const fake = fakeWith([], trust({ Principal: { AWS: session } }));
  const keys = await sessionWith(fake, policy(allow({ Action: "s3:*" })));
  expect(await verdict(assumeRole(fake, "next", {}, { keys }))).toBe("allowed");
});

test.each([
  ["meets the role's own", [policy(allow({ Action: "sts:Get*" }))], ["GetWebIdentityToken"]],
  ["does not add to the role's own", [policy(allow({ Action: "sts:GetAccessKeyInfo" }))], []],
  ["gives nothing to a role without permissions", [], []],
  [
    "does not undo the role's denial",
    [policy(allow(), deny({ Action: "sts:GetWebIdentityToken" }))],
    ["AssumeRole"],
  ],
])("a session policy %s", async (_case, policies, expected) => {
  const fake = fakeWith(policies);
  const keys = await sessionWith(fake, policy(allow({ Action: ["sts:AssumeRole", "sts:GetWeb*"] })));
  expect(await permitted(fake, keys)).toEqual(expected);
});

test("a session policy does not go on to the next role", async () => {
  const fake = fakeWith();
  const keys = await sessionWith(fake, policy(allow({ Action: "sts:AssumeRole" })));
  const next = keysOf((await assumeRole(fake, "next", {}, { keys })).Credentials);
  expect(await permitted(fake, next)).toEqual(NAMES);
});

test("a session policy cannot keep the session from GetCallerIdentity", async () => {
  const fake = fakeWith();
  const keys = await sessionWith(fake, policy(deny()));
  expect(await call(fake, GetCallerIdentity, {}, { keys })).toHaveProperty("Arn");
});

const scope = async (fake: FakeSts, keys: Keys, document?: PolicyDocument): Promise<Keys> => {
  const input = document === undefined ? { DurationSeconds: 600 } : { Policy: JSON.stringify(document) };
  return keysOf((await call(fake, GetScopedCredentials, input, { keys })).Credentials);
};
const SCOPE = "sts:GetScopedCredentials";
const narrow = policy(allow({ Action: [SCOPE, "sts:GetAccessKeyInfo", "sts:GetWebIdentityToken"] }));

test.each([
  [
    "a wider one",
    [narrow, policy(allow())],
    ["GetAccessKeyInfo", "GetScopedCredentials", "GetWebIdentityToken"],
  ],
  [
    "a shorter life",
    [narrow, undefined],
    ["GetAccessKeyInfo", "GetScopedCredentials", "GetWebIdentityToken"],
  ],
  [
    "a wider one and a shorter life",
    [narrow, policy(allow()), undefined],
    ["GetAccessKeyInfo", "GetScopedCredentials", "GetWebIdentityToken"],
  ],
  [
    "one that meets it in part",
    [narrow, policy(allow({ Action: ["sts:AssumeRole", "sts:GetAccessKeyInfo"] }))],
    ["GetAccessKeyInfo"],
  ],
  [
    "one that allows what it denies",
    [policy(allow(), deny({ Action: "sts:AssumeRole" })), policy(allow())],
    NAMES.filter((name) => name !== "AssumeRole"),
  ],
])("a policy of GetScopedCredentials stays in force under %s", async (_case, documents, expected) => {
  const fake = fakeWith();
  let keys = keysOf((await assumeRole(fake, "first")).Credentials);
  for (const document of documents) keys = await scope(fake, keys, document);
  // A further scoping than the third is refused in other words.
  const allowed = (
    await Promise.all(
      NAMES.map(async (name) =>
        REQUESTS[name](fake, keys).then(
          () => name,
          (error: Error) => (error.name === "InvalidSubjectCredentialsException" ? name : error.name),
        ),
      ),
    )
  ).filter((outcome) => outcome !== "AccessDenied");
  expect(allowed).toEqual(expected);
});

test("a policy of GetScopedCredentials leaves the session policy of AssumeRole in force", async () => {
  const fake = fakeWith();
  const keys = await scope(
    fake,
    await sessionWith(fake, policy(allow({ Action: [SCOPE, "sts:AssumeRole"] }))),
    policy(allow()),
  );
  expect(await permitted(fake, keys)).toEqual(["AssumeRole", "GetScopedCredentials"]);
});

test("a policy of GetScopedCredentials does not change the credentials that were scoped", async () => {
  const fake = fakeWith();
  const keys = keysOf((await assumeRole(fake, "first")).Credentials);
  await scope(fake, keys, policy(deny()));
  expect(await permitted(fake, keys)).toEqual(NAMES);
});

const READ = "arn:aws:iam::aws:policy/ReadTokens";
const ASSUME = `arn:aws:iam::${ACCOUNT}:policy/team/Assume`;
const OTHER = "arn:aws:iam::aws:policy/NobodyTold";
const notes: string[] = [];
const told = {
  [READ]: policy(allow({ Action: ["sts:GetAccessKeyInfo", "sts:GetWebIdentityToken"] })),
  [ASSUME]: JSON.stringify(
    policy(
      allow({ Sid: "Next", Action: "sts:AssumeRole", Resource: roleArn("next") }),
      deny({ Action: "sts:Get*" }),
    ),
  ),
};
const create = (
  state?: FakeSts,
  managedPolicies: Readonly<Record<string, PolicyDocument | string>> = told,
): FakeSts =>
  createFakeSts({
    users: [demoUser],
    roles: [
      { name: "first", trustPolicy: "account" },
      { name: "next", trustPolicy: trust({ Principal: { AWS: ACCOUNT } }) },
    ],
    clock,
    managedPolicies,
    log: (entry) => notes.push(...entry.notes),
    ...(state && { state: state.exportState() }),
  });
const keysWith = async (fake: FakeSts, arns: readonly string[], inline?: PolicyDocument): Promise<Keys> => {
  const PolicyArns = arns.map((arn) => ({ arn }));
  const Policy = inline === undefined ? {} : { Policy: JSON.stringify(inline) };
  return keysOf((await assumeRole(fake, "first", { PolicyArns, ...Policy })).Credentials);
};

test.each([
  ["leave what one of them allows", [READ], undefined, ["GetAccessKeyInfo", "GetWebIdentityToken"]],
  ["leave nothing that one of them denies", [READ, ASSUME], undefined, ["AssumeRole"]],
  [
    "leave what the inline policy beside them allows",
    [READ],
    policy(allow({ Action: "sts:AssumeRole" })),
    ["AssumeRole", "GetAccessKeyInfo", "GetWebIdentityToken"],
  ],
  [
    "leave nothing that the inline policy beside them denies",
    [READ],
    policy(deny({ Action: "sts:GetAccessKeyInfo" })),
    ["GetWebIdentityToken"],
  ],
  ["limit nothing when nobody told what they allow", [OTHER], undefined, NAMES],
  [
    "deny what those deny that were told, beside one that was not",
    [OTHER, ASSUME],
    undefined,
    ["AssumeRole", "DecodeAuthorizationMessage"],
  ],
] as const)("the managed policies of PolicyArns %s", async (_case, arns, inline, expected) => {
  const fake = create();
  expect(await permitted(fake, await keysWith(fake, arns, inline))).toEqual(expected);
});

test("the managed policies of PolicyArns that nobody told are named in the log, each once, with what to do", async () => {
  notes.length = 0;
  const fake = create();
  await keysWith(fake, [READ, OTHER]);
  await keysWith(fake, [OTHER]);
  expect(notes).toEqual([
    `PolicyArns: ${OTHER} limits nothing here, because the fake does not know what it allows; tell it in createFakeSts({ managedPolicies })`,
  ]);
});

test("the managed policies of PolicyArns are named with their statements in the reason of a refusal", async () => {
  const fake = create();
  const keys = await keysWith(fake, [READ, ASSUME]);
  await expect(assumeRole(fake, "first", {}, { keys })).rejects.toMatchObject({ name: "AccessDenied" });
  const [decision] = fake.calls().at(-1)?.reason?.policies ?? [];
  expect(fake.calls().at(-1)?.reason?.kind).toBe("session-policy");
  expect(decision?.statements.map(({ statement }) => statement)).toEqual([
    `statement 1 of ${READ}`,
    `Next of ${ASSUME}`,
    `statement 2 of ${ASSUME}`,
  ]);
});

test("the managed policies of PolicyArns stay in force under GetScopedCredentials, and are looked up again in the next fake with the same state", async () => {
  const fake = create();
  const keys = await keysWith(fake, [READ], policy(allow({ Action: "sts:GetScopedCredentials" })));
  const { Credentials } = await call(fake, GetScopedCredentials, { DurationSeconds: 600 }, { keys });
  const scoped = keysOf(Credentials);
  expect(await permitted(fake, scoped)).toEqual([
    "GetAccessKeyInfo",
    "GetScopedCredentials",
    "GetWebIdentityToken",
  ]);
  const changed = create(fake, { [READ]: policy(allow({ Action: "sts:AssumeRole" })) });
  expect(await permitted(changed, scoped)).toEqual(["AssumeRole", "GetScopedCredentials"]);
});

test.each([
  [
    "is a trust policy",
    trust({ Principal: "*" }),
    "Statement[0].Principal is allowed in trust policies only: policy document should not specify a principal",
  ],
  ["is no policy", "[]", "a policy is an object with Statement"],
])("the managed policies of PolicyArns are refused at creation where one %s", (_case, document, message) => {
  expect(() => create(undefined, { [READ]: document })).toThrow(
    new SyntaxError(`createFakeSts: managedPolicies["${READ}"]: policy: ${message}`),
  );
});

test("the managed policies of PolicyArns do not go on to the next role", async () => {
  const fake = create();
  const keys = await keysWith(fake, [ASSUME]);
  const next = keysOf((await assumeRole(fake, "next", {}, { keys })).Credentials);
  expect(await permitted(fake, next)).toEqual(NAMES);
});

test.each([
  ["2012-10-17", ["AssumeRole"]],
  ["2008-10-17", []],
  [undefined, []],
])(
  "the managed policies of PolicyArns of version %s know variables: %j are allowed",
  async (Version, expected) => {
    const Resource = "arn:aws:iam::${aws:PrincipalAccount}:role/next";
    const Statement = { Effect: "Allow", Action: "sts:AssumeRole", Resource } as const;
    const fake = create(undefined, { [READ]: { ...(Version !== undefined && { Version }), Statement } });
    expect(await permitted(fake, await keysWith(fake, [READ]))).toEqual(expected);
  },
);
