#!/usr/bin/env bash
# @aws-amplify/core 6.19.2 and aws4 1.13.2, Node.js 20 and later.
# SigV4 encodes each byte of a path that is not a letter, a digit or one of - . _ ~ before it signs. A URL may hold others as they are, such as the
# brackets of /items/(new) or the apostrophe of a name. Amplify's signer encodes these in the query but not in the path: a request whose path contains
# one of ! ' ( ) * gets a signature that is not SigV4's. Encoded by the caller, as %28, they are signed rightly. Seen: whether its signature is
# aws4's, for five URLs.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @aws-amplify/core@6.19.2 aws4@1.13.2
cat > path.cjs <<'JS'
const { Signer } = require("@aws-amplify/core/internals/utils");
const aws4 = require("aws4");

const scope = { service: "execute-api", region: "eu-west-1" };
const keys = { access_key: "AKIAIOSFODNN7EXAMPLE", secret_key: "example" };
for (const path of ["/items/a%20b", "/items?name=(new)", "/items/(new)", "/items/o'brien", "/items/%28new%29"]) {
  const { headers } = Signer.sign({ method: "GET", url: `https://api.example.com${path}` }, keys, scope);
  const expected = aws4.sign(
    { ...scope, host: "api.example.com", path, headers: { "X-Amz-Date": headers["x-amz-date"] } },
    { accessKeyId: keys.access_key, secretAccessKey: keys.secret_key },
  );
  const signature = ({ Authorization }) => Authorization.split("Signature=")[1];
  console.log(path, signature(headers) === signature(expected.headers));
}
JS
seen=$(node path.cjs)
echo "$seen"
expected="/items/a%20b true
/items?name=(new) true
/items/(new) false
/items/o'brien false
/items/%28new%29 true"
[ "$seen" = "$expected" ]
