#!/usr/bin/env bash
# aws4 1.13.2 and @aws-sdk/client-sts 3.1173.0, Node.js 20 and later.
# aws4 makes the host from the service and the region, except for a few services that it knows as global, and STS is one of them: whatever the region,
# the request goes to sts.amazonaws.com, while the signature is for the region that was asked for. The AWS SDK either calls the region's own host,
# or the global host with a signature for us-east-1. So a call for eu-west-1 carries a scope that is not that of its host, and one for China leaves
# the partition in which its keys exist. With `host` given, aws4 is right. Seen: host and scope from aws4, then from client-sts, for two regions.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund aws4@1.13.2 @aws-sdk/client-sts@3.1173.0
cat > hosts.mjs <<'JS'
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import aws4 from "aws4";

const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const regionOf = (authorization) => authorization.split("/")[2];

async function bySdk(region, useGlobalEndpoint) {
  let seen;
  const requestHandler = {
    handle: async ({ hostname, headers }) => {
      seen = `${hostname} ${regionOf(headers.authorization)}`;
      throw new Error("nothing is sent");
    },
  };
  const client = new STSClient({ region, useGlobalEndpoint, credentials, requestHandler, maxAttempts: 1 });
  await client.send(new GetCallerIdentityCommand({})).catch(() => {});
  return seen;
}
for (const region of ["eu-west-1", "cn-north-1"]) {
  const body = "Action=GetCallerIdentity&Version=2011-06-15";
  const { hostname, headers } = aws4.sign({ service: "sts", region, body }, credentials);
  console.log(`${hostname} ${regionOf(headers.Authorization)}; ${await bySdk(region, false)}; ${await bySdk(region, true)}`);
}
JS
seen=$(NODE_NO_WARNINGS=1 node hosts.mjs)
echo "$seen"
expected="sts.amazonaws.com eu-west-1; sts.eu-west-1.amazonaws.com eu-west-1; sts.amazonaws.com us-east-1
sts.amazonaws.com cn-north-1; sts.cn-north-1.amazonaws.com.cn cn-north-1; sts.cn-north-1.amazonaws.com.cn cn-north-1"
[ "$seen" = "$expected" ]
