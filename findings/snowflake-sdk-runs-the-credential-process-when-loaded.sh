#!/usr/bin/env bash
# snowflake-sdk 3.3.0, Node.js 20 and later.
# Loading the Snowflake driver uses the program's AWS credentials. To report the platform at a later login, the module runs the AWS SDK's
# credential chain when it is required, with it the profile's credential_process, which may ask for an MFA code; and it calls GetCallerIdentity of
# STS, unless 0.2 seconds have passed by then. Programs that never connect, or log in with a password, do so too: a mock of STS sees a call that
# nobody made. SNOWFLAKE_DISABLE_PLATFORM_DETECTION=true prevents it. Seen: runs of the process after require(), with that variable and without.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund snowflake-sdk@3.3.0
printf '{ "Version": 1, "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "example" }' > keys.json
printf '[default]\nregion = us-east-1\ncredential_process = sh -c "echo run >> %s/runs; cat %s/keys.json"\n' "$folder" "$folder" > config
touch runs
cat > load.cjs <<'JS'
const http = require("node:http");
const { readFileSync } = require("node:fs");

// The module asks the metadata services of three clouds too. Nothing may leave this machine.
http.request = () => {
  throw new Error("no request");
};
require("snowflake-sdk");
const count = () => readFileSync("runs", "utf8").split("\n").length - 1;
const end = () => {
  console.log(count());
  process.exit();
};
const ended = Date.now() + Number(process.env.WAIT_MS);
setInterval(() => (count() > 0 || Date.now() > ended) && end(), 100);
JS
export AWS_CONFIG_FILE="$folder/config" AWS_SHARED_CREDENTIALS_FILE="$folder/none" AWS_EC2_METADATA_DISABLED=true NODE_NO_WARNINGS=1
export AWS_ENDPOINT_URL_STS=http://127.0.0.1:9
load() { env -u AWS_PROFILE -u AWS_ACCESS_KEY_ID "$@" timeout 90 node load.cjs; }
seen="$(load SNOWFLAKE_DISABLE_PLATFORM_DETECTION=true WAIT_MS=3000) $(load SNOWFLAKE_DISABLE_PLATFORM_DETECTION= WAIT_MS=60000)"
echo "runs when turned off, and by default: $seen"
[ "$seen" = "0 1" ]
