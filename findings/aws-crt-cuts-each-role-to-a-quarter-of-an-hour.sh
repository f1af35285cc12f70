#!/usr/bin/env bash
# aws-crt 1.33.2 and @aws-sdk/credential-providers 3.1173.0, Node.js 20 and later.
# The AWS Common Runtime, on which AWS's device SDK for IoT and its C++ SDK are built, reads ~/.aws by itself. Of a profile that assumes a role it takes
# external_id and role_session_name, but duration_seconds is unknown to it: each session lasts 900 seconds, where AWS's SDK reference says an hour.
# mfa_serial is unknown to it too: it asks for no code, so that a role that wants one is refused, and all it says is that there are no credentials.
# Seen, for a profile with all four: what the AWS SDK sends; what the runtime's own log says that it uses; which of the names its library contains.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund aws-crt@1.33.2 @aws-sdk/credential-providers@3.1173.0
cat > config <<INI
[default]
role_arn = arn:aws:iam::123456789012:role/example
source_profile = user
external_id = example-id
role_session_name = example-name
duration_seconds = 7200
mfa_serial = arn:aws:iam::123456789012:mfa/example
region = us-east-1
[profile user]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = example
INI
cat > sdk.mjs <<'JS'
import { fromIni } from "@aws-sdk/credential-providers";

const requestHandler = {
  handle: async ({ body }) => {
    const { ExternalId, RoleSessionName, DurationSeconds, TokenCode } = Object.fromEntries(new URLSearchParams(body));
    console.log(ExternalId, RoleSessionName, DurationSeconds, TokenCode);
    process.exit();
  },
};
await fromIni({ mfaCodeProvider: async () => "123456", clientConfig: { requestHandler } })();
JS
cat > runtime.cjs <<'JS'
const { auth, io } = require("aws-crt");

io.enable_logging(io.LogLevel.DEBUG); // to standard error
auth.AwsCredentialsProvider.newDefault(); // asks STS only when something is signed
setTimeout(process.exit, 1000); // the log is written in the background
JS
unset AWS_PROFILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
export AWS_CONFIG_FILE="$folder/config" AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true NODE_NO_WARNINGS=1
seen=$(
  node sdk.mjs
  node runtime.cjs 2>&1 | grep -oE "using (external_id|role_session_name|credentials duration) .*" | sort
  for name in external_id role_session_name duration_seconds mfa_serial; do
    echo "$name $(grep -qaw $name node_modules/aws-crt/dist/bin/linux-x64-glibc/*.node && echo known || echo unknown)"
  done
)
echo "$seen"
expected="example-id example-name 7200 123456
using credentials duration 900
using external_id 'example-id'
using role_session_name 'example-name'
external_id known
role_session_name known
duration_seconds unknown
mfa_serial unknown"
[ "$seen" = "$expected" ]
