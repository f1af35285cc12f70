#!/usr/bin/env bash
# @scaldwell77/aws-signed-fetch 5.1.1, and aws-sigv4-fetch 4.4.1 beside it, Node.js 20 and later.
# This fetch signs requests for any service of AWS, and gives each the content type application/json, whatever the caller has set, and without a word in
# its documentation. That is right for GraphQL. But STS, IAM, SNS and others of AWS's Query protocol take a form, and services of one's own may take XML
# or bytes: they get a type that is not the body's, with a valid signature. aws-sigv4-fetch sends the type that was set.
# Seen: the content types of a form and of bytes as a server gets them, from both.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @scaldwell77/aws-signed-fetch@5.1.1 aws-sigv4-fetch@4.4.1
cat > types.mjs <<'JS'
import { createServer } from "node:http";
import { createSignedFetch } from "@scaldwell77/aws-signed-fetch";
import { createSignedFetcher } from "aws-sigv4-fetch";

const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const fetches = {
  "aws-signed-fetch": createSignedFetch({ service: "sts", awsRegion: "us-east-1", awsCredentials: credentials }),
  "aws-sigv4-fetch": createSignedFetcher({ service: "sts", region: "us-east-1", credentials }),
};
const server = createServer((request, response) => response.end(request.headers["content-type"]));
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const form = new URLSearchParams({ Action: "GetCallerIdentity", Version: "2011-06-15" });
const bytes = { body: new Uint8Array([1, 2, 3]), headers: { "content-type": "application/octet-stream" } };
for (const [name, fetch] of Object.entries(fetches)) {
  for (const request of [{ body: form }, bytes]) {
    const response = await fetch(`http://127.0.0.1:${server.address().port}/`, { method: "POST", ...request });
    console.log(`${name}:`, await response.text());
  }
}
server.close();
server.closeAllConnections();
JS
seen=$(NODE_NO_WARNINGS=1 node types.mjs)
echo "$seen"
expected="aws-signed-fetch: application/json
aws-signed-fetch: application/json
aws-sigv4-fetch: application/x-www-form-urlencoded;charset=UTF-8
aws-sigv4-fetch: application/octet-stream"
[ "$seen" = "$expected" ]
