#!/usr/bin/env bash
# @aws-sdk/dsql-signer 3.1142.0 and @aws-sdk/rds-signer 3.1175.0, Node.js 20 and later.
# Both make the password of a database from a profile in ~/.aws, and both document an option `profile` for its region and its credentials.
# DsqlSigner never reads it: the token is signed with the default profile, for the default profile's region, without an error. A region
# that is passed as undefined, as an unset variable is, gives a token for a region named "undefined", where the RDS signer finds the region.
# Seen: key and region in the token of each, with the profile "other"; then with the region passed as undefined.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @aws-sdk/dsql-signer@3.1142.0 @aws-sdk/rds-signer@3.1175.0
printf '[default]\nregion = us-east-1\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = example\n' > config
printf '[profile other]\nregion = eu-west-1\naws_access_key_id = AKIAI44QH8DHBEXAMPLE\naws_secret_access_key = example\n' >> config
cat > sign.mjs <<'JS'
import { DsqlSigner } from "@aws-sdk/dsql-signer";
import { Signer } from "@aws-sdk/rds-signer";

function keyAndRegion(token) {
  const [key, , region] = new URL(`https://${token}`).searchParams.get("X-Amz-Credential").split("/");
  return `${key} ${region}`;
}
for (const options of [{ profile: "other" }, { region: undefined }]) {
  const dsql = new DsqlSigner({ hostname: "cluster.dsql.eu-west-1.on.aws", ...options });
  const rds = new Signer({ hostname: "database.example.com", port: 5432, username: "app", ...options });
  console.log(`${keyAndRegion(await dsql.getDbConnectAuthToken())}, ${keyAndRegion(await rds.getAuthToken())}`);
}
JS
export AWS_CONFIG_FILE="$folder/config" AWS_SHARED_CREDENTIALS_FILE="$folder/none" NODE_NO_WARNINGS=1
seen=$(env -u AWS_PROFILE -u AWS_REGION -u AWS_ACCESS_KEY_ID node sign.mjs)
echo "$seen"
expected="AKIAIOSFODNN7EXAMPLE us-east-1, AKIAI44QH8DHBEXAMPLE eu-west-1
AKIAIOSFODNN7EXAMPLE undefined, AKIAIOSFODNN7EXAMPLE us-east-1"
[ "$seen" = "$expected" ]
