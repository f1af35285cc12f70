import { createServer } from "node:http";

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
const { Credentials } = await client.send(new GetSessionTokenCommand({}));
server.close();
server.closeAllConnections();
if (Credentials.AccessKeyId !== "ASIAIOSFODNN7EXAMPLE") throw new Error("no credentials");
