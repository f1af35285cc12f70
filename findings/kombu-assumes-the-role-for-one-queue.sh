#!/usr/bin/env bash
# kombu 5.2.4 (Debian 12), Python 3.11.
# kombu is the transport of Celery. For SQS its options can name queues that exist, predefined_queues, and a role to assume for them, sts_role_arn. It
# keeps a client for each queue, but one time of expiry for all: the queue that is used first gets a session, and every other one is taken to have one
# too, which ends in a KeyError that says no more than the queue's name. Without the role all queues work. Seen, for two queues, without and with the
# role: whose key signed the message, or the error.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
apt-get download -qq python3-kombu=5.2.4-1 python3-amqp=5.1.1-1 python3-vine=5.0.0+dfsg-3 python3-boto3=1.26.27+dfsg-1 \
  python3-botocore=1.29.27+repack-1 python3-s3transfer=0.6.0-1 python3-dateutil=2.8.2-2 python3-jmespath=1.0.1-1 \
  python3-six=1.16.0-4 python3-urllib3=1.26.12-1+deb12u4 2>/dev/null
for package in *.deb; do dpkg -x "$package" debian; done
cat > send.py <<'PY'
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import boto3
from kombu import Connection

ASSUMED = """<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>example</SecretAccessKey><SessionToken>example</SessionToken>
<Expiration>2040-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"""
keys = []


class Handler(BaseHTTPRequestHandler):
    """STS and SQS."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        action = re.search(r"Action=(\w+)", body).group(1)
        if action == "SendMessage":
            keys.append(re.search(r"Credential=(\w+)", self.headers["Authorization"]).group(1))
        text = ASSUMED if action == "AssumeRole" else f"<{action}Response><{action}Result/></{action}Response>"
        self.send_response(200)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
endpoint = f"http://127.0.0.1:{server.server_port}"
create = boto3.client
boto3.client = lambda service: create(service, endpoint_url=endpoint)  # STS, for which kombu has no such option
queues = {name: {"url": f"{endpoint}/123456789012/{name}"} for name in ["first", "second"]}
options = {"region": "us-east-1", "is_secure": False, "predefined_queues": queues}
if sys.argv[1:]:
    options["sts_role_arn"] = sys.argv[1]
url = f"sqs://AKIAIOSFODNN7EXAMPLE:example@127.0.0.1:{server.server_port}"
producer = Connection(url, transport_options=options).Producer()
seen = []
for queue in queues:
    try:
        producer.publish("example", routing_key=queue)
        seen.append(keys[-1])
    except KeyError as error:
        seen.append(repr(error))
print(*seen)
PY
export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=example AWS_DEFAULT_REGION=us-east-1
export PYTHONPATH=debian/usr/lib/python3/dist-packages
seen=$(python3 send.py; python3 send.py arn:aws:iam::123456789012:role/example)
echo "$seen"
expected="AKIAIOSFODNN7EXAMPLE AKIAIOSFODNN7EXAMPLE
ASIAIOSFODNN7EXAMPLE KeyError('second')"
[ "$seen" = "$expected" ]
