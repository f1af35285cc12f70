#!/usr/bin/env bash
# aws-sdk-core for Ruby 3.168.1 (Debian 12), Ruby 3.1; @smithy/core 3.41.1, Node.js 20 and later.
# In ~/.aws/credentials and ~/.aws/config the lines below a header may be indented. The Ruby SDK takes an indented line for a part of the line
# before it, as in a block such as "s3 =", also right below the header. A profile that is indented as a whole has no keys there, without a
# warning, and the SDK goes on to the next source of credentials; other SDKs read the file. Seen: the key in JavaScript; none in Ruby, indented only.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @smithy/core@3.41.1
apt-get download -qq ruby-aws-sdk-core=3.168.1-2 ruby-aws-sigv4=1.5.1-2 ruby-aws-eventstream=1.2.0-1 \
  ruby-aws-partitions=1.653.0-3~deb12u1 ruby-jmespath=1.6.1-1 2>/dev/null
for package in *.deb; do dpkg -x "$package" debian; done
libraries=("-I$folder/debian/usr/lib/ruby/vendor_ruby")
for gem in debian/usr/share/rubygems-integration/all/gems/*; do libraries+=("-I$folder/$gem/lib"); done
printf '%s\n' '[default]' 'aws_access_key_id = AKIAIOSFODNN7EXAMPLE' 'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' > plain
sed 's/^aws/  aws/' plain > indented
cat > read.mjs <<'JS'
import { loadSharedConfigFiles } from "@smithy/core/config";

const { credentialsFile } = await loadSharedConfigFiles({ filepath: process.argv[2], configFilepath: "/dev/null" });
console.log(credentialsFile.default.aws_access_key_id);
JS
ruby='require "aws-sdk-core"; puts Aws::SharedCredentials.new(path: ARGV[0]).credentials&.access_key_id || "none"'
seen=
for file in plain indented; do
  seen="$seen$(node read.mjs "$folder/$file") $(AWS_CONFIG_FILE=/dev/null ruby "${libraries[@]}" -e "$ruby" "$folder/$file"); "
done
echo "JavaScript and Ruby, plain and indented: $seen"
[ "$seen" = "AKIAIOSFODNN7EXAMPLE AKIAIOSFODNN7EXAMPLE; AKIAIOSFODNN7EXAMPLE none; " ]
