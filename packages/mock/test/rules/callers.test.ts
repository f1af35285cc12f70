import {
  createClock,
  createFakeSts,
  createTestIssuer,
  demoRole,
  demoUser,
  type FakeSts,
  type FakeStsOptions,
} from "@org/sts-mock";
import {
  AssumeRole,
  AssumeRoleWithWebIdentity,
  AssumeRoot,
  DecodeAuthorizationMessage,
  GetAccessKeyInfo,
  GetCallerIdentity,
  GetDelegatedAccessToken,
  GetFederationToken,
  GetScopedCredentials,
  GetSessionToken,
  GetWebIdentityToken,
} from "@org/sts-protocol";
import { expect, test } from "vitest";

import { call, type CallOptions, DEMO_KEYS, DEMO_ROLE, type Keys, keysOf } from "../support/call.ts";
import { OTHER_ACCOUNT, trust } from "../support/verdict.ts";

const clock = createClock({ at: new Date("2026-03-01T12:00:00Z") });
const fakeWith = (options: FakeStsOptions = {}): FakeSts =>
  createFakeSts({ users: [demoUser], roles: [demoRole], clock, ...options });

const ROOT_TASK = {
  TargetPrincipal: OTHER_ACCOUNT,
  TaskPolicyArn: { arn: "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy" },
};

/** A good call of every signed operation. */
const CALLS: Readonly<Record<string, (fake: FakeSts, options: CallOptions) => Promise<unknown>>> = {
  AssumeRole: (fake, options) =>
    call(fake, AssumeRole, { RoleArn: DEMO_ROLE, RoleSessionName: "test" }, options),
  AssumeRoot: (fake, options) => call(fake, AssumeRoot, ROOT_TASK, options),
  DecodeAuthorizationMessage: async (fake, options) => {
    const EncodedMessage = await fake.encodeAuthorizationMessage({ allowed: false });
    return await call(fake, DecodeAuthorizationMessage, { EncodedMessage }, options);
  },
  GetAccessKeyInfo: (fake, options) =>
    call(fake, GetAccessKeyInfo, { AccessKeyId: DEMO_KEYS.accessKeyId }, options),
  GetCallerIdentity: (fake, options) => call(fake, GetCallerIdentity, {}, options),
  GetDelegatedAccessToken: async (fake, options) => {
    const TradeInToken = await fake.issueTradeInToken({ principalArn: DEMO_ROLE });
    return await call(fake, GetDelegatedAccessToken, { TradeInToken }, options);
  },
  GetFederationToken: (fake, options) => call(fake, GetFederationToken, { Name: "Bob" }, options),
  GetScopedCredentials: (fake, options) => call(fake, GetScopedCredentials, { DurationSeconds: 60 }, options),
  GetSessionToken: (fake, options) => call(fake, GetSessionToken, {}, options),
  GetWebIdentityToken: (fake, options) =>
    call(fake, GetWebIdentityToken, { Audience: ["a"], SigningAlgorithm: "ES384" }, options),
};

const member = { id: OTHER_ACCOUNT, managementAccount: "123456789012" };

/** The operations that answer, with the message and the reason for the log of all others. */
async function callAll(fake: FakeSts, keys: Keys, hostname = "sts.us-east-1.amazonaws.com") {
  const answered: string[] = [];
  const refusals: Record<string, string> = {};
  const reasons = new Set<string | undefined>();
  for (const [name, request] of Object.entries(CALLS)) {
    try {
      await request(fake, { keys, hostname });
      answered.push(name);
    } catch (error) {
      refusals[name] = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      reasons.add(fake.calls().at(-1)?.reason?.message);
    }
  }
  return { answered, refusals, reasons: [...reasons] };
}

test("an AWS service assumes roles and asks who it is, and is told why it may do nothing else", async () => {
  const fake = fakeWith({
    users: [],
    accounts: [member],
    services: [{ name: "ec2.amazonaws.com", accessKeys: [DEMO_KEYS] }],
    roles: [{ name: "demo", trustPolicy: trust() }],
  });
  const { answered, refusals, reasons } = await callAll(fake, DEMO_KEYS);
  expect(answered).toEqual(["AssumeRole", "GetCallerIdentity"]);
  for (const [name, refusal] of Object.entries(refusals)) {
    expect(refusal).toBe(`AccessDenied: User: ec2.amazonaws.com is not authorized to perform: sts:${name}`);
  }
  expect(reasons).toEqual(["an AWS service may call AssumeRole and GetCallerIdentity only"]);
});

const cannot = (name: string): string => `Cannot call ${name} with session credentials`;

