#!/usr/bin/env bash
# @aws-sdk/credential-providers 3.1173.0, Node.js 20 and later; AWS CLI 2.9.19 with botocore 1.29.27 (Debian 12), Python 3.11.
# A profile may have a name with a space: the AWS CLI writes it to ~/.aws/config in quotes, and reads it back. The AWS SDK for JavaScript,
# which accepts quotes there too and the characters @ + . % : / in a name, drops this section when it reads the file, and then says that the
# profile does not exist.
# Seen for "dev", "dev/eu" and "dev eu", written by the AWS CLI's own code: found by botocore each time; true, true and an error in JavaScript.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @aws-sdk/credential-providers@3.1173.0
apt-get download -qq awscli=2.9.19-1 python3-botocore=1.29.27+repack-1 python3-dateutil=2.8.2-2 python3-jmespath=1.0.1-1 \
  python3-six=1.16.0-4 python3-urllib3=1.26.12-1+deb12u4 2>/dev/null
for package in *.deb; do dpkg -x "$package" debian; done
printf '{ "Version": 1, "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "example" }' > keys.json
cat > write.py <<'PY'
import os

from awscli.customizations.configure import profile_to_section
from awscli.customizations.configure.writer import ConfigFileWriter

for name in ["dev", "dev/eu", "dev eu"]:
    section = {"__section__": profile_to_section(name), "credential_process": "cat keys.json"}
    ConfigFileWriter().update_config(section, os.environ["AWS_CONFIG_FILE"])
PY
cat > read.py <<'PY'
from botocore.session import Session

print([Session(profile=name).get_credentials() is not None for name in ["dev", "dev/eu", "dev eu"]])
PY
cat > read.mjs <<'JS'
import { fromProcess } from "@aws-sdk/credential-providers";

const find = (profile) => fromProcess({ profile })().then(() => true, (error) => error.message.split(" ").slice(-2).join(" "));
const found = [];
for (const name of ["dev", "dev/eu", "dev eu"]) found.push(await find(name));
console.log(found.join(", "));
JS
export AWS_CONFIG_FILE="$folder/config" AWS_SHARED_CREDENTIALS_FILE="$folder/none" NODE_NO_WARNINGS=1
export PYTHONPATH=debian/usr/lib/python3/dist-packages
python3 write.py
grep '^\[' config
seen="$(python3 read.py) $(node read.mjs)"
echo "botocore, then JavaScript: $seen"
[ "$seen" = "[True, True, True] true, true, credentials file." ]
