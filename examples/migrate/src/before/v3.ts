import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromEnv, fromTemporaryCredentials } from "@aws-sdk/credential-providers";

const region = "eu-west-1";

// The role of the release, assumed with the keys of the environment.
const credentials = fromTemporaryCredentials({
  masterCredentials: fromEnv(),
  params: { RoleArn: "arn:aws:iam::123456789012:role/demo", RoleSessionName: "release" },
  clientConfig: { region },
});

const { Arn } = await new STSClient({ region, credentials }).send(new GetCallerIdentityCommand({}));
console.log(Arn);
