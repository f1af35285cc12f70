#!/usr/bin/env bash
# rclone 1.60.1 and botocore 1.29.27 (Debian 12), Python 3.11.
# For S3 through a VPC endpoint, a FIPS host or a compatible service, rclone has the option `endpoint`. With env_auth and a profile that assumes a
# role it uses that address for STS too: AssumeRole is sent to S3, which knows no such request, and what rclone reports is a SerializationError,
# because the answer is not in the format of STS. With a profile that has keys the same remote works. In botocore the address of a client is for its own
# service. Seen: what the address received from rclone, with keys and with the role, and rclone's error; then the address of STS in botocore.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
apt-get download -qq rclone=1.60.1+dfsg-2+b5 python3-botocore=1.29.27+repack-1 python3-dateutil=2.8.2-2 python3-jmespath=1.0.1-1 \
  python3-six=1.16.0-4 python3-urllib3=1.26.12-1+deb12u4 2>/dev/null
for package in *.deb; do dpkg -x "$package" debian; done
cat > config <<INI
[profile keys]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = example
region = eu-west-1
[profile role]
role_arn = arn:aws:iam::123456789012:role/example
source_profile = keys
region = eu-west-1
INI
cat > list.py <<'PY'
import os
import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from botocore.session import Session

ERROR = "<Error><Code>MethodNotAllowed</Code><Message>The specified method is not allowed against this resource.</Message></Error>"
LIST = "<ListBucketResult><Name>bucket</Name><IsTruncated>false</IsTruncated></ListBucketResult>"
seen = []


class Handler(BaseHTTPRequestHandler):
    """The endpoint of S3."""

    def do_GET(self):
        self.answer(200, "ListObjects", LIST)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.answer(405, re.search(r"Action=(\w+)", body).group(1), ERROR)

    def answer(self, status, action, text):
        service = self.headers["Authorization"].split("/")[3]
        seen.append(f"{service} {action}")
        self.send_response(status)
        self.send_header("content-type", "application/xml")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


def stop(request, **_):
    """In place of sending."""
    print("botocore, role:", request.url)
    raise SystemExit


server = HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
endpoint = f"http://127.0.0.1:{server.server_port}"
remote = f":s3,provider=Other,env_auth=true,region=eu-west-1,endpoint='{endpoint}':bucket"
for profile in ["keys", "role"]:
    seen.clear()
    command = ["debian/usr/bin/rclone", "--config", "none", "--retries", "1", "--low-level-retries", "1", "lsf", remote]
    result = subprocess.run(command, env={**os.environ, "AWS_PROFILE": profile}, capture_output=True, timeout=60, text=True)
    print(f"rclone, {profile}:", *seen, *re.findall(r"\w+Error", result.stderr)[:1])
session = Session(profile="role")
session.register("before-send.sts.AssumeRole", stop)
session.create_client("s3", endpoint_url=endpoint).list_objects(Bucket="bucket")
PY
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_CA_BUNDLE
export AWS_CONFIG_FILE="$folder/config" AWS_SHARED_CREDENTIALS_FILE=/dev/null PYTHONPATH=debian/usr/lib/python3/dist-packages
seen=$(python3 list.py)
echo "$seen"
expected="rclone, keys: s3 ListObjects
rclone, role: sts AssumeRole sts AssumeRole SerializationError
botocore, role: https://sts.amazonaws.com/"
[ "$seen" = "$expected" ]
