#!/usr/bin/env bash
# aws4-axios 3.4.0 with axios 1.21.1 and aws4 1.13.2, Node.js 20 and later.
# With the option signQuery the signature goes into the query. The interceptor adds each parameter of the signed URL to axios's `params`, also
# those that the URL already has, and axios appends them all: a parameter written in the URL is sent twice and signed once, and AWS answers
# SignatureDoesNotMatch. The same parameters given as `params` are sent once. Seen, for both: how often Action was sent, and whether the
# signature equals one that aws4 makes of what was sent.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund aws4-axios@3.4.0 axios@1.21.1 aws4@1.13.2
cat > send.mjs <<'JS'
import { createServer } from "node:http";
import aws4 from "aws4";
import axios from "axios";
import { aws4Interceptor } from "aws4-axios";

const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const scope = { service: "sts", region: "us-east-1", signQuery: true };

function check({ method, url, headers: { host, accept } }) {
  const sent = new URL(url, `http://${host}`);
  const path = url.replace(/&X-Amz-Signature=[0-9a-f]+$/, "");
  const signed = aws4.sign({ ...scope, method, path, headers: { host, accept } }, credentials);
  const signature = new URL(signed.path, sent).searchParams.get("X-Amz-Signature");
  const { length } = sent.searchParams.getAll("Action");
  return `${length} ${signature === sent.searchParams.get("X-Amz-Signature")}`;
}
const server = createServer((request, response) => response.end(check(request)));
server.listen(0, "127.0.0.1", async () => {
  const client = axios.create({ baseURL: `http://127.0.0.1:${server.address().port}`, proxy: false });
  client.interceptors.request.use(aws4Interceptor({ instance: client, options: scope, credentials }));
  const params = { Action: "GetCallerIdentity", Version: "2011-06-15" };
  console.log((await client.get(`/?${new URLSearchParams(params)}`)).data);
  console.log((await client.get("/", { params })).data);
  server.close();
});
JS
seen=$(NODE_NO_WARNINGS=1 timeout 60 node send.mjs | tr '\n' ';')
echo "Action sent, and signature right, in the URL and as params: $seen"
[ "$seen" = "2 false;1 true;" ]
