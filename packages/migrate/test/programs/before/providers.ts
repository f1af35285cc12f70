import * as sts from "@aws-sdk/client-sts";
import { fromEnv, fromIni, fromNodeProviderChain, fromTemporaryCredentials } from "@aws-sdk/credential-providers";

const region = "us-east-1";

// The role is assumed when the first request needs it, and again before its session ends.
const credentials = fromTemporaryCredentials({
  masterCredentials: fromEnv(),
  params: { RoleArn: "arn:aws:iam::123456789012:role/demo", RoleSessionName: "deploy" },
  clientConfig: { region },
});

async function whoIs(source: sts.STSClientConfig["credentials"]): Promise<string> {
  const client = new sts.STSClient({ region, ...(source ? { credentials: source } : {}) });
  const identity: sts.GetCallerIdentityCommandOutput = await client.send(new sts.GetCallerIdentityCommand({}));
  return identity.Arn ?? "nobody";
}

console.log(await whoIs(credentials));
console.log(await whoIs(fromNodeProviderChain()));
try {
  await fromIni({ profile: "absent" })();
} catch (error) {
  console.log(error instanceof Error && error.name);
}
