#!/usr/bin/env bash
# Apache Libcloud 3.4.1 and botocore 1.29.27 (Debian 12), Python 3.11.
# Libcloud's driver for S3 takes a session token, sends it with each request and signs it. The presigned URLs of get_object_cdn_url are signed without
# it: with the keys of a session they name a temporary key and no token, and S3 refuses them, while everything else works. With the keys of an IAM
# user they are right. botocore puts the token into the URL. Seen: whether a request and a URL have the token, from both.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
apt-get download -qq python3-libcloud=3.4.1-5 python3-requests=2.28.1+dfsg-1 python3-certifi=2022.9.24-1 python3-chardet=5.1.0+dfsg-2 \
  python3-charset-normalizer=3.0.1-2 python3-idna=3.3-1+deb12u1 python3-botocore=1.29.27+repack-1 python3-dateutil=2.8.2-2 \
  python3-jmespath=1.0.1-1 python3-six=1.16.0-4 python3-urllib3=1.26.12-1+deb12u4 2>/dev/null
for package in *.deb; do dpkg -x "$package" debian; done
cat > sign.py <<'PY'
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

from botocore.session import Session
from libcloud.storage.base import Container, Object
from libcloud.storage.drivers.s3 import S3StorageDriver

LIST = '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name><IsTruncated>false</IsTruncated></ListBucketResult>'
tokens = []


class Handler(BaseHTTPRequestHandler):
    """S3."""

    def do_GET(self):
        tokens.append(self.headers["x-amz-security-token"])
        self.send_response(200)
        self.send_header("content-type", "application/xml")
        self.send_header("content-length", str(len(LIST)))
        self.end_headers()
        self.wfile.write(LIST.encode())

    def log_message(self, *_):
        pass


def token(url):
    query = {name.lower(): value for name, [value] in parse_qs(urlsplit(url).query).items()}
    return query.get("x-amz-security-token", "no token")


server = HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
key, secret, session = "ASIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "the-token"
driver = S3StorageDriver(key, secret, token=session, region="eu-west-1", secure=False, host="127.0.0.1", port=server.server_port)
bucket = Container("bucket", {}, driver)
list(driver.iterate_container_objects(bucket))
url = driver.get_object_cdn_url(Object("key", 1, "hash", {}, {}, bucket, driver))
print("Libcloud:", tokens[-1], token(url))
botocore = Session()
botocore.set_credentials(key, secret, session)
client = botocore.create_client("s3", "eu-west-1", endpoint_url=f"http://127.0.0.1:{server.server_port}")
client.list_objects(Bucket="bucket")
print("botocore:", tokens[-1], token(client.generate_presigned_url("get_object", {"Bucket": "bucket", "Key": "key"})))
PY
seen=$(PYTHONPATH=debian/usr/lib/python3/dist-packages python3 sign.py)
echo "$seen"
expected="Libcloud: the-token no token
botocore: the-token the-token"
[ "$seen" = "$expected" ]
