import { createClock, createFakeSts, type FakeSts, type PolicyStatement } from "@org/sts-mock";
import { createTestIdentityProvider, type TestAssertion } from "@org/sts-mock/node";
import { AssumeRoleWithSAML, GetCallerIdentity } from "@org/sts-protocol";
import { expect, test } from "vitest";

import { call, keysOf } from "../support/call.ts";

const ROLE = "arn:aws:iam::123456789012:role/saml";
const clock = createClock({ at: new Date("2026-03-01T12:00:00Z") });
const idp = createTestIdentityProvider({ clock });
const fake = fakeWith();

function fakeWith(statement: Partial<PolicyStatement> = {}): FakeSts {
  return createFakeSts({
    clock,
    samlProviders: [idp.provider],
    roles: [
      {
        name: "saml",
        roleId: "AROACLKWSDQRAOEXAMPLE",
        maxSessionDuration: 43_200,
        trustPolicy: {
          Statement: {
            Effect: "Allow",
            Principal: { Federated: idp.arn },
            Action: ["sts:AssumeRoleWithSAML", "sts:TagSession", "sts:SetSourceIdentity"],
            Condition: { StringEquals: { "SAML:aud": "https://signin.aws.amazon.com/saml" } },
            ...statement,
          },
        },
      },
    ],
  });
}

const issue = (assertion: Partial<TestAssertion> = {}): string =>
  idp.issueAssertion({ roleArn: ROLE, ...assertion });
const assume = (
  SAMLAssertion: string,
  options: { target?: FakeSts; PrincipalArn?: string; DurationSeconds?: number } = {},
) => {
  const { target = fake, PrincipalArn = idp.arn, DurationSeconds } = options;
  return call(target, AssumeRoleWithSAML, { RoleArn: ROLE, PrincipalArn, SAMLAssertion, DurationSeconds });
};

test.each(["assertion", "response"] as const)(
  "AssumeRoleWithSAML gives a session when the %s is signed",
  async (sign) => {
    const answer = await assume(issue({ sign, subject: "alice", roleSessionName: "alice@example.com" }));
    expect(answer).toMatchObject({
      Subject: "alice",
      SubjectType: "persistent",
      Issuer: "https://idp.example.com/saml",
      Audience: "https://signin.aws.amazon.com/saml",
      AssumedRoleUser: { Arn: "arn:aws:sts::123456789012:assumed-role/saml/alice@example.com" },
    });
    // SHA-1 of issuer + account + "/" + provider name, computed apart with another implementation.
    const { createHash } = await import("node:crypto");
    const text = "https://idp.example.com/saml123456789012/test-idp";
    expect(answer.NameQualifier).toBe(createHash("sha1").update(text).digest("base64"));
    const identity = await call(fake, GetCallerIdentity, {}, { keys: keysOf(answer.Credentials) });
    expect(identity.Arn).toBe("arn:aws:sts::123456789012:assumed-role/saml/alice@example.com");
  },
);

test("the assertion decides about duration, tags and source identity", async () => {
  const inTenMinutes = new Date(clock.now() + 600_000);
  expect((await assume(issue({ sessionEnd: inTenMinutes }))).Credentials.Expiration).toEqual(inTenMinutes);
  const longer = await assume(issue({ attributes: { SessionDuration: "7200" } }));
  expect(longer.Credentials.Expiration).toEqual(new Date(clock.now() + 7_200_000));
  const shorter = await assume(issue({ attributes: { SessionDuration: "7200" } }), { DurationSeconds: 900 });
  expect(shorter.Credentials.Expiration).toEqual(new Date(clock.now() + 900_000));
  const target = fakeWith({ Condition: { StringEquals: { "aws:RequestTag/team": "red" } } });
  const attributes = { "PrincipalTag:team": "red", TransitiveTagKeys: ["team"], SourceIdentity: "alice" };
  expect((await assume(issue({ attributes }), { target })).SourceIdentity).toBe("alice");
});

