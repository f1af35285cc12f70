#!/usr/bin/env bash
# @jm18457/kafkajs-msk-iam-authentication-mechanism 4.0.0 with @aws-sdk/credential-providers 3.1173.0, Node.js 20 and later.
# It logs in to Amazon MSK with credentials or a provider of them, but asks the provider twice for each login: once for the key and the token that it
# sends, and once for the secret that it signs with. The AWS SDK's providers remember nothing by themselves (its clients do), so with
# fromTemporaryCredentials or fromTokenFile these are two sessions, and the broker refuses the signature. A default chain, and a provider that keeps
# its session, work. Seen: sessions made for one login, whose key was sent, whose secret signed.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @jm18457/kafkajs-msk-iam-authentication-mechanism@4.0.0 @aws-sdk/credential-providers@3.1173.0 kafkajs@2.2.4
cat > login.mjs <<'JS'
import { createServer } from "node:http";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import mechanism from "@jm18457/kafkajs-msk-iam-authentication-mechanism";

let sessions = 0;
const server = createServer((_, response) => {
  sessions += 1;
  response.setHeader("content-type", "text/xml").end(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<AssumeRoleResult><Credentials><AccessKeyId>ASIAEXAMPLE${sessions}</AccessKeyId><SecretAccessKey>secret${sessions}</SecretAccessKey>
<SessionToken>token${sessions}</SessionToken><Expiration>2040-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const provider = fromTemporaryCredentials({
  masterCredentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "example" },
  params: { RoleArn: "arn:aws:iam::123456789012:role/example", RoleSessionName: "example" },
  clientConfig: { region: "us-east-1", endpoint: `http://127.0.0.1:${server.address().port}` },
});

/** What the broker gets. */
async function login(credentials) {
  let sent;
  await mechanism.createMechanism({ region: "us-east-1", credentials }).authenticationProvider({
    host: "broker.example",
    port: 9098,
    logger: { info() {}, error() {} },
    saslAuthenticate: async ({ request }) => {
      sent = JSON.parse(request.encode().subarray(4).toString());
      return { version: "2020_10_22" };
    },
  }).authenticate();
  return sent;
}

Date.now = () => Date.UTC(2026, 10, 30); // so that two logins with the same keys have the same signature
const sent = await login(provider);
console.log(`sessions ${sessions}, key ${sent["x-amz-credential"].split("/")[0]}, token ${sent["x-amz-security-token"]}`);
for (const secretAccessKey of ["secret1", "secret2"]) {
  const same = await login({ accessKeyId: "ASIAEXAMPLE1", secretAccessKey, sessionToken: "token1" });
  console.log(`signed with ${secretAccessKey}: ${same["x-amz-signature"] === sent["x-amz-signature"]}`);
}
server.close();
server.closeAllConnections();
JS
seen=$(NODE_NO_WARNINGS=1 node login.mjs)
echo "$seen"
expected="sessions 2, key ASIAEXAMPLE1, token token1
signed with secret1: false
signed with secret2: true"
[ "$seen" = "$expected" ]
