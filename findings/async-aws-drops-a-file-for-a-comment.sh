#!/usr/bin/env bash
# async-aws/core 1.18.1 (Debian 12), PHP 8.2; botocore 1.29.27 (Debian 12), Python 3.11.
# A comment in ~/.aws/credentials begins with "#", and may be indented as the lines around it are. AsyncAws for PHP reads the file with PHP's own parser,
# which knows ";" only, and so replaces a "#" at the start of a line. An indented comment is then read as a key without a value, which does no harm,
# until it contains a parenthesis, as remarks do: that is a syntax error, the whole file counts as empty, all profiles included, and AsyncAws goes on
# to the next source, such as the instance's role. PHP's warning is not shown where display_errors is off, as in production. Seen: the key of the
# default profile, when another profile has a comment at the start of a line, an indented one, and an indented one with a parenthesis.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
apt-get download -qq php-async-aws-core=1.18.1-1 php-psr-log=1.1.4-2 python3-botocore=1.29.27+repack-1 python3-dateutil=2.8.2-2 \
  python3-jmespath=1.0.1-1 python3-six=1.16.0-4 python3-urllib3=1.26.12-1+deb12u4 2>/dev/null
for package in *.deb; do dpkg -x "$package" debian; done
cat > read.php <<'PHP'
<?php
use AsyncAws\Core\Configuration;
use AsyncAws\Core\Credentials\IniFileProvider;

spl_autoload_register(fn (string $class) => require 'debian/usr/share/php/' . str_replace('\\', '/', $class) . '.php');
$files = ['sharedCredentialsFile' => $argv[1], 'sharedConfigFile' => '/dev/null'];
echo (new IniFileProvider())->getCredentials(Configuration::create($files))?->getAccessKeyId() ?? 'none';
PHP
python='from botocore.session import Session; print(Session().get_credentials().access_key)'
export AWS_CONFIG_FILE=/dev/null PYTHONPATH=debian/usr/lib/python3/dist-packages
unset AWS_PROFILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
seen=
for comment in '# for tests' '  # for tests' '  # (for tests)'; do
  printf '%s\n' '[default]' 'aws_access_key_id = AKIAIOSFODNN7EXAMPLE' 'aws_secret_access_key = example' '[other]' "$comment" > credentials
  seen="$seen$(php -d display_errors=0 -d log_errors=0 read.php credentials), "
  seen="$seen$(AWS_SHARED_CREDENTIALS_FILE=credentials python3 -c "$python"); "
done
echo "AsyncAws and botocore: $seen"
key=AKIAIOSFODNN7EXAMPLE
[ "$seen" = "$key, $key; $key, $key; none, $key; " ]
