#!/usr/bin/env bash
# AWS::Signature4 1.02 for Perl (Debian 12, libaws-signature4-perl), Perl 5.36.
# The signer takes the session of a role as -security_token, a token object of VM::EC2. It puts the session token into the URLs that signed_url makes, but
# not into the requests that sign makes: those have the temporary key without its token, and AWS answers that it does not know the key. A header
# that is added before sign is signed and works. Its documentation even says that a session's two keys will do.
# Seen: where the token is in a signed URL and in a signed request, then in a request whose header was added before.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
apt-get download -qq libaws-signature4-perl=1.02-3 liburi-perl=5.17-1 libhttp-message-perl=6.44-1 \
  libtimedate-perl=2.3300-2 libhttp-date-perl=6.05-2 libencode-locale-perl=1.05-3 libio-html-perl=1.004-3 \
  liblwp-mediatypes-perl=6.04-2 libclone-perl=0.46-1 2>/dev/null
for package in *.deb; do dpkg -x "$package" debian; done
cat > sign.pl <<'PERL'
use strict;
use warnings;
use AWS::Signature4;
use HTTP::Request;

# The methods of VM::EC2::Security::Token that the signer uses, whose module needs many others.
package Token {
    use overload '""' => sub { 'the-token' };
    sub access_key_id { 'ASIAIOSFODNN7EXAMPLE' }
    sub accessKeyId { 'ASIAIOSFODNN7EXAMPLE' }
    sub secretAccessKey { 'example' }
}

my $signer = AWS::Signature4->new(-security_token => bless {}, 'Token');
my $url = 'https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15';
my %signed = $signer->signed_url($url)->query_form;
my $plain = HTTP::Request->new(GET => $url);
$signer->sign($plain);
my $own = HTTP::Request->new(GET => $url, ['X-Amz-Security-Token' => 'the-token']);
$signer->sign($own);
printf "URL: %s\n", $signed{'X-Amz-Security-Token'} // 'no token';
for my $request ($plain, $own) {
    my ($names) = $request->header('Authorization') =~ /SignedHeaders=(\S+),/;
    printf "request: %s, signed: %s\n", $request->header('X-Amz-Security-Token') // 'no token', $names;
}
PERL
seen=$(PERL5LIB=debian/usr/share/perl5:$(dirname "$(find debian -name Clone.pm)") perl sign.pl)
echo "$seen"
expected="URL: the-token
request: no token, signed: host;x-amz-date
request: the-token, signed: host;x-amz-date;x-amz-security-token"
[ "$seen" = "$expected" ]
