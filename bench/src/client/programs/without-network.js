// The work around a call, with a request handler that answers at once: `node without-network.js CALLER WORK CALLS`.
import { getHeapSpaceStatistics } from "node:v8";

const [caller, work, calls, xml] = process.argv.slice(2);
const URL_PARTS = { protocol: "https:", hostname: "sts.eu-west-1.amazonaws.com", path: "/" };
const CREDENTIALS = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const ASSUME_ROLE = {
  RoleArn: "arn:aws:iam::123456789012:role/example",
  RoleSessionName: "example",
  DurationSeconds: 3600,
  ExternalId: "example:id/1",
  Policy: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}',
  PolicyArns: [{ arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }],
  Tags: [
    { Key: "team", Value: "example" },
    { Key: "cost-centre", Value: "42" },
  ],
  TransitiveTagKeys: ["team"],
};
const BYTES = Buffer.from(xml ?? "");

// Both clients take a handler in Smithy's form, so both get this one.
const requestHandler = {
  handle: async () => ({
    response: { statusCode: 200, headers: { "content-type": "text/xml" }, body: BYTES },
  }),
};

const works = {
  "sts-client": async () => workOf(await import("@org/sts-client")),
  "client-sts": async () => workOf(await import("@aws-sdk/client-sts")),
  smallest: convertAtLeast,
  "sts-protocol": serializeHere,
  "sts-protocol, sts-signer": convertHere,
};
const run = await works[caller]();

function workOf({ GetSessionTokenCommand, STSClient, AssumeRoleCommand }) {
  const client = new STSClient({ region: "eu-west-1", credentials: CREDENTIALS, requestHandler });
  return work === "call"
    ? () => client.send(new GetSessionTokenCommand({ DurationSeconds: 3600 }))
    : serializeThere(client, AssumeRoleCommand);
}

async function serializeHere() {
  const { AssumeRole, encodeRequest } = await import("@org/sts-protocol");
  return () => encodeRequest(AssumeRole, ASSUME_ROLE, URL_PARTS);
}

// The least that any program does.
async function convertAtLeast() {
  const { read, sign } = await import("./smallest-call.js");
  const decoder = new TextDecoder();
  return async () => {
    const request = { ...URL_PARTS, method: "POST", headers: sign(URL_PARTS.hostname) };
    const { response } = await requestHandler.handle(request);
    return {
      $metadata: { httpStatusCode: response.statusCode },
      Credentials: read(decoder.decode(response.body)),
    };
  };
}

// A call without a client: the functions that the client is made of.
async function convertHere() {
  const { decodeResponse, encodeRequest, GetSessionToken } = await import("@org/sts-protocol");
  const { createHeaderSigner } = await import("@org/sts-signer");
  const signer = createHeaderSigner({ service: "sts", region: "eu-west-1", credentials: CREDENTIALS });
  return async () => {
    const request = await signer.sign(encodeRequest(GetSessionToken, { DurationSeconds: 3600 }, URL_PARTS));
    const { response } = await requestHandler.handle(request);
    return decodeResponse(GetSessionToken, response);
  };
}

function serializeThere(client, AssumeRoleCommand) {
  // What the SDK's serializer step does, without the steps around it.
  const { schema } = new AssumeRoleCommand(ASSUME_ROLE);
  const [, namespace, name, traits, input, output] = schema ?? [];
  const context = { ...client.config, endpoint: async () => URL_PARTS };
  return () =>
    client.config.protocol.serializeRequest({ namespace, name, traits, input, output }, ASSUME_ROLE, context);
}

for (let done = 0; done < calls / 5; done += 1) await run();
globalThis.gc?.();
const heapBefore = process.memoryUsage().heapUsed;
const started = performance.now();
for (let done = 0; done < calls; done += 1) await run();
const elapsed = performance.now() - started;
globalThis.gc?.();
const heapGrowth = process.memoryUsage().heapUsed - heapBefore;
// What a call leaves behind that only a full collection frees: such objects are copied, and they keep others alive.
const promotedBefore = promoted();
for (let done = 0; done < 1000; done += 1) await run();
const promotedPerCall = (promoted() - promotedBefore) / 1000;
console.log(JSON.stringify({ microseconds: (elapsed * 1000) / calls, heapGrowth, promotedPerCall }));

function promoted() {
  // What survives two collections of the young generation belongs to the old one.
  for (let collections = 0; collections < 2; collections += 1) globalThis.gc?.({ type: "minor" });
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === "old_space").space_used_size;
}
