// Every option of the mocks changes something that can be seen from outside. A new option without a row here does not compile,
// and an option that is ignored fails its row.
import {
  createClock,
  createFakeSts,
  createStsMock,
  createTestIssuer,
  demoRole,
  demoUser,
  type FakeSts,
  type FakeStsOptions,
  type StsMock,
  type StsMockOptions,
} from "@org/sts-mock";
import { createTestIdentityProvider } from "@org/sts-mock/node";
import {
  AssumeRoleWithSAML,
  AssumeRoleWithWebIdentity,
  GetAccessKeyInfo,
  GetCallerIdentity,
  GetSessionToken,
  GetWebIdentityToken,
} from "@org/sts-protocol";
import { expect, test } from "vitest";

import { call, DEMO_KEYS, type Keys, keysOf } from "../support/call.ts";
import { ACCOUNT, allow, assumeRole, deny, policy, roleArn, trust } from "../support/verdict.ts";

type Note = (what: string) => void;

interface Row<Mock, Options> {
  /** The option's value. */
  readonly value: (note: Note) => unknown;
  /** Other options, with and without this one. */
  readonly beside?: Options;
  readonly look: (mock: Mock, noted: readonly string[]) => unknown;
  /** What is seen without the option, and with it. */
  readonly without: unknown;
  readonly with: unknown;
}

const OTHER_KEYS: Keys = { accessKeyId: "AKIAI44QH8DHBEXAMPLE", secretAccessKey: "other" };
const POLICY_ARN = "arn:aws:iam::aws:policy/Nothing";

/** How a call ends: "ok", or the name of its error. */
const outcomeOf = (result: Promise<unknown>): Promise<string> =>
  result.then(
    () => "ok",
    (error: Error) => error.name,
  );
const identityOf = (mock: StsMock, keys: Keys): Promise<string> =>
  outcomeOf(call(mock, GetCallerIdentity, {}, { keys }));

/** Which of twelve calls failed by chance. */
async function chancesOf(mock: StsMock): Promise<string> {
  mock.fault({ kind: "throttling" }, { probability: 0.5 });
  for (let index = 0; index < 12; index += 1)
    await outcomeOf(call(mock, GetAccessKeyInfo, { AccessKeyId: DEMO_KEYS.accessKeyId }));
  return mock
    .calls()
    .map(({ outcome }) => (outcome === "ok" ? "." : "x"))
    .join("");
}

const issuer = await createTestIssuer();
const identityProvider = createTestIdentityProvider();
const federated = (Federated: string, Action: string) => ({
  ...demoRole,
  name: "federated",
  trustPolicy: { Statement: { Effect: "Allow" as const, Principal: { Federated }, Action } },
});
const earlier = createFakeSts();
const earlierSession = keysOf((await call(earlier, GetSessionToken, {})).Credentials);

const SHARED_ROWS: { readonly [Option in Exclude<keyof StsMockOptions, "responses">]: Row<StsMock, object> } =
  {
    hosts: {
      value: () => ["sts.internal"],
      look: (mock) => outcomeOf(mock.fetch("https://sts.internal/", { method: "POST", body: "" })),
      without: "TypeError",
      with: "ok",
    },
    clock: {
      value: () => createClock({ at: new Date("2031-06-01T00:00:00Z") }),
      look: async (mock) => {
        const response = await mock.fetch("https://sts.us-east-1.amazonaws.com/", { method: "POST" });
        return response.headers.get("date")?.includes("2031");
      },
      without: false,
      with: true,
    },
    randomBytes: {
      value: (note) => (length: number) => {
        note("asked");
        return new Uint8Array(length).fill(7);
      },
      look: async (mock, noted) => {
        await call(mock, GetSessionToken, {});
        return noted.includes("asked");
      },
      without: false,
      with: true,
    },
    seed: {
      value: () => 7,
      // The default is 1.
      look: async (mock) => (await chancesOf(mock)) === (await chancesOf(createStsMock({ seed: 1 }))),
      without: true,
      with: false,
    },
    log: {
      value: (note) => () => note("logged"),
      look: async (mock, noted) => {
        await call(mock, GetCallerIdentity, {});
        return noted;
      },
      without: [],
      with: ["logged"],
    },
    maxCalls: {
      value: () => 1,
      look: async (mock) => {
        for (let index = 0; index < 3; index += 1) await call(mock, GetCallerIdentity, {});
        return mock.calls().length;
      },
      without: 3,
      with: 1,
    },
  };

const CANNED_ROWS: {
  readonly [Option in Exclude<keyof StsMockOptions, keyof typeof SHARED_ROWS>]: Row<StsMock, StsMockOptions>;
} = {
  responses: {
    value: () => "realistic",
    look: async (mock) => {
      const { Credentials } = await call(mock, GetSessionToken, {});
      return Credentials.Expiration > new Date();
    },
    without: false,
    with: true,
  },
};

