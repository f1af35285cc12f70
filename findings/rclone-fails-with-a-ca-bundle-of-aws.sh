#!/usr/bin/env bash
# rclone 1.60.1 and botocore 1.29.27 (Debian 12), Python 3.11.
# AWS_CA_BUNDLE names the certificates that the AWS CLI and AWS's SDKs trust; behind a proxy that opens TLS it is often set for a whole machine.
# rclone has its own option for that, --ca-cert, and its own HTTP transport, into which AWS's SDK for Go cannot put certificates: where the
# variable is set, each S3 remote fails before the first request, also one with keys, with an address that is not TLS, or when the file is that of
# the system. botocore works with it. Seen: what each says about a list request, without and with the variable.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
apt-get download -qq rclone=1.60.1+dfsg-2+b5 python3-botocore=1.29.27+repack-1 python3-dateutil=2.8.2-2 python3-jmespath=1.0.1-1 \
  python3-six=1.16.0-4 python3-urllib3=1.26.12-1+deb12u4 2>/dev/null
for package in *.deb; do dpkg -x "$package" debian; done
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out bundle.pem -subj /CN=example -days 1 2>/dev/null
cat > list.py <<'PY'
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from botocore.session import Session

LIST = '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name><IsTruncated>false</IsTruncated></ListBucketResult>'


class Handler(BaseHTTPRequestHandler):
    """S3."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("content-type", "application/xml")
        self.send_header("content-length", str(len(LIST)))
        self.end_headers()
        self.wfile.write(LIST.encode())

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
endpoint = f"http://127.0.0.1:{server.server_port}"
remote = f":s3,provider=Other,env_auth=true,region=eu-west-1,endpoint='{endpoint}':bucket"
result = subprocess.run(["debian/usr/bin/rclone", "--config", "/dev/null", "lsf", remote], capture_output=True, timeout=60, text=True)
error = "LoadCustomCABundleError"
print("rclone:", error if error in result.stderr else "listed" if result.returncode == 0 else result.stderr, end="; ")
Session().create_client("s3", endpoint_url=endpoint, region_name="eu-west-1").list_objects(Bucket="bucket")
print("botocore: listed")
PY
export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=example PYTHONPATH=debian/usr/lib/python3/dist-packages
seen=$(env -u AWS_CA_BUNDLE python3 list.py; AWS_CA_BUNDLE="$folder/bundle.pem" python3 list.py)
echo "$seen"
expected="rclone: listed; botocore: listed
rclone: LoadCustomCABundleError; botocore: listed"
[ "$seen" = "$expected" ]
