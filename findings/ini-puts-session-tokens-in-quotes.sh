#!/usr/bin/env bash
# ini 6.0.0, aws-sso-creds-helper 1.12.0, @smithy/core 3.41.1, Node.js 20 and later.
# The npm package ini writes a value that contains "=" in quotes. Session tokens are Base64, so many of them end with "=". The AWS CLI and the AWS
# SDKs for JavaScript take quotes in ~/.aws/credentials for a part of the value, and AWS refuses the token. So a tool that keeps that file with ini,
# as aws-sso-creds-helper does with its older copy, writes sessions that work or fail by the length of their token; and it rewrites the whole file,
# with it the credential_process of another profile. Seen: what the SDK reads after the tool stored a token without and with padding.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ini@6.0.0 aws-sso-creds-helper@1.12.0 @smithy/core@3.41.1
export AWS_SHARED_CREDENTIALS_FILE="$folder/credentials" NODE_NO_WARNINGS=1 HOME="$folder"
printf '[other]\ncredential_process = tool --account=example\n' > credentials
cat > store.cjs <<'JS'
const ini = require("ini");
const { loadSharedConfigFiles } = require("@smithy/core/config");
const { updateAwsCredentials } = require("aws-sso-creds-helper/lib/sso-creds.js");

(async () => {
  console.log(ini.stringify({ token: "IQoJEXAMPLE=" }).trim());
  for (const sessionToken of ["IQoJEXAMPLETOKEN", "IQoJEXAMPLETOK=="]) {
    updateAwsCredentials("dev", { region: "us-east-1" }, { accessKeyId: "ASIAIOSFODNN7EXAMPLE", secretAccessKey: "example", sessionToken });
    const { credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
    console.log(credentialsFile.dev.aws_session_token, credentialsFile.other.credential_process);
  }
})();
JS
seen=$(node store.cjs)
echo "$seen"
expected='token="IQoJEXAMPLE="
IQoJEXAMPLETOKEN "tool --account=example"
"IQoJEXAMPLETOK==" "tool --account=example"'
[ "$seen" = "$expected" ]
