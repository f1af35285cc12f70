import { createServer } from "node:http";

import { InfisicalSDK } from "@infisical/sdk";

/** Lets the SDK log in to a server on 127.0.0.1, and returns the body it sent. */
export async function recordInfisical(region: string): Promise<unknown> {
  let sent: unknown;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      sent = JSON.parse(Buffer.concat(parts).toString());
      response.writeHead(200, { "content-type": "application/json", connection: "close" });
      response.end(
        JSON.stringify({ accessToken: "t", expiresIn: 60, accessTokenMaxTTL: 60, tokenType: "Bearer" }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  process.env["AWS_REGION"] = region;
  await new InfisicalSDK({ siteUrl: `http://127.0.0.1:${port}` })
    .auth()
    .awsIamAuth.login({ identityId: "identity" });
  server.close();
  return sent;
}
