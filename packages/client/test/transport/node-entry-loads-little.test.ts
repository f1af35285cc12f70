import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { expect, test } from "vitest";

const RESULT = `<GetSessionTokenResponse><GetSessionTokenResult><Credentials><AccessKeyId>ASIAEXAMPLE000000000</AccessKeyId>
<SecretAccessKey>example</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2030-01-01T00:00:00Z</Expiration>
</Credentials></GetSessionTokenResult></GetSessionTokenResponse>`;

const PROGRAM = `
import { GetSessionTokenCommand, STSClient } from "@org/sts-client/node";
const client = new STSClient({
  region: "eu-west-1",
  endpoint: process.argv[1],
  credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "example" },
});
const { Credentials } = await client.send(new GetSessionTokenCommand({}));
client.destroy();
console.log(JSON.stringify({ keyId: Credentials.AccessKeyId, modules: process.moduleLoadList }));`;

// The runtime's globals for the web are loaded when they are first touched, which takes tens of milliseconds.
test("a call of the Node.js entry point loads neither the runtime's fetch nor its web streams", async () => {
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader("content-type", "text/xml").end(RESULT);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo; // of a server that listens on a port
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "--eval", PROGRAM, `http://127.0.0.1:${port}`],
      { cwd: fileURLToPath(new URL("../..", import.meta.url)) },
    );
    const { keyId, modules }: { keyId: string; modules: string[] } = JSON.parse(stdout);
    expect(keyId).toBe("ASIAEXAMPLE000000000");
    expect(modules).toContain("NativeModule http");
    expect(modules.filter((name) => /undici|webstreams\/transform/.test(name))).toEqual([]);
  } finally {
    server.close();
  }
});
