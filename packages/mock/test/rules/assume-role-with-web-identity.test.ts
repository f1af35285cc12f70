import { createClock, createFakeSts, type FakeSts, type KeySet, type PolicyDocument } from "@org/sts-mock";
import { AssumeRoleWithWebIdentity, type AssumeRoleWithWebIdentityResponse } from "@org/sts-protocol";
import { exportJWK, generateKeyPair, generateSecret, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { beforeAll, expect, test } from "vitest";

import { call } from "../support/call.ts";

const ROLE = "arn:aws:iam::123456789012:role/build";
const ISSUER = "https://oidc.example.com";
const NOW = Date.parse("2026-03-01T12:00:00Z") / 1000;
const SUPPORTED = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"];
const UNSUPPORTED = ["PS256", "PS384", "PS512", "EdDSA", "HS256"];
const CLIENTS = ["sts.amazonaws.com", "other-client"];

type Key = Parameters<SignJWT["sign"]>[0];
const privateKeys = new Map<string, Key>();
/** One key for each algorithm, named after it. No key says what it is for: only the fake decides. */
let keySet: KeySet;
let fake: FakeSts;
beforeAll(async () => {
  const keys: JsonWebKey[] = [];
  for (const algorithm of [...SUPPORTED, ...UNSUPPORTED]) {
    const isSecret = algorithm.startsWith("HS");
    const pair = isSecret ? undefined : await generateKeyPair(algorithm, { extractable: true });
    const secret = isSecret ? await generateSecret(algorithm, { extractable: true }) : undefined;
    const privateKey = pair?.privateKey ?? secret;
    const publicKey = pair?.publicKey ?? secret;
    if (privateKey === undefined || publicKey === undefined) throw new Error(`no key for ${algorithm}`);
    privateKeys.set(algorithm, privateKey);
    keys.push({ ...(await exportJWK(publicKey)), kid: algorithm } as JsonWebKey); // the same standard in two type libraries
  }
  keySet = { keys };
  fake = fakeWith(keySet);
});

function fakeWith(keys: KeySet | (() => Promise<KeySet>), condition = {}): FakeSts {
  const trustPolicy: PolicyDocument = {
    Statement: {
      Effect: "Allow",
      Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/oidc.example.com" },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: condition,
    },
  };
  return createFakeSts({
    clock: createClock({ at: NOW * 1000 }),
    oidcProviders: [{ url: ISSUER, clientIds: CLIENTS, keys }],
    roles: [{ name: "build", trustPolicy }],
  });
}

/** The claims of a good token, with changes; `undefined` leaves a claim out. */
function claims(changes: Readonly<Record<string, unknown>> = {}): JWTPayload {
  const all = { iss: ISSUER, sub: "job", aud: "sts.amazonaws.com", iat: NOW, exp: NOW + 60, ...changes };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

async function issue(payload = claims(), alg = "RS256", kid: string | undefined = alg): Promise<string> {
  const key = privateKeys.get(alg);
  if (key === undefined) throw new Error(`no key for ${alg}`);
  return await new SignJWT(payload).setProtectedHeader(kid === undefined ? { alg } : { alg, kid }).sign(key);
}

const assume = (WebIdentityToken: string, target = fake): Promise<AssumeRoleWithWebIdentityResponse> =>
  call(target, AssumeRoleWithWebIdentity, { RoleArn: ROLE, RoleSessionName: "test", WebIdentityToken });
const invalid = (message: string) => ({
  name: "InvalidIdentityTokenException",
  message,
  $metadata: { httpStatusCode: 400 },
});

test.each(SUPPORTED)("the algorithm of a web identity token may be %s", async (algorithm) => {
  expect((await assume(await issue(claims(), algorithm))).SubjectFromWebIdentityToken).toBe("job");
});

test.each(UNSUPPORTED)(
  "the algorithm of a web identity token may not be %s, although the provider has such a key",
  async (algorithm) => {
    await expect(assume(await issue(claims(), algorithm))).rejects.toMatchObject(
      invalid("The algorithm of the token is not supported"),
    );
  },
);

test("the algorithm of a web identity token may not be left out", async () => {
  const [, payload] = new UnsecuredJWT(claims()).encode().split(".");
  for (const header of ['{"alg":"none"}', '{"alg":"None"}', "{}"]) {
    const token = `${Buffer.from(header).toString("base64url")}.${payload}.`;
    await expect(assume(token)).rejects.toMatchObject({ name: "InvalidIdentityTokenException" });
  }
});

test("the algorithm of a web identity token may not be another than that of the key it names", async () => {
  await expect(assume(await issue(claims(), "RS256", "ES256"))).rejects.toMatchObject({
    name: "InvalidIdentityTokenException",
  });
});

test.each(["sub", "aud", "exp", "iat"])("the claims of a web identity token must hold %s", async (name) => {
  await expect(assume(await issue(claims({ [name]: undefined })))).rejects.toMatchObject(
    invalid(`Missing a required claim: ${name}`),
  );
});

test.each<[string, Record<string, unknown>]>([
  ["an issuer", { iss: undefined }],
  ["an issuer that is text", { iss: [ISSUER] }],
  ["an end that is a number", { exp: "tomorrow" }],
  ["a time of issue that is a number", { iat: "now" }],
  ["a subject that is text", { sub: 7 }],
  ["a subject that is not empty", { sub: "" }],
  ["an audience that is text", { aud: 7 }],
])("the claims of a web identity token must hold %s", async (_case, change) => {
  const token = await issue(claims(change));
  await expect(assume(token)).rejects.toMatchObject({ name: "InvalidIdentityTokenException" });
});

test.each<[string, Record<string, unknown>, string]>([
  ["a fraction of a second as its end", { exp: NOW + 60.5 }, "The claim exp is not acceptable"],
  ["a fraction of a second as its time of issue", { iat: NOW - 0.5 }, "The claim iat is not acceptable"],
  ["a time of issue in the future", { iat: NOW + 1 }, "The claim iat is not acceptable"],
  ["a fraction of a second as its beginning", { nbf: NOW - 0.5 }, "The claim nbf is not acceptable"],
  [
    "an issuer in a list",
    { iss: [ISSUER] },
    "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
  ],
])(
  "the claims of a web identity token with %s are refused in the service's words",
  async (_case, change, words) => {
    await expect(assume(await issue(claims(change)))).rejects.toMatchObject(invalid(words));
  },
);

test("the claims of a web identity token are good up to the end of the token, and not at it", async () => {
  expect(await assume(await issue(claims({ exp: NOW + 1 })))).toHaveProperty("Credentials");
  await expect(assume(await issue(claims({ exp: NOW })))).rejects.toMatchObject({
    name: "ExpiredTokenException",
    message: `Token expired: current date/time ${NOW} must be before the expiration date/time ${NOW}`,
    $metadata: { httpStatusCode: 400 },
  });
});

test("the claims of a web identity token are good from the beginning of the token, and not before it", async () => {
  expect(await assume(await issue(claims({ nbf: NOW })))).toHaveProperty("Credentials");
  await expect(assume(await issue(claims({ nbf: NOW + 1 })))).rejects.toMatchObject(
    invalid("The claim nbf is not acceptable"),
  );
});

test.each<[string, Record<string, unknown>, string]>([
  ["the audience", { aud: "other-client" }, "other-client"],
  ["the first audience that the provider knows", { aud: ["x", "other-client", CLIENTS[0]] }, "other-client"],
  ["the authorized party before the audience", { azp: "other-client" }, "other-client"],
])("the claims of a web identity token say in %s for whom the token is", async (_case, change, audience) => {
  const target = fakeWith(keySet, { StringEquals: { "oidc.example.com:aud": audience } });
  expect((await assume(await issue(claims(change)), target)).Audience).toBe(audience);
  await expect(assume(await issue(), target)).rejects.toMatchObject({ name: "AccessDenied" });
});

test.each<[string, Record<string, unknown>]>([
  ["an unknown audience", { aud: "unknown" }],
  ["unknown audiences", { aud: ["unknown", "sts.amazonaws.com.example.com"] }],
  ["no audience at all", { aud: [] }],
])("the claims of a web identity token may not be for %s", async (_case, change) => {
  await expect(assume(await issue(claims(change)))).rejects.toMatchObject(
    invalid("Incorrect token audience"),
  );
});

test.each([
  ["sub", { StringEquals: { "oidc.example.com:sub": "job" } }, { sub: "job2" }],
  ["aud", { StringEquals: { "oidc.example.com:aud": "sts.amazonaws.com" } }, { aud: "other-client" }],
] as const)(
  "the claims of a web identity token are seen by the trust policy: %s",
  async (_case, condition, other) => {
    const target = fakeWith(keySet, condition);
    const good = { sub: "job" };
    expect(await assume(await issue(claims(good)), target)).toHaveProperty("Credentials");
    await expect(assume(await issue(claims({ ...good, ...other })), target)).rejects.toMatchObject({
      name: "AccessDenied",
    });
  },
);

const notFound = invalid(
  "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
);
const only = (...names: string[]): KeySet => ({
  keys: keySet.keys.filter((key) => "kid" in key && names.includes(String(key.kid))),
});

test("the key of a web identity token must be in the provider's set", async () => {
  expect(await assume(await issue(), fakeWith(only("RS256")))).toHaveProperty("Credentials");
  for (const target of [fakeWith(only("ES256")), fakeWith(only())]) {
    await expect(assume(await issue(), target)).rejects.toMatchObject(notFound);
  }
  await expect(assume(await issue(claims(), "RS256", "unknown"))).rejects.toMatchObject(notFound);
});

test("the key of a web identity token need not be named where the set holds one only, and must be where it holds more", async () => {
  const key = privateKeys.get("RS256");
  if (key === undefined) throw new Error("no key");
  const token = await new SignJWT(claims()).setProtectedHeader({ alg: "RS256" }).sign(key);
  expect(await assume(token, fakeWith(only("RS256", "ES256")))).toHaveProperty("Credentials");
  await expect(assume(token, fakeWith(only("RS256", "RS384")))).rejects.toMatchObject(notFound);
});

test("the key of a web identity token in the token's own header is not believed", async () => {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = await exportJWK(publicKey);
  const token = await new SignJWT(claims())
    .setProtectedHeader({ alg: "RS256", kid: "RS256", jwk })
    .sign(privateKey);
  await expect(assume(token)).rejects.toMatchObject(invalid("The signature of the token is not valid"));
  const own = fakeWith({ keys: [{ ...jwk, kid: "RS256" }] });
  expect(await assume(token, own)).toHaveProperty("Credentials");
});

test("the key of a web identity token is fetched again for each token, so that a provider can change it", async () => {
  let current = only("ES256");
  const target = fakeWith(() => Promise.resolve(current));
  await expect(assume(await issue(), target)).rejects.toMatchObject(notFound);
  current = only("RS256");
  expect(await assume(await issue(), target)).toHaveProperty("Credentials");
});

test("the provider of a web identity token is that of the role's own account", async () => {
  const target = createFakeSts({
    clock: createClock({ at: NOW * 1000 }),
    oidcProviders: [{ url: ISSUER, clientIds: CLIENTS, keys: keySet, account: "111122223333" }],
    roles: [{ name: "build", trustPolicy: "account" }],
  });
  await expect(assume(await issue(), target)).rejects.toMatchObject(
    invalid(`No OpenIDConnect provider found in your account for ${ISSUER}`),
  );
});

test("the words of no refusal hold the token or its claims", async () => {
  const secret = "MARKER";
  const good = await issue(claims({ sub: secret }));
  const tokens = [
    secret,
    `${secret}.${secret}.${secret}`,
    good.slice(0, -4),
    await issue(claims({ sub: secret, aud: secret })),
    await issue(claims({ sub: secret, exp: NOW })),
    await issue(claims({ sub: secret, nbf: NOW + 60 })),
    await issue(claims({ sub: secret }), "PS256"),
  ];
  for (const token of tokens) {
    const error: unknown = await assume(token).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    const text = String(error);
    expect(text).not.toContain(secret);
    for (const part of token.split(".").filter(({ length }) => length > 3)) expect(text).not.toContain(part);
  }
});