const decoded = (assertion: string): string => Buffer.from(assertion, "base64").toString();
const encoded = (xml: string): string => Buffer.from(xml).toString("base64");

test.each([
  [
    "an assertion older than five minutes",
    issue({ issuedAt: new Date(clock.now() - 301_000) }),
    "ExpiredTokenException",
    "Token must be redeemed within 5 minutes of issuance",
  ],
  [
    "another audience",
    issue({ audience: "https://other.example" }),
    "InvalidIdentityTokenException",
    "audience",
  ],
  [
    "an assertion for another role",
    issue({ roleArn: `${ROLE}2` }),
    "AccessDenied",
    "Not authorized to perform sts:AssumeRoleWithSAML",
  ],
  [
    "an assertion without a session name",
    issue({ roleSessionName: "" }),
    "InvalidIdentityTokenException",
    "RoleSessionName is required in AuthnResponse",
  ],
  ["text that is not base64", "<xml/>MARKER", "InvalidIdentityTokenException", "Invalid base64 SAMLResponse"],
  ["base64 that is not XML", encoded("<a><b></a>MARKER"), "InvalidIdentityTokenException", "not well-formed"],
  [
    "a document type",
    encoded(`<!DOCTYPE a [<!ENTITY x "MARKER">]><a>&x;</a>`),
    "InvalidIdentityTokenException",
    "document type",
  ],
  [
    "an unsigned response",
    encoded("<a>MARKER</a>"),
    "InvalidIdentityTokenException",
    "Response signature missing",
  ],
])("AssumeRoleWithSAML refuses %s", async (_case, assertion, name, words) => {
  const error: unknown = await assume(assertion).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name, message: expect.stringContaining(words) });
  expect(String(error)).not.toContain("MARKER");
});

test("AssumeRoleWithSAML refuses an assertion that was changed after signing", async () => {
  const changed = encoded(decoded(issue({ subject: "alice" })).replace(">alice<", ">admin<"));
  await expect(assume(changed)).rejects.toMatchObject({
    name: "InvalidIdentityTokenException",
    message: "Response signature invalid",
  });
});

test("AssumeRoleWithSAML refuses a signed assertion wrapped beside a forged one", async () => {
  const xml = decoded(issue({ subject: "alice" }));
  const assertion = /<saml:Assertion .*<\/saml:Assertion>/s.exec(xml)?.[0] ?? "";
  const forged = assertion
    .replace(/<Signature .*<\/Signature>/s, "")
    .replace(/ID="[^"]+"/, 'ID="_forged"')
    .replaceAll("alice", "admin");
  const wrapped = encoded(xml.replace(assertion, forged + assertion));
  // Only what the signature covers is read, so the subject is the signed one.
  expect((await assume(wrapped)).Subject).toBe("alice");
});

test("AssumeRoleWithSAML refuses an assertion that the key of another provider signed", async () => {
  const other = createTestIdentityProvider({ clock });
  await expect(assume(other.issueAssertion({ roleArn: ROLE, providerArn: idp.arn }))).rejects.toMatchObject({
    name: "InvalidIdentityTokenException",
    message: "Response signature invalid",
  });
});

test("AssumeRoleWithSAML refuses a provider that does not exist, and one with another issuer", async () => {
  await expect(assume(issue(), { PrincipalArn: `${idp.arn}2` })).rejects.toMatchObject({
    name: "InvalidIdentityTokenException",
    message: "Specified provider doesn't exist",
  });
  const target = createFakeSts({
    clock,
    samlProviders: [{ ...idp.provider, issuer: "https://other.example" }],
  });
  await expect(assume(issue(), { target })).rejects.toMatchObject({
    name: "InvalidIdentityTokenException",
  });
});

test("AssumeRoleWithSAML refuses a failure that the identity provider reports", async () => {
  await expect(assume(issue({ sign: "response", status: "Responder" }))).rejects.toMatchObject({
    name: "IDPRejectedClaimException",
    $metadata: { httpStatusCode: 403 },
  });
});
