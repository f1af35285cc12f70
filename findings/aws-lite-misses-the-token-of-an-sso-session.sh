#!/usr/bin/env bash
# @aws-lite/client 0.24.1 and @aws-sdk/credential-providers 3.1173.0, Node.js 20 and later; botocore 1.29.27 (Debian 12), Python 3.11.
# `aws sso login` keeps its token in ~/.aws/sso/cache, in a file named after a hash: of the start URL for a profile of the older form, of the
# session's name for one with sso_session, as `aws configure sso` writes now. aws-lite reads the settings of the session, but looks for a file
# named after the start URL for both forms, finds none and says nothing: on an EC2 instance every call is then made by the instance's role, elsewhere
# there are no credentials. Seen, on an instance, for a profile of each form whose token was saved by botocore: the key from the AWS SDK and from
# aws-lite.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @aws-lite/client@0.24.1 @aws-sdk/credential-providers@3.1173.0
apt-get download -qq python3-botocore=1.29.27+repack-1 python3-dateutil=2.8.2-2 python3-jmespath=1.0.1-1 \
  python3-six=1.16.0-4 python3-urllib3=1.26.12-1+deb12u4 2>/dev/null
for package in *.deb; do dpkg -x "$package" debian; done
mkdir .aws
cat > .aws/config <<INI
[profile older]
sso_start_url = https://older.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = example
[profile newer]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = example
[sso-session corp]
sso_start_url = https://newer.awsapps.com/start
sso_region = eu-west-1
INI
cat > save.py <<'PY'
from pathlib import Path

from botocore.utils import JSONFileCache, SSOTokenLoader

loader = SSOTokenLoader(cache=JSONFileCache(str(Path.home() / ".aws/sso/cache")))
for start, session in [("https://older.awsapps.com/start", None), ("https://newer.awsapps.com/start", "corp")]:
    token = {"startUrl": start, "region": "eu-west-1", "accessToken": "example", "expiresAt": "2040-01-01T00:00:00Z"}
    loader.save_token(start, token, session_name=session)
PY
cat > keys.mjs <<'JS'
import { createServer } from "node:http";
import awsLite from "@aws-lite/client";
import { fromSSO } from "@aws-sdk/credential-providers";

const ROLE = "/latest/meta-data/iam/security-credentials/";
const keys = { accessKeyId: "ASIAIOSFODNN7EXAMPLE", secretAccessKey: "example", sessionToken: "example", expiration: 2208988800000 };
const instance = { AccessKeyId: "ASIAINSTANCEEXAMPLE", SecretAccessKey: "example", Token: "example", Expiration: "2040-01-01T00:00:00Z" };
/** The portal of IAM Identity Center, and the metadata service of an instance. */
const answers = {
  "/federation/credentials": JSON.stringify({ roleCredentials: keys }),
  "/latest/api/token": "example",
  [ROLE]: "example-role",
  [`${ROLE}example-role`]: JSON.stringify(instance),
};
const server = createServer(({ url }, response) => {
  const path = url.split("?")[0];
  response.setHeader("content-type", path.startsWith("/latest") ? "text/plain" : "application/json").end(answers[path]);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const endpoint = `http://127.0.0.1:${server.address().port}`;
for (const profile of ["older", "newer"]) {
  const sdk = await fromSSO({ profile, clientConfig: { endpoint } })();
  const lite = await awsLite({ profile, region: "eu-west-1", sso: { endpoint }, imds: { endpoint } });
  console.log(`${profile}: ${sdk.accessKeyId}, ${lite.credentials.accessKeyId}`);
}
server.close();
server.closeAllConnections();
JS
unset AWS_EC2_METADATA_DISABLED AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_ACCESS_KEY AWS_SECRET_KEY AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE AWS_PROFILE
export HOME="$folder" AWS_SDK_LOAD_CONFIG=1 NODE_NO_WARNINGS=1
PYTHONPATH=debian/usr/lib/python3/dist-packages python3 save.py
seen=$(node keys.mjs)
echo "$seen"
expected="older: ASIAIOSFODNN7EXAMPLE, ASIAIOSFODNN7EXAMPLE
newer: ASIAIOSFODNN7EXAMPLE, ASIAINSTANCEEXAMPLE"
[ "$seen" = "$expected" ]
