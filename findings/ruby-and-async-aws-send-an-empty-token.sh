#!/usr/bin/env bash
# aws-sdk-core for Ruby 3.168.1, async-aws/core 1.18.1 and botocore 1.29.27 (Debian 12), Ruby 3.1, PHP 8.2 and Python 3.11.
# Keys of an IAM user have no session token. But where a container or a job copies AWS_SESSION_TOKEN from the variables around it, as a file for Docker
# Compose does with "${AWS_SESSION_TOKEN}", it is set and empty. The AWS SDK for Ruby and AsyncAws for PHP take that for a token: they sign and send
# x-amz-security-token without a value, and AWS answers that the security token is invalid, although nobody uses one. botocore takes an empty
# variable for none. Seen: the signed headers of a request by each, without the variable and with an empty one.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
apt-get download -qq ruby-aws-sdk-core=3.168.1-2 ruby-aws-sigv4=1.5.1-2 ruby-aws-eventstream=1.2.0-1 ruby-aws-partitions=1.653.0-3~deb12u1 \
  ruby-jmespath=1.6.1-1 php-async-aws-core=1.18.1-1 php-psr-log=1.1.4-2 php-psr-cache=1.0.1-3 php-psr-container=1.1.2-1 \
  php-symfony-http-client=5.4.53+dfsg-0+deb12u1 php-symfony-http-client-contracts=2.5.5-0+deb12u1 \
  php-symfony-service-contracts=2.5.5-0+deb12u1 php-symfony-deprecation-contracts=2.5.5-0+deb12u1 \
  python3-botocore=1.29.27+repack-1 python3-dateutil=2.8.2-2 python3-jmespath=1.0.1-1 python3-six=1.16.0-4 \
  python3-urllib3=1.26.12-1+deb12u4 2>/dev/null
for package in *.deb; do dpkg -x "$package" debian; done
libraries=("-I$folder/debian/usr/lib/ruby/vendor_ruby")
for gem in debian/usr/share/rubygems-integration/all/gems/*; do libraries+=("-I$folder/$gem/lib"); done
cat > call.rb <<'RUBY'
require "aws-sdk-core"

client = Aws::STS::Client.new(region: "eu-west-1", stub_responses: true, credentials: Aws::CredentialProviderChain.new.resolve)
request = client.get_caller_identity.context.http_request
puts "Ruby: " + request.headers["authorization"][/SignedHeaders=([^,]*)/, 1]
RUBY
cat > call.php <<'PHP'
<?php
use AsyncAws\Core\Sts\StsClient;
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
    preg_match('/SignedHeaders=([^,]*)/', implode(' ', $options['headers']), $signed);
    echo "AsyncAws: {$signed[1]}\n";
    return new MockResponse('<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>');
});
(new StsClient(['region' => 'eu-west-1'], null, $sts))->getCallerIdentity()->resolve();
PHP
cat > call.py <<'PY'
import re

from botocore.session import Session


def stop(request, **_):
    """In place of sending."""
    authorization = request.headers["Authorization"]
    text = authorization.decode() if isinstance(authorization, bytes) else authorization
    print("botocore:", re.search("SignedHeaders=([^,]*)", text).group(1))
    raise SystemExit


client = Session().create_client("sts", region_name="eu-west-1")
client.meta.events.register("before-send", stop)
client.get_caller_identity()
PY
unset AWS_PROFILE AWS_SESSION_TOKEN
export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=example PYTHONPATH=debian/usr/lib/python3/dist-packages
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
call() {
  ruby "${libraries[@]}" call.rb
  php call.php
  python3 call.py
}
seen=$(call; AWS_SESSION_TOKEN='' call)
echo "$seen"
expected="Ruby: content-type;host;x-amz-content-sha256;x-amz-date
AsyncAws: host;x-amz-date
botocore: content-type;host;x-amz-date
Ruby: content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token
AsyncAws: host;x-amz-date;x-amz-security-token
botocore: content-type;host;x-amz-date"
[ "$seen" = "$expected" ]
