import {
  createClock,
  createFakeSts,
  demoUser,
  type FakeSts,
  type PolicyDocument,
  type PolicyStatement,
} from "@org/sts-mock";
import {
  AssumeRole,
  AssumeRoot,
  type AssumeRootRequest,
  GetAccessKeyInfo,
  GetCallerIdentity,
  GetScopedCredentials,
  GetSessionToken,
} from "@org/sts-protocol";
import { expect, test } from "vitest";

import { call, DEMO_KEYS, type Keys, keysOf } from "../support/call.ts";
import {
  ACCOUNT,
  allow,
  assumeRole,
  deny,
  OTHER_ACCOUNT,
  policy,
  trust,
  USER,
  verdict,
} from "../support/verdict.ts";

const MEMBER = OTHER_ACCOUNT;
const MEMBER_ROOT = `arn:aws:iam::${MEMBER}:root`;
const ROOT_KEYS = { accessKeyId: "AKIAROOTEXAMPLE12345", secretAccessKey: "root-secret" };
const MEMBER_KEYS = { accessKeyId: "AKIAI44QH8DHBEXAMPLE", secretAccessKey: "member-secret" };
const TASK = "arn:aws:iam::aws:policy/root-task/";

function fakeWith(policies?: readonly PolicyDocument[]): FakeSts {
  return createFakeSts({
    accounts: [
      { id: ACCOUNT, rootAccessKeys: [ROOT_KEYS] },
      { id: MEMBER, managementAccount: ACCOUNT },
      { id: "999999999999", managementAccount: "888888888888" },
    ],
    users: [
      policies === undefined ? demoUser : { ...demoUser, policies },
      { name: "member", account: MEMBER, accessKeys: [MEMBER_KEYS] },
    ],
    roles: [{ name: "admin", trustPolicy: trust() }],
    clock: createClock({ at: new Date("2026-03-01T12:00:00Z") }),
  });
}

const assumeRoot = (fake: FakeSts, input: Partial<AssumeRootRequest> = {}, keys: Keys = DEMO_KEYS) =>
  call(
    fake,
    AssumeRoot,
    { TargetPrincipal: MEMBER, TaskPolicyArn: { arn: `${TASK}S3UnlockBucketPolicy` }, ...input },
    { keys },
  );

const denied = (callerArn: string, resource = MEMBER_ROOT) => ({
  name: "AccessDenied",
  message: `User: ${callerArn} is not authorized to perform: sts:AssumeRoot on resource: ${resource}`,
  $metadata: { httpStatusCode: 403 },
});

test("AssumeRoot is for users of the management account", async () => {
  expect(await assumeRoot(fakeWith())).toHaveProperty("Credentials");
});

test("AssumeRoot is for roles of the management account", async () => {
  const fake = fakeWith();
  const keys = keysOf((await assumeRole(fake, "admin")).Credentials);
  expect(await assumeRoot(fake, {}, keys)).toHaveProperty("Credentials");
});

test("AssumeRoot is not for root of the management account", async () => {
  await expect(assumeRoot(fakeWith(), {}, ROOT_KEYS)).rejects.toMatchObject(
    denied(`arn:aws:iam::${ACCOUNT}:root`),
  );
});

test("AssumeRoot is not for sessions of GetSessionToken, the user's and root's", async () => {
  const fake = fakeWith();
  for (const keys of [DEMO_KEYS, ROOT_KEYS]) {
    const session = keysOf((await call(fake, GetSessionToken, {}, { keys })).Credentials);
    await expect(assumeRoot(fake, {}, session)).rejects.toMatchObject({ name: "AccessDenied" });
  }
});

test("AssumeRoot is not for users of the member account", async () => {
  await expect(assumeRoot(fakeWith(), {}, MEMBER_KEYS)).rejects.toMatchObject(
    denied(`arn:aws:iam::${MEMBER}:user/member`),
  );
});

test.each([
  ["the management account itself", ACCOUNT],
  ["a member of another organization", "999999999999"],
  ["an account that does not exist", "444455556666"],
])("AssumeRoot is not for %s as target", async (_case, TargetPrincipal) => {
  await expect(assumeRoot(fakeWith(), { TargetPrincipal })).rejects.toMatchObject(
    denied(USER, `arn:aws:iam::${TargetPrincipal}:root`),
  );
});

const only = (...statements: readonly PolicyStatement[]): FakeSts => fakeWith([policy(...statements)]);
test.each([
  ["that allow it", only(allow({ Action: "sts:AssumeRoot" })), "allowed"],
  [
    "that allow it for the member",
    only(allow({ Action: "sts:AssumeRoot", Resource: MEMBER_ROOT })),
    "allowed",
  ],
  [
    "that allow it for another",
    only(allow({ Action: "sts:AssumeRoot", Resource: "arn:aws:iam::999999999999:root" })),
    "denied",
  ],
  ["that allow AssumeRole", only(allow({ Action: "sts:AssumeRole" })), "denied"],
  ["that deny it", only(allow(), deny({ Action: "sts:AssumeRoot" })), "denied"],
  [
    "that allow the task",
    only(allow({ Condition: { ArnEquals: { "sts:TaskPolicyArn": `${TASK}S3UnlockBucketPolicy` } } })),
    "allowed",
  ],
  [
    "that allow another task",
    only(allow({ Condition: { ArnEquals: { "sts:TaskPolicyArn": `${TASK}SQSUnlockQueuePolicy` } } })),
    "denied",
  ],
  ["that want MFA", only(allow({ Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } })), "denied"],
] as const)("AssumeRoot asks the caller's policies: %s: %#", async (_case, fake, expected) => {
  expect(await verdict(assumeRoot(fake))).toBe(expected);
});

