import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";

import { GetSessionTokenCommand, STSClient, type STSClientConfig } from "@org/sts-client";
import type { CallerClientConfig } from "@org/sts-client/credentials";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { credentials, fakeFetch, fakeTime, fault, reasonOf, success } from "../support/fake-service.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "sts-client-"));
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
  vi.stubEnv("AWS_CONFIG_FILE", join(directory, "config"));
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(directory, "credentials"));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true });
});

const region = "eu-west-1";

/** Makes one call and tells where it went. */
async function call(config: STSClientConfig = {}, ...replies: Response[]) {
  const { fetch, seen } = fakeFetch(...replies, success());
  const time = fakeTime();
  const client = new STSClient({ credentials, fetch, ...time.options, ...config });
  const result = await client.send(new GetSessionTokenCommand({})).catch((error: unknown) => error);
  const scope = /Credential=[^/]*\/\d+\/([^/]*)\//.exec(seen[0]?.headers["authorization"] ?? "")?.[1];
  return { url: seen[0]?.url, headers: seen[0]?.headers ?? {}, scope, attempts: seen.length, result, client };
}

test.each([
  [{ AWS_REGION: "eu-west-2" }, "https://sts.eu-west-2.amazonaws.com/"],
  [{ AWS_DEFAULT_REGION: "eu-west-3" }, "https://sts.eu-west-3.amazonaws.com/"],
  [{ AWS_REGION: "eu-west-2", AWS_DEFAULT_REGION: "eu-west-3" }, "https://sts.eu-west-2.amazonaws.com/"],
  [{ AWS_REGION: "us-east-1", AWS_USE_FIPS_ENDPOINT: "true" }, "https://sts-fips.us-east-1.amazonaws.com/"],
  [{ AWS_REGION: "us-east-1", AWS_USE_DUALSTACK_ENDPOINT: "true" }, "https://sts.us-east-1.api.aws/"],
  [{ AWS_REGION: "us-west-2", AWS_STS_REGIONAL_ENDPOINTS: "legacy" }, "https://sts.amazonaws.com/"],
  [
    { AWS_REGION: "us-west-2", AWS_STS_REGIONAL_ENDPOINTS: "regional" },
    "https://sts.us-west-2.amazonaws.com/",
  ],
  [{ AWS_REGION: "us-west-2", AWS_ENDPOINT_URL: "https://all.example.com" }, "https://all.example.com/"],
  [
    {
      AWS_REGION: "us-west-2",
      AWS_ENDPOINT_URL: "https://all.example.com",
      AWS_ENDPOINT_URL_STS: "https://sts.example.com",
    },
    "https://sts.example.com/",
  ],
  [
    {
      AWS_REGION: "us-west-2",
      AWS_ENDPOINT_URL_STS: "https://sts.example.com",
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true",
    },
    "https://sts.us-west-2.amazonaws.com/",
  ],
])("with the variables %j a call goes to %s", async (variables, url) => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  expect((await call()).url).toBe(url);
});

test("settings from the environment are overridden by the configuration", async () => {
  for (const [name, value] of Object.entries({
    AWS_REGION: "eu-west-2",
    AWS_ENDPOINT_URL_STS: "https://sts.example.com",
    AWS_MAX_ATTEMPTS: "5",
  }))
    vi.stubEnv(name, value);
  const { url, scope, attempts } = await call(
    { region, endpoint: "https://code.example.com", maxAttempts: 1 },
    fault("InternalFailure", 500),
  );
  expect({ url, scope, attempts }).toEqual({
    url: "https://code.example.com/",
    scope: region,
    attempts: 1,
  });
});

test("settings from the environment say how often and how to retry", async () => {
  vi.stubEnv("AWS_MAX_ATTEMPTS", "2");
  vi.stubEnv("AWS_RETRY_MODE", "adaptive");
  const { attempts, headers } = await call(
    { region },
    fault("InternalFailure", 500),
    fault("InternalFailure", 500),
  );
  expect([attempts, headers["amz-sdk-request"], / m\/F/.test(headers["user-agent"] ?? "")]).toEqual([
    2,
    "attempt=1; max=2",
    true,
  ]);
});

