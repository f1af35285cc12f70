#!/usr/bin/env bash
# s3rver 3.7.1 with @aws-sdk/client-s3 3.1175.0, Node.js 20 and later.
# By default the AWS SDK uploads a stream in chunks that are followed by a checksum, which it announces with content-encoding aws-chunked. The S3
# test server s3rver knows older forms of chunks only: it answers 200 and stores lengths, line ends and checksum as the object's content. A text,
# which the SDK sends whole, is stored as it is.
# Seen: the content of an object after "hello" was uploaded as a text and as a stream.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund s3rver@3.7.1 @aws-sdk/client-s3@3.1175.0
cat > upload.mjs <<'JS'
import { Readable } from "node:stream";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import S3rver from "s3rver";

const server = new S3rver({ port: 0, address: "127.0.0.1", silent: true, directory: "objects", configureBuckets: [{ name: "example" }] });
const { port } = await server.run();
const client = new S3Client({
  region: "us-east-1",
  endpoint: `http://127.0.0.1:${port}`,
  forcePathStyle: true,
  // The server's fixed key, from its README.
  credentials: { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" },
});
for (const Body of ["hello", Readable.from([Buffer.from("hello")])]) {
  const object = { Bucket: "example", Key: "greeting" };
  await client.send(new PutObjectCommand({ ...object, Body, ContentLength: 5 }));
  const { Body: stored } = await client.send(new GetObjectCommand(object));
  console.log(JSON.stringify(await stored.transformToString()));
}
client.destroy();
await server.close();
JS
seen=$(NODE_NO_WARNINGS=1 node upload.mjs)
echo "$seen"
expected='"hello"
"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"'
[ "$seen" = "$expected" ]
