#!/usr/bin/env bash
# curl 7.88.1 (Debian 12) and aws4 1.13.2, Node.js 20 and later.
# SigV4 signs the parameters of a query in the order of their names, whatever order they are sent in. `curl --aws-sigv4` signs them as written, so
# that GetCallerIdentity works with "?Action=...&Version=..." and is refused with "?Version=...&Action=...", and, since a parameter without a value is
# signed without its "=", a bare "?acl" is refused too. Seen: whether its signature is aws4's, for the three.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund aws4@1.13.2
apt-get download -qq curl=7.88.1-10+deb12u15 libcurl4=7.88.1-10+deb12u15 2>/dev/null
for package in *.deb; do dpkg -x "$package" debian; done
cat > compare.mjs <<'JS'
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import { promisify } from "node:util";
import aws4 from "aws4";

const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const server = createServer(({ url, headers }, response) => {
  const own = { Host: headers.host, "X-Amz-Date": headers["x-amz-date"] };
  const { Authorization } = aws4.sign({ service: "sts", region: "us-east-1", path: url, headers: own }, credentials).headers;
  const [expected, found] = [Authorization, headers.authorization].map((header) => header.split("Signature=")[1]);
  response.end(String(expected === found));
});
server.listen(0, "127.0.0.1", async () => {
  for (const query of ["Action=GetCallerIdentity&Version=2011-06-15", "Version=2011-06-15&Action=GetCallerIdentity", "acl"]) {
    const user = `${credentials.accessKeyId}:${credentials.secretAccessKey}`;
    const url = `http://127.0.0.1:${server.address().port}/?${query}`;
    const { stdout } = await promisify(execFile)("debian/usr/bin/curl", ["-s", "--aws-sigv4", "aws:amz:us-east-1:sts", "--user", user, url]);
    console.log(query, stdout);
  }
  server.close();
});
JS
seen=$(LD_LIBRARY_PATH=$(dirname "$(find debian -name 'libcurl.so.4')") node compare.mjs)
echo "$seen"
expected="Action=GetCallerIdentity&Version=2011-06-15 true
Version=2011-06-15&Action=GetCallerIdentity false
acl false"
[ "$seen" = "$expected" ]
