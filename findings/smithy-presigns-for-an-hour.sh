#!/usr/bin/env bash
# @smithy/signature-v4 5.7.5, Node.js 20 and later.
# `presign` without `expiresIn` signs for 3600 seconds. Who sends such a GetCallerIdentity as an EKS token is refused with 401: aws-iam-authenticator
# takes X-Amz-Expires up to 900 only (pkg/token/token.go, presignedURLExpiration), although STS itself ends such a URL after 15 minutes whatever it says.
# So a caller has to name a life to be accepted, and gains nothing by a longer one. Seen: X-Amz-Expires=3600.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @smithy/signature-v4@5.7.5 @aws-crypto/sha256-js@5.2.0
cat > presign.mjs <<'JS'
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";

const hostname = "sts.us-east-1.amazonaws.com";
const credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
};
const signer = new SignatureV4({ service: "sts", region: "us-east-1", sha256: Sha256, credentials });
const query = { Action: "GetCallerIdentity", Version: "2011-06-15" };
const request = { method: "GET", protocol: "https:", hostname, path: "/", query, headers: { host: hostname } };
console.log((await signer.presign(request)).query["X-Amz-Expires"]);
JS
seen=$(node presign.mjs)
echo "X-Amz-Expires without expiresIn: $seen"
[ "$seen" = 3600 ]
