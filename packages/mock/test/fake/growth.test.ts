// First, so that it counts what the others bring.
import { countSteps } from "../support/count-steps.ts";

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
import { AssumeRoleWithSAML, AssumeRoleWithWebIdentity, GetFederationToken } from "@org/sts-protocol";
import { beforeAll, describe, expect, test } from "vitest";

import { call } from "../support/call.ts";
import { ACCOUNT, assumeRole, policy, roleArn, trust, verdict } from "../support/verdict.ts";

type Condition = NonNullable<PolicyStatement["Condition"]>;

const clock = createClock({ at: new Date("2026-03-01T12:00:00Z") });
const idp = createTestIdentityProvider({ clock });

/** A piece of work for a size, and the smallest number of steps a size of 1 may cost, so that the count sees the work. */
type Work = (size: number) => Promise<() => Promise<unknown>>;

/** The steps of a size, its double and its fourfold. */
async function grow(work: Work, size: number): Promise<readonly number[]> {
  const steps: number[] = [];
  for (const factor of [1, 2, 4]) {
    const prepared = await work(size * factor);
    await prepared(); // what is loaded or cached once is no part of the growth
    steps.push(await countSteps(prepared));
  }
  return steps;
}

/** `linear`, or what else it is. So few steps that the work cannot have been counted are no growth at all. */
function growthOf([one = 0, two = 0, four = 0]: readonly number[], leastSteps: number): string {
  if (four <= leastSteps) return `only ${four} steps: the work is not counted`;
  return two / one < 2.2 && four / two < 2.2 ? "linear" : `${one}, ${two} and ${four} steps`;
}

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