test("settings from the environment name the application and the execution environment", async () => {
  vi.stubEnv("AWS_SDK_UA_APP_ID", "my-app");
  vi.stubEnv("AWS_EXECUTION_ENV", "AWS_Lambda_nodejs22.x");
  expect((await call({ region })).headers["user-agent"]).toMatch(
    / exec-env\/AWS_Lambda_nodejs22\.x .* app\/my-app$/,
  );
});

test("settings from the environment carry the trace id in a Lambda function, unless a middleware has set one", async () => {
  vi.stubEnv("_X_AMZN_TRACE_ID", "Root=1-example");
  expect(new Headers((await call({ region })).headers).has("x-amzn-trace-id")).toBe(false);
  vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "example");
  const { headers } = await call({ region });
  expect(new Headers(headers).get("x-amzn-trace-id")).toBe("Root=1-example");
  expect(headers["authorization"]?.toLowerCase()).not.toContain("trace-id");
});

test("settings from the environment switch the clock's correction off", async () => {
  vi.stubEnv("AWS_DISABLE_CLOCK_SKEW_CORRECTION", "true");
  const { client } = await call(
    { region },
    fault("AccessDenied", 403, { date: "Tue, 01 Jan 2030 01:00:00 GMT" }),
  );
  expect(client.config.systemClockOffset).toBe(0);
});

test.each([
  [{ AWS_USE_FIPS_ENDPOINT: "yes" }, "AWS_USE_FIPS_ENDPOINT: expected true or false, found yes"],
  [{ AWS_MAX_ATTEMPTS: "0" }, "AWS_MAX_ATTEMPTS: expected a whole number from 1, found 0"],
  [
    { AWS_STS_REGIONAL_ENDPOINTS: "global" },
    "AWS_STS_REGIONAL_ENDPOINTS: expected legacy or regional, found global",
  ],
  [{ AWS_RETRY_MODE: "never" }, "AWS_RETRY_MODE: expected standard or adaptive or legacy, found never"],
])(
  "settings from the environment that make no sense, as %j, fail with name, value and rule",
  async (variables, message) => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    expect((await call({ region })).result).toMatchObject({
      name: "STSClientError",
      code: "ERR_CONFIG",
      message,
    });
  },
);

test.each(["never", "Adaptive", ""])("a retryMode that does not exist is refused: %j", async (retryMode) => {
  const options = [{ retryMode }, { retryMode: async () => retryMode }];
  for (const given of options) {
    const { result, attempts } = await call({ region, ...given });
    expect(result).toMatchObject({
      code: "ERR_CONFIG",
      message: `retryMode: expected standard or adaptive, found ${retryMode}`,
    });
    expect(attempts).toBe(0);
  }
});

test("settings from the shared config file are those of the selected profile, the services section first", async () => {
  await writeFile(
    join(directory, "config"),
    `[default]
region = eu-west-2
[profile other]
region = eu-west-3
endpoint_url = https://all.example.com
services = mine
max_attempts = 2
sdk_ua_app_id = from-profile
[services mine]
sts =
  endpoint_url = https://sts.example.com
`,
  );
  expect((await call()).url).toBe("https://sts.eu-west-2.amazonaws.com/");
  const other = await call(
    { profile: "other" },
    fault("InternalFailure", 500),
    fault("InternalFailure", 500),
  );
  expect({ url: other.url, scope: other.scope, attempts: other.attempts }).toEqual({
    url: "https://sts.example.com/",
    scope: "eu-west-3",
    attempts: 2,
  });
  expect(other.headers["user-agent"]).toMatch(/ app\/from-profile$/);
  vi.stubEnv("AWS_PROFILE", "other");
  expect((await call()).url).toBe("https://sts.example.com/");
  vi.stubEnv("AWS_ENDPOINT_URL", "https://variable.example.com");
  expect((await call()).url).toBe("https://variable.example.com/");
});

