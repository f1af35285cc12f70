import {
  createFakeSts,
  createTestIssuer,
  demoRole,
  demoUser,
  type FakeSts,
  type StsMock,
  type TestIssuer,
} from "@org/sts-mock";
import { createTestIdentityProvider, startStsServer, type StsServer } from "@org/sts-mock/node";
import { AssumeRole, GetSessionToken, operations } from "@org/sts-protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { call, DEMO_KEYS, DEMO_ROLE, DEMO_SERIAL, type Keys, keysOf } from "../support/call.ts";
import type { ClientUnderTest } from "./client.ts";
import { awsClis, curl, drivers } from "./command-line.ts";
import { awsSdkV2, awsSdkV3, ours } from "./javascript.ts";

const FEDERATED_ROLE = "arn:aws:iam::123456789012:role/federated";
const MEMBER = "999999999999";
const idp = createTestIdentityProvider();
let issuer: TestIssuer;
let fake: FakeSts;
let server: StsServer;
let tampering: StsServer;

beforeAll(async () => {
  issuer = await createTestIssuer();
});

function createWorld(): FakeSts {
  return createFakeSts({
    accounts: [{ id: MEMBER, managementAccount: "123456789012" }],
    users: [demoUser],
    oidcProviders: [issuer.provider],
    samlProviders: [idp.provider],
    roles: [
      demoRole,
      {
        name: "federated",
        trustPolicy: {
          Statement: {
            Effect: "Allow",
            Principal: { Federated: [idp.arn, "arn:aws:iam::123456789012:oidc-provider/oidc.example.com"] },
            Action: ["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"],
          },
        },
      },
    ],
  });
}

/** Valid input of each operation; tokens that work once are made anew. */
const INPUTS: Readonly<Record<string, () => object | Promise<object>>> = {
  AssumeRole: () => ({
    RoleArn: DEMO_ROLE,
    RoleSessionName: "test",
    DurationSeconds: 900,
    Tags: [{ Key: "Ünicode key", Value: "a+b=c@d/e:f" }],
    TransitiveTagKeys: ["Ünicode key"],
    Policy: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:*","Resource":"*"}]}',
  }),
  AssumeRoleWithSAML: () => ({
    RoleArn: FEDERATED_ROLE,
    PrincipalArn: idp.arn,
    SAMLAssertion: idp.issueAssertion({ roleArn: FEDERATED_ROLE }),
  }),
  AssumeRoleWithWebIdentity: async () => ({
    RoleArn: FEDERATED_ROLE,
    RoleSessionName: "test",
    WebIdentityToken: await issuer.issueToken(),
  }),
  AssumeRoot: () => ({
    TargetPrincipal: MEMBER,
    TaskPolicyArn: { arn: "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials" },
  }),
  DecodeAuthorizationMessage: async () => ({
    EncodedMessage: await fake.encodeAuthorizationMessage({ allowed: false }),
  }),
  GetAccessKeyInfo: () => ({ AccessKeyId: DEMO_KEYS.accessKeyId }),
  GetCallerIdentity: () => ({}),
  GetDelegatedAccessToken: async () => ({
    TradeInToken: await fake.issueTradeInToken({ principalArn: DEMO_ROLE }),
  }),
  GetFederationToken: () => ({ Name: "Bob", DurationSeconds: 900 }),
  GetScopedCredentials: () => ({ DurationSeconds: 60 }),
  GetSessionToken: () => ({ DurationSeconds: 900 }),
  GetWebIdentityToken: () => ({ Audience: ["https://api.example.com"], SigningAlgorithm: "ES384" }),
};

const sessionKeys = async (): Promise<Keys> =>
  keysOf((await call(fake, AssumeRole, { RoleArn: DEMO_ROLE, RoleSessionName: "caller" })).Credentials);

const isSigned = (name: string): boolean =>
  operations.find((operation) => operation.name === name)?.auth === "sigv4";

const SLOW = 120_000;
/** The clients, and how many operations each knows at least. */
const CLIENTS: readonly (readonly [string, ClientUnderTest, number])[] = [
  [ours.name, ours, 12],
  [awsSdkV3.name, awsSdkV3, 12],
  [awsSdkV2.name, awsSdkV2, 8],
  ...drivers.map((client) => [client.name, client, client.name.startsWith("AsyncAws") ? 3 : 8] as const),
  ...awsClis.map((client, index) => [client.name, client, index === 0 ? 8 : 3] as const),
  [curl.name, curl, 12],
];

