import {
  createClock,
  createFakeSts,
  createTestIssuer,
  type FakeSts,
  type FakeStsOptions,
  type PolicyDocument,
} from "@org/sts-mock";
import { createTestIdentityProvider } from "@org/sts-mock/node";
import {
  AssumeRole,
  type AssumeRoleRequest,
  AssumeRoleWithSAML,
  AssumeRoleWithWebIdentity,
  GetSessionToken,
} from "@org/sts-protocol";
import { expect, test } from "vitest";

import { call, DEMO_KEYS, DEMO_SERIAL, type Keys, keysOf } from "../support/call.ts";
import {
  conformanceDir,
  readConformance,
  readConformanceCount,
  SKIP_REASON,
} from "../support/conformance.ts";
import { trust, type Verdict, verdict } from "../support/verdict.ts";

type Tags = Readonly<Record<string, string>>;

interface Caller {
  readonly kind: "user" | "user-session" | "role-session" | "oidc" | "saml" | "service";
  readonly account?: string;
  readonly name?: string;
  readonly path?: string;
  readonly policies?: readonly PolicyDocument[];
  readonly tags?: Tags;
  readonly role?: string;
  readonly roleId?: string;
  readonly session?: string;
  readonly sessionTags?: Tags;
  readonly transitiveTagKeys?: string[];
  readonly sourceIdentity?: string;
  readonly sessionPolicy?: PolicyDocument;
  readonly issuer?: string;
  readonly clientIds?: readonly string[];
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly provider?: string;
  readonly recipient?: string;
  readonly principalTags?: Tags;
  readonly attributes?: Readonly<Record<string, string | readonly string[]>>;
}

interface TrustCase {
  readonly id: string;
  readonly trustPolicy: PolicyDocument;
  readonly role?: {
    readonly account?: string;
    readonly name?: string;
    readonly path?: string;
    readonly tags?: Tags;
  };
  readonly request: {
    readonly operation: string;
    readonly caller: Caller;
    readonly inputs?: Partial<AssumeRoleRequest>;
    readonly at?: string;
    readonly mfa?: { readonly with: "request" | "session"; readonly ageSeconds?: number };
    readonly sessionAgeSeconds?: number;
    readonly sourceIp?: string;
    readonly principalOrgId?: string;
  };
  readonly expect: "allow" | "deny";
  readonly refusedPolicyIsRight?: boolean;
}

