#!/usr/bin/env bash
# @opentelemetry/instrumentation-aws-sdk 0.78.0 with @aws-sdk/client-sts 3.1173.0, Node.js 20 and later.
# The request id is what AWS support asks for, above all after a refusal. The span of a call that succeeded has it as `aws.request.id`; the span of a
# call that STS refused has not, although the error holds the id: the instrumentation looks for `error.RequestId`, and the SDK's version 3
# has it at `error.$metadata.requestId`. Seen: an id, then none, for two calls that both were answered with one.
set -euo pipefail
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @opentelemetry/instrumentation-aws-sdk@0.78.0 @opentelemetry/sdk-trace-node@2.12.1 \
  @opentelemetry/api@1.9.1 @aws-sdk/client-sts@3.1173.0
cat > spans.cjs <<'JS'
const { AwsInstrumentation } = require("@opentelemetry/instrumentation-aws-sdk");
const { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } = require("@opentelemetry/sdk-trace-node");
const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
provider.register();
new AwsInstrumentation().setTracerProvider(provider);
const { GetCallerIdentityCommand, STSClient } = require("@aws-sdk/client-sts");
const { createServer } = require("node:http");

const identity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:user/Alice</Arn><UserId>AIDACKCEVSQ6C2EXAMPLE</UserId><Account>123456789012</Account>
</GetCallerIdentityResult><ResponseMetadata><RequestId>first-id</RequestId></ResponseMetadata></GetCallerIdentityResponse>`;
const refusal = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code>
<Message>No.</Message></Error><RequestId>second-id</RequestId></ErrorResponse>`;
const server = createServer((request, response) => {
  const isFirst = !server.asked;
  server.asked = true;
  request.resume().on("end", () => {
    const headers = { "content-type": "text/xml", "x-amzn-requestid": isFirst ? "first-id" : "second-id" };
    response.writeHead(isFirst ? 200 : 403, headers).end(isFirst ? identity : refusal);
  });
});
server.listen(0, "127.0.0.1", async () => {
  const client = new STSClient({
    region: "us-east-1",
    endpoint: `http://127.0.0.1:${server.address().port}`,
    credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" },
  });
  await client.send(new GetCallerIdentityCommand({}));
  const error = await client.send(new GetCallerIdentityCommand({})).catch((refused) => refused);
  const [first, second] = exporter.getFinishedSpans().map((span) => span.attributes["aws.request.id"]);
  console.log(`spans: ${first}, ${second}; the error: ${error.$metadata.requestId}`);
  server.close();
  client.destroy();
});
JS
seen=$(NODE_NO_WARNINGS=1 node spans.cjs)
echo "$seen"
[ "$seen" = "spans: first-id, undefined; the error: second-id" ]
