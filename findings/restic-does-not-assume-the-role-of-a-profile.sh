#!/usr/bin/env bash
# restic 0.14.0 (Debian 12), Python 3.11.
# restic takes AWS_PROFILE for a backup in S3, but reads ~/.aws/credentials only, and there only keys. A profile that assumes a role or runs a process,
# one of ~/.aws/config, and one that is misspelt are no error to it: in a container or on an instance it goes on as the role of that, and elsewhere it
# sends unsigned requests, which S3 refuses as "Access Denied", as if the role lacked a permission. The AWS CLI does as the profile says, or
# names the profile it has not found. Seen: who signed the first request to S3, for each such profile, without and with the role of a container.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
apt-get download -qq restic=0.14.0-1+b5 2>/dev/null
for package in *.deb; do dpkg -x "$package" debian; done
mkdir .aws
cat > .aws/credentials <<INI
[keys]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = example
[role]
role_arn = arn:aws:iam::123456789012:role/example
source_profile = keys
INI
cat > .aws/config <<INI
[profile config]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = example
INI
cat > backup.py <<'PY'
import json
import os
import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

ROLE = {"AccessKeyId": "ASIACONTAINEREXAMPLE", "SecretAccessKey": "example", "Token": "example", "Expiration": "2040-01-01T00:00:00Z"}
has_role = False
signers = []


class Handler(BaseHTTPRequestHandler):
    """The credentials of a container, and S3, which refuses everything."""

    def do_GET(self):
        if self.path == "/credentials" and has_role:
            return self.answer(200, json.dumps(ROLE))
        if self.path != "/credentials":
            match = re.search(r"Credential=(\w+)", self.headers["Authorization"] or "")
            signers.append(match.group(1) if match else "nobody")
        self.answer(403, "<Error><Code>AccessDenied</Code></Error>")

    do_HEAD = do_GET

    def answer(self, status, text):
        self.send_response(status)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
endpoint = f"http://127.0.0.1:{server.server_port}"
variables = {**os.environ, "RESTIC_PASSWORD": "example", "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{endpoint}/credentials"}
for profile in ["keys", "role", "config", "misspelt"]:
    seen = []
    for has_role in [False, True]:
        signers.clear()
        command = ["debian/usr/bin/restic", "--no-cache", "-r", f"s3:{endpoint}/bucket", "snapshots"]
        subprocess.run(command, env={**variables, "AWS_PROFILE": profile}, capture_output=True, timeout=60)
        seen.append(signers[0])
    print(f"{profile}:", ", ".join(seen))
PY
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_SHARED_CREDENTIALS_FILE AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
unset AWS_WEB_IDENTITY_TOKEN_FILE
seen=$(HOME="$folder" python3 backup.py)
echo "$seen"
expected="keys: AKIAIOSFODNN7EXAMPLE, AKIAIOSFODNN7EXAMPLE
role: nobody, ASIACONTAINEREXAMPLE
config: nobody, ASIACONTAINEREXAMPLE
misspelt: nobody, ASIACONTAINEREXAMPLE"
[ "$seen" = "$expected" ]