describe.each(CLIENTS)("%s against the fake over HTTP", (_name, client, fewest) => {
  let reason: string | undefined;
  let known: readonly string[] = [];
  beforeAll(async () => {
    fake = createWorld();
    server = await startStsServer({ sts: fake });
    tampering = await startStsServer({ sts: tamper(fake) });
    reason = await client.missing();
    known = reason === undefined ? await client.operations() : [];
  }, SLOW);
  afterAll(async () => {
    client.close();
    await Promise.all([server.close(), tampering.close()]);
  });

  /** Makes every operation that the client knows, and collects what came of it. */
  async function outcomes(
    names: readonly string[],
    endpoint: string,
    keysFor: (keys: Keys) => Keys | Promise<Keys>,
  ) {
    const results: Record<string, string> = {};
    await inPairs(names, async (name) => {
      const input = await INPUTS[name]?.();
      if (input === undefined) throw new Error(`no input for ${name}`);
      const keys = await keysFor(name === "GetScopedCredentials" ? await sessionKeys() : DEMO_KEYS);
      results[name] = await client.call(name, input, { endpoint, keys });
    });
    return results;
  }
  const all = (names: readonly string[], outcome: string) =>
    Object.fromEntries(names.map((name) => [name, outcome]));
  // Starting a CLI takes most of a second, so it meets the refusals with one operation.
  const refusable = (): readonly string[] =>
    known.filter((name) => isSigned(name) && (client.slow !== true || name === "GetCallerIdentity"));

  test(
    "every operation that a client knows works with good credentials",
    async ({ skip }) => {
      skip(reason !== undefined, reason);
      expect(known.length).toBeGreaterThanOrEqual(fewest);
      expect(await outcomes(known, server.url, (keys) => keys)).toEqual(all(known, "ok"));
    },
    SLOW,
  );

  test(
    "a wrong secret gives SignatureDoesNotMatch",
    async ({ skip }) => {
      skip(reason !== undefined, reason);
      const results = await outcomes(refusable(), server.url, (keys) => ({
        ...keys,
        secretAccessKey: "wrong",
      }));
      expect(results).toEqual(all(refusable(), "SignatureDoesNotMatch"));
    },
    SLOW,
  );

  test(
    "a body that was changed on the way gives SignatureDoesNotMatch",
    async ({ skip }) => {
      skip(reason !== undefined, reason);
      expect(await outcomes(refusable(), tampering.url, (keys) => keys)).toEqual(
        all(refusable(), "SignatureDoesNotMatch"),
      );
    },
    SLOW,
  );

  test(
    "a clock that is an hour late gives SignatureDoesNotMatch",
    async ({ skip }) => {
      skip(reason !== undefined, reason);
      fake.clock.advanceSeconds(3600);
      const results = await outcomes(refusable(), server.url, (keys) => keys);
      fake.clock.advanceSeconds(-3600);
      expect(results).toEqual(all(refusable(), "SignatureDoesNotMatch"));
    },
    SLOW,
  );

  test(
    "a session that has ended gives ExpiredToken",
    async ({ skip }) => {
      skip(reason !== undefined, reason);
      fake.clock.advanceSeconds(-3600);
      const expired = keysOf((await call(fake, GetSessionToken, { DurationSeconds: 900 })).Credentials);
      fake.clock.advanceSeconds(3600);
      expect(await outcomes(refusable(), server.url, () => expired)).toEqual(
        all(refusable(), "ExpiredToken"),
      );
    },
    SLOW,
  );

  test(
    "an MFA code works once",
    async ({ skip }) => {
      skip(reason !== undefined, reason);
      const input = { SerialNumber: DEMO_SERIAL, TokenCode: await fake.mfaCode(DEMO_SERIAL) };
      const target = { endpoint: server.url, keys: DEMO_KEYS };
      const role = { RoleArn: DEMO_ROLE, RoleSessionName: "test" };
      const asksFor = (operation: string) =>
        client.call(operation, operation === "AssumeRole" ? { ...role, ...input } : input, target);
      const first = known.includes("GetSessionToken") ? "GetSessionToken" : "AssumeRole";
      expect([await asksFor(first), await asksFor(first), await asksFor("AssumeRole")]).toEqual([
        "ok",
        "AccessDenied",
        "AccessDenied",
      ]);
    },
    SLOW,
  );
});

/** The same service behind something that adds a parameter to every body. */
function tamper(sts: StsMock): StsMock {
  const decoder = new TextDecoder();
  return {
    ...sts,
    respond: (request) => {
      const body = request.body instanceof Uint8Array ? decoder.decode(request.body) : (request.body ?? "");
      return sts.respond({ ...request, body: `${body}&Extra=1` });
    },
  };
}

async function inPairs<Item>(items: readonly Item[], run: (item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const next = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await run(item);
  };
  await Promise.all([next(), next()]);
}
