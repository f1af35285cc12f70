import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";

import { fromAssumeRole, fromMfaSession } from "@org/sts-client/credentials";
import type { CredentialsProvider } from "@org/sts-client/credentials";
import { createClock, createFakeSts, demoUser } from "@org/sts-mock";
import { startStsServer } from "@org/sts-mock/node";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { afterEach, expect, test, vi } from "vitest";

import { roleArn, userKeys } from "../support/sts-world.ts";

const { ListBucketsCommand, S3Client } = createRequire(import.meta.url)(
  "@aws-sdk/client-s3",
) as typeof import("@aws-sdk/client-s3");

afterEach(() => void vi.useRealTimers());

/** An S3 on loopback that answers every request and remembers who signed it. */
async function startS3() {
  const signers: string[] = [];
  const server = createServer((request, response) => {
    signers.push(/Credential=(\w+)\//.exec(request.headers.authorization ?? "")?.[1] ?? "nobody");
    response.setHeader("content-type", "application/xml");
    // The faked time: the client takes a service's clock for the right one.
    response.setHeader("date", new Date().toUTCString());
    response.end("<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>");
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // It listens on a port, so its address is not a path.
  const { port } = server.address() as AddressInfo;
  return { signers, endpoint: `http://127.0.0.1:${port}`, close: () => server.close() };
}

test("@aws-sdk/client-s3 on our providers signs with the role's session and gets a new one when it runs out", async () => {
  const start = new Date("2026-01-01T00:00:00Z");
  // The AWS SDK has no other clock than the system's.
  vi.useFakeTimers({ toFake: ["Date"], now: start });
  const clock = createClock({ at: start });
  const advance = (seconds: number) => {
    clock.advanceSeconds(seconds);
    vi.setSystemTime(clock.now());
  };
  const sts = createFakeSts({ clock, users: [demoUser], roles: [{ name: "one", trustPolicy: "account" }] });
  const clientConfig = { fetch: ((input, init) => sts.fetch(input, init)) satisfies typeof fetch };
  let asked = 0;
  const mfa = fromMfaSession({
    source: userKeys,
    serialNumber: "arn:aws:iam::123456789012:mfa/demo",
    mfaCodeProvider: (serial) => {
      asked += 1;
      return sts.mfaCode(serial);
    },
    clientConfig,
  });
  const credentials: CredentialsProvider = fromAssumeRole({
    source: mfa,
    clientConfig,
    params: { RoleArn: roleArn("one") },
  });
  const s3 = await startS3();
  const options = { endpoint: s3.endpoint, region: "eu-west-3", forcePathStyle: true };
  const clients = [new S3Client({ ...options, credentials }), new S3Client({ ...options, credentials })];
  const list = async () => {
    for (const client of clients) await client.send(new ListBucketsCommand({}));
  };

  await list();
  await list();
  advance(3600);
  await list();
  for (const client of clients) client.destroy();
  s3.close();

  const [first, , , , later] = s3.signers;
  expect(s3.signers).toEqual([first, first, first, first, later, later]);
  expect(first).not.toBe(later);
  expect(sts.calls().map(({ operation }) => operation)).toEqual([
    "GetSessionToken",
    "AssumeRole",
    "AssumeRole",
  ]);
  expect(sts.calls().map(({ host }) => host)).toEqual(Array(3).fill("sts.eu-west-3.amazonaws.com"));
  expect(asked).toBe(1);
});

test("@aws-sdk/client-s3 on our providers reaches STS through the client's own request handler", async () => {
  const sts = createFakeSts({ users: [demoUser], roles: [{ name: "one", trustPolicy: "account" }] });
  const server = await startStsServer({ sts });
  const s3 = await startS3();
  const requestHandler = new NodeHttpHandler();
  const handle = vi.spyOn(requestHandler, "handle");
  const credentials = fromAssumeRole({
    source: userKeys,
    clientConfig: { endpoint: server.url },
    params: { RoleArn: roleArn("one") },
  });
  const client = new S3Client({
    endpoint: s3.endpoint,
    region: "eu-west-3",
    forcePathStyle: true,
    credentials,
    requestHandler,
  });
  await client.send(new ListBucketsCommand({}));
  client.destroy();
  s3.close();
  await server.close();
  const ports = handle.mock.calls.map(([request]) => request.port);
  expect(ports).toEqual([server.port, Number(new URL(s3.endpoint).port)]);
  expect(s3.signers[0]).toMatch(/^ASIA/);
});
