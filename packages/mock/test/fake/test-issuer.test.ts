import {
  createClock,
  createFakeSts,
  createTestIssuer,
  type PolicyDocument,
  type TestTokenClaims,
} from "@org/sts-mock";
import { AssumeRoleWithWebIdentity } from "@org/sts-protocol";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { expect, test } from "vitest";

import { call } from "../support/call.ts";

const NOW = new Date("2026-03-01T12:00:00.999Z");
const SECONDS = Date.parse("2026-03-01T12:00:00Z") / 1000;
const clock = createClock({ at: NOW });

test("a test issuer has a provider of the default account, and a public key for signatures only", async () => {
  const { provider } = await createTestIssuer({ clock });
  expect(provider).toEqual({
    url: "https://oidc.example.com",
    account: "123456789012",
    clientIds: ["sts.amazonaws.com"],
    keys: {
      keys: [
        {
          kty: "RSA",
          n: expect.any(String) as string,
          e: "AQAB",
          kid: expect.any(String) as string,
          alg: "RS256",
          use: "sig",
        },
      ],
    },
  });
});

test("a test issuer's options decide about its provider and its tokens", async () => {
  const options = { url: "https://ci.example.com/a/", account: "111122223333", clientIds: ["one", "two"] };
  const issuer = await createTestIssuer({ ...options, algorithm: "ES256", clock });
  expect(issuer.provider).toMatchObject({
    ...options,
    keys: { keys: [{ kty: "EC", crv: "P-256", alg: "ES256", use: "sig" }] },
  });
  const token = await issuer.issueToken();
  expect(decodeJwt(token)).toMatchObject({ iss: options.url, aud: "one" });
  expect(decodeProtectedHeader(token).alg).toBe("ES256");
});

const good = {
  iss: "https://oidc.example.com",
  sub: "test-subject",
  aud: "sts.amazonaws.com",
  iat: SECONDS,
  exp: SECONDS + 3600,
};
test.each<[TestTokenClaims, object]>([
  [{}, good],
  [{ sub: "me" }, { ...good, sub: "me" }],
  [{ aud: ["a", "b"] }, { ...good, aud: ["a", "b"] }],
  [{ iat: SECONDS - 100 }, { ...good, iat: SECONDS - 100, exp: SECONDS + 3500 }],
  [{ exp: 7 }, { ...good, exp: 7 }],
  [{ iss: "https://other.example.com" }, { ...good, iss: "https://other.example.com" }],
  [
    { azp: "x", nested: { a: [1] } },
    { ...good, azp: "x", nested: { a: [1] } },
  ],
])("a test token with %j says just what it should", async (claims, expected) => {
  const issuer = await createTestIssuer({ clock, algorithm: "ES256" });
  expect(decodeJwt(await issuer.issueToken(claims))).toEqual(expected);
});

test("a test token names its key, so that it is found among others", async () => {
  const issuer = await createTestIssuer({ clock, algorithm: "ES256" });
  const { kid, alg, typ } = decodeProtectedHeader(await issuer.issueToken());
  expect({ alg, typ }).toEqual({ alg: "ES256", typ: "JWT" });
  expect(issuer.provider.keys).toMatchObject({ keys: [{ kid }] });
});

test("a test token follows the clock", async () => {
  const own = createClock({ at: NOW });
  const issuer = await createTestIssuer({ clock: own, algorithm: "ES256" });
  own.advanceSeconds(100);
  expect(decodeJwt(await issuer.issueToken())).toMatchObject({ iat: SECONDS + 100, exp: SECONDS + 3700 });
});

test("a test token follows the system's clock unless told otherwise", async () => {
  const issuer = await createTestIssuer({ algorithm: "ES256" });
  const before = Math.floor(Date.now() / 1000);
  const { iat = 0 } = decodeJwt(await issuer.issueToken());
  expect(iat).toBeGreaterThanOrEqual(before);
  expect(iat).toBeLessThanOrEqual(Math.floor(Date.now() / 1000));
});

test("a test token opens a role whose trust policy names the provider, in any account and with a path in its URL", async () => {
  const issuer = await createTestIssuer({
    url: "https://ci.example.com/team/",
    account: "111122223333",
    clientIds: ["one", "two"],
    algorithm: "ES256",
    clock,
  });
  const trustPolicy: PolicyDocument = {
    Statement: {
      Effect: "Allow",
      Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/ci.example.com/team/" },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: { StringEquals: { "ci.example.com/team/:aud": "two" } },
    },
  };
  const fake = createFakeSts({
    clock,
    oidcProviders: [issuer.provider],
    roles: [{ name: "build", account: "111122223333", trustPolicy }],
  });
  const input = { RoleArn: "arn:aws:iam::111122223333:role/build", RoleSessionName: "test" };
  for (const [aud, expected] of [
    ["two", "two"],
    ["one", "AccessDenied"],
  ] as const) {
    const WebIdentityToken = await issuer.issueToken({ aud });
    const result = await call(fake, AssumeRoleWithWebIdentity, { ...input, WebIdentityToken }).then(
      ({ Audience }) => Audience,
      ({ name }: Error) => name,
    );
    expect(result).toBe(expected);
  }
});
