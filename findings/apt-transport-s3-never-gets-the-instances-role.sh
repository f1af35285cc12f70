#!/usr/bin/env bash
# apt-transport-s3 2.1.0 (Debian 12), Python 3.11.
# With this package apt installs from a private bucket, and an EC2 instance needs no keys for that: without a file or variables it asks the metadata
# service for the instance's role. It gets the role's name, then decodes that name once more, although it is text already, and ends with a TypeError;
# apt says no more than "Method s3 has died unexpectedly!". So in Debian 12 the role never works, while a session in AWS_ACCESS_KEY_ID and the
# variables beside it does. Seen: what it asked of the metadata service, and the error; then the key from the environment.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
apt-get download -qq apt-transport-s3=2.1.0-1 python3-configobj=5.0.8-1 python3-six=1.16.0-4 2>/dev/null
for package in *.deb; do dpkg -x "$package" debian; done
cat > keys.py <<'PY'
import io
import json
import urllib.request
from importlib.machinery import SourceFileLoader

ROLE = "/latest/meta-data/iam/security-credentials/"
KEYS = {"Code": "Success", "AccessKeyId": "ASIAINSTANCEEXAMPLE", "SecretAccessKey": "example", "Token": "example"}
METADATA = {
    "/latest/api/token": "example",
    "/latest/dynamic/instance-identity/document": json.dumps({"region": "eu-west-1"}),
    ROLE: "example-role",
    ROLE + "example-role": json.dumps(KEYS),
}


def answer(request, *_):
    """In place of the metadata service."""
    print(request.get_method(), request.selector)
    return io.BytesIO(METADATA[request.selector].encode())


urllib.request.urlopen = answer
method = SourceFileLoader("method", "debian/usr/lib/apt/methods/s3").load_module()
credentials = method.AWSCredentials("none")
try:
    credentials.get_credentials()
    print(credentials.access_key)
except TypeError as error:
    print(error)
PY
export PYTHONPATH=debian/usr/lib/python3/dist-packages PYTHONWARNINGS=ignore
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
seen=$(python3 keys.py
  AWS_ACCESS_KEY_ID=ASIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=example AWS_SESSION_TOKEN=example python3 keys.py | tail -n 1)
echo "$seen"
expected="PUT /latest/api/token
GET /latest/dynamic/instance-identity/document
GET /latest/meta-data/iam/security-credentials/
decoding str is not supported
ASIAIOSFODNN7EXAMPLE"
[ "$seen" = "$expected" ]
