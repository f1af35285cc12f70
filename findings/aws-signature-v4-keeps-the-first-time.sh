#!/usr/bin/env bash
# aws-signature-v4 1.4.0, Node.js 20 and later.
# createPresignedURL writes its defaults into the options object of the caller: the time of signing, and the key, secret and session token that it
# found in the environment. Who keeps one options object, as for a region and a lifetime, gets URLs that are all dated to the first call and
# expire together, and signatures with the first session even after the environment has a new one.
# Seen: the dates of two URLs signed two seconds apart are equal, and the second has the first token.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund aws-signature-v4@1.4.0
cat > presign.cjs <<'JS'
const { createPresignedURL } = require("aws-signature-v4");

const options = { region: "us-east-1", expires: 60, query: "Action=GetCallerIdentity&Version=2011-06-15" };
const presign = () => new URL(createPresignedURL("GET", "sts.us-east-1.amazonaws.com", "/", "sts", "", options)).searchParams;
Object.assign(process.env, { AWS_ACCESS_KEY_ID: "ASIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY: "example", AWS_SESSION_TOKEN: "first" });
const first = presign();
setTimeout(() => {
  process.env.AWS_SESSION_TOKEN = "second";
  const second = presign();
  console.log(first.get("X-Amz-Date") === second.get("X-Amz-Date"), second.get("X-Amz-Security-Token"));
}, 2000);
JS
seen=$(node presign.cjs)
echo "same date, token of the second URL: $seen"
[ "$seen" = "true first" ]