test.each([
  ["GetSessionToken", GetSessionToken, {}, ["AssumeRole", "GetCallerIdentity"]],
  ["GetFederationToken", GetFederationToken, { Name: "Bob" }, ["GetCallerIdentity"]],
  ["AssumeRoot", AssumeRoot, ROOT_TASK, ["GetCallerIdentity"]],
] as const)(
  "credentials of %s may call only some operations, and the log says which",
  async (_name, operation, input, expected) => {
    const fake = fakeWith({ accounts: [member] });
    // All three give credentials.
    const request = call as (
      ...parameters: readonly unknown[]
    ) => Promise<Parameters<typeof keysOfResponse>[0]>;
    const { answered, refusals, reasons } = await callAll(
      fake,
      keysOfResponse(await request(fake, operation, input)),
    );
    expect(answered).toEqual(expected);
    expect(new Set(reasons)).toEqual(
      new Set([
        cannot("GetFederationToken"),
        cannot("GetSessionToken"),
        `credentials of ${operation.name} may call ${expected.join(" and ")} only`,
      ]),
    );
    for (const name of ["GetSessionToken", "GetFederationToken"]) {
      expect(refusals[name]).toBe(`AccessDenied: ${cannot(name)}`);
    }
    expect(refusals["GetAccessKeyInfo"]).toMatch(
      /^AccessDenied: User: arn:\S+ is not authorized to perform: sts:GetAccessKeyInfo$/,
    );
  },
);

function keysOfResponse({ Credentials }: { readonly Credentials: Parameters<typeof keysOf>[0] }): Keys {
  return keysOf(Credentials);
}

test("an operation of regions answers at a host of one's own, and not at the global one", async () => {
  const fake = fakeWith({ accounts: [member] });
  const local = await callAll(fake, DEMO_KEYS, "localhost");
  expect(local.answered).toContain("AssumeRoot");
  const { refusals } = await callAll(fake, DEMO_KEYS, "sts.amazonaws.com");
  for (const name of ["AssumeRoot", "GetWebIdentityToken"]) {
    expect(refusals[name]).toBe(
      `InvalidAction: ${name} is not served by the global endpoint; use that of a region`,
    );
  }
});

test("a region in which STS is not activated is closed to the callers of the account, whatever role they ask for", async () => {
  const accounts = [
    { id: "123456789012", disabledRegions: ["eu-west-1"] },
    { id: OTHER_ACCOUNT, disabledRegions: ["eu-west-2"] },
  ];
  const roles = [{ name: "far", account: OTHER_ACCOUNT, trustPolicy: trust() }];
  const fake = fakeWith({ accounts, roles });
  const input = { RoleArn: `arn:aws:iam::${OTHER_ACCOUNT}:role/far`, RoleSessionName: "test" };
  const at = (region: string) => ({ region, hostname: `sts.${region}.amazonaws.com` });
  const message =
    "STS is not activated in this region for account:123456789012. Your account administrator can activate STS in this region using the IAM Console.";
  await expect(call(fake, AssumeRole, input, at("eu-west-1"))).rejects.toMatchObject({
    name: "RegionDisabledException",
    message,
  });
  await expect(call(fake, GetCallerIdentity, {}, at("eu-west-1"))).rejects.toMatchObject({ message });
  expect(await call(fake, AssumeRole, input, at("eu-west-2"))).toHaveProperty("Credentials");
});

test("a region in which STS is not activated is closed to identities of other providers, by the account of the role", async () => {
  const { provider, ...issuer } = await createTestIssuer({ clock, algorithm: "ES256" });
  const fake = fakeWith({
    accounts: [{ id: "123456789012", disabledRegions: ["eu-west-1"] }],
    oidcProviders: [provider],
    roles: [{ name: "ci", trustPolicy: trust() }],
  });
  const WebIdentityToken = await issuer.issueToken();
  const assume = (region: string, RoleArn = "arn:aws:iam::123456789012:role/ci") =>
    call(
      fake,
      AssumeRoleWithWebIdentity,
      { RoleArn, RoleSessionName: "test", WebIdentityToken },
      { region, hostname: `sts.${region}.amazonaws.com` },
    );
  await expect(assume("eu-west-1")).rejects.toMatchObject({ name: "RegionDisabledException" });
  expect(await assume("eu-west-2")).toHaveProperty("Credentials");
  await expect(assume("eu-west-1", "arn:aws:iam:without-an-account")).rejects.toMatchObject({
    name: "ValidationError",
    message: "Request ARN is invalid",
  });
});
