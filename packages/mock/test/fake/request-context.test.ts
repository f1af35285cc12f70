import { createClock, createFakeSts, demoUser, type FakeSts, type PolicyStatement } from "@org/sts-mock";
import { startStsServer } from "@org/sts-mock/node";
import {
  type AssumeRoleRequest,
  decodeResponse,
  encodeRequest,
  GetCallerIdentity,
  GetSessionToken,
  AssumeRole,
  type HttpRequest,
} from "@org/sts-protocol";
import { createSigner } from "@org/sts-signer";
import { beforeEach, describe, expect, test } from "vitest";

import { call, type CallOptions, DEMO_KEYS, DEMO_SERIAL, type Keys, keysOf } from "../support/call.ts";
import { ACCOUNT, assumeRole, OTHER_ACCOUNT, roleArn, trust, USER, verdict } from "../support/verdict.ts";

type Condition = NonNullable<PolicyStatement["Condition"]>;

const START = new Date("2026-03-01T12:00:00Z");

/** A fake whose role `guarded` opens under a condition, and whose role `first` opens for everybody. */
function guarded(condition: Condition): FakeSts {
  return createFakeSts({
    users: [{ ...demoUser, tags: { Team: "red" } }],
    roles: [
      { name: "guarded", tags: { Stage: "test" }, trustPolicy: trust({ Condition: condition }) },
      { name: "first", roleId: "AROACLKWSDQRAOEXAMPLE", tags: { Team: "blue" }, trustPolicy: trust() },
    ],
    clock: createClock({ at: START }),
  });
}

const opens = (
  condition: Condition,
  input: Partial<AssumeRoleRequest> = {},
  options: CallOptions = {},
): Promise<string> => verdict(assumeRole(guarded(condition), "guarded", input, options));

async function roleSession(fake: FakeSts, input: Partial<AssumeRoleRequest> = {}): Promise<Keys> {
  return keysOf((await assumeRole(fake, "first", input)).Credentials);
}

test.each([
  ["aws:PrincipalArn", USER],
  ["aws:PrincipalAccount", ACCOUNT],
  ["aws:userid", "AIDACKCEVSQ6C2EXAMPLE"],
  ["aws:username", "demo"],
  ["aws:PrincipalTag/Team", "red"],
  ["aws:CurrentTime", "2026-03-01T12:00:00.000Z"],
  ["aws:EpochTime", "1772366400"],
  ["aws:RequestedRegion", "us-east-1"],
  ["aws:SecureTransport", "true"],
  ["aws:SourceIp", "127.0.0.1"],
  ["aws:ResourceAccount", ACCOUNT],
  ["aws:ResourceTag/Stage", "test"],
  ["iam:ResourceTag/Stage", "test"],
  ["sts:RoleSessionName", "test"],
])("the request context of a user: %s is %s", async (key, value) => {
  expect(await opens({ StringEquals: { [key]: value } })).toBe("allowed");
  expect(await opens({ StringEquals: { [key]: `${value}x` } })).toBe("denied");
});

test.each([
  "aws:SourceIdentity",
  "aws:MultiFactorAuthAge",
  "aws:MultiFactorAuthPresent",
  "aws:RequestTag/Team",
  "aws:ResourceTag/Team",
  "aws:PrincipalTag/Stage",
  "sts:ExternalId",
  "sts:SourceIdentity",
])("the request context of a user: %s does not exist", async (key) => {
  expect(await opens({ Null: { [key]: true } })).toBe("allowed");
  expect(await opens({ Null: { [key]: false } })).toBe("denied");
});

test.each(["aws:PrincipalOrgPaths", "aws:ResourceOrgPaths"])(
  "the request context: %s is the list of the account's one path, and does not exist without",
  async (key) => {
    const path = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/";
    const fakeFor = (condition: Condition, organizationPath?: string): FakeSts =>
      createFakeSts({
        accounts: [
          {
            id: ACCOUNT,
            organizationId: "o-a1b2c3d4e5",
            ...(organizationPath !== undefined && { organizationPath }),
          },
        ],
        users: [demoUser],
        roles: [{ name: "guarded", trustPolicy: trust({ Condition: condition }) }],
      });
    const under = (prefix: string): Condition => ({ "ForAnyValue:StringLike": { [key]: `${prefix}*` } });
    expect(await verdict(assumeRole(fakeFor(under(path), path), "guarded"))).toBe("allowed");
    expect(await verdict(assumeRole(fakeFor(under(`${path}x`), path), "guarded"))).toBe("denied");
    expect(await verdict(assumeRole(fakeFor(under("")), "guarded"))).toBe("denied");
    expect(await verdict(assumeRole(fakeFor({ Null: { [key]: true } }), "guarded"))).toBe("allowed");
  },
);

