import { createClock, createFakeSts, demoUser, type FakeSts, type PolicyDocument } from "@org/sts-mock";
import {
  DecodeAuthorizationMessage,
  GetAccessKeyInfo,
  GetCallerIdentity,
  GetScopedCredentials,
  GetWebIdentityToken,
} from "@org/sts-protocol";
import { describe, expect, test } from "vitest";

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

describe("a session policy", () => {
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
  ])("%s", async (_case, document, expected) => {
    const fake = fakeWith();
    expect(await permitted(fake, await sessionWith(fake, document))).toEqual(expected);
  });

  test.each([
    ["the account", { AWS: ACCOUNT }],
    ["the role", { AWS: roleArn("first") }],
    ["the session", { AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/first/test` }],
    ["everybody", "*"],
  ] as const)("that denies AssumeRole wins over a trust policy that names %s", async (_case, Principal) => {
    const fake = fakeWith(undefined, trust({ Principal }));
    const keys = await sessionWith(
      fake,
      policy(allow(), deny({ Action: "sts:AssumeRole", Resource: roleArn("next") })),
    );
    expect(await verdict(assumeRole(fake, "next", {}, { keys }))).toBe("denied");
    expect(await verdict(assumeRole(fake, "open", {}, { keys }))).toBe("allowed");
  });

  test("does not limit a session that the trust policy names itself", async () => {
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
  ])("%s", async (_case, policies, expected) => {
    const fake = fakeWith(policies);
    const keys = await sessionWith(fake, policy(allow({ Action: ["sts:AssumeRole", "sts:GetWeb*"] })));
    expect(await permitted(fake, keys)).toEqual(expected);
  });

  test("does not go on to the next role", async () => {
    const fake = fakeWith();
    const keys = await sessionWith(fake, policy(allow({ Action: "sts:AssumeRole" })));
    const next = keysOf((await assumeRole(fake, "next", {}, { keys })).Credentials);
    expect(await permitted(fake, next)).toEqual(NAMES);
  });

  test("cannot keep the session from GetCallerIdentity", async () => {
    const fake = fakeWith();
    const keys = await sessionWith(fake, policy(deny()));
    expect(await call(fake, GetCallerIdentity, {}, { keys })).toHaveProperty("Arn");
  });
});

describe("a policy of GetScopedCredentials", () => {
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
  ])("stays in force under %s", async (_case, documents, expected) => {
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

  test("leaves the session policy of AssumeRole in force", async () => {
    const fake = fakeWith();
    const keys = await scope(
      fake,
      await sessionWith(fake, policy(allow({ Action: [SCOPE, "sts:AssumeRole"] }))),
      policy(allow()),
    );
    expect(await permitted(fake, keys)).toEqual(["AssumeRole", "GetScopedCredentials"]);
  });

  test("does not change the credentials that were scoped", async () => {
    const fake = fakeWith();
    const keys = keysOf((await assumeRole(fake, "first")).Credentials);
    await scope(fake, keys, policy(deny()));
    expect(await permitted(fake, keys)).toEqual(NAMES);
  });
});