test("settings from the shared config file cover FIPS, dual-stack and the global endpoint", async () => {
  await writeFile(
    join(directory, "config"),
    `[profile fips]
region = us-east-1
use_fips_endpoint = true
use_dualstack_endpoint = true
[profile legacy]
region = us-west-2
sts_regional_endpoints = legacy
[profile ignoring]
region = us-west-2
endpoint_url = https://all.example.com
ignore_configured_endpoint_urls = true
`,
  );
  expect((await call({ profile: "fips" })).url).toBe("https://sts-fips.us-east-1.api.aws/");
  expect((await call({ profile: "legacy" })).url).toBe("https://sts.amazonaws.com/");
  expect((await call({ profile: "ignoring" })).url).toBe("https://sts.us-west-2.amazonaws.com/");
});

test("settings from the shared config file are ignored with a warning when the file is broken", async () => {
  await writeFile(join(directory, "config"), "[default\nregion");
  const warn = vi.fn<(...content: unknown[]) => void>();
  const silent = (): void => {};
  const { url } = await call({ region, logger: { debug: silent, info: silent, warn, error: silent } });
  expect(url).toBe("https://sts.eu-west-1.amazonaws.com/");
  expect(warn).toHaveBeenCalledOnce();
});

test("the client's configuration takes functions where the AWS SDK takes them", async () => {
  const { url, headers, scope } = await call({
    region: async () => "us-east-1",
    useFipsEndpoint: async () => true,
    useDualstackEndpoint: async () => false,
    useGlobalEndpoint: async () => false,
    maxAttempts: async () => 7,
    retryMode: async () => "standard",
    userAgentAppId: async () => "app",
    credentials: async () => credentials,
  });
  expect({ url, scope }).toEqual({ url: "https://sts-fips.us-east-1.amazonaws.com/", scope: "us-east-1" });
  expect(headers["amz-sdk-request"]).toBe("attempt=1; max=7");
  expect(headers["user-agent"]).toMatch(/app\/app$/);
});

test("a client remembers credentials until they are about to expire", async () => {
  const time = fakeTime();
  let asked = 0;
  const { fetch } = fakeFetch(success());
  const client = new STSClient({
    region,
    fetch,
    ...time.options,
    credentials: async () => {
      asked += 1;
      return { ...credentials, expiration: new Date(time.nowMs + 3_600_000) };
    },
  });
  await Promise.all([
    client.send(new GetSessionTokenCommand({})),
    client.send(new GetSessionTokenCommand({})),
  ]);
  expect(asked).toBe(1);
  time.nowMs += 3_590_000;
  await client.send(new GetSessionTokenCommand({}));
  expect(asked).toBe(2);
});

test("a client tells a credentials provider which client asks", async () => {
  let caller: CallerClientConfig | undefined;
  await call({
    region,
    credentials: async (asked) => {
      caller = asked?.callerClientConfig;
      return credentials;
    },
  });
  expect(await caller?.region?.()).toBe(region);
});

test("a client warns once of options that do not exist, and says what may be meant", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const { fetch } = fakeFetch(success());
  // @ts-expect-error: unknown options do not compile
  const client = new STSClient({ region, credentials, fetch, maxAttepmts: 3, nonsense: true });
  await client.send(new GetSessionTokenCommand({}));
  await client.send(new GetSessionTokenCommand({}));
  expect(warn.mock.calls).toEqual([
    ["STSClient: unknown options are ignored: maxAttepmts (maxAttempts?), nonsense"],
  ]);
  warn.mockRestore();
});

