// Prints who the credentials belong to.
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

const client = new STSClient({ region: process.env.AWS_REGION ?? "eu-west-1" });

const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}));
console.log(`${Account} ${Arn}`);
