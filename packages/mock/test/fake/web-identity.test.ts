import {
  createClock,
  createFakeSts,
  createTestIssuer,
  type FakeSts,
  type PolicyStatement,
  type TestIssuer,
} from "@org/sts-mock";
import { AssumeRoleWithWebIdentity, GetCallerIdentity } from "@org/sts-protocol";
import { beforeAll, expect, test } from "vitest";

import { call, keysOf } from "../support/call.ts";

const ROLE = "arn:aws:iam::123456789012:role/ci";
const PROVIDER = "arn:aws:iam::123456789012:oidc-provider/oidc.example.com";
const clock = createClock({ at: new Date("2026-03-01T12:00:00Z") });

let issuer: TestIssuer;
let fake: FakeSts;
beforeAll(async () => {
  issuer = await createTestIssuer({ clock });
  fake = fakeWith();
});

function fakeWith(statement: Partial<PolicyStatement> = {}): FakeSts {
  return createFakeSts({
    clock,
    oidcProviders: [issuer.provider],
    roles: [
      {
        name: "ci",
        roleId: "AROACLKWSDQRAOEXAMPLE",
        trustPolicy: {
          Statement: {
            Effect: "Allow",
            Principal: { Federated: PROVIDER },
            Action: ["sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity"],
            Condition: { StringLike: { "oidc.example.com:sub": "repo:example/*" } },
            ...statement,
          },
        },
      },
    ],
  });
}

const assume = (WebIdentityToken: string, target = fake) =>
  call(target, AssumeRoleWithWebIdentity, { RoleArn: ROLE, RoleSessionName: "build-1", WebIdentityToken });

test("AssumeRoleWithWebIdentity gives a session for a verified token, without a signature on the request", async () => {
  const answer = await assume(await issuer.issueToken({ sub: "repo:example/app" }));
  expect(answer).toMatchObject({
    SubjectFromWebIdentityToken: "repo:example/app",
    Audience: "sts.amazonaws.com",
    Provider: "https://oidc.example.com",
    AssumedRoleUser: {
      AssumedRoleId: "AROACLKWSDQRAOEXAMPLE:build-1",
      Arn: "arn:aws:sts::123456789012:assumed-role/ci/build-1",
    },
  });
  const identity = await call(fake, GetCallerIdentity, {}, { keys: keysOf(answer.Credentials) });
  expect(identity.Arn).toBe("arn:aws:sts::123456789012:assumed-role/ci/build-1");
});

test("AssumeRoleWithWebIdentity takes session tags and source identity from the claims", async () => {
  const tagged = fakeWith({
    Condition: { StringEquals: { "aws:RequestTag/team": "red", "sts:SourceIdentity": "alice" } },
  });
  const claims = {
    sub: "repo:example/app",
    "https://aws.amazon.com/tags": { principal_tags: { team: ["red"] }, transitive_tag_keys: ["team"] },
    "https://aws.amazon.com/source_identity": "alice",
  };
  expect((await assume(await issuer.issueToken(claims), tagged)).SourceIdentity).toBe("alice");
  await expect(assume(await issuer.issueToken({ sub: "repo:example/app" }), tagged)).rejects.toMatchObject({
    name: "AccessDenied",
  });
});

const seconds = Math.floor(clock.now() / 1000);

test.each([
  [
    "an expired token",
    { exp: seconds - 1 },
    "ExpiredTokenException",
    `Token expired: current date/time ${seconds} must be before the expiration date/time ${seconds - 1}`,
  ],
  ["another audience", { aud: "other" }, "InvalidIdentityTokenException", "Incorrect token audience"],
  [
    "an unknown issuer",
    { iss: "https://evil.example" },
    "InvalidIdentityTokenException",
    "No OpenIDConnect provider found in your account for https://evil.example",
  ],
  [
    "a token without a subject",
    { sub: "" },
    "InvalidIdentityTokenException",
    "Missing a required claim: sub",
  ],
  [
    "a subject that the role does not trust",
    { sub: "repo:other/app" },
    "AccessDenied",
    "Not authorized to perform sts:AssumeRoleWithWebIdentity",
  ],
])("AssumeRoleWithWebIdentity refuses %s", async (_case, claims, name, message) => {
  const token = await issuer.issueToken({ sub: "repo:example/app", ...claims });
  await expect(assume(token)).rejects.toMatchObject({ name, message });
});

test("AssumeRoleWithWebIdentity refuses a token that another key signed", async () => {
  const other = await createTestIssuer({ clock });
  await expect(assume(await other.issueToken({ sub: "repo:example/app" }))).rejects.toMatchObject({
    name: "InvalidIdentityTokenException",
    message: "The signature of the token is not valid",
  });
});

test("AssumeRoleWithWebIdentity refuses a token whose claims were changed", async () => {
  const [header, , signature] = (await issuer.issueToken({ sub: "repo:example/app" })).split(".");
  const payload = {
    iss: "https://oidc.example.com",
    sub: "repo:example/admin",
    aud: "sts.amazonaws.com",
    iat: seconds,
    exp: seconds + 60,
  };
  const forged = `${header}.${btoa(JSON.stringify(payload)).replaceAll("=", "")}.${signature}`;
  await expect(assume(forged)).rejects.toMatchObject({ name: "InvalidIdentityTokenException" });
  const unsigned = `${btoa('{"alg":"none"}').replaceAll("=", "")}.${forged.split(".")[1]}.`;
  await expect(assume(unsigned)).rejects.toMatchObject({ name: "InvalidIdentityTokenException" });
});

test("AssumeRoleWithWebIdentity refuses anything but a token, without repeating it", async () => {
  const error: unknown = await assume("not-a-token-MARKER").catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    name: "InvalidIdentityTokenException",
    message: expect.stringContaining("not a valid JWT"),
  });
  expect(String(error)).not.toContain("MARKER");
});

test("AssumeRoleWithWebIdentity refuses with IDPCommunicationError when the keys cannot be had", async () => {
  const keys = (): Promise<never> => Promise.reject(new Error("offline"));
  const offline = createFakeSts({ clock, oidcProviders: [{ ...issuer.provider, keys }] });
  await expect(assume(await issuer.issueToken({ sub: "repo:example/app" }), offline)).rejects.toMatchObject({
    name: "IDPCommunicationErrorException",
    Code: "IDPCommunicationError",
    message:
      "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
    $retryable: {},
  });
});