test("a client accepts every option of the AWS SDK's client without a warning", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const accepted = {
    defaultsMode: "standard",
    disableHostPrefix: false,
    serviceId: "STS",
    runtime: "node",
    urlParser: () => {},
    bodyLengthChecker: () => 0,
    cacheMiddleware: true,
    signingEscapePath: true,
  };
  await call({ region, ...accepted });
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

test("the client's configuration may be changed for one call", async () => {
  const { fetch, seen } = fakeFetch(fault("InternalFailure", 500), success());
  const client = new STSClient({ region, credentials, fetch, ...fakeTime().options });
  const options = {
    region: "us-west-2",
    credentials: { accessKeyId: "AKIDOTHER", secretAccessKey: "other" },
    maxAttempts: 1,
    customUserAgent: "one-call",
  };
  expect(await reasonOf(client.send(new GetSessionTokenCommand({}), options))).toMatchObject({
    $metadata: { attempts: 1 },
  });
  await client.send(new GetSessionTokenCommand({}));
  expect(seen.map(({ url }) => url)).toEqual([
    "https://sts.us-west-2.amazonaws.com/",
    "https://sts.eu-west-1.amazonaws.com/",
  ]);
  expect(seen.map(({ headers }) => /Credential=(\w+)/.exec(headers["authorization"] ?? "")?.[1])).toEqual([
    "AKIDOTHER",
    "AKIDEXAMPLE",
  ]);
  expect(seen[0]?.headers["user-agent"]).toContain("one-call");
});

test("a call with a configuration of its own shares what it learns of the clock with the others", async () => {
  const { fetch } = fakeFetch(success({ date: "Tue, 01 Jan 2030 01:00:00 GMT" }));
  const client = new STSClient({ region, credentials, fetch, ...fakeTime().options });
  await client.send(new GetSessionTokenCommand({}), { customUserAgent: "one-call" });
  expect(client.config.systemClockOffset).toBe(3_600_500);
});

test("the client's configuration is changed by extensions", async () => {
  const { url, scope } = await call({
    region,
    extensions: [
      {
        configure(configuration) {
          const before = configuration.region();
          configuration.setRegion(async () => (await before()).replace("1", "2"));
        },
      },
    ],
  });
  expect({ url, scope }).toEqual({ url: "https://sts.eu-west-2.amazonaws.com/", scope: "eu-west-2" });
});

test("a client takes a signer of Smithy's form", async () => {
  const { headers } = await call({
    region,
    signer: {
      sign: async (request, options) => ({
        ...request,
        headers: {
          ...request.headers,
          authorization: `by ${options?.signingService} ${options?.signingRegion}`,
        },
      }),
    },
  });
  expect(headers["authorization"]).toBe("by sts eu-west-1");
});

test("a client asks for JSON responses where its configuration says so", async () => {
  const { fetch, seen } = fakeFetch(
    new Response(
      JSON.stringify({
        GetSessionTokenResponse: {
          GetSessionTokenResult: {
            Credentials: {
              AccessKeyId: "A",
              SecretAccessKey: "S",
              SessionToken: "T",
              Expiration: 1_893_456_000,
            },
          },
          ResponseMetadata: { RequestId: "r" },
        },
      }),
      { headers: { "content-type": "application/json" } },
    ),
  );
  const output = await new STSClient({ region, credentials, fetch, responseFormat: "json" }).send(
    new GetSessionTokenCommand({}),
  );
  expect(seen[0]?.headers["accept"]).toBe("application/json");
  expect(output.Credentials.Expiration).toEqual(new Date("2030-01-01T00:00:00Z"));
  expect(output.$metadata.requestId).toBe("r");
});

test("the client's configuration shows no secret when it is printed", async () => {
  const { client } = await call({ region, credentials: { ...credentials, sessionToken: "TOKEN-MARK" } });
  const printed = inspect(client, { depth: 20, showHidden: true }) + JSON.stringify(client);
  expect(printed).not.toMatch(/-MARK/);
});
