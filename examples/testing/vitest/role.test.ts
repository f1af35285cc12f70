import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { createFakeSts, demoUser } from "@org/sts-mock";
import { setupStsMock } from "@org/sts-mock/node";
import { AssumeRole } from "@org/sts-protocol";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

const fake = createFakeSts({
  users: [demoUser],
  roles: [{ name: "deploy", trustPolicy: "account", maxSessionDuration: 3600 }],
});
const sts = setupStsMock({ mock: fake, hooks: { beforeAll, afterEach, afterAll } });

// Your own code.
async function deploy(DurationSeconds: number): Promise<string | undefined> {
  const [key] = demoUser.accessKeys;
  const credentials = { accessKeyId: key?.accessKeyId ?? "", secretAccessKey: key?.secretAccessKey ?? "" };
  const client = new STSClient({ region: "eu-west-1", credentials, maxAttempts: 1 });
  const role = { RoleArn: "arn:aws:iam::123456789012:role/deploy", RoleSessionName: "ci", DurationSeconds };
  return (await client.send(new AssumeRoleCommand(role))).AssumedRoleUser?.Arn;
}

test("the role is assumed in the region of the client", async () => {
  expect(await deploy(900)).toBe("arn:aws:sts::123456789012:assumed-role/deploy/ci");
  expect(sts.calls(AssumeRole)).toMatchObject([{ host: "sts.eu-west-1.amazonaws.com", outcome: "ok" }]);
});

test("a session longer than the role allows is refused", async () => {
  await expect(deploy(7200)).rejects.toMatchObject({ name: "ValidationError" });
});
