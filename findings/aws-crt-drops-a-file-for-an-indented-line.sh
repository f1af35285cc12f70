#!/usr/bin/env bash
# aws-crt 1.33.2 and @aws-sdk/credential-providers 3.1173.0, Node.js 20 and later; botocore 1.29.27 (Debian 12), Python 3.11.
# The AWS Common Runtime, on which AWS's device SDK for IoT and its C++ SDK are built, reads ~/.aws by itself. An indented line right below a header, be
# it a key or a comment, makes it drop the whole file with every profile in it, and all it says is that there are no credentials. The AWS SDK for
# JavaScript and the AWS CLI's botocore skip indented comments and read indented keys. Seen: whether each finds the keys of the default profile, when
# another profile has a comment, an indented comment, and an indented key.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund aws-crt@1.33.2 @aws-sdk/credential-providers@3.1173.0
apt-get download -qq python3-botocore=1.29.27+repack-1 python3-dateutil=2.8.2-2 python3-jmespath=1.0.1-1 \
  python3-six=1.16.0-4 python3-urllib3=1.26.12-1+deb12u4 2>/dev/null
for package in *.deb; do dpkg -x "$package" debian; done
cat > find.mjs <<'JS'
import { fromIni } from "@aws-sdk/credential-providers";
import { auth, http } from "aws-crt";

const found = (promise) => promise.then(() => true, () => false);
const request = new http.HttpRequest("GET", "/", new http.HttpHeaders([["host", "sts.us-east-1.amazonaws.com"]]));
const signed = auth.aws_sign_request(request, {
  algorithm: auth.AwsSigningAlgorithm.SigV4,
  signature_type: auth.AwsSignatureType.HttpRequestViaHeaders,
  provider: auth.AwsCredentialsProvider.newDefault(),
  region: "us-east-1",
  service: "sts",
});
console.log(`aws-crt ${await found(signed)}, AWS SDK ${await found(fromIni()())}`);
process.exit();
JS
unset AWS_PROFILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE="$folder/credentials" AWS_EC2_METADATA_DISABLED=true NODE_NO_WARNINGS=1
python='from botocore.session import Session; print("botocore", Session().get_credentials() is not None)'
seen=$(for line in '# comment' '  # comment' '  region = us-east-1'; do
  printf '%s\n' '[default]' 'aws_access_key_id = AKIAIOSFODNN7EXAMPLE' 'aws_secret_access_key = example' '[other]' "$line" > credentials
  node find.mjs
  PYTHONPATH=debian/usr/lib/python3/dist-packages python3 -c "$python"
done | paste -d ' ' - -)
echo "$seen"
expected="aws-crt true, AWS SDK true botocore True
aws-crt false, AWS SDK true botocore True
aws-crt false, AWS SDK true botocore True"
[ "$seen" = "$expected" ]
