#!/usr/bin/env bash
# AWS CLI 2.9.19 (Debian 12), Python 3.11.
# The AWS CLI keeps the session of a role in ~/.aws/cli/cache, in a file named after the parameters of AssumeRole. Who assumes the role is not part of
# that name. Two profiles that assume one role from two source profiles share the file: up to an hour after a command as one user, a command
# as the other takes the first user's session, and CloudTrail records the first user. A role_session_name for each profile keeps them apart.
# Seen: whose session each profile gets, without and with such names.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
apt-get download -qq awscli=2.9.19-1 python3-awscrt=0.16.8+dfsg-1 python3-dateutil=2.8.2-2 python3-jmespath=1.0.1-1 \
  python3-six=1.16.0-4 python3-urllib3=1.26.12-1+deb12u4 2>/dev/null
for package in *.deb; do dpkg -x "$package" debian; done
role='role_arn = arn:aws:iam::123456789012:role/example'
cat > config <<INI
[profile anna]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = example
[profile ben]
aws_access_key_id = AKIAI44QH8DHBEXAMPLE
aws_secret_access_key = example
[profile role-by-anna]
$role
source_profile = anna
[profile role-by-ben]
$role
source_profile = ben
[profile named-role-by-anna]
$role
source_profile = anna
role_session_name = anna
[profile named-role-by-ben]
$role
source_profile = ben
role_session_name = ben
INI
cat > assume.py <<'PY'
import re

from awscli.customizations.assumerole import inject_assume_role_provider_cache
from botocore.awsrequest import AWSResponse
from botocore.session import Session

ANSWER = """<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>example</SecretAccessKey><SessionToken>{}</SessionToken>
<Expiration>2040-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"""


def answer(request, **_):
    """In place of STS: a session whose token is the key that signed the request."""
    key = re.search(r"Credential=(\w+)", request.headers["Authorization"].decode()).group(1)
    response = AWSResponse(request.url, 200, {"Content-Type": "text/xml"}, None)
    response._content = ANSWER.format(key).encode()
    return response


for profile in ["role-by-anna", "role-by-ben", "named-role-by-anna", "named-role-by-ben"]:
    session = Session(profile=profile)
    inject_assume_role_provider_cache(session)
    session.register("before-send.sts.AssumeRole", answer)
    print(profile, session.get_credentials().get_frozen_credentials().token)
PY
export HOME="$folder" AWS_CONFIG_FILE="$folder/config" AWS_SHARED_CREDENTIALS_FILE="$folder/none"
export PYTHONPATH=debian/usr/lib/python3/dist-packages
seen=$(env -u AWS_PROFILE -u AWS_ACCESS_KEY_ID AWS_EC2_METADATA_DISABLED=true python3 assume.py)
echo "$seen"
expected="role-by-anna AKIAIOSFODNN7EXAMPLE
role-by-ben AKIAIOSFODNN7EXAMPLE
named-role-by-anna AKIAIOSFODNN7EXAMPLE
named-role-by-ben AKIAI44QH8DHBEXAMPLE"
[ "$seen" = "$expected" ]
