import { readFile } from "node:fs/promises";

import {
  GetSessionTokenCommand as AwsGetSessionTokenCommand,
  STSClient as AwsClient,
} from "@aws-sdk/client-sts";
import {
  AssumeRoleWithWebIdentityCommand,
  GetSessionTokenCommand,
  GetWebIdentityTokenCommand,
  STS,
  STSClient,
  STSClientError,
  STSServiceException,
} from "@org/sts-client";
import { STSClient as WebCryptoClient } from "@org/sts-client/webcrypto";
import { AssumeRoleWithWebIdentity, encodeResponse } from "@org/sts-protocol";
import { verify } from "@org/sts-signer";
import { expect, test, vi } from "vitest";

import { createId } from "../../src/call/create-id.browser.ts";

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

test("a call gives the output with its metadata", async () => {
  const { fetch } = fakeFetch(success());
  const client = new STSClient({ region, credentials, fetch });
  const output = await client.send(new GetSessionTokenCommand({ DurationSeconds: 900 }));
  expect(output).toEqual({
    Credentials: sessionCredentials,
    $metadata: {
      httpStatusCode: 200,
      requestId: "request-1",
      attempts: 1,
      totalRetryDelay: 0,
      extendedRequestId: undefined,
      cfId: undefined,
    },
  });
  // It came without a date.
  expect(output.$metadata.serverTime).toBeUndefined();
});

test("a call tells, out of sight, what Go's client tells: raw answer, times and attempts", async () => {
  const time = fakeTime();
  const { fetch } = fakeFetch(
    fault("InternalFailure", 500),
    success({ date: new Date(time.nowMs + 3_600_000).toUTCString() }),
  );
  const output = await new STSClient({ region, credentials, fetch, ...time.options }).send(
    new GetSessionTokenCommand({}),
  );
  const { clockSkew, serverTime, responseTime, attemptResults } = output.$metadata;
  expect(Math.round((clockSkew ?? 0) / 1000)).toBe(3600);
  expect(serverTime).toEqual(new Date(Date.UTC(2030, 0, 1, 1)));
  expect(responseTime).toEqual(new Date(time.nowMs));
  expect(attemptResults).toEqual([
    { statusCode: 500, durationMs: 0, error: expect.objectContaining({ name: "InternalFailure" }) },
    { statusCode: 200, durationMs: 0 },
  ]);
  expect(attemptResults?.[1]).not.toHaveProperty("error");
  expect((output as { $response?: { statusCode: number } }).$response?.statusCode).toBe(200);
  for (const hidden of ["clockSkew", "serverTime", "responseTime", "attemptResults"]) {
    expect(Object.keys(output.$metadata)).not.toContain(hidden);
    // A plugin may put its own in its place.
    expect(Object.getOwnPropertyDescriptor(output.$metadata, hidden)).toMatchObject({ configurable: true });
  }
  expect(Object.keys(output)).not.toContain("$response");
});

test("a call sends the bytes that the AWS SDK sends", async () => {
  const input = {
    DurationSeconds: 3600,
    SerialNumber: "arn:aws:iam::123456789012:mfa/user",
    TokenCode: "123456",
  };
  const { fetch, seen } = fakeFetch(success());
  await new STSClient({ region, credentials, fetch }).send(new GetSessionTokenCommand(input));
  let theirs: { body: string } | undefined;
  const aws = new AwsClient({ region, credentials });
  aws.middlewareStack.add(
    (next) => async (args) => {
      theirs = args.request as { body: string };
      return next(args);
    },
    { step: "finalizeRequest" },
  );
  await aws.send(new AwsGetSessionTokenCommand(input), { abortSignal: AbortSignal.abort() }).catch(() => {});
  expect(seen[0]?.body).toBe(theirs?.body);
  expect(seen[0]?.url).toBe("https://sts.eu-west-1.amazonaws.com/");
});

test.each([
  ["default", STSClient],
  ["webcrypto", WebCryptoClient],
] as const)("a call is signed for time, region and service by the %s entry", async (_name, Client) => {
  const { fetch, seen } = fakeFetch(success());
  const time = fakeTime();
  const client = new Client({
    region,
    credentials: { ...credentials, sessionToken: "TOKEN-MARK" },
    fetch,
    ...time.options,
  });
  await client.send(new GetSessionTokenCommand({}));
  const [sent] = seen;
  if (sent === undefined) throw new Error("nothing was sent");
  const { url, headers, body } = sent;
  const request = new Request(url, { method: "POST", headers, body });
  request.headers.set("host", new URL(url).host);
  const result = await verify(
    {
      method: "POST",
      hostname: new URL(url).host,
      path: "/",
      headers: { host: new URL(url).host, "content-length": `${body.length}`, ...headers },
      body,
    },
    {
      findKey: async () => ({ secretAccessKey: credentials.secretAccessKey, sessionToken: "TOKEN-MARK" }),
      region,
      service: "sts",
      clock: () => new Date(time.nowMs),
    },
  );
  expect(result).toMatchObject({ ok: true });
  expect(headers["x-amz-date"]).toBe("20300101T000000Z");
});

