#!/usr/bin/env bash
# @aws-lite/client 0.24.1 and @aws-sdk/credential-providers 3.1173.0 with @aws-sdk/client-sts 3.1173.0, Node.js 20 and later.
# In a task of ECS, Fargate included, a variable names where the credentials of its role are. An authorization token belongs to other containers, such
# as the pods of EKS; ECS sets none. aws-lite demands one before it asks, so that no task gets its role. Where there is a token, it asks once,
# when the client is created: it reads when the credentials expire, and uses them for good all the same, so that a program that runs for some hours is
# refused from then on. Seen: what each finds without a token; then, with a token and credentials that expire in a second, whether a request after that
# second is signed with new ones.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @aws-lite/client@0.24.1 @aws-sdk/credential-providers@3.1173.0 @aws-sdk/client-sts@3.1173.0
cat > task.mjs <<'JS'
import { createServer } from "node:http";
import { setTimeout } from "node:timers/promises";
import awsLite from "@aws-lite/client";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromHttp } from "@aws-sdk/credential-providers";

const IDENTITY = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<GetCallerIdentityResult></GetCallerIdentityResult></GetCallerIdentityResponse>`;
let sessions = 0;
let signedWith;
/** The credentials of the container, and STS. */
const server = createServer(({ url, headers }, response) => {
  if (url === "/credentials") {
    sessions += 1;
    const Expiration = new Date(Date.now() + 1000).toISOString();
    const keys = { AccessKeyId: `ASIAEXAMPLE${sessions}`, SecretAccessKey: "example", Token: "example", Expiration };
    response.setHeader("content-type", "application/json").end(JSON.stringify(keys));
  } else {
    signedWith = /Credential=(\w+)/.exec(headers.authorization)[1];
    response.setHeader("content-type", "text/xml").end(IDENTITY);
  }
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const endpoint = `http://127.0.0.1:${server.address().port}`;
process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = `${endpoint}/credentials`;

const clients = {
  "client-sts": async () => {
    const client = new STSClient({ region: "us-east-1", endpoint, credentials: fromHttp() });
    return () => client.send(new GetCallerIdentityCommand({}));
  },
  "aws-lite": async () => {
    const client = await awsLite({ region: "us-east-1" });
    const payload = "Action=GetCallerIdentity&Version=2011-06-15";
    return () => client({ service: "sts", endpoint, headers: { "content-type": "application/x-www-form-urlencoded" }, payload });
  },
};
for (const [name, create] of Object.entries(clients)) {
  delete process.env.AWS_CONTAINER_AUTHORIZATION_TOKEN;
  const found = await create().then((call) => call()).then(() => "the role", (error) => error.message);
  process.env.AWS_CONTAINER_AUTHORIZATION_TOKEN = "example";
  const call = await create();
  await call();
  const first = signedWith;
  await setTimeout(1500);
  await call();
  console.log(`${name}: ${found}; ${signedWith === first ? "the first session" : "a new session"}`);
}
server.close();
server.closeAllConnections();
JS
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_ACCESS_KEY AWS_SECRET_KEY AWS_PROFILE AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
seen=$(HOME="$folder" NODE_NO_WARNINGS=1 node task.mjs)
echo "$seen"
expected="client-sts: the role; a new session
aws-lite: ECS IMDSv2 token not found; the first session"
[ "$seen" = "$expected" ]
