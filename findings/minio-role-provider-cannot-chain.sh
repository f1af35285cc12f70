#!/usr/bin/env bash
# minio 8.0.7 (the JavaScript client), Node.js 20 and later.
# Two options of its AssumeRoleProvider cannot work. With `sessionToken` the keys that assume the role are temporary ones, but the token is not
# sent, neither as header nor as parameter, so that the service does not know the key. And `action: "AssumeRoleWithWebIdentity"` with
# `webIdentityToken` sends the right request, but reads the answer as AssumeRole's: the credentials arrive and a TypeError is thrown.
# Seen: whether the token was anywhere in the request; the error.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund minio@8.0.7
cat > roles.cjs <<'JS'
const { createServer } = require("node:http");
const { AssumeRoleProvider } = require("minio/dist/main/AssumeRoleProvider.js");

let sent;
const server = createServer((request, response) => {
  let body = "";
  request.on("data", (data) => (body += data)).on("end", () => {
    sent = JSON.stringify(request.headers) + body;
    const action = new URLSearchParams(body).get("Action");
    response.setHeader("content-type", "text/xml").end(`<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<${action}Result><Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>example</SecretAccessKey>
<SessionToken>example</SessionToken><Expiration>2030-01-01T00:00:00Z</Expiration></Credentials></${action}Result></${action}Response>`);
  });
});
server.listen(0, "127.0.0.1", async () => {
  const options = {
    stsEndpoint: `http://127.0.0.1:${server.address().port}`,
    accessKey: "ASIAIOSFODNN7EXAMPLE",
    secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    region: "us-east-1",
    roleArn: "arn:aws:iam::123456789012:role/example",
    roleSessionName: "example",
  };
  await new AssumeRoleProvider({ ...options, sessionToken: "the-token" }).getCredentials();
  console.log(sent.includes("the-token"));
  const identity = { action: "AssumeRoleWithWebIdentity", webIdentityToken: "the-identity" };
  const result = await new AssumeRoleProvider({ ...options, ...identity }).getCredentials().catch((error) => error);
  console.log(sent.includes("WebIdentityToken=the-identity"), result.cause?.name);
  server.close();
  server.closeAllConnections();
});
JS
seen=$(node roles.cjs | tr '\n' ';')
echo "session token sent; identity sent and the error: $seen"
[ "$seen" = "false;true TypeError;" ]
