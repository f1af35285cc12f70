import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { GetSessionTokenCommand, STSClient } from "@org/sts-client";
import { fromAssumeRole } from "@org/sts-client/credentials";
import { createStsMock } from "@org/sts-mock";
import { startStsServer } from "@org/sts-mock/node";
import { AssumeRole, encodeResponse, GetSessionToken } from "@org/sts-protocol";
import { FetchHttpHandler } from "@smithy/fetch-http-handler";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { mockClient } from "aws-sdk-client-mock";
import AWSXRay from "aws-xray-sdk-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  credentials,
  fakeFetch,
  fakeTime,
  fault,
  reasonOf,
  sessionCredentials,
  success,
} from "../support/fake-service.ts";

const region = "eu-west-1";

test("aws-sdk-client-mock stubs the class", async () => {
  const mock = mockClient(STSClient);
  mock.on(GetSessionTokenCommand, { DurationSeconds: 900 }).resolves({ Credentials: sessionCredentials });
  const client = new STSClient({ region });
  const output = await client.send(new GetSessionTokenCommand({ DurationSeconds: 900 }));
  expect(output.Credentials).toEqual(sessionCredentials);
  expect(mock.commandCalls(GetSessionTokenCommand)).toHaveLength(1);
  mock.restore();
});

test("aws-sdk-client-mock does not see what providers send, ours or the AWS SDK's; our mock does", async () => {
  const mock = mockClient(STSClient);
  const server = await startStsServer({ sts: createStsMock({ responses: "realistic" }) });
  const params = { RoleArn: "arn:aws:iam::123456789012:role/example", RoleSessionName: "example" };
  const clientConfig = { region, endpoint: server.url };
  await fromAssumeRole({ source: credentials, params, clientConfig })();
  await fromTemporaryCredentials({ masterCredentials: credentials, params, clientConfig })();
  expect(server.sts.calls(AssumeRole)).toHaveLength(2);
  expect(mock.calls()).toHaveLength(0);
  mock.restore();
  await server.close();
});

test("aws-sdk-client-mock stubs an instance", async () => {
  const client = new STSClient({ region });
  const mock = mockClient(client);
  mock.rejects(new Error("stubbed"));
  expect((await reasonOf(client.send(new GetSessionTokenCommand({})))).message).toBe("stubbed");
  mock.restore();
});

test("aws-xray-sdk-core traces calls, with operation, region, status, request id and attempts", async () => {
  AWSXRay.enableManualMode();
  const segment = new AWSXRay.Segment("example");
  const { fetch, seen } = fakeFetch(fault("Throttling", 400), success());
  const client = AWSXRay.captureAWSv3Client(
    new STSClient({ region, credentials, fetch, ...fakeTime().options }),
    segment,
  );
  await client.send(new GetSessionTokenCommand({}));
  const [subsegment] = segment.subsegments ?? [];
  expect(JSON.parse(JSON.stringify(subsegment))).toMatchObject({
    name: "STS",
    namespace: "aws",
    aws: { operation: "GetSessionToken", region, request_id: "request-1", retries: 2 },
    http: { response: { status: 200 } },
  });
  expect(new Headers(seen[0]?.headers).get("x-amzn-trace-id")).toMatch(/^Root=/);
});

test("aws-xray-sdk-core traces failures", async () => {
  const segment = new AWSXRay.Segment("example");
  const { fetch } = fakeFetch(fault("AccessDenied", 403));
  const client = AWSXRay.captureAWSv3Client(new STSClient({ region, credentials, fetch }), segment);
  await reasonOf(client.send(new GetSessionTokenCommand({})));
  expect(JSON.parse(JSON.stringify(segment.subsegments?.[0]))).toMatchObject({
    error: true,
    http: { response: { status: 403 } },
  });
});

describe("request handlers", () => {
  let server: Server;
  let endpoint: string;
  let whenHanging = (): void => {};
  const requests: { headers: NodeJS.Dict<string | string[]>; body: string }[] = [];

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      if (request.url?.startsWith("/hang")) return whenHanging();
      let body = "";
      for await (const chunk of request) body += String(chunk);
      requests.push({ headers: request.headers, body });
      const answer = encodeResponse(
        GetSessionToken,
        { Credentials: sessionCredentials },
        { requestId: "request-3" },
      );
      response.writeHead(answer.statusCode, answer.headers).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test.each([
    ["NodeHttpHandler", () => new NodeHttpHandler({ connectionTimeout: 1000 })],
    ["FetchHttpHandler", () => new FetchHttpHandler({ requestTimeout: 1000 })],
  ])("Smithy's %s carries the request", async (_name, create) => {
    const requestHandler = create();
    const client = new STSClient({ region, credentials, endpoint, requestHandler });
    const output = await client.send(new GetSessionTokenCommand({ DurationSeconds: 900 }));
    expect(output.Credentials).toEqual(sessionCredentials);
    expect(output.$metadata).toMatchObject({ httpStatusCode: 200, requestId: "request-3" });
    expect(requests.at(-1)?.body).toBe("Action=GetSessionToken&Version=2011-06-15&DurationSeconds=900");
    client.destroy();
  });

  test.each([
    ["NodeHttpHandler", () => new NodeHttpHandler()],
    ["FetchHttpHandler", () => new FetchHttpHandler()],
  ])("Smithy's %s loses no abort reason", async (_name, create) => {
    const client = new STSClient({
      region,
      credentials,
      endpoint: `${endpoint}/hang`,
      requestHandler: create(),
    });
    const controller = new AbortController();
    const reason = new Error("the user went away");
    whenHanging = () => controller.abort(reason);
    expect(
      await reasonOf(client.send(new GetSessionTokenCommand({}), { abortSignal: controller.signal })),
    ).toBe(reason);
    client.destroy();
  });

  test("errors of Smithy's NodeHttpHandler are retried and passed on as they are", async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const client = new STSClient({
      region,
      credentials,
      endpoint: `http://127.0.0.1:${port}`,
      requestHandler: new NodeHttpHandler(),
      ...fakeTime().options,
    });
    const error = await reasonOf(client.send(new GetSessionTokenCommand({})));
    expect(error).toMatchObject({ code: "ECONNREFUSED", $metadata: { attempts: 3 } });
  });
});

test("@aws-sdk/credential-providers feed the client, and learn its region", async () => {
  const { fetch, seen } = fakeFetch(success());
  let asked: unknown;
  const provider = fromTemporaryCredentials({
    params: { RoleArn: "arn:aws:iam::123456789012:role/demo", RoleSessionName: "demo" },
    masterCredentials: credentials,
    clientConfig: {
      requestHandler: {
        handle: async (request: { hostname: string }) => {
          asked = request.hostname;
          const body = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser><AssumedRoleId>AROAEXAMPLE:demo</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/demo/demo</Arn></AssumedRoleUser><Credentials><AccessKeyId>ASIAFROMROLE</AccessKeyId><SecretAccessKey>example</SecretAccessKey><SessionToken>example</SessionToken><Expiration>2040-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></AssumeRoleResponse>`;
          const { HttpResponse } = await import("@smithy/core/protocols");
          const { Readable } = await import("node:stream");
          return {
            response: new HttpResponse({
              statusCode: 200,
              headers: { "content-type": "text/xml" },
              body: Readable.from([Buffer.from(body)]),
            }),
          };
        },
      },
    },
  });
  const client = new STSClient({ region, credentials: provider, fetch });
  await client.send(new GetSessionTokenCommand({}));
  expect(asked).toBe("sts.eu-west-1.amazonaws.com");
  expect(seen[0]?.headers["authorization"]).toContain("Credential=ASIAFROMROLE/");
});
