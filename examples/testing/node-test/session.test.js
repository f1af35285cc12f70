import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { createFakeSts, demoUser } from "@org/sts-mock";
import { startStsServer } from "@org/sts-mock/node";

const SerialNumber = "arn:aws:iam::123456789012:mfa/demo";
const fake = createFakeSts({ users: [demoUser] });
let server;
before(async () => {
  server = await startStsServer({ sts: fake });
});
after(() => server.close());

// Your own code.
async function login(TokenCode) {
  const client = new STSClient({
    region: "us-east-1",
    endpoint: server.url,
    credentials: demoUser.accessKeys[0],
    maxAttempts: 1,
  });
  const { Credentials } = await client.send(new GetSessionTokenCommand({ SerialNumber, TokenCode }));
  return Credentials;
}

void test("a code of the device gives a session", async () => {
  assert.match((await login(await fake.mfaCode(SerialNumber))).AccessKeyId, /^ASIA/);
  // What the fake received has not left the machine.
  assert.deepEqual(
    fake.calls().map(({ operation, outcome }) => [operation, outcome]),
    [["GetSessionToken", "ok"]],
  );
});

void test("a second test within 30 seconds gets a code that works too", async () => {
  const code = await fake.mfaCode(SerialNumber);
  assert.ok(await login(code));
  await assert.rejects(login(code), { name: "AccessDenied" });
});