test.each([
  ["sts:ExternalId", { ExternalId: "unique" }, "unique"],
  ["sts:RoleSessionName", { RoleSessionName: "build-1" }, "build-1"],
  ["sts:SourceIdentity", { SourceIdentity: "alice" }, "alice"],
  ["aws:RequestTag/Team", { Tags: [{ Key: "Team", Value: "green" }] }, "green"],
])("the request context: %s follows from %j", async (key, input, value) => {
  expect(await opens({ StringEquals: { [key]: value } }, input)).toBe("allowed");
  expect(await opens({ StringEquals: { [key]: "other" } }, input)).toBe("denied");
});

test("the request context: aws:TagKeys and sts:TransitiveTagKeys list the keys of the tags", async () => {
  const input = { Tags: ["a", "b"].map((Key) => ({ Key, Value: "x" })), TransitiveTagKeys: ["b"] };
  const only = (key: string, ...keys: string[]) =>
    opens({ "ForAllValues:StringEquals": { [key]: keys } }, input);
  expect(await only("aws:TagKeys", "a", "b")).toBe("allowed");
  expect(await only("aws:TagKeys", "b")).toBe("denied");
  expect(await only("sts:TransitiveTagKeys", "b")).toBe("allowed");
  expect(await only("sts:TransitiveTagKeys", "a")).toBe("denied");
});

test.each([
  ["sts.eu-west-1.amazonaws.com", "eu-west-1", "eu-west-1"],
  ["sts.amazonaws.com", "us-east-1", "us-east-1"],
])(
  "the request context: aws:RequestedRegion is that of %s, signed for %s",
  async (hostname, region, expected) => {
    const options = { hostname, region };
    expect(await opens({ StringEquals: { "aws:RequestedRegion": expected } }, {}, options)).toBe("allowed");
    expect(await opens({ StringEquals: { "aws:RequestedRegion": "eu-central-1" } }, {}, options)).toBe(
      "denied",
    );
  },
);

test.each([
  ["https:", "true", "false"],
  ["http:", "false", "true"],
])("the request context: aws:SecureTransport over %s is %s", async (protocol, value, other) => {
  const tamper = (request: HttpRequest): HttpRequest => ({ ...request, protocol });
  expect(await opens({ Bool: { "aws:SecureTransport": value } }, {}, { tamper })).toBe("allowed");
  expect(await opens({ Bool: { "aws:SecureTransport": other } }, {}, { tamper })).toBe("denied");
});

test("the request context: aws:SecureTransport is false at a server without TLS", async () => {
  const attempt = async (value: string): Promise<string> => {
    const fake = guarded({ Bool: { "aws:SecureTransport": value } });
    const server = await startStsServer({ sts: fake });
    try {
      const { hostname, port, host } = new URL(server.url);
      const input = { RoleArn: roleArn("guarded"), RoleSessionName: "test" };
      const request = encodeRequest(AssumeRole, input, { hostname, port: Number(port), protocol: "http:" });
      const signed = await createSigner().sign(request, {
        credentials: DEMO_KEYS,
        region: "us-east-1",
        service: "sts",
        date: START,
      });
      const { host: _host, ...headers } = signed.headers;
      expect(_host).toBe(host);
      const response = await fetch(server.url, { method: "POST", headers, body: String(signed.body) });
      return await verdict(decodeResponse(AssumeRole, response));
    } finally {
      await server.close();
    }
  };
  expect(await attempt("false")).toBe("allowed");
  expect(await attempt("true")).toBe("denied");
});

