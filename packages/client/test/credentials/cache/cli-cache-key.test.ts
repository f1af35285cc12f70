import { createHash } from "node:crypto";

import { fromAssumeRole, type SessionCache } from "@org/sts-client/credentials";
import { expect, test } from "vitest";

import { acceptingService, memoryCache } from "../../support/accepting-service.ts";

const RoleArn = "arn:aws:iam::123456789012:role/one";
const role = `"RoleArn": "${RoleArn}"`;

/** A role's provider in front of a service that accepts everything. */
function provider(params: object, cache?: SessionCache) {
  const { clock, send } = acceptingService();
  const now = () => clock.now;
  return fromAssumeRole({
    source: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "example" },
    params: { RoleArn, ...params },
    clientConfig: { region: "eu-west-1", fetch: send, now, inputValidation: "off" },
    cache: cache ?? memoryCache(now),
    now,
  });
}

// The AWS CLI's: SHA-1 of what Python's `json.dumps(…, sort_keys=True)` makes of the parameters.
test.each<[what: string, params: object, text: string]>([
  ["nothing more", {}, `{${role}}`],
  [
    "names before and behind",
    { RoleSessionName: "me", ExternalId: "shared", DurationSeconds: 900 },
    `{"DurationSeconds": 900, "ExternalId": "shared", ${role}, "RoleSessionName": "me"}`,
  ],
  ["what is not there", { ExternalId: undefined, Policy: undefined }, `{${role}}`],
  [
    "lists, in their order",
    { TransitiveTagKeys: ["b", "a"], Tags: [{ Value: "v", Key: "k" }] },
    `{${role}, "Tags": [{"Key": "k", "Value": "v"}], "TransitiveTagKeys": ["b", "a"]}`,
  ],
  [
    "a policy, however it is written",
    { Policy: '{ "Version":"2012-10-17","Statement": [ null,true, 1.5,{} ] }' },
    `{"Policy": {"Statement": [null, true, 1.5, {}], "Version": "2012-10-17"}, ${role}}`,
  ],
  [
    "characters that are not in ASCII",
    { ExternalId: "~\u007F\u0080é€😀\uFFFF" },
    String.raw`{"ExternalId": "~\u007f\u0080\u00e9\u20ac\ud83d\ude00\uffff", ` + `${role}}`,
  ],
  ["quotes", { ExternalId: 'a"b\\' }, String.raw`{"ExternalId": "a\"b\\", ` + `${role}}`],
])("a role's session is stored under the AWS CLI's name: parameters with %s", async (_what, params, text) => {
  const cache = memoryCache(() => 0);
  await provider(params, cache)();
  expect([...cache.documents.keys()]).toEqual([createHash("sha1").update(text).digest("hex")]);
});

test("a role's session is stored under the AWS CLI's name, which begins with zero where the hash does", async () => {
  const names = Array.from({ length: 200 }, (_, index) => `name-${index}`);
  const hash = (RoleSessionName: string) =>
    createHash("sha1").update(`{${role}, "RoleSessionName": "${RoleSessionName}"}`).digest("hex");
  const name = names.find((each) => hash(each).startsWith("0")) ?? "none";
  const cache = memoryCache(() => 0);
  await provider({ RoleSessionName: name }, cache)();
  expect([...cache.documents.keys()]).toEqual([hash(name)]);
});

test("a role's session with a policy that is not JSON is not stored, and the error says so", async () => {
  const error: unknown = await provider({ Policy: "{" })().catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    code: "ERR_OPTION_INVALID",
    message: "Policy is not JSON, so its session cannot be cached",
    cause: expect.any(SyntaxError) as unknown,
  });
});

test("a role's session is stored as the AWS CLI stores it", async () => {
  const cache = memoryCache(() => 0);
  await provider({}, cache)();
  const [document] = cache.documents.values();
  expect(document?.value).toStrictEqual({
    Credentials: {
      AccessKeyId: "ASIAIOSFODNN7EXAMP01",
      SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
      SessionToken: "example-session-token",
      Expiration: "2030-01-01T12:00:00Z",
      AccountId: "123456789012",
    },
    AssumedRoleUser: {
      AssumedRoleId: "AROAIOSFODNN7EXAMPLE:me",
      Arn: "arn:aws:sts::123456789012:assumed-role/one/me",
    },
    ResponseMetadata: { RequestId: "request-1", HTTPStatusCode: 200, HTTPHeaders: {}, RetryAttempts: 0 },
  });
});

test("a role's session is not looked up where there is no cache", async () => {
  const { sent, clock, send } = acceptingService();
  const now = () => clock.now;
  const source = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "example" };
  const clientConfig = { region: "eu-west-1", fetch: send, now };
  for (const session of ["01", "02"]) {
    const get = fromAssumeRole({ source, params: { RoleArn }, clientConfig, now });
    expect((await get()).accessKeyId).toBe(`ASIAIOSFODNN7EXAMP${session}`);
  }
  expect(sent).toHaveLength(2);
});
