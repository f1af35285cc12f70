#!/usr/bin/env bash
# @aws/aurora-dsql-node-postgres-connector 0.1.9 with pg 8.23.1 and @aws-sdk/credential-providers 3.1173.0, Node.js 20 and later.
# AuroraDSQLPool makes a token each time a client is taken from the pool, also when its connection is long open, and asks a new credential chain
# each time. The AWS SDK's chain remembers credentials only within one chain. So with a profile that assumes a role, or a token file as on EKS,
# each query calls STS first, which costs a round trip and counts against the account's limits. With one chain as `customCredentialsProvider`
# there is one call. Seen: AssumeRole requests, connections and queries, without and with that option.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @aws/aurora-dsql-node-postgres-connector@0.1.9 pg@8.23.1 @aws-sdk/credential-providers@3.1173.0 \
  @aws-sdk/dsql-signer@3.1142.0
printf '[profile user]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = example\n' > config
printf '[default]\nrole_arn = arn:aws:iam::123456789012:role/example\nsource_profile = user\nregion = us-east-1\n' >> config
cat > query.mjs <<'JS'
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { AuroraDSQLPool } from "@aws/aurora-dsql-node-postgres-connector";
import { fromNodeProviderChain } from "@aws-sdk/credential-providers";

const counts = { assumed: 0, connections: 0, queries: 0 };
const sts = createHttpServer((request, response) => {
  counts.assumed++;
  request.resume().on("end", () => {
    response.setHeader("content-type", "text/xml").end(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<AssumeRoleResult><Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>example</SecretAccessKey>
<SessionToken>example</SessionToken><Expiration>2040-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`);
  });
});
// As much of a database as logs anyone in and finishes each query without rows.
const message = (type, text) => {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(4 + text.length, 1);
  return Buffer.concat([head, Buffer.from(text)]);
};
const database = createServer((socket) => {
  counts.connections++;
  socket.once("data", () => {
    socket.write(Buffer.concat([message("R", "\0\0\0\0"), message("Z", "I")]));
    socket.on("data", (data) => {
      if (data.toString("latin1", 0, 1) !== "Q") return;
      counts.queries++;
      socket.write(Buffer.concat([message("C", "SELECT 0\0"), message("Z", "I")]));
    });
  });
});
const listen = (server) => new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.address().port)));
process.env.AWS_ENDPOINT_URL_STS = `http://127.0.0.1:${await listen(sts)}`;
const port = await listen(database);
for (const customCredentialsProvider of [undefined, fromNodeProviderChain()]) {
  Object.assign(counts, { assumed: 0, connections: 0, queries: 0 });
  const pool = new AuroraDSQLPool({ host: "127.0.0.1", port, region: "us-east-1", ssl: false, max: 1, customCredentialsProvider });
  for (let query = 0; query < 3; query++) await pool.query("SELECT");
  await pool.end();
  console.log(Object.values(counts).join(" "));
}
sts.close();
database.close();
JS
export AWS_CONFIG_FILE="$folder/config" AWS_SHARED_CREDENTIALS_FILE="$folder/none" NODE_NO_WARNINGS=1
seen=$(env -u AWS_PROFILE -u AWS_ACCESS_KEY_ID timeout 60 node query.mjs | tr '\n' ';')
echo "AssumeRole requests, connections, queries: $seen"
[ "$seen" = "3 1 3;1 1 3;" ]
