#!/usr/bin/env bash
# aws-get-credentials 2.0.0 with aws-sdk 2.1693.0, Node.js 20 and later.
# It makes an AWS.Credentials of a profile in ~/.aws/credentials, but reads two of the three keys: a profile with temporary credentials, and the
# environment too if asked for, loses its aws_session_token without a word, and AWS answers that it does not know the key.
# The AWS SDK's own class for the file reads the token. Seen: no token, then the token.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund aws-get-credentials@2.0.0 aws-sdk@2.1693.0
printf '[default]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = example\naws_session_token = the-token\n' > credentials
cat > read.cjs <<'JS'
const AWS = require("aws-sdk");
const { getAWSCredentials } = require("aws-get-credentials");

getAWSCredentials("default", "credentials").then(({ sessionToken }) => {
  console.log(sessionToken, new AWS.SharedIniFileCredentials({ filename: "credentials" }).sessionToken);
});
JS
seen=$(AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE=1 NODE_NO_WARNINGS=1 node read.cjs)
echo "$seen"
[ "$seen" = "undefined the-token" ]
