const { AssumeRoleCommand, STSClient } = require("@aws-sdk/client-sts");
const { createFakeSts, demoUser, stsMatchers } = require("@org/sts-mock");
const { startStsServer } = require("@org/sts-mock/node");

expect.extend(stsMatchers);
const [{ accessKeyId, secretAccessKey }] = demoUser.accessKeys;
const fake = createFakeSts({
  users: [demoUser],
  roles: [{ name: "deploy", trustPolicy: "account", maxSessionDuration: 3600 }],
});
let server;
beforeAll(async () => {
  server = await startStsServer({ sts: fake });
  // Every STS client of this process asks the fake now, those inside of libraries too.
  process.env.AWS_ENDPOINT_URL_STS = server.url;
  process.env.AWS_REGION = "eu-west-1";
  process.env.AWS_ACCESS_KEY_ID = accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = secretAccessKey;
});
afterEach(() => fake.reset());
afterAll(() => server.close());

// Your own code.
async function deploy(DurationSeconds) {
  const role = { RoleArn: "arn:aws:iam::123456789012:role/deploy", RoleSessionName: "ci", DurationSeconds };
  return (await new STSClient({ maxAttempts: 1 }).send(new AssumeRoleCommand(role))).AssumedRoleUser.Arn;
}

test("the role is assumed", async () => {
  expect(await deploy(900)).toBe("arn:aws:sts::123456789012:assumed-role/deploy/ci");
  // What the fake received has not left the machine.
  expect(fake).toHaveReceivedOperation(AssumeRoleCommand, { RoleSessionName: "ci" });
});

test("a session longer than the role allows is refused", async () => {
  await expect(deploy(7200)).rejects.toMatchObject({ name: "ValidationError" });
  expect(fake).toHaveReceivedOperationTimes(AssumeRoleCommand, 1);
});
