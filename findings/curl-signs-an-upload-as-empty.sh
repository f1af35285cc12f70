#!/usr/bin/env bash
# curl 7.88.1 (Debian 12) and aws4 1.13.2, Node.js 20 and later.
# SigV4 signs the hash of the body. `curl --aws-sigv4` makes it of what --data, --data-binary or --json give; a file that is uploaded with -T, and a
# form of -F, it signs as an empty body, without a warning, so that API Gateway, Lambda URLs and other services answer that the signature does not
# match. For S3 it leaves out x-amz-content-sha256, which S3 requires of every request, so that this header has to be
# passed with -H. Seen, for the same PUT with each option: whether the signature is aws4's for the body that was sent, or for none.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund aws4@1.13.2
apt-get download -qq curl=7.88.1-10+deb12u15 libcurl4=7.88.1-10+deb12u15 2>/dev/null
for package in *.deb; do dpkg -x "$package" debian; done
echo example > file
cat > compare.mjs <<'JS'
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import { promisify } from "node:util";
import aws4 from "aws4";

const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const region = "us-east-1";
const user = `${credentials.accessKeyId}:${credentials.secretAccessKey}`;
/** What aws4 makes of the two headers that curl signs. */
const sign = ({ method, url, headers }, service, body) => {
  const own = { Host: headers.host, "X-Amz-Date": headers["x-amz-date"] };
  const extraHeadersToIgnore = { "content-type": true, "content-length": true, "x-amz-content-sha256": true };
  return aws4.sign({ method, path: url, service, region, headers: own, body, extraHeadersToIgnore }, credentials).headers.Authorization;
};
const server = createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part)).on("end", () => {
    const { authorization, "x-amz-content-sha256": hash } = request.headers;
    const service = authorization.split("/")[3];
    const bodies = { "its body": Buffer.concat(parts), "no body": undefined };
    const fits = ([, body]) => sign(request, service, body).split("Signature=")[1] === authorization.split("Signature=")[1];
    const [signed] = Object.entries(bodies).find(fits) ?? ["something else"];
    response.end(`${signed}${service === "s3" ? `, x-amz-content-sha256: ${hash}` : ""}`);
  });
});
server.listen(0, "127.0.0.1", async () => {
  const url = `http://127.0.0.1:${server.address().port}/file`;
  for (const service of ["execute-api", "s3"]) {
    for (const options of ["-X PUT --data-binary @file", "-T file", "-X PUT -F file=@file"]) {
      const signing = ["--aws-sigv4", `aws:amz:${region}:${service}`, "--user", user];
      const { stdout } = await promisify(execFile)("debian/usr/bin/curl", ["-s", ...signing, ...options.split(" "), url]);
      console.log(service, options, "=>", stdout);
    }
  }
  server.close();
});
JS
seen=$(LD_LIBRARY_PATH=$(dirname "$(find debian -name 'libcurl.so.4')") node compare.mjs)
echo "$seen"
expected="execute-api -X PUT --data-binary @file => its body
execute-api -T file => no body
execute-api -X PUT -F file=@file => no body
s3 -X PUT --data-binary @file => its body, x-amz-content-sha256: undefined
s3 -T file => no body, x-amz-content-sha256: undefined
s3 -X PUT -F file=@file => no body, x-amz-content-sha256: undefined"
[ "$seen" = "$expected" ]
