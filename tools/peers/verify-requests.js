// Do our verifier and the clients that people use agree? Lets real clients send requests to servers on this machine, and verifies
// what arrives: Kinesis over HTTP/2, S3, OpenSearch and its serverless kind, AWS IoT over WebSocket.
// `pnpm build && pnpm -C tools/peers install && node tools/peers/verify-requests.js`. Ends with `N passed, N failed`.
import { KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Client } from "@opensearch-project/opensearch";
import { AwsSigv4Signer } from "@opensearch-project/opensearch/lib/aws/index.js";
import device from "aws-iot-device-sdk/device/index.js";
import { once } from "node:events";
import http from "node:http";
import http2 from "node:http2";

import { createVerifier } from "../../packages/signer/dist/node.js";

const credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const region = "us-east-1";
const verifier = createVerifier({ findKey: () => credentials, region });
const results = [];

/** Notes whether a request is believed. */
function note(name, result) {
  results.push(result.ok);
  const found = result.ok ? `${result.payload}, ${result.signedHeaders.join(";")}` : result.message;
  console.log(`${result.ok ? "ok  " : "FAIL"} ${name}: ${found}`);
}

/** Verifies a request as a server on Node.js gets it. */
async function receive(name, stream, { method, path, host, headers }) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  const { searchParams } = new URL(path, "http://localhost");
  const query = {};
  for (const key of new Set(searchParams.keys())) query[key] = searchParams.getAll(key);
  const [pathname = "/"] = path.split("?");
  const body = Buffer.concat(chunks);
  note(name, await verifier.verify({ method, hostname: host, path: pathname, query, headers, body }));
}

const overHttp2 = http2.createServer();
overHttp2.on("stream", async (stream, headers) => {
  const { ":method": method, ":path": path, ":authority": host } = headers;
  await receive("@aws-sdk/client-kinesis over HTTP/2", stream, { method, path, host, headers });
  stream.respond({ ":status": 200, "content-type": "application/x-amz-json-1.1" });
  stream.end(JSON.stringify({ SequenceNumber: "1", ShardId: "a" }));
});
const overHttp1 = http.createServer(async (incoming, response) => {
  const { method, url: path, headers } = incoming;
  const name = `${headers["user-agent"]?.split(/[/ ]/, 1)[0]}, ${method} ${path}`;
  await receive(name, incoming, { method, path, host: headers.host, headers });
  response.setHeader("content-type", "application/json");
  response.end("{}");
});
const [http2Port, http1Port] = await Promise.all(
  [overHttp2, overHttp1].map(async (server) => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return server.address().port;
  }),
);

const kinesis = new KinesisClient({
  region,
  credentials,
  endpoint: `http://127.0.0.1:${http2Port}`,
  maxAttempts: 1,
});
await kinesis.send(
  new PutRecordCommand({ StreamName: "s", Data: new Uint8Array([1, 2]), PartitionKey: "p" }),
);
kinesis.destroy();

const endpoint = `http://127.0.0.1:${http1Port}`;
const s3 = new S3Client({ region, credentials, endpoint, forcePathStyle: true, maxAttempts: 1 });
await s3.send(new PutObjectCommand({ Bucket: "b", Key: "a key+(odd) é/x", Body: "text" }));
await s3.send(new GetObjectCommand({ Bucket: "b", Key: "a//b", Range: "bytes=0-1" }));
s3.destroy();

for (const service of ["es", "aoss"]) {
  const signing = AwsSigv4Signer({ region, service, getCredentials: async () => credentials });
  const search = new Client({ ...signing, node: endpoint, maxRetries: 0 });
  await search.search({ index: "i", body: { query: { match: { title: "a+b" } } } });
  await search.close();
}

const iot = { host: "abc-ats.iot.us-east-1.amazonaws.com", region, protocol: "wss" };
const { accessKeyId, secretAccessKey } = credentials;
note(
  "aws-iot-device-sdk",
  await verifier.verify(device.prepareWebSocketUrl(iot, accessKeyId, secretAccessKey)),
);
const sessionToken = "a/token+x=";
const withToken = device.prepareWebSocketUrl(iot, accessKeyId, secretAccessKey, sessionToken);
const findKey = () => ({ ...credentials, sessionToken });
note("aws-iot-device-sdk with a session token", await verifier.verify(withToken, { findKey }));

overHttp2.close();
overHttp1.close();
const failed = results.filter((ok) => !ok).length;
console.log(`\n${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 && results.length === 7 ? 0 : 1;
