// With fetch and over sockets, because what is loaded late is found by Jest's own loader.
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from "@org/sts-client";
import { fromIni } from "@org/sts-client/credentials/node";
import { STSClient as NodeSTSClient } from "@org/sts-client/node";
import { createFakeSts, createTestIssuer, demoUser } from "@org/sts-mock";
import { startStsServer } from "@org/sts-mock/node";

const [credentials] = demoUser.accessKeys;
const call = new GetCallerIdentityCommand({});
const identity = { Account: "123456789012", Arn: "arn:aws:iam::123456789012:user/demo" };

test("a client calls the fake through fetch", async () => {
  const { fetch } = createFakeSts();
  expect(await new STSClient({ region: "eu-west-1", credentials, fetch }).send(call)).toMatchObject(identity);
});

test("clients call the fake over sockets", async () => {
  const server = await startStsServer();
  const config = { region: "eu-west-1", credentials, endpoint: server.url };
  for (const client of [
    new NodeSTSClient(config),
    new STSClient(config),
    new STSClient({ ...config, requestHandler: { connectionTimeout: 5000 } }),
  ]) {
    expect(await client.send(call)).toMatchObject(identity);
    client.destroy();
  }
  await server.close();
});

test("the fake checks a web identity token", async () => {
  const issuer = await createTestIssuer();
  const Federated = "arn:aws:iam::123456789012:oidc-provider/oidc.example.com";
  const Action = "sts:AssumeRoleWithWebIdentity";
  const trustPolicy = {
    Version: "2012-10-17" as const,
    Statement: [{ Effect: "Allow" as const, Principal: { Federated }, Action }],
  };
  const { fetch } = createFakeSts({
    oidcProviders: [issuer.provider],
    roles: [{ name: "web", trustPolicy }],
  });
  const assume = (WebIdentityToken: string) =>
    new STSClient({ region: "eu-west-1", fetch }).send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: "arn:aws:iam::123456789012:role/web",
        RoleSessionName: "jest",
        WebIdentityToken,
      }),
    );
  const token = await issuer.issueToken({ sub: "somebody" });
  expect(await assume(token)).toMatchObject({ SubjectFromWebIdentityToken: "somebody" });
  await expect(assume(token.slice(0, -8))).rejects.toHaveProperty("name", "InvalidIdentityTokenException");
});

test("a provider reads files", async () => {
  const files = { filepath: `${__dirname}/none`, configFilepath: `${__dirname}/none`, env: {} };
  await expect(fromIni({ ...files, profile: "absent" })()).rejects.toThrow('profile "absent"');
});