test("a call carries the AWS SDK's headers", async () => {
  const { fetch, seen } = fakeFetch(fault("Throttling", 400), success());
  const client = new STSClient({
    region,
    credentials,
    fetch,
    ...fakeTime().options,
    customUserAgent: [["my tool", "1.2"], ["x"]],
    userAgentAppId: "app",
  });
  await client.send(new GetSessionTokenCommand({}));
  const [first, second] = seen.map(({ headers }) => headers);
  expect(first?.["amz-sdk-invocation-id"]).toMatch(
    /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/,
  );
  expect(second?.["amz-sdk-invocation-id"]).toBe(first?.["amz-sdk-invocation-id"]);
  expect([first?.["amz-sdk-request"], second?.["amz-sdk-request"]]).toEqual([
    "attempt=1; max=3",
    "attempt=2; max=3",
  ]);
  expect(first?.["user-agent"]).toMatch(
    /^org-sts-client\/\S+ ua\/2\.1 os\/\S+ lang\/js md\/nodejs#\S+ api\/sts#\S+ m\/E\S* my-tool\/1\.2 x app\/app$/,
  );
  expect(first?.["x-amz-user-agent"]).toMatch(/^org-sts-client\/\S+ my-tool\/1\.2 x$/);
  expect(second?.["authorization"]).not.toBe(first?.["authorization"]);
});

test("a call names an endpoint override, an account id and the credentials' source in the user agent", async () => {
  const { fetch, seen } = fakeFetch(success());
  const $source = { CREDENTIALS_STS_SESSION_TOKEN: "m" };
  const client = new STSClient({
    region,
    fetch,
    endpoint: "https://example.com",
    credentials: async () => ({ ...credentials, accountId: "123456789012", $source }),
  });
  await client.send(new GetSessionTokenCommand({}));
  expect(seen[0]?.headers["user-agent"]).toContain(" m/E,N,T,m");
});

test("a call of an operation without signature asks for no credentials, also on the global endpoint and without a region", async () => {
  const body = encodeResponse(
    AssumeRoleWithWebIdentity,
    { Credentials: sessionCredentials },
    { requestId: "r" },
  ).body;
  const { fetch, seen } = fakeFetch(new Response(body, { headers: { "content-type": "text/xml" } }));
  const noCredentials = async (): Promise<never> => {
    throw new Error("asked for credentials");
  };
  const command = new AssumeRoleWithWebIdentityCommand({
    RoleArn: "arn:aws:iam::123456789012:role/demo",
    RoleSessionName: "demo",
    WebIdentityToken: "TOKEN-MARK",
  });
  await new STSClient({
    useGlobalEndpoint: true,
    region: async () => "",
    credentials: noCredentials,
    fetch,
  }).send(command);
  await new STSClient({ region: "aws-global", credentials: noCredentials, fetch }).send(command);
  await new STSClient({
    endpoint: "https://example.com",
    region: async () => "",
    credentials: noCredentials,
    fetch,
  }).send(command);
  expect(seen.map(({ url, headers }) => [url, headers["authorization"]])).toEqual([
    ["https://sts.amazonaws.com/", undefined],
    ["https://sts.amazonaws.com/", undefined],
    ["https://example.com/", undefined],
  ]);
});

test("a call on the global endpoint is signed for us-east-1", async () => {
  const { fetch, seen } = fakeFetch(success());
  await new STSClient({ region: "eu-west-3", useGlobalEndpoint: true, credentials, fetch }).send(
    new GetSessionTokenCommand({}),
  );
  expect(seen[0]?.url).toBe("https://sts.amazonaws.com/");
  expect(seen[0]?.headers["authorization"]).toContain("/us-east-1/sts/aws4_request");
});

