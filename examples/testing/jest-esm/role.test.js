import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterEach, expect, jest, test } from "@jest/globals";
import { createFakeSts, demoUser, stsMatchers } from "@org/sts-mock";
import { setupStsMock } from "@org/sts-mock/node";

expect.extend(stsMatchers);
const fake = createFakeSts({ users: [demoUser], roles: [{ name: "deploy", trustPolicy: "account" }] });
const sts = setupStsMock({ mock: fake });
afterEach(() => jest.useRealTimers());

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
  expect(sts).toHaveReceivedNthOperation(1, AssumeRoleCommand, { RoleSessionName: "ci" });
  expect(sts).toHaveReceivedNthOperation(2, GetCallerIdentityCommand);
});

test("they end after an hour", async () => {
  // Without process.nextTick msw 3 misses requests, and lets them go to the real STS.
  jest.useFakeTimers({ advanceTimers: true, doNotFake: ["nextTick"] });
  const keys = await assumeDeploy();
  jest.setSystemTime(Date.now() + 3600_000);
  await expect(whoAmI(keys)).rejects.toMatchObject({ name: "ExpiredToken" });
});
