#!/usr/bin/env bash
# aws-sdk 2.1693.0, Node.js 20 and later; botocore 1.29.27 (Debian 12), Python 3.11.
# In ~/.aws/config a line such as "s3 =" opens a block of settings for S3, indented below it. The AWS SDK for JavaScript, version 2, does not know
# such blocks and reads the lines in them as settings of the profile: with use_dualstack_endpoint in the block STS, SQS and every other service are
# called at a dual-stack host, which firewalls and VPC endpoints may not let through. The AWS CLI's botocore changes S3 only.
# Seen: the hosts of STS and S3 from the SDK and from botocore, for the same file.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund aws-sdk@2.1693.0
apt-get download -qq python3-botocore=1.29.27+repack-1 python3-dateutil=2.8.2-2 python3-jmespath=1.0.1-1 \
  python3-six=1.16.0-4 python3-urllib3=1.26.12-1+deb12u4 2>/dev/null
for package in *.deb; do dpkg -x "$package" debian; done
printf '%s\n' '[default]' 'region = eu-west-1' 'sts_regional_endpoints = regional' 's3 =' '  use_dualstack_endpoint = true' > config
export AWS_CONFIG_FILE="$folder/config" AWS_SHARED_CREDENTIALS_FILE="$folder/none" AWS_SDK_LOAD_CONFIG=1 NODE_NO_WARNINGS=1
cat > hosts.py <<'PY'
from botocore.session import Session

session = Session()
for service in ["sts", "s3"]:
    client = session.create_client(service, aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="example")
    print(client.meta.endpoint_url.removeprefix("https://"))
PY
node='const AWS = require("aws-sdk"); console.log(new AWS.STS().endpoint.host + "\n" + new AWS.S3().endpoint.host)'
seen="$(AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE=1 node -e "$node")
$(PYTHONPATH=debian/usr/lib/python3/dist-packages python3 hosts.py)"
echo "$seen"
expected="sts.eu-west-1.api.aws
s3.dualstack.eu-west-1.amazonaws.com
sts.eu-west-1.amazonaws.com
s3.dualstack.eu-west-1.amazonaws.com"
[ "$seen" = "$expected" ]