test.each([
  ["aws:PrincipalArn", roleArn("first")],
  ["aws:PrincipalAccount", ACCOUNT],
  ["aws:userid", "AROACLKWSDQRAOEXAMPLE:test"],
  ["aws:PrincipalTag/Team", "blue"],
  ["aws:SourceIdentity", "alice"],
])("the request context of a role session: %s is %s", async (key, value) => {
  for (const [wanted, expected] of [
    [value, "allowed"],
    [`${value}x`, "denied"],
  ] as const) {
    const fake = guarded({ StringEquals: { [key]: wanted } });
    const keys = await roleSession(fake, { SourceIdentity: "alice" });
    expect(await verdict(assumeRole(fake, "guarded", {}, { keys }))).toBe(expected);
  }
});

test("the request context of a role session: aws:username does not exist", async () => {
  const fake = guarded({ Null: { "aws:username": false } });
  const keys = await roleSession(fake);
  expect(await verdict(assumeRole(fake, "guarded", {}, { keys }))).toBe("denied");
});

test.each([
  ["the role's tag", {}, "blue"],
  ["the session tag of the same name", { Tags: [{ Key: "Team", Value: "green" }] }, "green"],
  ["the session tag of the same name in other case", { Tags: [{ Key: "team", Value: "green" }] }, "green"],
  ["the session tag that is empty", { Tags: [{ Key: "Team", Value: "" }] }, ""],
  ["the role's tag beside another session tag", { Tags: [{ Key: "Other", Value: "green" }] }, "blue"],
])("the request context of a role session: aws:PrincipalTag is %s", async (_case, input, value) => {
  const found: string[] = [];
  for (const candidate of ["red", "blue", "green", ""]) {
    const fake = guarded({ StringEquals: { "aws:PrincipalTag/Team": candidate } });
    const keys = await roleSession(fake, input);
    if ((await verdict(assumeRole(fake, "guarded", {}, { keys }))) === "allowed") found.push(candidate);
  }
  expect(found).toEqual([value]);
});

test("the request context of a role session: a tag of the user who assumed the role is not there", async () => {
  const fake = createFakeSts({
    users: [{ ...demoUser, tags: { Level: "7" } }],
    roles: [
      { name: "first", trustPolicy: trust() },
      { name: "guarded", trustPolicy: trust({ Condition: { Null: { "aws:PrincipalTag/Level": true } } }) },
    ],
  });
  expect(await verdict(assumeRole(fake, "guarded"))).toBe("denied");
  expect(await verdict(assumeRole(fake, "guarded", {}, { keys: await roleSession(fake) }))).toBe("allowed");
});

test.each([
  ["aws:PrincipalArn", USER],
  ["aws:userid", "AIDACKCEVSQ6C2EXAMPLE"],
  ["aws:username", "demo"],
  ["aws:PrincipalTag/Team", "red"],
])("the request context of a session of GetSessionToken: %s is %s, that of its user", async (key, value) => {
  for (const [wanted, expected] of [
    [value, "allowed"],
    [`${value}x`, "denied"],
  ] as const) {
    const fake = guarded({ StringEquals: { [key]: wanted } });
    const keys = keysOf((await call(fake, GetSessionToken, {})).Credentials);
    expect(await verdict(assumeRole(fake, "guarded", {}, { keys }))).toBe(expected);
  }
});

const PRESENT = { Bool: { "aws:MultiFactorAuthPresent": "true" } };
const RECENT = { NumericLessThan: { "aws:MultiFactorAuthAge": 3600 } };
const code = async (fake: FakeSts) => ({
  SerialNumber: DEMO_SERIAL,
  TokenCode: await fake.mfaCode(DEMO_SERIAL),
});
const userSession = async (fake: FakeSts, withCode: boolean): Promise<Keys> =>
  keysOf((await call(fake, GetSessionToken, withCode ? await code(fake) : {})).Credentials);
const attempt = (fake: FakeSts, keys: Keys, input: Partial<AssumeRoleRequest> = {}) =>
  verdict(assumeRole(fake, "guarded", input, { keys }));

