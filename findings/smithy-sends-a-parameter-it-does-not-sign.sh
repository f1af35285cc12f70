#!/usr/bin/env bash
# @smithy/signature-v4 5.7.5, @smithy/core 3.41.1 and @smithy/node-http-handler 4.14.2, aws4 1.13.2, Node.js 20 and later.
# The URL parser, the signer and the HTTP handler of the AWS SDK disagree about a query parameter without a value, as in "/?acl". The parser makes it
# null, which is in the type of a query; the handler sends "?acl"; the signer leaves it out of what it signs, so that the signature equals that of
# "/" alone. SigV4 signs "acl=", as aws4 does, and the service answers SignatureDoesNotMatch.
# Seen: "/?acl" was sent; its signature equals that of "/", and not the one by aws4, which for "/?acl=" is the same as theirs.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @smithy/signature-v4@5.7.5 @smithy/core@3.41.1 @smithy/node-http-handler@4.14.2 \
  @aws-crypto/sha256-js@5.2.0 aws4@1.13.2
cat > send.mjs <<'JS'
import { createServer } from "node:http";
import { Sha256 } from "@aws-crypto/sha256-js";
import { HttpRequest, parseUrl } from "@smithy/core/protocols";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { SignatureV4 } from "@smithy/signature-v4";
import aws4 from "aws4";

const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const scope = { service: "execute-api", region: "us-east-1" };
const signer = new SignatureV4({ ...scope, credentials, sha256: Sha256, applyChecksum: false });
const signatureOf = (header) => header.split("Signature=")[1];

const server = createServer((request, response) => response.end(request.url));
server.listen(0, "127.0.0.1", async () => {
  const host = `127.0.0.1:${server.address().port}`;
  const sign = async (path) => {
    const { protocol, hostname, port, path: pathname, query } = parseUrl(`http://${host}${path}`);
    const request = new HttpRequest({ protocol, hostname, port, path: pathname, query, method: "GET", headers: { host } });
    return signer.sign(request, { signingDate: new Date("2030-01-01T00:00:00Z") });
  };
  const signature = async (path) => signatureOf((await sign(path)).headers.authorization);
  const other = (path) => {
    const headers = { Host: host, "X-Amz-Date": "20300101T000000Z" };
    return signatureOf(aws4.sign({ ...scope, path, headers }, credentials).headers.Authorization);
  };
  const handler = new NodeHttpHandler();
  const { response } = await handler.handle(await sign("/?acl"));
  let sent = "";
  for await (const data of response.body) sent += data;
  const without = await signature("/?acl");
  console.log(sent, without === (await signature("/")), without === other("/?acl"), (await signature("/?acl=")) === other("/?acl="));
  handler.destroy();
  server.close();
});
JS
seen=$(NODE_NO_WARNINGS=1 node send.mjs)
echo "$seen"
[ "$seen" = "/?acl true false true" ]
