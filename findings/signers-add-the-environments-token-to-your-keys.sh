#!/usr/bin/env bash
# gremlin-aws-sigv4 3.6.1 and aws-signature-v4 1.4.0, with aws4 1.13.2 beside them, Node.js 20 and later.
# Both take keys as options and look up each option that is missing in the environment, one by one. The keys of an IAM user have no session token, so
# whoever passes them gets AWS_SESSION_TOKEN signed and sent beside them. Lambda sets that variable for its own role: there the keys are refused
# with "The security token included in the request is invalid", elsewhere the same program works. aws4 uses the keys as they are given.
# Seen: the token beside the given keys, from the Neptune driver, from aws-signature-v4 and from aws4.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund gremlin-aws-sigv4@3.6.1 aws-signature-v4@1.4.0 aws4@1.13.2
cat > sign.cjs <<'JS'
const { createServer } = require("node:http");
const { createPresignedURL } = require("aws-signature-v4");
const aws4 = require("aws4");
const { driver } = require("gremlin-aws-sigv4");

const accessKeyId = "AKIAIOSFODNN7EXAMPLE";
const secretAccessKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const region = "us-east-1";

// The driver asks Neptune for its status before it connects.
const database = createServer((request, response) => {
  const options = { key: accessKeyId, secret: secretAccessKey, region };
  const url = new URL(createPresignedURL("GET", "sts.us-east-1.amazonaws.com", "/", "sts", "", options));
  const { headers } = aws4.sign({ service: "sts", region, path: "/" }, { accessKeyId, secretAccessKey });
  const tokens = [
    request.headers["x-amz-security-token"],
    url.searchParams.get("X-Amz-Security-Token"),
    headers["X-Amz-Security-Token"],
  ];
  console.log(tokens.join(", "));
  process.exit();
});
database.listen(0, "127.0.0.1", () => {
  new driver.AwsSigV4DriverRemoteConnection("127.0.0.1", database.address().port, { accessKeyId, secretAccessKey, region });
});
JS
seen=$(AWS_ACCESS_KEY_ID=ASIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=example AWS_SESSION_TOKEN=other timeout 60 node sign.cjs)
echo "$seen"
[ "$seen" = "other, other, " ]
