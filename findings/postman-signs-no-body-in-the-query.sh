#!/usr/bin/env bash
# postman-runtime 7.56.1 (what Postman and Newman send requests with) and aws4 1.13.2, Node.js 20 and later.
# For the authorization "AWS Signature" Postman can put the signature into the URL. It then signs an empty body, whatever the request has: right for
# S3, where a URL leaves the body unsigned, and for requests without a body. For any other service SigV4 signs the hash of the body in a URL too, so
# that the signature of a POST to API Gateway, or to a service of one's own, does not fit, while the same request with the signature in its headers is
# right. Seen, for a POST with a body: whether the hash in the header is that of the body, then of what the signature in the URL is.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund postman-runtime@7.56.1 aws4@1.13.2
cat > post.cjs <<'JS'
const { createHash } = require("node:crypto");
const { createServer } = require("node:http");
const aws4 = require("aws4");
const { Collection } = require("postman-collection");
const { Runner } = require("postman-runtime");

const keys = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "example" };
const scope = { service: "execute-api", region: "eu-west-1" };
const body = '{"item":1}';
const requests = [];
const server = createServer((request, response) => {
  requests.push(request);
  response.end();
});
server.listen(0, "127.0.0.1", () => {
  const item = (addAuthDataToQuery) => ({
    request: {
      url: `http://127.0.0.1:${server.address().port}/orders`,
      method: "POST",
      body: { mode: "raw", raw: body },
      auth: {
        type: "awsv4",
        awsv4: Object.entries({ accessKey: keys.accessKeyId, secretKey: keys.secretAccessKey, ...scope, addAuthDataToQuery })
          .map(([key, value]) => ({ key, value })),
      },
    },
  });
  new Runner().run(new Collection({ item: [item(false), item(true)] }), {}, (_, run) => run.start({ done: compare }));
});

function compare() {
  const [inHeaders, inQuery] = requests;
  console.log("header:", inHeaders.headers["x-amz-content-sha256"] === createHash("sha256").update(body).digest("hex"));
  const { searchParams } = new URL(inQuery.url, "http://127.0.0.1");
  const headers = Object.fromEntries(searchParams.get("X-Amz-SignedHeaders").split(";").map((name) => [name, inQuery.headers[name]]));
  const kept = ["X-Amz-Date", "X-Amz-Expires"].filter((name) => searchParams.has(name)).map((name) => `${name}=${searchParams.get(name)}`);
  for (const [name, signedBody] of [["the body", body], ["nothing", ""]]) {
    const request = { ...scope, method: "POST", host: headers.host, path: `/orders?${kept.join("&")}`, headers, body: signedBody, signQuery: true };
    const signature = new URL(aws4.sign(request, keys).path, "http://127.0.0.1").searchParams.get("X-Amz-Signature");
    console.log(`URL, of ${name}:`, signature === searchParams.get("X-Amz-Signature"));
  }
  server.close();
  server.closeAllConnections();
}
JS
seen=$(NODE_NO_WARNINGS=1 node post.cjs)
echo "$seen"
expected="header: true
URL, of the body: false
URL, of nothing: true"
[ "$seen" = "$expected" ]
