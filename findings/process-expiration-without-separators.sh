#!/usr/bin/env bash
# @aws-sdk/credential-providers 3.1173.0 with @aws-sdk/client-sts 3.1173.0, Node.js 20 and later; botocore 1.29.27 (Debian 12), Python 3.11.
# A credential_process states when its credentials expire, in ISO 8601. That has a form without separators, 20300101T000000Z. The AWS CLI's
# botocore reads both forms. The AWS SDK for JavaScript makes an invalid date of it, without an error, and a client with an invalid date keeps the
# credentials for good: the process is never run again, and after the true expiration every call fails.
# Seen, with credentials that expire in one minute, so that the process is run again for each call: 4 runs for three calls with separators, 1 without.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @aws-sdk/credential-providers@3.1173.0 @aws-sdk/client-sts@3.1173.0
apt-get download -qq python3-botocore=1.29.27+repack-1 python3-dateutil=2.8.2-2 python3-jmespath=1.0.1-1 \
  python3-six=1.16.0-4 python3-urllib3=1.26.12-1+deb12u4 2>/dev/null
for package in *.deb; do dpkg -x "$package" debian; done
cat > process.sh <<'PROCESS'
echo run >> "$RUNS"
printf '{ "Version": 1, "AccessKeyId": "ASIAIOSFODNN7EXAMPLE", "SecretAccessKey": "example", "SessionToken": "example", "Expiration": "%s" }' \
  "$(date -u -d '1 minute' "+$FORM")"
PROCESS
printf '[default]\ncredential_process = sh %s/process.sh\n' "$folder" > config
cat > calls.mjs <<'JS'
import { fromProcess } from "@aws-sdk/credential-providers";
import { STSClient } from "@aws-sdk/client-sts";

const client = new STSClient({ region: "us-east-1", credentials: fromProcess() });
for (let call = 0; call < 3; call += 1) await client.config.credentials();
JS
cat > once.py <<'PY'
from datetime import datetime, timedelta, timezone
from botocore.session import Session

credentials = Session().get_credentials()
left = credentials._expiry_time - datetime.now(timezone.utc)
print(timedelta(0) < left <= timedelta(minutes=1))
PY
export AWS_CONFIG_FILE="$folder/config" AWS_SHARED_CREDENTIALS_FILE="$folder/none" NODE_NO_WARNINGS=1 RUNS="$folder/runs"
seen=
for FORM in %Y-%m-%dT%H:%M:%SZ %Y%m%dT%H%M%SZ; do
  export FORM
  : > "$RUNS"
  node calls.mjs
  seen="$seen$(grep -c run "$RUNS") $(PYTHONPATH=debian/usr/lib/python3/dist-packages python3 once.py); "
done
echo "runs in JavaScript and whether botocore read the date, with and without separators: $seen"
[ "$seen" = "4 True; 1 True; " ]
