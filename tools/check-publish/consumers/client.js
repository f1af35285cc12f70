import { createServer } from "node:http";
import { createRequire } from "node:module";

import { GetSessionTokenCommand, STSClient } from "@org/sts-client";

const xml = `<GetSessionTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetSessionTokenResult>
    <Credentials>
      <AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>
      <SecretAccessKey>example</SecretAccessKey>
      <SessionToken>token</SessionToken>
      <Expiration>2030-01-01T00:00:00Z</Expiration>
    </Credentials>
  </GetSessionTokenResult>
  <ResponseMetadata><RequestId>id</RequestId></ResponseMetadata>
</GetSessionTokenResponse>`;
const server = createServer((_request, response) => {
  response.setHeader("content-type", "text/xml").end(xml);
});
await new Promise((resolve) => {
  server.listen(0, "127.0.0.1", resolve);
});
const client = new STSClient({
  region: "eu-west-1",
  endpoint: `http://127.0.0.1:${server.address().port}`,
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" },
});
const loaded = () => Object.keys(createRequire(import.meta.url).cache);
const before = new Set(loaded());
const { Credentials } = await client.send(new GetSessionTokenCommand({}));
server.close();
server.closeAllConnections();
if (Credentials.AccessKeyId !== "ASIAIOSFODNN7EXAMPLE") throw new Error("no credentials");
// Tests put a file system of their own in the place of Node.js's, where a file that is opened later does not exist.
const late = loaded().filter((file) => !before.has(file));
if (late.length > 0) throw new Error(`the first call opened files: ${late.join(", ")}`);
