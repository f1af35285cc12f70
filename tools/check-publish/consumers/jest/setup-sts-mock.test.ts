import { GetCallerIdentityCommand, STSClient } from "@org/sts-client";
import { setupStsMock } from "@org/sts-mock/node";

const sts = setupStsMock();

test("setupStsMock finds Jest's hooks and catches what is sent with fetch", async () => {
  const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "example" };
  const client = new STSClient({ region: "eu-west-1", credentials });
  expect(await client.send(new GetCallerIdentityCommand({}))).toHaveProperty("Account");
  expect(sts.calls()).toHaveLength(1);
});
