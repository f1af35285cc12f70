import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect, type Socket } from "node:net";

import { createFakeSts, createStsMock } from "@org/sts-mock";
import { startStsServer, type StsServer } from "@org/sts-mock/node";
import { AssumeRole, GetCallerIdentity, GetSessionToken } from "@org/sts-protocol";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { call, DEMO_ROLE } from "../support/call.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded" };

let server: StsServer;
let fakeServer: StsServer;
beforeAll(async () => {
  server = await startStsServer({ sts: createStsMock() });
  fakeServer = await startStsServer({ sts: createFakeSts(), requestTimeoutMs: 300 });
});
afterAll(async () => {
  await Promise.all([server.close(), fakeServer.close()]);
});

const post = (body: string, headers: Record<string, string> = FORM): Promise<Response> =>
  fetch(server.url, { method: "POST", body, headers });

test("responses are laid out as the service lays them out", async () => {
  const before = Date.now();
  const response = await post("Action=GetCallerIdentity&Version=2011-06-15");
  const requestId = response.headers.get("x-amzn-requestid") ?? "";
  expect(await response.text())
    .toBe(`<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult>
    <UserId>AKIAI44QH8DHBEXAMPLE</UserId>
    <Account>123456789012</Account>
    <Arn>arn:aws:iam::123456789012:user/Alice</Arn>
  </GetCallerIdentityResult>
  <ResponseMetadata>
    <RequestId>${requestId}</RequestId>
  </ResponseMetadata>
</GetCallerIdentityResponse>
`);
  expect(requestId).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  expect(response.headers.get("content-type")).toBe("text/xml");
  const date = Date.parse(response.headers.get("date") ?? "");
  // The header has whole seconds.
  expect(date).toBeGreaterThan(before - 1000);
  expect(date).toBeLessThanOrEqual(Date.now());
});

test("responses that refuse are laid out so too", async () => {
  const response = await fetch(`${fakeServer.url}/?Action=GetCallerIdentity&Version=2011-06-15`);
  expect(response.status).toBe(403);
  expect(await response.text()).toBe(`<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error>
    <Type>Sender</Type>
    <Code>MissingAuthenticationToken</Code>
    <Message>Request is missing Authentication Token</Message>
  </Error>
  <RequestId>${response.headers.get("x-amzn-requestid")}</RequestId>
</ErrorResponse>
`);
});

test("responses come as JSON when that is accepted", async () => {
  const response = await post("Action=GetSessionToken&Version=2011-06-15", {
    ...FORM,
    accept: "application/json",
  });
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(await response.json()).toMatchObject({
    GetSessionTokenResponse: {
      GetSessionTokenResult: {
        Credentials: { AccessKeyId: "AKIAIOSFODNN7EXAMPLE", Expiration: 1_310_414_129.611 },
      },
      ResponseMetadata: { RequestId: response.headers.get("x-amzn-requestid") },
    },
  });
  const refusal = await fetch(`${fakeServer.url}/?Action=GetCallerIdentity&Version=2011-06-15`, {
    headers: { accept: "application/json" },
  });
  expect(await refusal.json()).toMatchObject({
    Error: { Code: "MissingAuthenticationToken", Type: "Sender" },
  });
});

test("responses are the same for GET with everything in the query", async () => {
  const response = await fetch(`${server.url}/?Action=GetCallerIdentity&Version=2011-06-15`);
  expect(await response.text()).toContain("<Account>123456789012</Account>");
});

test("responses can be read by a page of another origin", async () => {
  const preflight = await fetch(server.url, {
    method: "OPTIONS",
    headers: {
      origin: "https://app.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,x-amz-date,amz-sdk-request",
    },
  });
  expect(preflight.status).toBe(200);
  expect(preflight.headers.get("access-control-allow-headers")).toBe(
    "authorization,x-amz-date,amz-sdk-request",
  );
  expect(preflight.headers.get("access-control-allow-methods")).toContain("POST");
  const response = await post("Action=GetCallerIdentity&Version=2011-06-15");
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  expect(response.headers.get("access-control-expose-headers")?.toLowerCase()).toContain("x-amzn-requestid");
  await Promise.all([preflight.text(), response.text()]);
});

