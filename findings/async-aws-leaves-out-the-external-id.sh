#!/usr/bin/env bash
# async-aws/core 1.18.1 (Debian 12), PHP 8.2; botocore 1.29.27 (Debian 12), Python 3.11.
# A profile may assume a role with external_id, which the owner of a role demands of others, and with duration_seconds. AsyncAws for PHP sends the
# role_session_name of such a profile and leaves these two out without a word. A role that wants the external ID is then refused, and the refusal is
# only logged: AsyncAws takes it for no credentials and asks the next source, such as the instance's role. botocore sends all three. Seen:
# what each sends for the same profile, and what AsyncAws returns after a refusal.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
apt-get download -qq php-async-aws-core=1.18.1-1 php-psr-log=1.1.4-2 php-psr-cache=1.0.1-3 php-psr-container=1.1.2-1 \
  php-symfony-http-client=5.4.53+dfsg-0+deb12u1 php-symfony-http-client-contracts=2.5.5-0+deb12u1 \
  php-symfony-service-contracts=2.5.5-0+deb12u1 php-symfony-deprecation-contracts=2.5.5-0+deb12u1 \
  python3-botocore=1.29.27+repack-1 python3-dateutil=2.8.2-2 python3-jmespath=1.0.1-1 \
  python3-six=1.16.0-4 python3-urllib3=1.26.12-1+deb12u4 2>/dev/null
for package in *.deb; do dpkg -x "$package" debian; done
cat > config <<INI
[default]
role_arn = arn:aws:iam::123456789012:role/example
source_profile = user
external_id = example-id
role_session_name = example-name
duration_seconds = 7200
region = eu-west-1
[profile user]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = example
INI
cat > assume.php <<'PHP'
<?php
use AsyncAws\Core\Configuration;
use AsyncAws\Core\Credentials\IniFileProvider;
use Symfony\Component\HttpClient\MockHttpClient;
use Symfony\Component\HttpClient\Response\MockResponse;

require 'debian/usr/share/php/Symfony/Contracts/Deprecation/function.php';
spl_autoload_register(function (string $class) {
    $file = 'debian/usr/share/php/' . str_replace('\\', '/', $class) . '.php';
    if (is_file($file)) {
        require $file;
    }
});
$sts = new MockHttpClient(function (string $method, string $url, array $options) {
    parse_str($options['body'], $sent);
    printf('AsyncAws: %s %s %s', $sent['RoleSessionName'], $sent['ExternalId'] ?? '-', $sent['DurationSeconds'] ?? '-');
    $refusal = '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>';
    return new MockResponse($refusal, ['http_code' => 403]);
});
$configuration = Configuration::create(['sharedCredentialsFile' => '/dev/null', 'sharedConfigFile' => 'config']);
$credentials = (new IniFileProvider(null, null, $sts))->getCredentials($configuration);
printf(", then %s\n", $credentials?->getAccessKeyId() ?? 'no credentials');
PHP
cat > assume.py <<'PY'
from urllib.parse import parse_qs

from botocore.session import Session


def stop(request, **_):
    """In place of sending."""
    body = request.body.decode() if isinstance(request.body, bytes) else request.body
    sent = parse_qs(body)
    print("botocore:", *sent["RoleSessionName"], *sent["ExternalId"], *sent["DurationSeconds"])
    raise SystemExit


session = Session()
session.register("before-send.sts.AssumeRole", stop)
session.get_credentials().get_frozen_credentials()
PY
unset AWS_PROFILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_REGION AWS_DEFAULT_REGION
export AWS_CONFIG_FILE="$folder/config" AWS_SHARED_CREDENTIALS_FILE=/dev/null PYTHONPATH=debian/usr/lib/python3/dist-packages
seen=$(php assume.php; python3 assume.py)
echo "$seen"
expected="AsyncAws: example-name - -, then no credentials
botocore: example-name example-id 7200"
[ "$seen" = "$expected" ]
