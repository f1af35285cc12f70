#!/usr/bin/env bash
# aws-sigv4-fetch 4.4.1 with aws-sigv4-sign 1.2.1, and aws4 1.13.2, Node.js 20 and later.
# SigV4 encodes a path once more before it signs it, except for S3. The AWS SDK's signer is told which of the two by the client of the service;
# aws-sigv4-fetch uses that signer without telling it, also for the service s3. Objects whose keys need no encoding work; one with a space or a letter
# with an accent, as files of people have, is refused with SignatureDoesNotMatch. For other services it is right.
# Seen: whether its signature is aws4's, for a plain path and one with a space, for S3 and for API Gateway.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund aws-sigv4-fetch@4.4.1 aws-sigv4-sign@1.2.1 aws4@1.13.2
cat > compare.mjs <<'JS'
import aws4 from "aws4";
import { createSignedFetcher } from "aws-sigv4-fetch";

const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const region = "eu-west-1";
const hosts = { s3: "bucket.s3.eu-west-1.amazonaws.com", "execute-api": "example.execute-api.eu-west-1.amazonaws.com" };
for (const [service, host] of Object.entries(hosts)) {
  for (const path of ["/report.pdf", "/my%20report.pdf"]) {
    let sent;
    const fetch = async (request) => (sent = request.headers);
    await createSignedFetcher({ service, region, credentials, fetch })(`https://${host}${path}`);
    const headers = {};
    for (const name of /SignedHeaders=([^,]+)/.exec(sent.get("authorization"))[1].split(";")) headers[name] = sent.get(name) ?? host;
    const expected = aws4.sign({ service, region, host, path, headers }, credentials).headers.Authorization;
    const [own, right] = [sent.get("authorization"), expected].map((header) => header.split("Signature=")[1]);
    console.log(service, path, own === right);
  }
}
JS
seen=$(node compare.mjs)
echo "$seen"
expected="s3 /report.pdf true
s3 /my%20report.pdf false
execute-api /report.pdf true
execute-api /my%20report.pdf true"
[ "$seen" = "$expected" ]
