#!/usr/bin/env bash
# @aws-sdk/credential-providers 3.1173.0, Node.js 20 and later; botocore 1.29.27 (Debian 12), Python 3.11.
# In ~/.aws/config the AWS SDK for JavaScript takes " #" or " ;" for the start of a comment, also within quotes; the AWS CLI's botocore only
# at the start of a line. A credential_process whose argument contains one, such as the title of an entry in a password manager, works in
# the AWS CLI; in JavaScript the shell gets the command up to the comment, whose quote is never closed. Seen: the whole argument, then an error.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @aws-sdk/credential-providers@3.1173.0
apt-get download -qq python3-botocore=1.29.27+repack-1 python3-dateutil=2.8.2-2 python3-jmespath=1.0.1-1 \
  python3-six=1.16.0-4 python3-urllib3=1.26.12-1+deb12u4 2>/dev/null
for package in *.deb; do dpkg -x "$package" debian; done
cat > process.sh <<'PROCESS'
printf '{ "Version": 1, "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "example", "SessionToken": "%s" }' "$1"
PROCESS
printf '[default]\ncredential_process = sh %s/process.sh "entry #2"\n' "$folder" > config
export AWS_CONFIG_FILE="$folder/config" AWS_SHARED_CREDENTIALS_FILE="$folder/none" NODE_NO_WARNINGS=1
cat > read.mjs <<'JS'
import { fromProcess } from "@aws-sdk/credential-providers";

const { sessionToken } = await fromProcess()().catch((error) => ({ sessionToken: error.name }));
console.log(sessionToken);
JS
python='from botocore.session import Session; print(Session().get_credentials().token)'
seen="$(PYTHONPATH=debian/usr/lib/python3/dist-packages python3 -c "$python"), $(node read.mjs)"
echo "botocore, then JavaScript: $seen"
[ "$seen" = "entry #2, CredentialsProviderError" ]
