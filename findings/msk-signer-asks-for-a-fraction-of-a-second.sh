#!/usr/bin/env bash
# aws-msk-iam-sasl-signer-js 1.0.3, Node.js 20 and later.
# AWS's signer for Kafka shortens the life of a token to that of the credentials, if they expire within 15 minutes. It divides milliseconds by 1000 and
# does not round: X-Amz-Expires is then 600.5, where AWS documents an integer of seconds, and the signature covers it. So a consumer that runs on
# the session of a role sends such tokens in the last quarter of an hour of each session, and valid ones before. An open pull request (33)
# rounds the number. Seen: X-Amz-Expires with credentials for an hour, and for ten minutes and half a second.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund aws-msk-iam-sasl-signer-js@1.0.3
cat > sign.cjs <<'JS'
const { generateAuthTokenFromCredentialsProvider } = require("aws-msk-iam-sasl-signer-js");

const start = Date.parse("2030-01-01T00:00:00Z");
Date.now = () => start;
async function expires(milliseconds) {
  const session = { accessKeyId: "ASIAIOSFODNN7EXAMPLE", secretAccessKey: "example", sessionToken: "example" };
  const awsCredentialsProvider = async () => ({ ...session, expiration: new Date(start + milliseconds) });
  const { token } = await generateAuthTokenFromCredentialsProvider({ region: "us-east-1", awsCredentialsProvider });
  return new URL(Buffer.from(token, "base64url").toString()).searchParams.get("X-Amz-Expires");
}
(async () => console.log(await expires(3_600_000), await expires(600_500)))();
JS
seen=$(NODE_NO_WARNINGS=1 node sign.cjs)
echo "$seen"
[ "$seen" = "900 600.5" ]