const SECRET = "JBSWY3DPEHPK3PXP";
const ORIGIN_KEYS: Keys = { accessKeyId: "AKIAI44QH8DHBEXAMPLE", secretAccessKey: "origin-example" };
const tagList = (tags: Tags = {}) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** Plays a case: makes its world, begins the caller's session, and asks for the role. */
async function play({ trustPolicy, role = {}, request }: TrustCase): Promise<Verdict> {
  const { caller, inputs = {}, mfa, sessionAgeSeconds = 0, principalOrgId, sourceIp } = request;
  const { account: callerAccount = "123456789012", tags = {}, policies } = caller;
  const { account = "123456789012", name = "asked-for", path = "/" } = role;
  const at = Date.parse(request.at ?? "2026-01-15T12:00:00Z");
  const clock = createClock({ at: new Date(at) });
  const own = policies === undefined ? {} : { policies };
  const base: FakeStsOptions = {
    clock,
    accounts: [
      principalOrgId === undefined
        ? { id: callerAccount }
        : { id: callerAccount, organizationId: principalOrgId },
    ],
    ...(sourceIp === undefined ? {} : { sourceIp }),
  };
  const asked = { name, account, path, tags: role.tags ?? {}, trustPolicy };
  const RoleArn = `arn:aws:iam::${account}:role${path}${name}`;
  const input = { RoleSessionName: "session1", ...inputs, RoleArn };

  switch (caller.kind) {
    case "user":
    case "user-session": {
      const user = {
        name: caller.name ?? "dev",
        account: callerAccount,
        path: caller.path ?? "/",
        tags,
        ...own,
        accessKeys: [DEMO_KEYS],
        mfaDevices: [{ serialNumber: DEMO_SERIAL, secret: SECRET }],
      };
      const fake = createFakeSts({ ...base, users: [user], roles: [asked] });
      const keys = caller.kind === "user" ? DEMO_KEYS : await userSession(fake, at, mfa, sessionAgeSeconds);
      const proof = mfa?.with === "request" ? await codeOf(fake) : {};
      return await verdict(call(fake, AssumeRole, { ...input, ...proof }, { keys }));
    }
    case "role-session": {
      // Where a role asks for itself there is one role only; its session is begun by a session of the same fake's key.
      const session = {
        name: caller.role ?? "any",
        account: callerAccount,
        path: caller.path ?? "/",
        tags,
        ...own,
        ...(caller.roleId === undefined ? {} : { roleId: caller.roleId }),
        trustPolicy: trust(),
      };
      const origin = { name: "origin", account: "999988887777", accessKeys: [ORIGIN_KEYS] };
      const device = { mfaDevices: [{ serialNumber: DEMO_SERIAL, secret: SECRET }] };
      const first = createFakeSts({ ...base, users: [{ ...origin, ...device }], roles: [session] });
      clock.set(at - (mfa?.ageSeconds ?? sessionAgeSeconds) * 1000);
      const { Credentials } = await call(
        first,
        AssumeRole,
        {
          RoleArn: `arn:aws:iam::${callerAccount}:role${session.path}${session.name}`,
          RoleSessionName: caller.session ?? "s1",
          Tags: tagList(caller.sessionTags),
          ...(caller.transitiveTagKeys === undefined ? {} : { TransitiveTagKeys: caller.transitiveTagKeys }),
          ...(caller.sourceIdentity === undefined ? {} : { SourceIdentity: caller.sourceIdentity }),
          ...(caller.sessionPolicy === undefined ? {} : { Policy: JSON.stringify(caller.sessionPolicy) }),
          ...(mfa === undefined ? {} : await codeOf(first)),
        },
        { keys: ORIGIN_KEYS },
      );
      clock.set(at);
      const isSame = RoleArn === `arn:aws:iam::${callerAccount}:role${session.path}${session.name}`;
      const roles = isSame ? [{ ...session, trustPolicy }] : [session, asked];
      const second = createFakeSts({ ...base, users: [origin], roles, state: first.exportState() });
      return await verdict(call(second, AssumeRole, input, { keys: keysOf(Credentials) }));
    }
    case "service": {
      const service = { name: caller.name ?? "ec2.amazonaws.com", accessKeys: [DEMO_KEYS] };
      return await verdict(
        call(createFakeSts({ ...base, services: [service], roles: [asked] }), AssumeRole, input),
      );
    }
    case "oidc": {
      const { issuer: url = "", clientIds = [], claims = {} } = caller;
      const issuer = await createTestIssuer({ url, clientIds, account: callerAccount, clock });
      const fake = createFakeSts({ ...base, oidcProviders: [issuer.provider], roles: [asked] });
      const WebIdentityToken = await issuer.issueToken(claims);
      return await verdict(call(fake, AssumeRoleWithWebIdentity, { ...input, WebIdentityToken }));
    }
    case "saml": {
      const { provider: providerName = "provider", issuer, recipient, principalTags = {} } = caller;
      const idp = createTestIdentityProvider({
        name: providerName,
        account: callerAccount,
        clock,
        ...(issuer === undefined ? {} : { issuer }),
      });
      const fake = createFakeSts({ ...base, samlProviders: [idp.provider], roles: [asked] });
      const SAMLAssertion = idp.issueAssertion({
        roleArn: RoleArn,
        ...(recipient === undefined ? {} : { audience: recipient }),
        attributes: {
          ...Object.fromEntries(
            Object.entries(principalTags).map(([key, value]) => [`PrincipalTag:${key}`, value]),
          ),
          ...(caller.sourceIdentity === undefined ? {} : { SourceIdentity: caller.sourceIdentity }),
          ...caller.attributes,
        },
      });
      return await verdict(call(fake, AssumeRoleWithSAML, { RoleArn, PrincipalArn: idp.arn, SAMLAssertion }));
    }
  }
}

async function codeOf(fake: FakeSts): Promise<{ SerialNumber: string; TokenCode: string }> {
  return { SerialNumber: DEMO_SERIAL, TokenCode: await fake.mfaCode(DEMO_SERIAL) };
}

async function userSession(
  fake: FakeSts,
  at: number,
  mfa: TrustCase["request"]["mfa"],
  ageSeconds: number,
): Promise<Keys> {
  fake.clock.set(at - (mfa?.ageSeconds ?? ageSeconds) * 1000);
  const proof = mfa?.with === "session" ? await codeOf(fake) : {};
  const { Credentials } = await call(fake, GetSessionToken, proof);
  fake.clock.set(at);
  return keysOf(Credentials);
}

// The folder is not ours: each case has these members by its README, and one without them fails where it is played.
const cases = readConformance("trust-policies.json", "cases") as readonly TrustCase[];

test.each(cases.map((item) => [item.id, item.expect, item] as const))(
  "a published trust policy, %s: %s",
  async (_id, expected, item) => {
    const settled = await play(item).catch((error: unknown) => {
      if (item.refusedPolicyIsRight === true && error instanceof SyntaxError) return "denied";
      throw error;
    });
    expect(settled).toBe(expected === "allow" ? "allowed" : "denied");
  },
);

test("a published trust policy is played for each case that the file counts", ({ skip }) => {
  skip(conformanceDir === undefined, SKIP_REASON);
  expect(cases).toHaveLength(readConformanceCount("trust-policies.json"));
});
