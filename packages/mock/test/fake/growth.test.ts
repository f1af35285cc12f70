// First, so that it counts what the others bring.
import { grow, growthOf } from "../support/count-steps.ts";

import {
  createClock,
  createFakeSts,
  createTestIssuer,
  demoUser,
  type FakeSts,
  type PolicyDocument,
  type PolicyStatement,
} from "@org/sts-mock";
import { createTestIdentityProvider } from "@org/sts-mock/node";
import {
  AssumeRoleWithSAML,
  AssumeRoleWithWebIdentity,
  GetFederationToken,
  type HttpRequest,
} from "@org/sts-protocol";
import { beforeAll, describe, expect, test } from "vitest";

import { call } from "../support/call.ts";
import { ACCOUNT, assumeRole, policy, roleArn, trust, verdict } from "../support/verdict.ts";

type Condition = NonNullable<PolicyStatement["Condition"]>;

const clock = createClock({ at: new Date("2026-03-01T12:00:00Z") });
const idp = createTestIdentityProvider({ clock });

function fakeWith(trustPolicy: PolicyDocument): FakeSts {
  return createFakeSts({ users: [demoUser], clock, roles: [{ name: "demo", trustPolicy }] });
}

const denied =
  (fake: FakeSts, input = {}) =>
  async () => {
    expect(await verdict(assumeRole(fake, "demo", input))).toBe("denied");
  };