test.each([
  "IAMAuditRootUserCredentials",
  "IAMCreateRootUserPassword",
  "IAMDeleteRootUserCredentials",
  "S3UnlockBucketPolicy",
  "SQSUnlockQueuePolicy",
])("AssumeRoot takes the task %s", async (task) => {
  expect(await assumeRoot(fakeWith(), { TaskPolicyArn: { arn: TASK + task } })).toHaveProperty("Credentials");
});

test.each([
  `${TASK}Other`,
  `${TASK}S3UnlockBucketPolicyX`,
  `${TASK}S3UnlockBucketPolicy/`,
  `x${TASK}S3UnlockBucketPolicy`,
  "arn:aws:iam::aws:policy/S3UnlockBucketPolicy",
  `arn:aws:iam::${ACCOUNT}:policy/root-task/S3UnlockBucketPolicy`,
])("AssumeRoot takes no task %s", async (arn) => {
  await expect(assumeRoot(fakeWith(), { TaskPolicyArn: { arn } })).rejects.toMatchObject({
    name: "ValidationError",
    message: "The task policy must be one of the AWS managed policies under root-task/",
  });
});

test("AssumeRoot takes no task without an ARN", async () => {
  await expect(assumeRoot(fakeWith(), { TaskPolicyArn: {} })).rejects.toMatchObject({
    name: "ValidationError",
  });
});

test.each([
  ["root", ROOT_KEYS, {}, "a root user may not call AssumeRoot"],
  [
    "others",
    DEMO_KEYS,
    { TargetPrincipal: "999999999999" },
    `the account 999999999999 has no managementAccount ${ACCOUNT}`,
  ],
] as const)("AssumeRoot tells the log why it is not for %s", async (_case, keys, input, message) => {
  const fake = fakeWith();
  await expect(assumeRoot(fake, input, keys)).rejects.toMatchObject({ name: "AccessDenied" });
  expect(fake.calls().at(-1)?.reason).toEqual({ kind: "rule", message, policies: [] });
});

test.each([
  ["the number", MEMBER],
  ["the ARN", MEMBER_ROOT],
])("AssumeRoot takes the member's root by %s", async (_case, TargetPrincipal) => {
  const { Credentials } = await assumeRoot(fakeWith(), { TargetPrincipal });
  expect(Credentials).toHaveProperty("SessionToken");
});

test.each(["11112222333", "1111222233334", `arn:aws:iam::${MEMBER}:user/member`, `x${MEMBER}`])(
  "AssumeRoot takes no target %s",
  async (TargetPrincipal) => {
    await expect(assumeRoot(fakeWith(), { TargetPrincipal })).rejects.toMatchObject({
      name: "ValidationError",
      // The first is too short for the model already.
      message: expect.stringMatching(
        /^The target principal must be an account ID or the ARN of an account's root user$|'targetPrincipal'/,
      ),
    });
  },
);

test.each([
  [undefined, "2026-03-01T12:15:00Z"],
  [900, "2026-03-01T12:15:00Z"],
  [60, "2026-03-01T12:01:00Z"],
])("AssumeRoot takes %s seconds for a session until %s", async (DurationSeconds, until) => {
  const { Credentials } = await assumeRoot(fakeWith(), { DurationSeconds });
  expect(Credentials.Expiration).toEqual(new Date(until));
});

test("AssumeRoot gives a session that is the member's root, and may call nothing of STS but GetCallerIdentity", async () => {
  const fake = fakeWith();
  const keys = keysOf((await assumeRoot(fake)).Credentials);
  expect(await call(fake, GetCallerIdentity, {}, { keys })).toMatchObject({
    UserId: MEMBER,
    Account: MEMBER,
    Arn: MEMBER_ROOT,
  });
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/admin`;
  const refused = [
    () => call(fake, AssumeRole, { RoleArn, RoleSessionName: "test" }, { keys }),
    () => assumeRoot(fake, {}, keys),
    () => call(fake, GetAccessKeyInfo, { AccessKeyId: DEMO_KEYS.accessKeyId }, { keys }),
    () => call(fake, GetScopedCredentials, { DurationSeconds: 60 }, { keys }),
    () => call(fake, GetSessionToken, {}, { keys }),
  ];
  for (const request of refused) await expect(request()).rejects.toMatchObject({ name: "AccessDenied" });
});

test("AssumeRoot gives a session that keeps the caller's source identity", async () => {
  const fake = fakeWith();
  const keys = keysOf((await assumeRole(fake, "admin", { SourceIdentity: "alice" })).Credentials);
  expect((await assumeRoot(fake, {}, keys)).SourceIdentity).toBe("alice");
  expect((await assumeRoot(fake)).SourceIdentity).toBeUndefined();
});
