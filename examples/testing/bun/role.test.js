import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { createFakeSts, demoUser } from "@org/sts-mock";
import { setupStsMock } from "@org/sts-mock/node";
import { afterAll, afterEach, beforeAll, expect, setSystemTime, test } from "bun:test";

const fake = createFakeSts({ users: [demoUser], roles: [{ name: "deploy", trustPolicy: "account" }] });
// msw 3 does not intercept in Bun, and 2.15 does.
const sts = setupStsMock({ mock: fake, hooks: { beforeAll, afterEach, afterAll } });
afterEach(() => {
  setSystemTime();
});

// Your own code.
const clientOf = (credentials) => new STSClient({ region: "eu-west-1", credentials, maxAttempts: 1 });
async function assumeDeploy() {
  const role = { RoleArn: "arn:aws:iam::123456789012:role/deploy", RoleSessionName: "ci" };
  const { Credentials } = await clientOf(demoUser.accessKeys[0]).send(new AssumeRoleCommand(role));
  return {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    sessionToken: Credentials.SessionToken,
  };
}
const whoAmI = async (keys) => (await clientOf(keys).send(new GetCallerIdentityCommand({}))).Arn;

test("the credentials of the role speak for it", async () => {
  expect(await whoAmI(await assumeDeploy())).toBe("arn:aws:sts::123456789012:assumed-role/deploy/ci");
  // What the fake received has not left the machine.
  expect(sts.calls().map(({ operation, host }) => [operation, host])).toEqual([
    ["AssumeRole", "sts.eu-west-1.amazonaws.com"],
    ["GetCallerIdentity", "sts.eu-west-1.amazonaws.com"],
  ]);
});

test("they end after an hour", async () => {
  const keys = await assumeDeploy();
  setSystemTime(new Date(Date.now() + 3600_000));
  await expect(whoAmI(keys)).rejects.toMatchObject({ name: "ExpiredToken" });
  expect(sts.calls()).toHaveLength(2);
});