test.each([
  ["is present after a code", PRESENT, true, "allowed"],
  ["has an age after a code", RECENT, true, "allowed"],
  ["is not present without a code", PRESENT, false, "denied"],
  ["has no age without a code", RECENT, false, "denied"],
  ["says false without a code", { Bool: { "aws:MultiFactorAuthPresent": "false" } }, false, "allowed"],
  ["does not say false after a code", { Bool: { "aws:MultiFactorAuthPresent": "false" } }, true, "denied"],
  ["has no age at all without a code", { Null: { "aws:MultiFactorAuthAge": "true" } }, false, "allowed"],
] as const)("MFA of a session of GetSessionToken %s", async (_case, condition, withCode, expected) => {
  const fake = guarded(condition);
  expect(await attempt(fake, await userSession(fake, withCode))).toBe(expected);
});

test.each([
  [0, 1, "allowed"],
  [3599, 3600, "allowed"],
  [3600, 3600, "denied"],
  [3601, 3600, "denied"],
  [7200, 3600, "denied"],
  [7200, 7201, "allowed"],
])("MFA of a session is %i seconds old, and may be less than %i: %s", async (seconds, limit, expected) => {
  const fake = guarded({ NumericLessThan: { "aws:MultiFactorAuthAge": limit } });
  const keys = await userSession(fake, true);
  fake.clock.advanceSeconds(seconds);
  expect(await attempt(fake, keys)).toBe(expected);
  // The session knows of MFA for as long as it lasts.
  const other = guarded(PRESENT);
  const otherKeys = await userSession(other, true);
  other.clock.advanceSeconds(seconds);
  expect(await attempt(other, otherKeys)).toBe("allowed");
});

test("the age of MFA is counted in whole seconds", async () => {
  const fake = guarded({ NumericEquals: { "aws:MultiFactorAuthAge": 1 } });
  const keys = await userSession(fake, true);
  fake.clock.set(fake.clock.now() + 1999);
  expect(await attempt(fake, keys)).toBe("allowed");
  fake.clock.set(fake.clock.now() + 1);
  expect(await attempt(fake, keys)).toBe("denied");
});

test("MFA that comes with the request counts from now, whatever the session had", async () => {
  const fake = guarded({ NumericEquals: { "aws:MultiFactorAuthAge": 0 } });
  const keys = await userSession(fake, true);
  fake.clock.advanceSeconds(60);
  expect(await attempt(fake, keys)).toBe("denied");
  expect(await attempt(fake, keys, await code(fake))).toBe("allowed");
  fake.clock.advanceSeconds(60);
  expect(await attempt(fake, DEMO_KEYS, await code(fake))).toBe("allowed");
});

test("MFA that comes with one request does not help the next one", async () => {
  const fake = guarded(PRESENT);
  expect(await attempt(fake, DEMO_KEYS, await code(fake))).toBe("allowed");
  expect(await attempt(fake, DEMO_KEYS)).toBe("denied");
});

test.each([
  ["of a session with MFA", true],
  ["of a session without MFA", false],
])("MFA %s does not go on into a role session", async (_case, withCode) => {
  const fake = guarded(PRESENT);
  const first = await assumeRole(fake, "first", {}, { keys: await userSession(fake, withCode) });
  expect(await attempt(fake, keysOf(first.Credentials))).toBe("denied");
});

