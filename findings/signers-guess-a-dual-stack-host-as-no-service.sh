#!/usr/bin/env bash
# aws4 1.13.2 and aws4fetch 1.0.20, Node.js 20 and later.
# Both signers find service and region in the host when they are not told, and look for amazonaws.com at its end. A dual-stack host of any
# other service than S3 ends with api.aws: they sign it for a service with an empty name, without an error, and for us-east-1, whatever region the
# host names. For a VPC endpoint they take the label "vpce" for a region (aws4) or a service (aws4fetch); a FIPS host of STS has the service
# "sts-fips" for aws4 alone. Give both of them service and region. Seen: the scopes below, region first, as they stand in the Authorization header.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund aws4@1.13.2 aws4fetch@1.0.20
cat > scopes.mjs <<'JS'
import aws4 from "aws4";
import { AwsV4Signer } from "aws4fetch";

const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const scopeOf = (authorization) => authorization.split("/").slice(2, 4).join("/");
for (const host of [
  "sts.eu-west-1.amazonaws.com",
  "sts.eu-west-1.api.aws",
  "vpce-0123456789abcdef0-example.sts.eu-west-1.vpce.amazonaws.com",
  "sts-fips.us-west-2.amazonaws.com",
]) {
  const { headers } = aws4.sign({ host, path: "/" }, credentials);
  const signed = await new AwsV4Signer({ ...credentials, url: `https://${host}/` }).sign();
  console.log(`${host}: ${scopeOf(headers.Authorization)} ${scopeOf(signed.headers.get("authorization"))}`);
}
JS
seen=$(node scopes.mjs)
echo "$seen"
expected="sts.eu-west-1.amazonaws.com: eu-west-1/sts eu-west-1/sts
sts.eu-west-1.api.aws: us-east-1/ us-east-1/
vpce-0123456789abcdef0-example.sts.eu-west-1.vpce.amazonaws.com: vpce/eu-west-1 eu-west-1/vpce
sts-fips.us-west-2.amazonaws.com: us-west-2/sts-fips us-west-2/sts"
[ "$seen" = "$expected" ]
