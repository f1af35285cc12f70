#!/usr/bin/env bash
# serverless-better-credentials 2.0.1 with aws-sdk 2.1693.0, Node.js 20 and later.
# This plugin lets the Serverless Framework use profiles of every kind: roles, sign-ins, processes. It copies what the AWS SDK's provider returns into
# its own object, and leaves out when the credentials expire. They are then used for good, and a deployment that outlives them, as one that creates a
# database may, stops halfway with ExpiredToken, where the AWS SDK's own provider would have renewed them. Seen, for a process whose credentials
# expire in an hour: the time of expiry and, two hours later, whether they need to be renewed, from both.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --legacy-peer-deps serverless-better-credentials@2.0.1 aws-sdk@2.1693.0 @serverless/utils@6.15.0
cat > process.sh <<'SH'
printf '{"Version":1,"AccessKeyId":"ASIAIOSFODNN7EXAMPLE","SecretAccessKey":"example","SessionToken":"example","Expiration":"%s"}' \
  "$(date -u -d '+1 hour' +%FT%TZ)"
SH
printf '[profile example]\ncredential_process = sh process.sh\n' > config
cat > expire.cjs <<'JS'
const AWS = require("aws-sdk");
const { default: AwsCredentials } = require("serverless-better-credentials/dist/AwsCredentials");

(async () => {
  const plugin = new AwsCredentials(() => {});
  plugin.addProfile("AWS_PROFILE", "example");
  const sdk = new AWS.ProcessCredentials({ profile: "example" });
  for (const credentials of [plugin, sdk]) {
    AWS.config.systemClockOffset = 0;
    await credentials.getPromise();
    AWS.config.systemClockOffset = 7_200_000;
    console.log(credentials.accessKeyId, credentials.expireTime instanceof Date, credentials.needsRefresh());
  }
})();
JS
export NODE_NO_WARNINGS=1 AWS_SDK_LOAD_CONFIG=1 AWS_CONFIG_FILE="$folder/config" AWS_SHARED_CREDENTIALS_FILE="$folder/none" HOME="$folder"
seen=$(node expire.cjs)
echo "$seen"
expected="ASIAIOSFODNN7EXAMPLE false false
ASIAIOSFODNN7EXAMPLE true true"
[ "$seen" = "$expected" ]
