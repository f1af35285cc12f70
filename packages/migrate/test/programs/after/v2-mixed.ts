// Copies nothing yet: S3 stays on version 2 until its turn comes.
import AWS from "aws-sdk";
import { STS, type AssumeRoleRequest, type GetCallerIdentityResponse } from "@org/sts-client";

const s3 = new AWS.S3({ region: "eu-west-1" });

function createClient(): STS {
  return new STS({ region: "eu-west-1", endpoint: process.env["AWS_ENDPOINT_URL_STS"] as string });
}

async function whoAmI(sts: STS): Promise<GetCallerIdentityResponse> {
  return sts.getCallerIdentity({});
}

const request: AssumeRoleRequest = {
  RoleArn: "arn:aws:iam::123456789012:role/demo",
  RoleSessionName: "copy",
};

const identity = await whoAmI(createClient());
const { AssumedRoleUser } = await createClient().assumeRole(request);
console.log(identity.Account, AssumedRoleUser?.Arn, s3.config.region);
