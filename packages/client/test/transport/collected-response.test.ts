import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";

import { encodeResponse, GetSessionToken } from "@org/sts-protocol";
import { expect, test } from "vitest";

import { sessionCredentials } from "../support/fake-service.ts";

// undici cancels the body of a `Response` that was collected before anybody began to read it. So the body comes long after
// the headers, and the garbage is collected in between.
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
setImmediate(collect);
const { Credentials } = await client.send(new GetSessionTokenCommand({}));
done = true;
console.log(Credentials.AccessKeyId);
`;

test.each([
  ["with a Content-Length", true],
  ["without a Content-Length", false],
])(
  "a response whose Response object was collected before its body arrived is read to its end %s",
  async (_, hasLength) => {
    const { body, headers } = encodeResponse(
      GetSessionToken,
      { Credentials: sessionCredentials },
      { requestId: "r" },
    );
    const server = createServer((_request, response) => {
      response.writeHead(200, { ...headers, ...(hasLength && { "content-length": body.length }) });
      response.flushHeaders();
      setTimeout(() => response.end(body), 200);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const { port } = server.address() as AddressInfo; // it listens on a port
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ["--expose-gc", "--input-type=module", "--eval", PROGRAM, `http://127.0.0.1:${port}`],
        { cwd: new URL("../..", import.meta.url) },
      );
      expect(stdout.trim()).toBe(sessionCredentials.AccessKeyId);
    } finally {
      server.close();
    }
  },
);
