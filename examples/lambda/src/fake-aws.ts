import { AssumeRoleCommand, STSClient } from "@org/sts-client";
import { createFakeSts, demoUser, type FakeSts } from "@org/sts-mock";
import { startStsServer } from "@org/sts-mock/node";

/** A fake STS, and the environment that Lambda would give to the function. */
export interface FakeAws {
  readonly sts: FakeSts;
  readonly url: string;
  readonly env: NodeJS.ProcessEnv;
  readonly close: () => Promise<void>;
}

const ACCOUNT = "arn:aws:iam::123456789012";

/** Starts it on 127.0.0.1. */
export async function startFakeAws(): Promise<FakeAws> {
  const sts = createFakeSts({
    users: [demoUser],
    roles: [
      { name: "execution", trustPolicy: "account" },
      {
        name: "tenant-data",
        trustPolicy: {
          Statement: {
            Effect: "Allow",
            Principal: { AWS: `${ACCOUNT}:role/execution` },
            Action: "sts:AssumeRole",
          },
        },
      },
    ],
  });
  const server = await startStsServer({ sts });
  // Lambda gives a function a session of its execution role.
  const [credentials] = demoUser.accessKeys;
  const client = new STSClient({
    endpoint: server.url,
    region: "eu-west-1",
    ...(credentials && { credentials }),
  });
  const { Credentials } = await client.send(
    new AssumeRoleCommand({ RoleArn: `${ACCOUNT}:role/execution`, RoleSessionName: "session-function" }),
  );
  return {
    sts,
    url: server.url,
    env: {
      AWS_ENDPOINT_URL_STS: server.url,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: Credentials.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: Credentials.SecretAccessKey,
      AWS_SESSION_TOKEN: Credentials.SessionToken,
      ROLE_ARN: `${ACCOUNT}:role/tenant-data`,
      BUCKET: "example-data",
    },
    close: () => server.close(),
  };
}
