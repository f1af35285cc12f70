#!/usr/bin/env bash
# lambda-local 2.2.0 with @aws-sdk/credential-providers 3.1173.0 beside it, Node.js 20 and later.
# lambda-local puts the keys of a profile in ~/.aws/credentials into the environment of the function that it runs. It looks for each name from the
# header of the profile on, and does not stop at the next header: what the profile lacks it takes from one further down. An IAM user's keys get the
# session token of another profile, so that AWS refuses them, and a profile that only assumes a role gets the keys of another identity. In
# ~/.aws/config it finds no [profile …], so that the region is us-east-1, whatever the profile says. Seen: key, token and region of two profiles, from
# lambda-local; then what the AWS SDK reads for the first.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund lambda-local@2.2.0 @aws-sdk/credential-providers@3.1173.0
mkdir .aws
cat > .aws/credentials <<INI
[reader]
role_arn = arn:aws:iam::123456789012:role/reader
source_profile = user
[user]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = example
[session]
aws_access_key_id = ASIAI44QH8DHBEXAMPLE
aws_secret_access_key = example
aws_session_token = another-session
INI
printf '[profile user]\nregion = eu-west-1\n[profile reader]\nregion = eu-west-1\n' > .aws/config
cat > run.mjs <<'JS'
import { fromIni } from "@aws-sdk/credential-providers";
import lambdaLocal from "lambda-local";

const show = async () => [process.env.AWS_ACCESS_KEY_ID, process.env.AWS_SESSION_TOKEN, process.env.AWS_REGION].join(" ");
const sdk = await fromIni({ profile: "user" })();
for (const profileName of ["user", "reader"]) {
  for (const name of ["ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN", "REGION", "DEFAULT_REGION"]) delete process.env[`AWS_${name}`];
  console.log(profileName, await lambdaLocal.execute({ event: {}, lambdaFunc: { handler: show }, profileName, verboseLevel: 0 }));
}
console.log("AWS SDK, user", sdk.accessKeyId, sdk.sessionToken);
JS
export HOME="$folder" NODE_NO_WARNINGS=1
unset AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE AWS_PROFILE AWS_DEFAULT_PROFILE
seen=$(node run.mjs)
echo "$seen"
expected="user AKIAIOSFODNN7EXAMPLE another-session us-east-1
reader AKIAIOSFODNN7EXAMPLE another-session us-east-1
AWS SDK, user AKIAIOSFODNN7EXAMPLE undefined"
[ "$seen" = "$expected" ]
