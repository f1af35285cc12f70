// What `eager.ts` watches: the first call of a client on `node:http`, and of one on `fetch`, each with credentials that are given.
// Runs on the sources, with the condition `@org/source`.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const RESPONSE = `<GetSessionTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetSessionTokenResult>
    <Credentials>
      <AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>
      <SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY</SecretAccessKey>
      <SessionToken>EXAMPLETOKEN</SessionToken>
      <Expiration>2030-01-01T00:00:00Z</Expiration>
    </Credentials>
  </GetSessionTokenResult>
  <ResponseMetadata>
    <RequestId>00000000-0000-4000-8000-000000000000</RequestId>
  </ResponseMetadata>
</GetSessionTokenResponse>
`;

const server = createServer((_request, response) => {
  response.setHeader("content-type", "text/xml").end(RESPONSE);
});
await new Promise<void>((resolve) => {
  server.listen(0, "127.0.0.1", resolve);
});
const { port } = server.address() as AddressInfo; // not a pipe
for (const entry of ["index", "node"]) {
  const { GetSessionTokenCommand, STSClient }: typeof import("../../packages/client/src/entries/index.ts") =
    await import(`../../packages/client/src/entries/${entry}.ts`);
  const client = new STSClient({
    region: "eu-west-1",
    endpoint: `http://127.0.0.1:${port}/`,
    credentials: {
      accessKeyId: "AKIAIOSFODNN7EXAMPLE",
      secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    },
  });
  await client.send(new GetSessionTokenCommand({ DurationSeconds: 3600 }));
  client.destroy();
}
server.close();
server.closeAllConnections();