test.each([
  ["no Action", "Version=2011-06-15", 400, "MissingAction"],
  ["an unknown Action", "Action=Nothing&Version=2011-06-15", 400, "InvalidAction"],
  ["an inherited Action", "Action=constructor&Version=2011-06-15", 400, "InvalidAction"],
  ["a wrong Version", "Action=GetCallerIdentity&Version=2010-01-01", 400, "InvalidAction"],
  ["no Version", "Action=GetCallerIdentity", 400, "InvalidAction"],
  ["nothing", "", 400, "MissingAction"],
  [
    "a parameter given twice",
    "Action=GetSessionToken&Version=2011-06-15&TokenCode=1&TokenCode=2",
    400,
    "ValidationError",
  ],
  [
    "a number that is none",
    "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=abc",
    400,
    "ValidationError",
  ],
  [
    "a name of many parts",
    `Action=AssumeRole&Version=2011-06-15&${"a.".repeat(1000)}=1`,
    400,
    "ValidationError",
  ],
  ["half an escape", "Action=GetCallerIdentity&Version=2011-06-15&x=%E0%A4%A", 200, undefined],
  [
    "a body that is too large",
    `Action=GetCallerIdentity&Version=2011-06-15&x=${"x".repeat(600_000)}`,
    413,
    "RequestEntityTooLarge",
  ],
])("bad requests with %s get their answer", async (_case, body, status, code) => {
  const response = await post(body);
  const text = await response.text();
  expect(response.status).toBe(status);
  expect(/<Code>(\w+)<\/Code>/.exec(text)?.[1]).toBe(code);
});

test.each(["PUT", "DELETE", "PATCH"])("bad requests with the method %s get their answer", async (method) => {
  const response = await fetch(server.url, { method });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain("<Code>InvalidAction</Code>");
});

test("requests with another content type hold no parameters", async () => {
  const response = await post('{"Action":"GetCallerIdentity"}', { "content-type": "application/json" });
  expect(await response.text()).toContain("<Code>MissingAction</Code>");
});

test("requests of any bytes are answered, never a crash", async () => {
  const mock = createFakeSts();
  const parameter = fc.tuple(
    fc.constantFrom(
      "Action",
      "Version",
      "RoleArn",
      "Tags.member.1.Key",
      "Tags.member.x",
      "X-Amz-Signature",
      "X-Amz-Date",
      "__proto__",
    ),
    fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("AssumeRole", "GetCallerIdentity", "2011-06-15")),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(parameter, { maxLength: 8 }),
      fc.oneof(fc.constant("POST"), fc.constant("GET")),
      fc.dictionary(
        fc.constantFrom("authorization", "x-amz-date", "x-amz-security-token", "accept"),
        fc.string(),
      ),
      async (parameters, method, headers) => {
        const answer = await mock.respond({
          method,
          hostname: "sts.us-east-1.amazonaws.com",
          path: "/",
          query: Object.fromEntries(method === "GET" ? parameters : []),
          headers: { host: "sts.us-east-1.amazonaws.com", ...FORM, ...headers },
          body: method === "GET" ? "" : new URLSearchParams(parameters).toString(),
        });
        expect(answer.statusCode).toBeGreaterThanOrEqual(400);
        expect(answer.statusCode).toBeLessThan(500);
      },
    ),
    { numRuns: Number(process.env["STS_TEST_RUNS"] ?? 300) },
  );
});

const fake = createFakeSts();
const message = async (result: Promise<unknown>): Promise<unknown> =>
  await result.then(
    () => "ok",
    (error: Error) => `${error.name}: ${error.message}`,
  );

test.each([
  [
    { DurationSeconds: 60 },
    "1 validation error detected: Value '60' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
  ],
  [
    { DurationSeconds: 129_601 },
    "1 validation error detected: Value '129601' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 129600",
  ],
  [
    { SerialNumber: "short" },
    "1 validation error detected: Value 'short' at 'serialNumber' failed to satisfy constraint: Member must have length greater than or equal to 9",
  ],
  [
    { TokenCode: "12a456" },
    String.raw`1 validation error detected: Value at 'tokenCode' failed to satisfy constraint: Member must satisfy regular expression pattern: \d*`,
  ],
])("validation refuses %j in the service's words", async (input, words) => {
  expect(await message(call(fake, GetSessionToken, input))).toBe(`ValidationError: ${words}`);
});

