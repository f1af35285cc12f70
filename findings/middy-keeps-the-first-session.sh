#!/usr/bin/env bash
# @middy/ssm and @middy/core 7.9.2 with @middy/sts 4.7.0, Node.js 20 and later.
# Middy's sts middleware assumes a role for a Lambda function, and others take it with awsClientAssumeRole; how long a session is used is its option
# cacheExpiry. The middleware that takes it creates its client once, from the session of the first invocation, and the AWS SDK gets no more than
# the keys: a warm function goes on with the first session, however often the role is assumed again, and after an hour each fetch is refused with
# ExpiredToken, until Lambda starts another instance. Seen, with caches that are off: which session STS made for each of three invocations,
# and which one signed the request for the parameter.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @middy/core@7.9.2 @middy/ssm@7.9.2 @middy/sts@4.7.0 \
  @aws-sdk/client-ssm@3.1169.0 @aws-sdk/client-sts@3.1173.0
cat > function.mjs <<'JS'
import { createServer } from "node:http";
import middy from "@middy/core";
import ssm from "@middy/ssm";
import sts from "@middy/sts";

let sessions = 0;
const signedWith = [];
/** STS and Systems Manager. */
const server = createServer((request, response) => {
  request.resume();
  if (request.headers["x-amz-target"] === "AmazonSSM.GetParameters") {
    signedWith.push(/Credential=(\w+)/.exec(request.headers.authorization)[1]);
    response.setHeader("content-type", "application/x-amz-json-1.1");
    response.end(JSON.stringify({ Parameters: [{ Name: "/example", Value: "example" }], InvalidParameters: [] }));
  } else {
    sessions += 1;
    response.setHeader("content-type", "text/xml").end(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<AssumeRoleResult><Credentials><AccessKeyId>ASIAEXAMPLE${sessions}</AccessKeyId><SecretAccessKey>example</SecretAccessKey>
<SessionToken>example</SessionToken><Expiration>2040-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`);
  }
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const awsClientOptions = { region: "us-east-1", endpoint: `http://127.0.0.1:${server.address().port}` };
const RoleArn = "arn:aws:iam::123456789012:role/example";
const handler = middy(async () => {})
  .use(sts({ awsClientOptions, cacheExpiry: 0, disablePrefetch: true, setToContext: true, fetchData: { role: { RoleArn } } }))
  .use(ssm({ awsClientOptions, cacheExpiry: 0, awsClientAssumeRole: "role", fetchData: { value: "/example" }, setToContext: true }));
const context = { getRemainingTimeInMillis: () => 60000 };
for (const invocation of [1, 2, 3]) {
  await handler({}, context);
  console.log(`invocation ${invocation}: STS made ASIAEXAMPLE${sessions}, signed with ${signedWith.at(-1)}`);
}
server.close();
server.closeAllConnections();
JS
export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=example NODE_NO_WARNINGS=1
seen=$(node function.mjs)
echo "$seen"
expected="invocation 1: STS made ASIAEXAMPLE1, signed with ASIAEXAMPLE1
invocation 2: STS made ASIAEXAMPLE2, signed with ASIAEXAMPLE1
invocation 3: STS made ASIAEXAMPLE3, signed with ASIAEXAMPLE1"
[ "$seen" = "$expected" ]