test("the steps of evaluating a policy grow with the number of its statements", async () => {
  const steps = await grow((size) => {
    const statement = { Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sts:None" } as const;
    return Promise.resolve(denied(fakeWith(policy(...Array.from({ length: size }, () => statement)))));
  }, 200);
  expect(growthOf(steps, 800)).toBe("linear");
});

test("the steps of evaluating a policy grow with the number of its values", async () => {
  const steps = await grow((size) => {
    const wanted = Array.from({ length: size }, (_, index) => `value-${index}`);
    return Promise.resolve(
      denied(fakeWith(trust({ Condition: { StringEquals: { "sts:ExternalId": wanted } } })), {
        ExternalId: "x1",
      }),
    );
  }, 200);
  expect(growthOf(steps, 800)).toBe("linear");
});

test.each([
  ["variables", (size: number) => "${aws:username}".repeat(size)],
  ["variables that are not closed", (size: number) => "${".repeat(size)],
  ["defaults that are not closed", (size: number) => "${aws:PrincipalTag/none, '".repeat(size)],
])("the steps of evaluating a policy grow with the number of %s in a text", async (_case, write) => {
  const steps = await grow((size) => {
    const condition = { StringLike: { "sts:ExternalId": write(size) } };
    return Promise.resolve(denied(fakeWith(trust({ Condition: condition })), { ExternalId: "x1" }));
  }, 200);
  expect(growthOf(steps, 400)).toBe("linear");
});

test("the steps of reading a session policy grow with its length", async () => {
  const fake = createFakeSts({ users: [demoUser], clock });
  const steps = await grow((size) => {
    const Condition = {
      StringEquals: { "aws:username": Array.from({ length: size }, (_, index) => index % 10) },
    };
    const Policy = JSON.stringify(policy({ Effect: "Allow", Action: "*", Resource: "*", Condition }));
    return Promise.resolve(() => call(fake, GetFederationToken, { Name: "Bob", Policy }));
  }, 200);
  expect(growthOf(steps, 800)).toBe("linear");
});

describe("wildcards", () => {
  let issueToken: (sub: string) => Promise<string>;
  let fakeOf: (condition: Condition) => FakeSts;
  beforeAll(async () => {
    const issuer = await createTestIssuer({ clock });
    issueToken = (sub) => issuer.issueToken({ sub });
    fakeOf = (condition) =>
      createFakeSts({
        clock,
        oidcProviders: [issuer.provider],
        roles: [
          {
            name: "demo",
            trustPolicy: policy({
              Effect: "Allow",
              Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/oidc.example.com` },
              Action: "sts:AssumeRoleWithWebIdentity",
              Condition: condition,
            }),
          },
        ],
      });
  });

  test.each([
    ["many asterisks", (size: number) => `${"*a".repeat(size)}*b`],
    ["a long part that almost matches", (size: number) => `*${"a".repeat(size)}b*`],
    ["parts that almost match", (size: number) => `*${"aab*".repeat(size)}`],
    ["asterisks in a row", (size: number) => `${"*".repeat(size)}b`],
  ])("the steps of matching wildcards grow with text and pattern with %s", async (_case, write) => {
    const steps = await grow(async (size) => {
      const fake = fakeOf({ StringLike: { "oidc.example.com:sub": write(size) } });
      const WebIdentityToken = await issueToken("a".repeat(size * 3));
      const input = { RoleArn: roleArn("demo"), RoleSessionName: "test", WebIdentityToken };
      return async () => {
        expect(await verdict(call(fake, AssumeRoleWithWebIdentity, input))).toBe("denied");
      };
    }, 800);
    expect(growthOf(steps, 3200)).toBe("linear");
  });

  test("the steps of matching wildcards grow with text and pattern with question marks, of one length, with the text", async () => {
    const steps = await grow(async (size) => {
      const fake = fakeOf({ StringLike: { "oidc.example.com:sub": "*a?a?a?b*" } });
      const WebIdentityToken = await issueToken("a".repeat(size * 3));
      const input = { RoleArn: roleArn("demo"), RoleSessionName: "test", WebIdentityToken };
      return async () => {
        expect(await verdict(call(fake, AssumeRoleWithWebIdentity, input))).toBe("denied");
      };
    }, 800);
    expect(growthOf(steps, 9600)).toBe("linear");
  });
});

const fake = createFakeSts({
  clock,
  samlProviders: [idp.provider],
  roles: [
    {
      name: "demo",
      trustPolicy: policy({
        Effect: "Allow",
        Principal: { Federated: idp.arn },
        Action: "sts:AssumeRoleWithSAML",
      }),
    },
  ],
});
const read = (attributes: Readonly<Record<string, string | readonly string[]>>) => () =>
  call(fake, AssumeRoleWithSAML, {
    RoleArn: roleArn("demo"),
    PrincipalArn: idp.arn,
    SAMLAssertion: idp.issueAssertion({ roleArn: roleArn("demo"), attributes }),
  });

test("the steps of reading a SAML assertion grow with the number of its attributes", async () => {
  const steps = await grow((size) => {
    const names = Array.from({ length: size }, (_, index) => [`urn:example:${index}`, "value"] as const);
    return Promise.resolve(read(Object.fromEntries(names)));
  }, 75);
  expect(growthOf(steps, 3000)).toBe("linear");
});

test("the steps of reading a SAML assertion grow with the number of values of an attribute", async () => {
  const steps = await grow((size) => {
    const values = Array.from({ length: size }, (_, index) => String(index));
    return Promise.resolve(read({ "urn:oid:2.5.4.3": values }));
  }, 150);
  expect(growthOf(steps, 3000)).toBe("linear");
});

test("the steps of reading a SAML assertion grow with the length of its texts", async () => {
  const steps = await grow((size) => Promise.resolve(read({ "urn:oid:2.5.4.3": "&<".repeat(size) })), 1000);
  expect(growthOf(steps, 1000)).toBe("linear");
});

describe("the steps of reading an identity token grow with", () => {
  let issueToken: (claims: Readonly<Record<string, unknown>>) => Promise<string>;
  let fake: FakeSts;
  beforeAll(async () => {
    const issuer = await createTestIssuer({ clock });
    issueToken = (claims) => issuer.issueToken(claims);
    fake = createFakeSts({
      clock,
      oidcProviders: [issuer.provider],
      roles: [
        {
          name: "demo",
          trustPolicy: policy({
            Effect: "Allow",
            Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/oidc.example.com` },
            Action: "sts:AssumeRoleWithWebIdentity",
          }),
        },
      ],
    });
  });
  const many = (size: number, write: (index: number) => unknown) =>
    Array.from({ length: size }, (_, index) => write(index));

  test.each<[what: string, claims: (size: number) => Readonly<Record<string, unknown>>]>([
    [
      "the number of its audiences",
      (size) => ({ aud: ["sts.amazonaws.com", ...many(size, (index) => `a${index}`)] }),
    ],
    [
      "the number of its claims",
      (size) => Object.fromEntries(many(size, (index) => [`claim${index}`, "value"]) as [string, unknown][]),
    ],
    [
      "the number of its session tags",
      (size) => ({
        "https://aws.amazon.com/tags": {
          principal_tags: Object.fromEntries(
            many(size, (index) => [`key${index}`, ["value"]]) as [string, unknown][],
          ),
        },
      }),
    ],
    [
      "the depth of a claim",
      (size) => ({ deep: JSON.parse(`${"[".repeat(size)}${"]".repeat(size)}`) as unknown }),
    ],
    ["the length of a claim", (size) => ({ long: "a.".repeat(size) })],
  ])("%s, at most", async (_what, claims) => {
    const steps = await grow(async (size) => {
      const WebIdentityToken = await issueToken({ sub: "demo", ...claims(size) });
      return () =>
        call(fake, AssumeRoleWithWebIdentity, {
          RoleArn: roleArn("demo"),
          RoleSessionName: "test",
          WebIdentityToken,
        }).catch((error: unknown) => error);
    }, 200);
    expect(growthOf(steps, 60)).toBe("linear");
  });
});

