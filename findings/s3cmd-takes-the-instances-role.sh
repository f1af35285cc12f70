#!/usr/bin/env bash
# s3cmd 2.3.0 (Debian 12), Python 3.11.
# s3cmd without a file of its own reads the profile that AWS_PROFILE names from ~/.aws/credentials. If the profile has an aws_session_token, s3cmd
# tries to renew the session before each request, and all it can ask for is the role of the EC2 instance, or the one that AWS_ROLE_ARN names. On an
# instance each request is then made by the instance's role and not by the profile, without a word. The same session in AWS_SESSION_TOKEN is left
# alone. Without a token, so with an IAM user's keys, the profile is used. Seen: whose key signed a request, for a profile without and with a token,
# and for the same session in the environment.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
apt-get download -qq s3cmd=2.3.0-1 python3-dateutil=2.8.2-2 python3-six=1.16.0-4 2>/dev/null
for package in *.deb; do dpkg -x "$package" debian; done
cat > credentials <<INI
[user]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = example
[session]
aws_access_key_id = ASIAIOSFODNN7EXAMPLE
aws_secret_access_key = example
aws_session_token = example
INI
cat > list.py <<'PY'
import http.client
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

from S3 import Config as config_module
from S3.S3 import S3

ROLES = "/latest/meta-data/iam/security-credentials/"
ROLE = {
    "Code": "Success",
    "AccessKeyId": "ASIAINSTANCEEXAMPLE",
    "SecretAccessKey": "example",
    "Token": "example",
    "LastUpdated": "2026-01-01T00:00:00Z",
    "Expiration": "2040-01-01T00:00:00Z",
}


class Handler(BaseHTTPRequestHandler):
    """The metadata service of an instance, and S3."""

    def do_PUT(self):
        self.answer("example")

    def do_GET(self):
        if self.path.startswith(ROLES):
            self.answer("example-role" if self.path == ROLES else json.dumps(ROLE))
        else:
            print(re.search(r"Credential=(\w+)", self.headers["Authorization"]).group(1))
            self.answer("<ListAllMyBucketsResult/>")

    def answer(self, text):
        self.send_response(200)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()


class Metadata(http.client.HTTPConnection):
    """In place of a connection to 169.254.169.254."""

    def __init__(self, host, timeout):
        assert host == "169.254.169.254"
        super().__init__("127.0.0.1", server.server_port, timeout=timeout)


config_module.httplib = SimpleNamespace(HTTPConnection=Metadata)
config = config_module.Config("none")
config.host_base = config.host_bucket = f"127.0.0.1:{server.server_port}"
config.use_https = False
S3(config).list_all_buckets()
PY
export HOME="$folder" PYTHONPATH=debian/usr/lib/python3/dist-packages
unset AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE AWS_ACCESS_KEY AWS_ACCESS_KEY_ID AWS_PROFILE AWS_CREDENTIAL_FILE
seen=$(for profile in user session; do AWS_CREDENTIAL_FILE=credentials AWS_PROFILE=$profile python3 list.py; done
  AWS_ACCESS_KEY_ID=ASIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=example AWS_SESSION_TOKEN=example python3 list.py)
echo "$seen"
expected="AKIAIOSFODNN7EXAMPLE
ASIAINSTANCEEXAMPLE
ASIAIOSFODNN7EXAMPLE"
[ "$seen" = "$expected" ]
