#!/usr/bin/env bash
# @vercel/oidc-aws-credentials-provider 3.3.9 with @aws-sdk/client-sts and @aws-sdk/credential-providers 3.1173.0, Node.js 20 and later.
# A provider of the AWS SDK is told which client asks, and calls STS in that client's region. Vercel's awsCredentialsProvider makes a fromWebToken and
# does not pass on what it is told: STS is called in the region of AWS_REGION, whatever that is set for, or in us-east-1. So a client for eu-central-1
# depends on STS of another region, and one for China or GovCloud asks a partition in which its role does not exist. The option clientConfig.region,
# or fromWebToken with a token from getVercelOidcToken, keeps the region. Seen, for a client of eu-central-1, without and with AWS_REGION: the host of
# STS from Vercel's provider and from the AWS SDK's.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @vercel/oidc-aws-credentials-provider@3.3.9 @aws-sdk/client-sts@3.1173.0 @aws-sdk/credential-providers@3.1173.0
cat > region.mjs <<'JS'
import { Readable } from "node:stream";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromWebToken } from "@aws-sdk/credential-providers";
import { awsCredentialsProvider } from "@vercel/oidc-aws-credentials-provider";

const hosts = [];
const requestHandler = {
  async handle({ hostname, body }) {
    const action = new URLSearchParams(body).get("Action");
    if (action === "AssumeRoleWithWebIdentity") hosts.push(hostname);
    const xml = `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials>
<AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>example</SecretAccessKey><SessionToken>example</SessionToken>
<Expiration>2040-01-01T00:00:00Z</Expiration></Credentials></${action}Result></${action}Response>`;
    return { response: { statusCode: 200, headers: { "content-type": "text/xml" }, body: Readable.from([xml]) } };
  },
};
const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const claims = { sub: "example", exp: Math.floor(Date.now() / 1000) + 3600 };
const webIdentityToken = `${part({ alg: "RS256" })}.${part(claims)}.example`;
process.env.VERCEL_OIDC_TOKEN = webIdentityToken;
const options = { roleArn: "arn:aws:iam::123456789012:role/example", clientConfig: { requestHandler } };
for (const credentials of [awsCredentialsProvider(options), fromWebToken({ ...options, webIdentityToken })]) {
  await new STSClient({ region: "eu-central-1", requestHandler, credentials }).send(new GetCallerIdentityCommand({}));
}
console.log(hosts.join(" "));
JS
export NODE_NO_WARNINGS=1 AWS_CONFIG_FILE="$folder/none" AWS_SHARED_CREDENTIALS_FILE="$folder/none"
unset AWS_PROFILE AWS_REGION AWS_DEFAULT_REGION
seen=$(node region.mjs 2>/dev/null; AWS_REGION=us-west-2 node region.mjs)
echo "$seen"
expected="sts.us-east-1.amazonaws.com sts.eu-central-1.amazonaws.com
sts.us-west-2.amazonaws.com sts.eu-central-1.amazonaws.com"
[ "$seen" = "$expected" ]
