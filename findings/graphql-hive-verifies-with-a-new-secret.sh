#!/usr/bin/env bash
# @graphql-hive/plugin-aws-sigv4 2.0.68 with aws4 1.13.2 and graphql 16.15.0, Node.js 20 and later.
# The plugin lets a gateway accept requests signed with SigV4, for which it must know the caller's secret. With the option `incoming.assumeRole` it
# assumes the caller's role itself and verifies with the secret that it gets. But STS makes a new session, with its own secret, for each AssumeRole,
# and tells nobody a secret again, so that the signature of a caller with that role never fits. `incoming.secretAccessKey` works for secrets that the
# gateway has; for others, STS has to check, as with a presigned GetCallerIdentity. Seen: the same request of a role's session with the caller's
# secret, and with assumeRole of the same role.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @graphql-hive/plugin-aws-sigv4@2.0.68 @aws-sdk/client-sts@3.1173.0 aws4@1.13.2 graphql@16.15.0
printf '[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = example\nregion = us-east-1\n' > credentials
cat > verify.mjs <<'JS'
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { STS } from "@aws-sdk/client-sts";
import { useAWSSigv4 } from "@graphql-hive/plugin-aws-sigv4";
import aws4 from "aws4";

let sessions = 0;
const server = createServer((_, response) => {
  sessions += 1;
  response.setHeader("content-type", "text/xml").end(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<AssumeRoleResult><Credentials><AccessKeyId>ASIAEXAMPLE${sessions}</AccessKeyId><SecretAccessKey>secret${sessions}</SecretAccessKey>
<SessionToken>token${sessions}</SessionToken><Expiration>2040-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
process.env.AWS_ENDPOINT_URL_STS = `http://127.0.0.1:${server.address().port}`;

const role = { RoleArn: "arn:aws:iam::123456789012:role/example", RoleSessionName: "example" };
const { Credentials } = await new STS({ region: "us-east-1" }).assumeRole(role);
const url = new URL("https://gateway.example/graphql");
const body = JSON.stringify({ query: "{ version }" });
const { headers } = aws4.sign(
  {
    ...{ service: "appsync", region: "us-east-1", method: "POST", host: url.host, path: url.pathname, body },
    headers: { "content-type": "application/json", "x-amz-content-sha256": createHash("sha256").update(body).digest("hex") },
  },
  { accessKeyId: Credentials.AccessKeyId, secretAccessKey: Credentials.SecretAccessKey, sessionToken: Credentials.SessionToken },
);

async function verify(options) {
  // A Request drops the header host, which a server has.
  const plugin = useAWSSigv4({ incoming: { headers: () => new Headers(headers), ...options } });
  const request = new Request(url, { method: "POST", headers, body });
  return Promise.resolve(plugin.onRequestParse({ request, url })).then(() => "accepted", (error) => error.message);
}
console.log(await verify({ secretAccessKey: () => Credentials.SecretAccessKey }));
console.log(await verify({ assumeRole: () => ({ roleArn: role.RoleArn, roleSessionName: role.RoleSessionName, region: "us-east-1" }) }));
server.close();
server.closeAllConnections();
JS
export NODE_NO_WARNINGS=1 AWS_SHARED_CREDENTIALS_FILE="$folder/credentials" AWS_CONFIG_FILE="$folder/none"
unset AWS_PROFILE AWS_ACCESS_KEY_ID AWS_ACCESS_KEY AWS_SECRET_ACCESS_KEY AWS_SECRET_KEY AWS_SESSION_TOKEN
seen=$(node verify.mjs)
echo "$seen"
expected="accepted
The signature does not match"
[ "$seen" = "$expected" ]