describe("devices", () => {
  const ROOT_KEYS = { accessKeyId: "AKIAROOTEXAMPLE12345", secretAccessKey: "root-secret" };
  const OTHER_KEYS = { accessKeyId: "AKIAI44QH8DHBEXAMPLE", secretAccessKey: "other-secret" };
  const ROOT_SERIAL = `arn:aws:iam::${ACCOUNT}:mfa/root-account-mfa-device`;
  const OTHER_SERIAL = `arn:aws:iam::${ACCOUNT}:mfa/other`;
  let fake: FakeSts;
  beforeEach(() => {
    fake = createFakeSts({
      accounts: [
        { id: ACCOUNT, rootAccessKeys: [ROOT_KEYS], rootMfaDevices: [{ secret: "GEZDGNBVGY3TQOJQ" }] },
        { id: OTHER_ACCOUNT },
      ],
      users: [
        demoUser,
        { name: "other", accessKeys: [OTHER_KEYS], mfaDevices: [{ secret: "MFRGGZDFMZTWQ2LK" }] },
      ],
      roles: [{ name: "first", trustPolicy: trust() }],
      clock: createClock({ at: START }),
    });
  });
  const getSession = async (keys: Keys, SerialNumber: string, codeOf = SerialNumber) =>
    call(fake, GetSessionToken, { SerialNumber, TokenCode: await fake.mfaCode(codeOf) }, { keys });

  test.each([
    ["a user", DEMO_KEYS, DEMO_SERIAL],
    ["another user, whose device is named after it", OTHER_KEYS, OTHER_SERIAL],
    ["root, whose device has a name of its own", ROOT_KEYS, ROOT_SERIAL],
  ])("MFA devices prove what %s has", async (_case, keys, serial) => {
    expect(await getSession(keys, serial)).toHaveProperty("Credentials");
  });

  test.each([
    ["another user's", OTHER_KEYS, DEMO_SERIAL],
    ["a user's, for root", ROOT_KEYS, DEMO_SERIAL],
    ["root's, for a user", DEMO_KEYS, ROOT_SERIAL],
  ])("MFA devices prove nothing for others: %s", async (_case, keys, serial) => {
    await expect(getSession(keys, serial)).rejects.toMatchObject({
      name: "AccessDenied",
      message: expect.stringContaining("verify your MFA serial number"),
    });
    // The refusal does not use the code up: its owner can still give it.
    const owner = serial === DEMO_SERIAL ? DEMO_KEYS : ROOT_KEYS;
    expect(await getSession(owner, serial)).toHaveProperty("Credentials");
  });

  test("MFA devices take no code of another device", async () => {
    await expect(getSession(DEMO_KEYS, DEMO_SERIAL, OTHER_SERIAL)).rejects.toMatchObject({
      name: "AccessDenied",
      message: "MultiFactorAuthentication failed with invalid MFA one time pass code.",
    });
  });

  test("MFA devices are asked in AssumeRole too, even where the trust policy does not want MFA", async () => {
    const assume = (input: Partial<AssumeRoleRequest>) => assumeRole(fake, "first", input);
    const code = await fake.mfaCode(DEMO_SERIAL);
    const wrong = code === "000000" ? "000001" : "000000";
    await expect(assume({ SerialNumber: DEMO_SERIAL, TokenCode: wrong })).rejects.toMatchObject({
      message: "MultiFactorAuthentication failed with invalid MFA one time pass code.",
    });
    await expect(assume({ TokenCode: code })).rejects.toMatchObject({
      message: expect.stringContaining("must provide both"),
    });
    await expect(assume({ SerialNumber: DEMO_SERIAL })).rejects.toMatchObject({
      message: expect.stringContaining("must provide both"),
    });
    await expect(assume({ SerialNumber: OTHER_SERIAL, TokenCode: code })).rejects.toMatchObject({
      message: expect.stringContaining("verify your MFA serial number"),
    });
    expect(await assume({ SerialNumber: DEMO_SERIAL, TokenCode: code })).toHaveProperty("Credentials");
    await expect(assume({ SerialNumber: DEMO_SERIAL, TokenCode: code })).rejects.toMatchObject({
      message: "MultiFactorAuthentication failed with invalid MFA one time pass code.",
    });
  });

  test("MFA devices of the user do not belong to the session of a role", async () => {
    const keys = await roleSession(fake);
    const input = { SerialNumber: DEMO_SERIAL, TokenCode: await fake.mfaCode(DEMO_SERIAL) };
    await expect(assumeRole(fake, "first", input, { keys })).rejects.toMatchObject({
      message: expect.stringContaining("verify your MFA serial number"),
    });
  });

  test("MFA devices give root's session its hour and let it do what root's sessions may", async () => {
    const { Credentials } = await getSession(ROOT_KEYS, ROOT_SERIAL);
    expect(Credentials.Expiration).toEqual(new Date("2026-03-01T13:00:00Z"));
    const keys = keysOf(Credentials);
    expect(await call(fake, GetCallerIdentity, {}, { keys })).toMatchObject({
      UserId: ACCOUNT,
      Arn: `arn:aws:iam::${ACCOUNT}:root`,
    });
    await expect(assumeRole(fake, "first", {}, { keys })).rejects.toMatchObject({
      name: "AccessDenied",
      message: "Roles may not be assumed by root accounts.",
    });
  });
});