test("a call is not made with input that breaks a rule", async () => {
  const { fetch, seen } = fakeFetch(success());
  const error = await reasonOf(
    new STSClient({ region, credentials, fetch }).send(new GetSessionTokenCommand({ DurationSeconds: 60 })),
  );
  expect(error).toMatchObject({ name: "InvalidInputError", code: "ERR_INVALID_INPUT" });
  expect(seen).toEqual([]);
  await new STSClient({ region, credentials, fetch, inputValidation: "off" }).send(
    new GetSessionTokenCommand({ DurationSeconds: 60 }),
  );
  expect(seen).toHaveLength(1);
});

test("a call without a region fails with the three ways to give one", async () => {
  const { fetch } = fakeFetch(success());
  const error = await reasonOf(
    new STSClient({ region: async () => "", credentials, fetch }).send(new GetSessionTokenCommand({})),
  );
  expect(error).toMatchObject({ code: "ERR_REGION_MISSING" });
  expect(error.message).toMatch(/`region`.*AWS_REGION.*shared config file/);
});

test.each(["eu west", "evil.example.com/", "-eu", "a".repeat(64), "eu-west-1#"])(
  "a call refuses the region %j, which is no host label",
  async (wrong) => {
    const { fetch, seen } = fakeFetch(success());
    const error = await reasonOf(
      new STSClient({ region: wrong, credentials, fetch }).send(new GetSessionTokenCommand({})),
    );
    expect([error instanceof STSClientError, error.code, seen]).toEqual([true, "ERR_REGION_INVALID", []]);
  },
);

test.each([
  ["fips-us-east-1", "https://sts-fips.us-east-1.amazonaws.com/", "us-east-1"],
  ["us-gov-west-1-fips", "https://sts.us-gov-west-1.amazonaws.com/", "us-gov-west-1"],
  ["cn-north-1", "https://sts.cn-north-1.amazonaws.com.cn/", "cn-north-1"],
  ["eusc-de-east-1", "https://sts.eusc-de-east-1.amazonaws.eu/", "eusc-de-east-1"],
  ["xx-new-9", "https://sts.xx-new-9.amazonaws.com/", "xx-new-9"],
])("a call to the region %s goes to %s", async (given, url, signed) => {
  const { fetch, seen } = fakeFetch(success());
  const client = new STSClient({ region: given, credentials, fetch });
  await client.send(new GetSessionTokenCommand({}));
  expect(seen[0]?.url).toBe(url);
  expect(seen[0]?.headers["authorization"]).toContain(`/${signed}/sts/aws4_request`);
  expect(await client.config.region()).toBe(signed);
});

test.each([
  ["a URL", new URL("https://example.com:8443/path"), "https://example.com:8443/path/"],
  ["parts", { protocol: "http:", hostname: "localhost", port: 4566, path: "/" }, "http://localhost:4566/"],
  ["the AWS SDK's EndpointV2", { url: new URL("https://example.com/") }, "https://example.com/"],
  ["a function", async () => "https://example.com", "https://example.com/"],
])("a call takes an endpoint as %s", async (_name, endpoint, url) => {
  const { fetch, seen } = fakeFetch(success());
  await new STSClient({ region, credentials, fetch, endpoint }).send(new GetSessionTokenCommand({}));
  expect(seen[0]?.url).toBe(url);
});

test("a call does not follow a redirect, and says who answered", async () => {
  const { fetch, seen } = fakeFetch(
    new Response("moved", { status: 302, headers: { location: "https://example.com/" } }),
  );
  const error = await reasonOf(
    new STSClient({ region, credentials, fetch }).send(new GetSessionTokenCommand({})),
  );
  expect(error).toBeInstanceOf(STSServiceException);
  expect(error.$metadata).toMatchObject({ httpStatusCode: 302, attempts: 1 });
  expect(seen[0]?.init.redirect).toBe("manual");
});

test("a call gets a hint for what the service refused, and none for what did not come from it", async () => {
  const outcome = async (reply: Response): Promise<unknown> => {
    const endpoint = "https://sts.amazonaws.com";
    const { fetch } = fakeFetch(reply);
    const client = new STSClient({ region, credentials, endpoint, fetch, maxAttempts: 1 });
    return reasonOf(
      client.send(new GetWebIdentityTokenCommand({ Audience: ["a"], SigningAlgorithm: "RS256" })),
    );
  };
  expect(await outcome(fault("InvalidAction", 400))).toMatchObject({
    hint: "The global endpoint does not serve GetWebIdentityToken: give the client a region.",
  });
  const error = await outcome(new Response("<html>", { headers: { "content-type": "text/html" } }));
  expect(error).toMatchObject({ name: "ProtocolError" });
  expect(error).not.toHaveProperty("hint");
});

