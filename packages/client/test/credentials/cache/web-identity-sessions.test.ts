import { createHash } from "node:crypto";

import { fromAssumeRole, fromWebToken } from "@org/sts-client/credentials";
import { expect, test } from "vitest";

import { memoryCache } from "../../support/accepting-service.ts";
import { createWorld, roleArn, userKeys } from "../../support/sts-world.ts";

async function world() {
  const made = await createWorld();
  const cache = memoryCache(made.now);
  const get = (token: string, options: object = {}) =>
    fromWebToken({
      webIdentityToken: token,
      roleArn: roleArn("web"),
      cache,
      clientConfig: made.clientConfig,
      now: made.now,
      ...options,
    });
  const made_ = () => made.fake.calls().filter(({ outcome }) => outcome === "ok").length;
  return { ...made, cache, get, sessions: made_ };
}

test("a session of an identity token is stored under the AWS CLI's key, and found by the next program", async () => {
  const { cache, get, issuer, sessions } = await world();
  const first = await get(await issuer.issueToken())();
  // The AWS CLI's: Python's JSON of the parameters without the token and without a name that was made up.
  const key = createHash("sha1")
    .update(`{"RoleArn": "${roleArn("web")}"}`)
    .digest("hex");
  expect([...cache.documents.keys()]).toEqual([key]);
  const again = await get(await issuer.issueToken())();
  expect(again).toMatchObject({ accessKeyId: first.accessKeyId, expiration: first.expiration });
  expect(sessions()).toBe(1);
});

test.each<[string, (stored: Record<string, unknown>) => object]>([
  ["another subject", (stored) => ({ ...stored, SubjectFromWebIdentityToken: "another" })],
  ["another audience", (stored) => ({ ...stored, Audience: "another" })],
  ["another issuer", (stored) => ({ ...stored, Provider: "https://other.example.com" })],
  [
    "another role",
    (stored) => ({ ...stored, AssumedRoleUser: { Arn: "arn:aws:sts::123456789012:assumed-role/other/x" } }),
  ],
  [
    "another account",
    (stored) => ({ ...stored, AssumedRoleUser: { Arn: "arn:aws:sts::111122223333:assumed-role/web/x" } }),
  ],
  ["no token at all", (stored) => ({ ...stored, SubjectFromWebIdentityToken: undefined })],
])("a stored session of %s is not used", async (_name, change) => {
  const { cache, get, issuer, sessions } = await world();
  await get(await issuer.issueToken())();
  const [[key, document] = []] = cache.documents;
  if (key === undefined || document === undefined) throw new Error("nothing was stored");
  cache.documents.set(key, { ...document, value: { ...change({ ...document.value }) } });
  await get(await issuer.issueToken())();
  expect(sessions()).toBe(2);
});

test("a session whose token carries session tags is not stored", async () => {
  const { cache, get, issuer } = await world();
  const token = await issuer.issueToken();
  const [header, payload = "", signature] = token.split(".");
  const claims = {
    ...JSON.parse(Buffer.from(payload, "base64url").toString()),
    "https://aws.amazon.com/tags": {},
  };
  const tagged = [header, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(".");
  // Its signature is wrong now: what matters is that the cache is not looked at.
  await expect(get(tagged)()).rejects.toMatchObject({
    name: expect.stringContaining("InvalidIdentityToken"),
  });
  expect(cache.documents.size).toBe(0);
});

test("a role that is assumed with keys does not take the session of a token under the same key", async () => {
  const { cache, get, issuer, clientConfig, now } = await world();
  await get(await issuer.issueToken())();
  const role = fromAssumeRole({
    source: userKeys,
    cache,
    clientConfig,
    now,
    params: { RoleArn: roleArn("web") },
  });
  // The role trusts tokens only, and so the refusal shows that the service was asked.
  await expect(role()).rejects.toMatchObject({ name: "AccessDenied" });
});
