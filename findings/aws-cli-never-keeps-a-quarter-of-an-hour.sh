#!/usr/bin/env bash
# AWS CLI 2.9.19 (Debian 12), Python 3.11.
# A session of a role may be as short as 900 seconds, and a profile may ask for that with duration_seconds. The AWS CLI renews a session when a
# quarter of an hour is left, also one that it finds in its cache, and such a session never has more: each command assumes the role again, and so does
# each request within a command. With mfa_serial each command asks for a code, and a code is good once. A session of half an hour is kept. Seen: how
# often the role was assumed, and how many codes were asked for, by two commands of one request each and one of three.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
apt-get download -qq awscli=2.9.19-1 python3-awscrt=0.16.8+dfsg-1 python3-dateutil=2.8.2-2 python3-jmespath=1.0.1-1 \
  python3-six=1.16.0-4 python3-urllib3=1.26.12-1+deb12u4 2>/dev/null
for package in *.deb; do dpkg -x "$package" debian; done
cat > config <<INI
[profile user]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = example
[profile quarter]
role_arn = arn:aws:iam::123456789012:role/quarter
source_profile = user
duration_seconds = 900
[profile half]
role_arn = arn:aws:iam::123456789012:role/half
source_profile = user
duration_seconds = 1800
[profile quarter-with-mfa]
role_arn = arn:aws:iam::123456789012:role/mfa
source_profile = user
duration_seconds = 900
mfa_serial = arn:aws:iam::123456789012:mfa/example
INI
cat > assume.py <<'PY'
import getpass
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs

codes = 0


def ask(_):
    global codes
    codes += 1
    return "123456"


getpass.getpass = ask  # before botocore takes it

from awscli.customizations.assumerole import inject_assume_role_provider_cache
from botocore.awsrequest import AWSResponse
from botocore.session import Session

ANSWER = """<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>example</SecretAccessKey><SessionToken>example</SessionToken>
<Expiration>{}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"""
roles = 0


def answer(request, **_):
    """In place of STS."""
    global roles
    roles += 1
    body = request.body.decode() if isinstance(request.body, bytes) else request.body
    seconds = int(parse_qs(body)["DurationSeconds"][0])
    end = datetime.now(timezone.utc) + timedelta(seconds=seconds)
    response = AWSResponse(request.url, 200, {"Content-Type": "text/xml"}, None)
    response._content = ANSWER.format(end.strftime("%Y-%m-%dT%H:%M:%SZ")).encode()
    return response


for profile in ["half", "quarter", "quarter-with-mfa"]:
    counts = []
    for requests in [1, 1, 3]:
        roles = codes = 0
        session = Session(profile=profile)
        inject_assume_role_provider_cache(session)
        session.register("before-send.sts.AssumeRole", answer)
        credentials = session.get_credentials()
        for _ in range(requests):
            credentials.get_frozen_credentials()
        counts.append(f"{roles}/{codes}")
    print(profile, *counts)
PY
export HOME="$folder" AWS_CONFIG_FILE="$folder/config" AWS_SHARED_CREDENTIALS_FILE="$folder/none"
export PYTHONPATH=debian/usr/lib/python3/dist-packages
seen=$(env -u AWS_PROFILE -u AWS_ACCESS_KEY_ID AWS_EC2_METADATA_DISABLED=true python3 assume.py)
echo "$seen"
expected="half 1/0 0/0 0/0
quarter 1/0 1/0 3/0
quarter-with-mfa 1/1 1/1 1/1"
[ "$seen" = "$expected" ]
