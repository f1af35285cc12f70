import { GetCallerIdentityCommand, STSClient } from "@org/sts-client";
import { fromEnv, fromTemporaryCredentials } from "@org/sts-client/credentials";

const region = "eu-west-1";

// The role of the release, assumed with the keys of the environment.
const credentials = fromTemporaryCredentials({
  masterCredentials: fromEnv(),
  params: { RoleArn: "arn:aws:iam::123456789012:role/demo", RoleSessionName: "release" },
  clientConfig: { region },
});

const { Arn } = await new STSClient({ region, credentials }).send(new GetCallerIdentityCommand({}));
console.log(Arn);
