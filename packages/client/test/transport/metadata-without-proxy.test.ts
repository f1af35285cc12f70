import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";

import { expect, onTestFinished, test } from "vitest";

const document = JSON.stringify({
  Code: "Success",
  AccessKeyId: "ASIAIOSFODNN7EXAMPLE",
  SecretAccessKey: "example",
  Token: "token",
  Expiration: "2999-01-01T00:00:00Z",
});

async function listen(server: ReturnType<typeof createServer>): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
}

// In a process of its own, because Node.js looks at these variables when it starts.
test.each([
  [
    "fromInstanceMetadata",
    `fromInstanceMetadata({ env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: process.env.SERVICE } })`,
  ],
  [
    "fromHttp",
    `fromHttp({ credentialsFullUri: process.env.SERVICE + "/role", authorizationToken: "token" })`,
  ],
])("%s goes to its service itself, whatever proxy the environment names", async (name, provider) => {
  const seen: string[] = [];
  const proxy = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.writeHead(502).end();
  }).on("connect", (request, socket) => {
    seen.push(`CONNECT ${request.url}`);
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  const service = createServer((request, response) => {
    const { method, url = "" } = request;
    response.end(method === "PUT" ? "session" : url.endsWith("/security-credentials/") ? "role" : document);
  });
  const [proxyUrl, serviceUrl] = [await listen(proxy), await listen(service)];
  const program = `
    import { fromHttp, fromInstanceMetadata } from "@org/sts-client/credentials";
    console.log((await (${provider})()).accessKeyId);`;
  const variables = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
    cwd: import.meta.dirname,
    env: {
      PATH: process.env["PATH"],
      NODE_USE_ENV_PROXY: "1",
      SERVICE: serviceUrl,
      ...Object.fromEntries(variables.map((each) => [each, proxyUrl])),
    },
  });
  expect([name, stdout.trim(), seen]).toEqual([name, "ASIAIOSFODNN7EXAMPLE", []]);
});
