import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fromAssumeRole } from "@org/sts-client/credentials";
import { diskCache } from "@org/sts-client/credentials/node";
import { afterEach, beforeEach, expect, test } from "vitest";

import { assumeRoleCacheKey } from "../../../src/credentials/cache/cli-cache-key.ts";
import { createWorld, roleArn, userKeys } from "../../support/sts-world.ts";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "sts-sessions-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const params = { RoleArn: roleArn("one") };
const stored = {
  Credentials: {
    AccessKeyId: "ASIASTORED",
    SecretAccessKey: "example",
    SessionToken: "token",
    Expiration: "2026-01-01T01:00:00Z",
    AccountId: "123456789012",
  },
};

/** A role behind a cache that holds a file with this text. */
async function withFile(text: string) {
  const world = await createWorld();
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, `${await assumeRoleCacheKey(params)}.json`), text);
  const { clientConfig, now } = world;
  return {
    ...world,
    get: fromAssumeRole({ source: userKeys, params, clientConfig, now, cache: diskCache({ directory }) }),
  };
}

test.each([
  "2026-01-01T01:00:00Z",
  "2026-01-01T01:00:00UTC",
  "2026-01-01T01:00:00+00:00",
  "2026-01-01T02:00:00+01:00",
])("a role's session in the cache is used when it expires at %s", async (Expiration) => {
  const { fake, get } = await withFile(
    JSON.stringify({ Credentials: { ...stored.Credentials, Expiration } }),
  );
  expect(await get()).toMatchObject({
    accessKeyId: "ASIASTORED",
    expiration: new Date("2026-01-01T01:00:00Z"),
    accountId: "123456789012",
  });
  expect(fake.calls()).toHaveLength(0);
});

test.each([
  ["a quarter of an hour is left", 2700, 0],
  ["less than a quarter of an hour is left", 2701, 1],
  ["it has expired", 7200, 1],
])("a role's session in the cache is looked at anew when %s", async (_name, seconds, calls) => {
  const { clock, fake, get } = await withFile(JSON.stringify(stored));
  clock.advanceSeconds(seconds);
  await get();
  expect(fake.calls()).toHaveLength(calls);
});

test.each([
  "{",
  "[]",
  "null",
  "{}",
  '{"Credentials": null}',
  JSON.stringify({ Credentials: { ...stored.Credentials, SessionToken: undefined } }),
  JSON.stringify({ Credentials: { ...stored.Credentials, Expiration: "soon" } }),
  JSON.stringify({ Credentials: { ...stored.Credentials, AccessKeyId: 7 } }),
])("a role's session in the cache is replaced when the file holds %s", async (text) => {
  const { fake, get } = await withFile(text);
  const { accessKeyId } = await get();
  expect(fake.calls()).toHaveLength(1);
  const { clientConfig, now } = await createWorld();
  const again = fromAssumeRole({
    source: userKeys,
    params,
    clientConfig,
    now,
    cache: diskCache({ directory }),
  });
  expect((await again()).accessKeyId).toBe(accessKeyId);
});

test("a role's session in the cache is made once by many providers at the same time", async () => {
  const { clientConfig, fake, now } = await createWorld();
  const cache = diskCache({ directory });
  const all = Array.from({ length: 8 }, () =>
    fromAssumeRole({ source: userKeys, params, clientConfig, now, cache }),
  );
  const keys = await Promise.all(all.map(async (get) => (await get()).accessKeyId));
  expect(new Set(keys).size).toBe(1);
  expect(fake.calls()).toHaveLength(1);
});

test("a role's session in the cache is not stored when STS refuses", async () => {
  const { clientConfig, now } = await createWorld();
  const cache = diskCache({ directory });
  const source = { ...userKeys, secretAccessKey: "wrong" };
  await expect(fromAssumeRole({ source, params, clientConfig, now, cache })()).rejects.toMatchObject({
    name: "SignatureDoesNotMatch",
  });
  expect(await readdir(directory)).toEqual([]);
});

test("a role's session of a quarter of an hour can still be shared in the cache", async () => {
  // Here the clock is the system's, by which the file is dated.
  const fake = (await createWorld({ clock: { now: () => Date.now() } })).fake;
  const clientConfig = {
    region: "eu-west-1",
    fetch: ((input, init) => fake.fetch(input, init)) satisfies typeof fetch,
  };
  const short = { ...params, DurationSeconds: 900 };
  const cache = diskCache({ directory });
  await fromAssumeRole({ source: userKeys, params: short, clientConfig, cache })();
  await fromAssumeRole({ source: userKeys, params: short, clientConfig, cache })();
  expect(fake.calls()).toHaveLength(1);
});

test("a role's session in the cache is found whoever assumes the role, as in the AWS CLI, unless it has a name", async () => {
  const { clientConfig, now } = await createWorld();
  const cache = diskCache({ directory });
  const by = (source: typeof userKeys, more = {}) =>
    fromAssumeRole({ source, params: { ...params, ...more }, clientConfig, now, cache })();
  const other = { ...userKeys, secretAccessKey: "wrong" };
  const { accessKeyId } = await by(userKeys);
  expect(await by(other)).toMatchObject({ accessKeyId });
  await expect(by(other, { RoleSessionName: "other" })).rejects.toMatchObject({
    name: "SignatureDoesNotMatch",
  });
});