const FAKE_ROWS: {
  readonly [Option in Exclude<keyof FakeStsOptions, keyof typeof SHARED_ROWS>]: Row<FakeSts, FakeStsOptions>;
} = {
  accounts: {
    value: () => [{ id: ACCOUNT, disabledRegions: ["us-east-1"] }],
    beside: { users: [demoUser], roles: [demoRole] },
    look: (fake) => outcomeOf(assumeRole(fake, demoRole.name)),
    without: "ok",
    with: "RegionDisabledException",
  },
  users: {
    value: () => [{ name: "other", accessKeys: [OTHER_KEYS] }],
    look: (fake) => identityOf(fake, OTHER_KEYS),
    without: "InvalidClientTokenId",
    with: "ok",
  },
  roles: {
    value: () => [{ name: "other", trustPolicy: trust() }],
    beside: { users: [demoUser] },
    look: (fake) => outcomeOf(assumeRole(fake, "other")),
    without: "AccessDenied",
    with: "ok",
  },
  services: {
    value: () => [{ name: "ec2.amazonaws.com", accessKeys: [OTHER_KEYS] }],
    beside: {
      users: [demoUser],
      roles: [{ name: "machine", trustPolicy: trust({ Principal: { Service: "ec2.amazonaws.com" } }) }],
    },
    look: (fake) => outcomeOf(assumeRole(fake, "machine", {}, { keys: OTHER_KEYS })),
    without: "InvalidClientTokenId",
    with: "ok",
  },
  sourceIp: {
    value: () => "203.0.113.9",
    beside: {
      users: [
        {
          ...demoUser,
          policies: [policy(allow({ Condition: { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } } }))],
        },
      ],
    },
    look: (fake) => outcomeOf(call(fake, GetAccessKeyInfo, { AccessKeyId: DEMO_KEYS.accessKeyId })),
    without: "AccessDenied",
    with: "ok",
  },
  oidcProviders: {
    value: () => [issuer.provider],
    beside: {
      roles: [
        federated(`arn:aws:iam::${ACCOUNT}:oidc-provider/oidc.example.com`, "sts:AssumeRoleWithWebIdentity"),
      ],
    },
    look: async (fake) =>
      outcomeOf(
        call(fake, AssumeRoleWithWebIdentity, {
          RoleArn: roleArn("federated"),
          RoleSessionName: "test",
          WebIdentityToken: await issuer.issueToken(),
        }),
      ),
    without: "InvalidIdentityTokenException",
    with: "ok",
  },
  samlProviders: {
    value: () => [identityProvider.provider],
    beside: { roles: [federated(identityProvider.arn, "sts:AssumeRoleWithSAML")] },
    look: (fake) =>
      outcomeOf(
        call(fake, AssumeRoleWithSAML, {
          RoleArn: roleArn("federated"),
          PrincipalArn: identityProvider.arn,
          SAMLAssertion: identityProvider.issueAssertion({ roleArn: roleArn("federated") }),
        }),
      ),
    without: "InvalidIdentityTokenException",
    with: "ok",
  },
  webIdentityIssuer: {
    value: () => "https://issuer.example.com",
    look: async (fake) => {
      const { WebIdentityToken } = await call(fake, GetWebIdentityToken, {
        Audience: ["api"],
        SigningAlgorithm: "ES384",
      });
      const [, payload = ""] = (WebIdentityToken ?? "").split(".");
      const { iss } = JSON.parse(Buffer.from(payload, "base64url").toString()) as { iss: string };
      return iss === "https://issuer.example.com";
    },
    without: false,
    with: true,
  },
  managedPolicies: {
    value: () => ({ [POLICY_ARN]: policy(deny()) }),
    look: async (fake) => {
      const { Credentials } = await assumeRole(fake, demoRole.name, { PolicyArns: [{ arn: POLICY_ARN }] });
      const keys = keysOf(Credentials);
      return outcomeOf(call(fake, GetAccessKeyInfo, { AccessKeyId: DEMO_KEYS.accessKeyId }, { keys }));
    },
    without: "ok",
    with: "AccessDenied",
  },
  maxSkewSeconds: {
    value: () => 3600,
    look: (fake) =>
      outcomeOf(call(fake, GetCallerIdentity, {}, { date: new Date(fake.clock.now() - 600_000) })),
    without: "SignatureDoesNotMatch",
    with: "ok",
  },
  state: {
    value: () => earlier.exportState(),
    look: (fake) => identityOf(fake, earlierSession),
    without: "InvalidClientTokenId",
    with: "ok",
  },
};

async function see<Mock, Options>(
  create: (options: Options) => Mock,
  { beside, look }: Row<Mock, Options>,
  given: (note: Note) => object,
): Promise<unknown> {
  const noted: string[] = [];
  // An option whose type is not told from its name.
  const options = { ...beside, ...given((what) => noted.push(what)) } as Options;
  return look(create(options), noted);
}

test.each(Object.entries({ ...SHARED_ROWS, ...FAKE_ROWS }) as [string, Row<FakeSts, FakeStsOptions>][])(
  "createFakeSts does not ignore its option %s",
  async (option, row) => {
    expect(await see(createFakeSts, row, () => ({}))).toEqual(row.without);
    expect(await see(createFakeSts, row, (note) => ({ [option]: row.value(note) }))).toEqual(row.with);
  },
);

test.each(Object.entries({ ...SHARED_ROWS, ...CANNED_ROWS }) as [string, Row<StsMock, StsMockOptions>][])(
  "createStsMock does not ignore its option %s",
  async (option, row) => {
    expect(await see(createStsMock, row, () => ({}))).toEqual(row.without);
    expect(await see(createStsMock, row, (note) => ({ [option]: row.value(note) }))).toEqual(row.with);
  },
);