test("validation counts what is wrong, and names members of lists", async () => {
  const input = {
    RoleArn: undefined,
    RoleSessionName: "a b",
    Tags: [
      { Key: "ok", Value: "ok" },
      { Key: "", Value: undefined },
    ],
  };
  expect(await message(call(fake, AssumeRole, input))).toBe(
    "ValidationError: 5 validation errors detected: " +
      "Value null at 'roleArn' failed to satisfy constraint: Member must not be null; " +
      String.raw`Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*; ` +
      "Value '' at 'tags.2.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1; " +
      String.raw`Value '' at 'tags.2.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+; ` +
      "Value null at 'tags.2.member.value' failed to satisfy constraint: Member must not be null",
  );
});

test("validation comes after the signature is checked", async () => {
  const keys = { accessKeyId: "AKIAUNKNOWNEXAMPLE12", secretAccessKey: "x" };
  expect(await message(call(fake, GetSessionToken, { DurationSeconds: 1 }, { keys }))).toMatch(
    /^InvalidClientTokenId/,
  );
});

test("validation lets through what is right", async () => {
  expect(await message(call(fake, AssumeRole, { RoleArn: DEMO_ROLE, RoleSessionName: "ok" }))).toBe("ok");
  expect(await message(call(fake, GetCallerIdentity, {}))).toBe("ok");
});