test.each([
  ["no crypto", undefined],
  ["one without randomUUID", {}],
])("a call in a browser has an invocation id where there is %s", (_what, crypto) => {
  vi.stubGlobal("crypto", crypto);
  try {
    expect(createId()).toMatch(/^\d{13}$/);
  } finally {
    vi.unstubAllGlobals();
  }
});

test("a call gives up an answer that is too large", async () => {
  const { fetch } = fakeFetch(() => new Response("x".repeat(2000)));
  const error = await reasonOf(
    new STSClient({ region, credentials, fetch, maxResponseBytes: 1000, maxAttempts: 1 }).send(
      new GetSessionTokenCommand({}),
    ),
  );
  expect(error).toMatchObject({ name: "STSClientError", code: "ERR_RESPONSE_TOO_LARGE" });
});

test("callbacks get the output, with and without options", async () => {
  const { fetch } = fakeFetch(success());
  const client = new STSClient({ region, credentials, fetch });
  const outputs = await Promise.all([
    new Promise((resolve) =>
      client.send(new GetSessionTokenCommand({}), (error, output) =>
        resolve([error, output?.Credentials.AccessKeyId]),
      ),
    ),
    new Promise((resolve) =>
      client.send(new GetSessionTokenCommand({}), {}, (error, output) =>
        resolve([error, output?.Credentials.AccessKeyId]),
      ),
    ),
  ]);
  expect(outputs).toEqual([
    [null, "ASIAIOSFODNN7EXAMPLE"],
    [null, "ASIAIOSFODNN7EXAMPLE"],
  ]);
});

test("callbacks get the error", async () => {
  const { fetch } = fakeFetch(fault("AccessDenied", 403));
  const client = new STSClient({ region, credentials, fetch });
  const error = await new Promise((resolve) =>
    client.send(new GetSessionTokenCommand({}), (reason) => resolve(reason)),
  );
  expect(error).toMatchObject({ name: "AccessDenied" });
});

test("STS has a method per operation, in three forms", async () => {
  const { fetch, seen } = fakeFetch(success());
  const sts = new STS({ region, credentials, fetch });
  expect((await sts.getSessionToken()).Credentials.SessionToken).toBe("SESSION-TOKEN-MARK");
  expect((await sts.getSessionToken({ DurationSeconds: 900 }, {})).$metadata.attempts).toBe(1);
  await new Promise<void>((resolve) => sts.getSessionToken({}, () => resolve()));
  await new Promise<void>((resolve) => sts.getSessionToken({}, {}, () => resolve()));
  expect(seen).toHaveLength(4);
  const names = Object.getOwnPropertyNames(STS.prototype).filter((name) => name !== "constructor");
  expect(names.toSorted()).toEqual([
    "assumeRole",
    "assumeRoleWithSAML",
    "assumeRoleWithWebIdentity",
    "assumeRoot",
    "decodeAuthorizationMessage",
    "getAccessKeyInfo",
    "getCallerIdentity",
    "getDelegatedAccessToken",
    "getFederationToken",
    "getScopedCredentials",
    "getSessionToken",
    "getWebIdentityToken",
  ]);
});

test.each([5, "options", true])("STS refuses options that are %j", async (options) => {
  const sts = new STS({ region, credentials, fetch: fakeFetch(success()).fetch });
  const error = await reasonOf(sts.getSessionToken({}, options as unknown as object));
  expect(error.message).toBe(`Expected http options but got ${typeof options}`);
  expect(() => sts.getSessionToken({}, options as never, () => {})).toThrow(
    `Expected http options but got ${typeof options}`,
  );
});

test("STS is a client", () => {
  expect(new STS({ region })).toBeInstanceOf(STSClient);
});

test("the version in the user agent is the package's", async () => {
  const { version } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  const { fetch, seen } = fakeFetch(success());
  await new STSClient({ region, credentials, fetch }).send(new GetSessionTokenCommand({}));
  expect(seen[0]?.headers["x-amz-user-agent"]).toBe(`org-sts-client/${version}`);
});

test("destroy closes the handler and may be called twice", () => {
  let destroyed = 0;
  const client = new STSClient({
    region,
    requestHandler: {
      handle: () => Promise.reject(new Error("unused")),
      destroy: () => {
        destroyed += 1;
      },
    },
  });
  client.destroy();
  client.destroy();
  expect(destroyed).toBe(2);
  new STSClient({ region }).destroy();
});