describe("the steps of explaining a wrong signature grow, at most, with", () => {
  const fake = createFakeSts({ users: [demoUser], clock, log: () => undefined });
  const ALL = /packages\/(?:mock|signer)\/(?:dist|src)\//;

  test.each<[what: string, change: (request: HttpRequest, size: number) => HttpRequest]>([
    ["the line breaks in its body", (request, size) => ({ ...request, body: `a=b${"\r\n".repeat(size)}` })],
    ["the parameters in its body", (request, size) => ({ ...request, body: "a=b&".repeat(size) })],
    [
      "the line breaks in a header",
      (request, size) => ({ ...request, headers: { ...request.headers, "x-long": "a\n".repeat(size) } }),
    ],
    [
      "its headers",
      (request, size) => ({
        ...request,
        headers: {
          ...request.headers,
          ...Object.fromEntries(Array.from({ length: size }, (_, index) => [`x-${index}`, "a"])),
        },
      }),
    ],
    [
      "its parameters",
      (request, size) => ({
        ...request,
        query: Object.fromEntries(Array.from({ length: size }, (_, index) => [`p${index}`, "a"])),
      }),
    ],
    ["the segments of its path", (request, size) => ({ ...request, path: `/${"a/../".repeat(size)}` })],
  ])("%s", async (_what, change) => {
    const steps = await grow(
      (size) =>
        Promise.resolve(() =>
          call(
            fake,
            GetFederationToken,
            { Name: "Bob" },
            { tamper: (request) => change(request, size) },
          ).catch((error: unknown) => error),
        ),
      150,
      ALL,
    );
    expect(growthOf(steps, 200)).toBe("linear");
  });
});

test("a state is read once for each thing that it remembers", () => {
  const state = createFakeSts({ users: [demoUser], clock }).exportState();
  let reads = 0;
  const readsOf = (size: number): number => {
    const entries = Object.fromEntries(Array.from({ length: size }, (_, index) => [`id-${index}`, index]));
    const remembered = new Proxy(entries, {
      get: (target, name) => ((reads += 1), Reflect.get(target, name)) as unknown,
    });
    reads = 0;
    createFakeSts({
      users: [demoUser],
      clock,
      state: { ...state, usedMfaSteps: remembered, usedTradeIns: remembered },
    }).exportState();
    return reads;
  };
  const reads200 = Math.round(readsOf(200) / 200);
  expect(reads200).toBeGreaterThanOrEqual(1);
  expect([readsOf(400), readsOf(800)].map((count) => Math.round(count / 200))).toEqual([
    2 * reads200,
    4 * reads200,
  ]);
});
