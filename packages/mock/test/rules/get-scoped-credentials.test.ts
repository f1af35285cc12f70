import { createClock, createFakeSts, demoUser, type FakeSts } from "@org/sts-mock";
import {
  type AssumeRoleRequest,
  GetCallerIdentity,
  GetScopedCredentials,
  type GetScopedCredentialsRequest,
} from "@org/sts-protocol";
import { beforeEach, expect, test } from "vitest";

import { call, DEMO_KEYS, type Keys, keysOf } from "../support/call.ts";
import { ACCOUNT, allow, assumeRole, policy, trust, verdict } from "../support/verdict.ts";

let fake: FakeSts;
beforeEach(() => {
  fake = createFakeSts({
    users: [demoUser],
    roles: [
      { name: "first", roleId: "AROACLKWSDQRAOEXAMPLE", trustPolicy: trust() },
      {
        name: "red",
        trustPolicy: trust({ Condition: { StringEquals: { "aws:PrincipalTag/Team": "red" } } }),
      },
      { name: "open", trustPolicy: trust() },
    ],
    clock: createClock({ at: new Date("2026-03-01T12:00:00Z") }),
  });
});

const session = async (input: Partial<AssumeRoleRequest> = {}): Promise<Keys> =>
  keysOf((await assumeRole(fake, "first", input)).Credentials);
const scope = (keys: Keys, input: GetScopedCredentialsRequest = { DurationSeconds: 600 }) =>
  call(fake, GetScopedCredentials, input, { keys });
const WIDE = JSON.stringify(policy(allow()));

