import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";

import { encodeResponse, GetSessionToken } from "@org/sts-protocol";
import { describe, expect, test } from "vitest";

import { sessionCredentials } from "./fake-service.ts";

// undici cancels the body of a `Response` that was collected before anybody read it. A fresh process loads the modules
// that read it while the request is in flight, which is when that happens.
const PROGRAM = `
import { GetSessionTokenCommand, STSClient } from "@org/sts-client";
const collect = () => { globalThis.gc(); if (!done) setImmediate(collect); };
let done = false;
const client = new STSClient({
  region: "us-east-1",
  endpoint: process.argv[1],
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" },
  maxAttempts: 1,
});
// The import hangs until the response has been there for a while.
const load = client.config.loadWayBack;
client.config.loadWayBack = async () => { await new Promise((resolve) => setTimeout(resolve, 200)); return load(); };
client.config.loadDecoder = async () => undefined;
setImmediate(collect);
const { Credentials } = await client.send(new GetSessionTokenCommand({}));
done = true;
console.log(Credentials.AccessKeyId);
`;

describe("an answer", () => {
  test("is read although its Response was collected in the meantime", async () => {
    const { body, headers } = encodeResponse(
      GetSessionToken,
      { Credentials: sessionCredentials },
      { requestId: "r" },
    );
    const server = createServer((_request, response) => response.writeHead(200, headers).end(body));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const { port } = server.address() as AddressInfo; // it listens on a port
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ["--expose-gc", "--input-type=module", "--eval", PROGRAM, `http://127.0.0.1:${port}`],
        { cwd: new URL("..", import.meta.url) },
      );
      expect(stdout.trim()).toBe(sessionCredentials.AccessKeyId);
    } finally {
      server.close();
    }
  });
});