test("the server listens on the loopback address only, unless told otherwise", () => {
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

test("the server survives garbage, and clients that hang up or never finish", async () => {
  const { port } = fakeServer;
  await Promise.all([
    hangUp(port, "POST / HTTP/1.1\r\nHost: x\r\nContent-Len"),
    hangUp(port, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nAction="),
    hangUp(port, "GET /?Action=GetCallerIdentity&Version=2011-06-15 HTTP/1.1\r\nHost: x\r\n\r\n"),
  ]);
  const outcomes = await Promise.all([
    raw(port, "not http\r\n\r\n"),
    raw(port, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nAction="),
    raw(port, "GET /?Action=GetCallerIdentity HTTP/1.1\r\nHost: ba d\r\nConnection: close\r\n\r\n"),
    raw(port, "POST http://[/ HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
    raw(port, `GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(100_000)}\r\n\r\n`),
  ]);
  expect(outcomes.map((text) => /^HTTP\/1\.1 (\d+)/.exec(text)?.[1])).toEqual([
    "400",
    "408",
    "400",
    "400",
    "431",
  ]);
  expect((await fetch(fakeServer.url)).status).toBe(400);
});

test("the server stops reading a body that exceeds the limit", async () => {
  const { status, sent } = await endless(server.port);
  expect(status).toBe(413);
  expect(sent).toBeLessThan(20_000_000);
});

test("the server lets a client that reads only after it has sent everything see that it was too much", async () => {
  const upload = uploadTo(server.port, { bytes: 4_000_000 });
  upload.socket.pause();
  upload.socket.once("finish", () => upload.socket.resume());
  const { answer, error } = await upload.closed;
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(answer).toMatch(/^connection: close\r$/im);
  expect(answer).toContain("</ErrorResponse>");
  expect(error).toBeUndefined();
});

test("the server cuts off a client that never stops uploading, fast or slowly", async () => {
  const [fast, slow] = await Promise.all([
    uploadTo(server.port, { bytes: Infinity }).closed,
    uploadTo(server.port, { bytes: Infinity, slowFrom: 1_000_000 }).closed,
  ]);
  expect(fast.sent).toBeLessThan(50_000_000);
  expect([fast.answer, slow.answer]).toEqual(Array(2).fill(expect.stringMatching(/^HTTP\/1\.1 413 /)));
});

test("the server closes while a client goes on with an upload that was refused", async () => {
  const own = await startStsServer({ sts: createStsMock() });
  const upload = uploadTo(own.port, { bytes: Infinity, slowFrom: 1_000_000 });
  await once(upload.socket, "data");
  await own.close();
  expect((await upload.closed).answer).toMatch(/^HTTP\/1\.1 413 /);
});

test("the server responds InternalFailure when a reply throws anything but a service exception, and continues", async () => {
  const sts = createStsMock();
  const errors: unknown[] = [];
  const own = await startStsServer({ sts, onError: (error) => errors.push(error) });
  sts.once(GetCallerIdentity, () => {
    throw new RangeError("a bug in the test");
  });
  const url = `${own.url}/?Action=GetCallerIdentity&Version=2011-06-15`;
  const broken = await fetch(url);
  expect(broken.status).toBe(500);
  expect(await broken.text()).toContain("<Code>InternalFailure</Code>");
  expect(errors).toEqual([new RangeError("a bug in the test")]);
  expect((await fetch(url)).status).toBe(200);
  await own.close();
});

test("the server lets an answer that is under way end when it closes", async () => {
  const sts = createStsMock();
  const own = await startStsServer({ sts });
  sts.fault({ kind: "slow-body", chunkBytes: 50, delayMs: 2 });
  const response = await fetch(`${own.url}/?Action=GetCallerIdentity&Version=2011-06-15`);
  const [text] = await Promise.all([response.text(), own.close()]);
  expect(text).toContain("</GetCallerIdentityResponse>");
  await expect(fetch(own.url)).rejects.toThrow(TypeError);
});

test("the server closes with connections open, twice if asked, and frees its port", async () => {
  const sts = createStsMock();
  const own = await startStsServer({ sts });
  sts.fault({ kind: "stall" });
  const pending = fetch(`${own.url}/?Action=GetCallerIdentity&Version=2011-06-15`).catch(
    (error: unknown) => error,
  );
  while (sts.calls().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await Promise.all([own.close(), own.close()]);
  expect(await pending).toBeInstanceOf(TypeError);
  const again = await startStsServer({ sts, port: own.port });
  expect(again.port).toBe(own.port);
  await expect(startStsServer({ port: own.port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  await again.close();
});

function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => (answer += chunk));
    socket.on("close", () => {
      resolve(answer);
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNRESET") resolve(answer);
      else reject(error);
    });
  });
}

/** Sends a part of a request and resets the connection. */
async function hangUp(port: number, text: string): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  await new Promise((resolve) => socket.write(text, resolve));
  socket.resetAndDestroy();
  await once(socket, "close");
}

function endless(port: number): Promise<{ status: number | undefined; sent: number }> {
  return new Promise((resolve, reject) => {
    let sent = 0;
    const chunk = "x".repeat(65_536);
    const sending = httpRequest({ port, host: "127.0.0.1", method: "POST", headers: FORM }, (response) => {
      resolve({ status: response.statusCode, sent });
      response.destroy();
      sending.destroy();
    });
    sending.on("error", reject);
    const more = (): void => {
      while (!sending.destroyed && sent < 100_000_000) {
        sent += chunk.length;
        if (!sending.write(chunk)) {
          sending.once("drain", more);
          return;
        }
      }
    };
    more();
  });
}

interface Upload {
  readonly socket: Socket;
  readonly closed: Promise<{ answer: string; sent: number; error: Error | undefined }>;
}

/** Uploads whatever is answered; from `slowFrom` bytes on it sends one more every now and then. */
function uploadTo(
  port: number,
  { bytes, slowFrom = Infinity }: { bytes: number; slowFrom?: number },
): Upload {
  const socket = connect(port, "127.0.0.1");
  const length = bytes === Infinity ? 1_000_000_000_000 : bytes;
  socket.write(
    `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: ${FORM["content-type"]}\r\nContent-Length: ${length}\r\n\r\n`,
  );
  let sent = 0;
  let error: Error | undefined;
  let answer = "";
  const more = (): void => {
    while (!socket.destroyed && sent < length) {
      const isSlow = sent >= slowFrom;
      const chunk = "x".repeat(isSlow ? 1 : Math.min(50_000, length - sent));
      sent += chunk.length;
      const isTaken = socket.write(chunk);
      if (isSlow) return void setTimeout(more, 20);
      if (!isTaken) return void socket.once("drain", more);
    }
    if (!socket.destroyed) socket.end();
  };
  more();
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => (answer += chunk));
  socket.on("error", (reason) => (error = reason));
  return {
    socket,
    closed: new Promise((resolve) => {
      socket.on("close", () => {
        resolve({ answer, sent, error });
      });
    }),
  };
}