test.each([
  [{ DurationSeconds: 1 }, "2026-03-01T12:00:11Z"],
  [{ DurationSeconds: 600 }, "2026-03-01T12:10:10Z"],
  [{ DurationSeconds: 3590 }, "2026-03-01T13:00:00Z"],
  [{ Policy: WIDE }, "2026-03-01T13:00:00Z"],
  [{ Policy: WIDE, DurationSeconds: 60 }, "2026-03-01T12:01:10Z"],
])("ten seconds into an hour, credentials scoped with %j last until %s", async (input, until) => {
  const keys = await session();
  fake.clock.advanceSeconds(10);
  const { Credentials } = await scope(keys, input);
  expect(Credentials.Expiration).toEqual(new Date(until));
  expect(await call(fake, GetCallerIdentity, {}, { keys: keysOf(Credentials) })).toMatchObject({
    UserId: "AROACLKWSDQRAOEXAMPLE:test",
    Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/first/test`,
  });
});

test("GetScopedCredentials refuses a second more than the session has left", async () => {
  const keys = await session();
  fake.clock.advanceSeconds(10);
  await expect(scope(keys, { DurationSeconds: 3591 })).rejects.toMatchObject({
    name: "InsufficientSessionLifetimeException",
  });
});

test("GetScopedCredentials gives credentials of their own", async () => {
  const keys = await session();
  const { Credentials } = await scope(keys);
  expect(Credentials.AccessKeyId).toMatch(/^ASIA/);
  expect(Credentials.AccessKeyId).not.toBe(keys.accessKeyId);
  expect(Credentials.SecretAccessKey).not.toBe(keys.secretAccessKey);
});

test.each([
  [{}, "ValidationError"],
  [{ ScopedSessionDescription: "only a description" }, "ValidationError"],
  [{ DurationSeconds: 0 }, "ValidationError"],
  [{ DurationSeconds: 129_601 }, "ValidationError"],
  [{ DurationSeconds: 129_600 }, "InsufficientSessionLifetimeException"],
  [{ Policy: WIDE.padEnd(2048) }, "ok"],
  [{ DurationSeconds: 60, ScopedSessionDescription: "d".repeat(256) }, "ok"],
  [{ DurationSeconds: 60, ScopedSessionDescription: "d".repeat(257) }, "ValidationError"],
  [{ Policy: "{" }, "MalformedPolicyDocumentException"],
  [{ Policy: JSON.stringify(trust()) }, "MalformedPolicyDocumentException"],
])("GetScopedCredentials settles %j with %s", async (input, expected) => {
  const outcome = await scope(await session(), input).then(
    () => "ok",
    (error: Error) => error.name,
  );
  expect(outcome).toBe(expected);
});

test.each<[GetScopedCredentialsRequest, string]>([
  [{ ScopedSessionDescription: "d" }, "At least one of Policy and DurationSeconds must be specified"],
  [{ DurationSeconds: 0 }, "DurationSeconds must be between 1 and 129600"],
  [
    { DurationSeconds: 60, MinimumSessionTokenSize: 4097 },
    "MinimumSessionTokenSize must be between 0 and 4096",
  ],
  [
    { DurationSeconds: 60, ScopedSessionDescription: "d".repeat(257) },
    "ScopedSessionDescription must have at most 256 characters",
  ],
  [{ Policy: WIDE.padEnd(2049) }, "The scoping policy must have at most 2048 characters"],
  [
    { DurationSeconds: 3601 },
    "The session of the caller ends in 3600 seconds, before the 3601 seconds asked for",
  ],
])("GetScopedCredentials refuses %j in words that say why", async (input, message) => {
  await expect(scope(await session(), input)).rejects.toMatchObject({ message });
});

test("GetScopedCredentials refuses long-term credentials", async () => {
  await expect(scope(DEMO_KEYS)).rejects.toMatchObject({
    name: "InvalidSubjectCredentialsException",
    message: "GetScopedCredentials must be called with temporary credentials",
  });
});

test("GetScopedCredentials counts how often a session was scoped", async () => {
  let keys = await session();
  const counts: (number | undefined)[] = [];
  for (const DurationSeconds of [1800, 1200, 600]) {
    const scoped = await scope(keys, { DurationSeconds });
    counts.push(scoped.ScopedPoliciesCount);
    keys = keysOf(scoped.Credentials);
  }
  expect(counts).toEqual([1, 2, 3]);
  await expect(scope(keys, { DurationSeconds: 60 })).rejects.toMatchObject({
    name: "InvalidSubjectCredentialsException",
    message: "Credentials can be scoped 3 times at most",
  });
});

test("GetScopedCredentials keeps of the session its source identity", async () => {
  const scoped = await scope(await session({ SourceIdentity: "alice" }));
  expect(scoped.SourceIdentity).toBe("alice");
  const next = await assumeRole(fake, "open", {}, { keys: keysOf(scoped.Credentials) });
  expect(next.SourceIdentity).toBe("alice");
  expect((await scope(await session())).SourceIdentity).toBeUndefined();
});

test("GetScopedCredentials keeps of the session its tags", async () => {
  const tagged = await scope(await session({ Tags: [{ Key: "Team", Value: "red" }] }));
  expect(await verdict(assumeRole(fake, "red", {}, { keys: keysOf(tagged.Credentials) }))).toBe("allowed");
  const plain = await scope(await session());
  expect(await verdict(assumeRole(fake, "red", {}, { keys: keysOf(plain.Credentials) }))).toBe("denied");
});

test("GetScopedCredentials keeps of the session which of its tags are transitive", async () => {
  const Tags = [{ Key: "Team", Value: "red" }];
  for (const [TransitiveTagKeys, expected] of [
    [["Team"], "allowed"],
    [[], "denied"],
  ] as const) {
    const scoped = await scope(await session({ Tags, TransitiveTagKeys: [...TransitiveTagKeys] }));
    const next = await assumeRole(fake, "open", {}, { keys: keysOf(scoped.Credentials) });
    expect(await verdict(assumeRole(fake, "red", {}, { keys: keysOf(next.Credentials) }))).toBe(expected);
  }
});

test("GetScopedCredentials keeps of the session that further roles are a chain", async () => {
  const long = createFakeSts({
    users: [demoUser],
    roles: [{ name: "first", trustPolicy: trust(), maxSessionDuration: 43_200 }],
    clock: fake.clock,
  });
  const keys = keysOf((await assumeRole(long, "first")).Credentials);
  const scoped = await call(long, GetScopedCredentials, { DurationSeconds: 600 }, { keys });
  await expect(
    assumeRole(long, "first", { DurationSeconds: 3601 }, { keys: keysOf(scoped.Credentials) }),
  ).rejects.toMatchObject({ name: "ValidationError", message: expect.stringContaining("role chaining") });
});
