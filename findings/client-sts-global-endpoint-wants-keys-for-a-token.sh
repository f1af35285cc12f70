#!/usr/bin/env bash
# @aws-sdk/client-sts 3.1173.0, Node.js 20 and later.
# AssumeRoleWithWebIdentity trades an identity token for credentials: it needs none before, and is not signed. With the option useGlobalEndpoint, or the
# region aws-global, the AWS SDK looks for credentials all the same, and fails with "Could not load credentials from any providers" where there are
# none, as is usual for this call. Where there are some it signs with them. The endpoint names an authentication scheme of its own there, and
# that replaces the operation's. Seen: whether a request was made and signed, without and with keys, at the regional and the global endpoint.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @aws-sdk/client-sts@3.1173.0
cat > trade.mjs <<'JS'
import { AssumeRoleWithWebIdentityCommand, STSClient } from "@aws-sdk/client-sts";

const keys = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const input = { RoleArn: "arn:aws:iam::123456789012:role/example", RoleSessionName: "example", WebIdentityToken: "example" };
for (const useGlobalEndpoint of [false, true]) {
  for (const credentials of [undefined, keys]) {
    let seen;
    const requestHandler = {
      handle: async ({ headers }) => {
        seen = headers.authorization ? "signed" : "not signed";
        throw new Error("nothing is sent");
      },
    };
    const client = new STSClient({ region: "us-east-1", useGlobalEndpoint, credentials, requestHandler, maxAttempts: 1 });
    const error = await client.send(new AssumeRoleWithWebIdentityCommand(input)).catch((failure) => failure);
    console.log(seen ?? error.message);
  }
}
JS
export AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE="$folder/none" AWS_SHARED_CREDENTIALS_FILE="$folder/none" NODE_NO_WARNINGS=1
seen=$(env -u AWS_ACCESS_KEY_ID -u AWS_PROFILE node trade.mjs)
echo "$seen"
expected="not signed
not signed
Could not load credentials from any providers
signed"
[ "$seen" = "$expected" ]
