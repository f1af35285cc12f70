import {
  createClock,
  createFakeSts,
  demoUser,
  type FakeSts,
  type PolicyDocument,
  type PolicyStatement,
} from "@org/sts-mock";
import { GetCallerIdentity, GetFederationToken, type GetFederationTokenRequest } from "@org/sts-protocol";
import { expect, test } from "vitest";

import { call, DEMO_KEYS, type Keys, keysOf } from "../support/call.ts";
import { ACCOUNT, allow, assumeRole, deny, policy, trust, verdict } from "../support/verdict.ts";

const ROOT_KEYS = { accessKeyId: "AKIAROOTEXAMPLE12345", secretAccessKey: "root-secret" };
const BOB = `arn:aws:sts::${ACCOUNT}:federated-user/Bob`;

function fakeWith(policies?: readonly PolicyDocument[]): FakeSts {
  return createFakeSts({
    accounts: [{ id: ACCOUNT, rootAccessKeys: [ROOT_KEYS] }],
    users: [policies === undefined ? demoUser : { ...demoUser, policies }],
    roles: [{ name: "open", trustPolicy: trust() }],
    clock: createClock({ at: new Date("2026-03-01T12:00:00Z") }),
  });
}

const federate = (fake: FakeSts, input: Partial<GetFederationTokenRequest> = {}, keys: Keys = DEMO_KEYS) =>
  call(fake, GetFederationToken, { Name: "Bob", ...input }, { keys });

test.each([
  ["a user", DEMO_KEYS, undefined, 43_200],
  ["a user", DEMO_KEYS, 900, 900],
  ["a user", DEMO_KEYS, 129_600, 129_600],
  ["root", ROOT_KEYS, undefined, 3600],
  ["root", ROOT_KEYS, 900, 900],
  ["root", ROOT_KEYS, 3600, 3600],
  ["root", ROOT_KEYS, 3601, 3600],
])(
  "GetFederationToken gives %s who signs with %j and asks for %s seconds a session of %i",
  async (_case, keys, asked, seconds) => {
    const fake = fakeWith();
    const { Credentials, FederatedUser } = await federate(fake, { DurationSeconds: asked }, keys);
    expect(Credentials.Expiration.getTime()).toBe(fake.clock.now() + seconds * 1000);
    expect(FederatedUser).toEqual({ FederatedUserId: `${ACCOUNT}:Bob`, Arn: BOB });
    expect(await call(fake, GetCallerIdentity, {}, { keys: keysOf(Credentials) })).toMatchObject({
      UserId: `${ACCOUNT}:Bob`,
      Account: ACCOUNT,
      Arn: BOB,
    });
  },
);

const Tags = [{ Key: "Team", Value: "red" }];
const cases: readonly (readonly [string, PolicyStatement[], Partial<GetFederationTokenRequest>, string])[] = [
  ["for the federated user", [allow({ Resource: BOB })], {}, "allowed"],
  ["for another federated user", [allow({ Resource: BOB.replace("Bob", "Eve") })], {}, "denied"],
  ["that deny it", [allow(), deny({ Action: "sts:GetFederationToken" })], {}, "denied"],
  ["without sts:TagSession", [allow({ Action: "sts:GetFederationToken" })], { Tags }, "denied"],
  ["without tags", [allow({ Action: "sts:GetFederationToken" })], {}, "allowed"],
  ["without tags in an empty list", [allow({ Action: "sts:GetFederationToken" })], { Tags: [] }, "allowed"],
  [
    "with sts:TagSession",
    [allow({ Action: ["sts:GetFederationToken", "sts:TagSession"] })],
    { Tags },
    "allowed",
  ],
  ["that deny sts:TagSession", [allow(), deny({ Action: "sts:TagSession" })], { Tags }, "denied"],
  [
    "that want this tag",
    [allow({ Condition: { StringEquals: { "aws:RequestTag/Team": "red" } } })],
    { Tags },
    "allowed",
  ],
  [
    "that want another tag",
    [allow({ Condition: { StringEquals: { "aws:RequestTag/Team": "blue" } } })],
    { Tags },
    "denied",
  ],
  [
    "that want other tag keys",
    [allow({ Condition: { "ForAllValues:StringEquals": { "aws:TagKeys": ["Other"] } } })],
    { Tags },
    "denied",
  ],
  ["that want MFA", [allow({ Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } })], {}, "denied"],
];
test.each(cases)(
  "GetFederationToken asks the user's policies: %s",
  async (_case, statements, input, expected) => {
    expect(await verdict(federate(fakeWith([policy(...statements)]), input))).toBe(expected);
  },
);

test("GetFederationToken gives no session to a session", async () => {
  const fake = fakeWith();
  const keys = keysOf((await assumeRole(fake, "open")).Credentials);
  await expect(federate(fake, {}, keys)).rejects.toMatchObject({
    name: "AccessDenied",
    message: "Cannot call GetFederationToken with session credentials",
  });
});

test("GetFederationToken gives a session that may not assume a role, even one that trusts it", async () => {
  const fake = fakeWith();
  const keys = keysOf((await federate(fake, { Policy: JSON.stringify(policy(allow())) })).Credentials);
  await expect(assumeRole(fake, "open", {}, { keys })).rejects.toMatchObject({
    name: "AccessDenied",
    message: `User: ${BOB} is not authorized to perform: sts:AssumeRole`,
  });
});
