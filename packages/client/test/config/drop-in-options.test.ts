// Options of the AWS SDK's client that programs and plugins rely on.
import { Agent, createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import * as Aws from "@aws-sdk/client-sts";
import * as Default from "@org/sts-client";
import * as OnNode from "@org/sts-client/node";
import * as OnWebCrypto from "@org/sts-client/webcrypto";
import { afterAll, beforeAll, expect, test } from "vitest";

import { credentials, fakeFetch, reasonOf, sessionCredentials, success } from "../support/fake-service.ts";

const { GetSessionTokenCommand, STSClient } = Default;
const region = "eu-west-1";
let server: Server;
let endpoint: string;

beforeAll(async () => {
  server = createServer(async (_request, response) => {
    response.end(await success().text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

class CountingAgent extends Agent {
  connections = 0;
  override createConnection(...parameters: Parameters<Agent["createConnection"]>) {
    this.connections += 1;
    return super.createConnection(...parameters);
  }
}

test.each([
  ["@org/sts-client", Default],
  ["@org/sts-client/webcrypto", OnWebCrypto],
  ["@org/sts-client/node", OnNode],
])("%s sends through the agents that stand in the place of a handler", async (_name, entry) => {
  const agent = new CountingAgent();
  const requestHandler = { httpAgent: agent, httpsAgent: agent, requestTimeout: 5000 };
  const client = new entry.STSClient({ region, credentials, endpoint, requestHandler });
  const { Credentials } = await client.send(new entry.GetSessionTokenCommand());
  expect(Credentials).toEqual(sessionCredentials);
  expect(agent.connections).toBe(1);
  client.destroy();
  agent.destroy();
});

test("options of an agent in the place of an agent make one", async () => {
  const client = new STSClient({
    region,
    credentials,
    endpoint,
    requestHandler: { httpAgent: { maxSockets: 1 } },
  });
  const { Credentials } = await client.send(new GetSessionTokenCommand());
  expect(Credentials).toEqual(sessionCredentials);
  client.destroy();
});

test("agents beside a fetch are refused, because only one of them can send", () => {
  const { fetch } = fakeFetch(success());
  const make = (): unknown => new STSClient({ region, fetch, requestHandler: { httpsAgent: new Agent() } });
  expect(make).toThrow(expect.objectContaining({ code: "ERR_CONFIG" }));
  expect(make).toThrow(/httpsAgent/);
});

test("the time limit among the handler's options is the client's", () => {
  expect(new STSClient({ region, requestHandler: { requestTimeout: 123 } }).config.requestTimeout).toBe(123);
  expect(new STSClient({ region, requestHandler: { requestTimeout: 0 } }).config.requestTimeout).toBe(0);
  expect(new STSClient({ region }).config.requestTimeout).toBe(15_000);
});

test.each([
  ["a URL with a port", "http://localhost:4566"],
  ["a URL with path and query", "https://sts.example.com/a/b?c=d"],
  ["the scheme's own port", "https://sts.example.com:443/"],
  ["a function", async () => "http://localhost:4566/x"],
  ["parts", { protocol: "http:", hostname: "localhost", port: 4566, path: "/x" }],
])("config.endpoint() gives the parts of %s, as the AWS SDK does", async (_kind, given) => {
  const ours = await new STSClient({ region, endpoint: given }).config.endpoint?.();
  const theirs = await new Aws.STSClient({ region, endpoint: given as string }).config.endpoint?.();
  expect(ours).toEqual(theirs);
});

test("config has no endpoint where none was given", () => {
  const { config } = new STSClient({ region });
  expect(config.endpoint).toBeUndefined();
  expect(config.isCustomEndpoint).toBe(false);
  expect(new STSClient({ region, endpoint: "http://localhost" }).config.isCustomEndpoint).toBe(true);
});

test("config tells plugins the runtime, TLS and the user agent", async () => {
  const { config } = new STSClient({ region, tls: false });
  expect(config).toMatchObject({ runtime: "node", tls: false });
  expect(new STSClient({ region }).config.tls).toBe(true);
  const names = (await config.defaultUserAgentProvider()).map(([name]) => name);
  const theirs = new Aws.STSClient({ region }).config;
  const expected = (await theirs.defaultUserAgentProvider()).map(([name]) => name);
  expect(names.slice(1, 5)).toEqual(expected.slice(1, 5));
});

test("an endpoint provider decides where requests go", async () => {
  const { fetch, seen } = fakeFetch(success());
  const asked: object[] = [];
  const client = new STSClient({
    region,
    credentials,
    fetch,
    useFipsEndpoint: true,
    endpointProvider(parameters) {
      asked.push(parameters);
      return { url: new URL("https://sts.example.com/x") };
    },
  });
  await client.send(new GetSessionTokenCommand());
  expect(seen[0]?.url).toBe("https://sts.example.com/x/");
  expect(asked).toEqual([
    { Region: region, UseFIPS: true, UseDualStack: false, UseGlobalEndpoint: false, Endpoint: undefined },
  ]);
});

test("a retry strategy of the AWS SDK's older kind makes the attempts itself", async () => {
  const { fetch, seen } = fakeFetch(new TypeError("offline"), success());
  const client = new STSClient({
    region,
    credentials,
    fetch,
    retryStrategy: {
      async retry(next, args) {
        try {
          return await next(args);
        } catch {
          return next(args);
        }
      },
    },
  });
  const { Credentials } = await client.send(new GetSessionTokenCommand());
  expect(Credentials).toEqual(sessionCredentials);
  expect(seen).toHaveLength(2);
});

test("an extension of the AWS SDK finds every function that it may call", async () => {
  const client = new STSClient({
    extensions: [
      {
        configure(configuration) {
          configuration.setRegion(async () => "eu-west-3");
          configuration.setCredentials(credentials);
          configuration.addChecksumAlgorithm({});
          configuration.setHttpAuthScheme({});
          configuration.updateHttpClientConfig("requestTimeout" as never, 1);
          expect(configuration.httpHandlerConfigs()).toEqual({});
          expect(configuration.checksumAlgorithms()).toEqual([]);
          expect(configuration.httpAuthSchemes()).toEqual([]);
        },
      },
    ],
  });
  expect(await client.config.region()).toBe("eu-west-3");
  expect(await client.config.credentials()).toEqual(credentials);
});

test.each<
  [by: string, create: (send: typeof fetch, provider: Default.CredentialsProvider) => Default.STSClient]
>([
  [
    "an extension",
    (fetch, provider) => {
      const configure = (extended: Default.ExtensionConfiguration) => extended.setCredentials(provider);
      return new STSClient({ region, credentials, fetch, extensions: [{ configure }] });
    },
  ],
  [
    "a program that writes to the configuration",
    (fetch, provider) => {
      const client = new STSClient({ region, credentials, fetch });
      client.config.credentials = provider;
      return client;
    },
  ],
])("%s replaces fixed credentials with a provider, which each call asks", async (_by, create) => {
  const ids = ["AKIAI44QH8DHBEXAMPLE", "AKIAIOSFODNN7EXAMPLE"];
  const asked = async () => ({ ...credentials, accessKeyId: ids.shift() ?? "" });
  const { fetch, seen } = fakeFetch(success());
  const client = create(fetch, asked);
  await client.send(new GetSessionTokenCommand());
  await client.send(new GetSessionTokenCommand());
  const signers = seen.map(({ headers }) => /Credential=(\w+)/.exec(headers["authorization"] ?? "")?.[1]);
  expect(signers).toEqual(["AKIAI44QH8DHBEXAMPLE", "AKIAIOSFODNN7EXAMPLE"]);
});

test("a promise of credentials is waited for, as in the AWS SDK, although the types have none", async () => {
  const { fetch, seen } = fakeFetch(success());
  const given: object = { region, credentials: Promise.resolve(credentials), fetch };
  await new STSClient(given).send(new GetSessionTokenCommand());
  expect(seen[0]?.headers["authorization"]).toContain(`Credential=${credentials.accessKeyId}/`);
});

test("members of options that do not exist are named in a warning, with the one that was meant", async () => {
  const lines: unknown[] = [];
  const silent = (): void => {};
  const logger = {
    debug: silent,
    info: silent,
    error: silent,
    warn: (line: unknown) => void lines.push(line),
  };
  const { fetch } = fakeFetch(success());
  const given = {
    region,
    logger,
    credentials: { ...credentials, sessiontoken: "x" },
    endpoint: { protocol: "http:", hostname: "localhost", prot: 1 },
    requestHandler: { requestTimout: 1 },
  };
  const client = new STSClient(given as Default.STSClientConfig);
  expect(lines).toEqual([
    "STSClient: unknown options are ignored: credentials.sessiontoken (sessionToken?), endpoint.prot (port?), requestHandler.requestTimout",
  ]);
  client.destroy();
  const options = { regoin: "eu-west-3", nonsense: 1 } as Default.SendOptions;
  await new STSClient({ region, credentials, fetch, logger }).send(new GetSessionTokenCommand(), options);
  expect(lines[1]).toBe("send: unknown options are ignored: regoin (region?), nonsense");
  const ofTheClient = { fetch, maxAttempts: 1, profile: "other" } as Default.SendOptions;
  await new STSClient({ region, credentials, fetch, logger }).send(new GetSessionTokenCommand(), ofTheClient);
  expect(lines.slice(2)).toEqual(["send: not options of a call; give them to the client: fetch, profile"]);
});

test("with outputValidation off a response is read as far as it goes", async () => {
  const body = `<Fixture><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/test</Arn></GetCallerIdentityResult></Fixture>`;
  const { fetch } = fakeFetch(new Response(body));
  const command = new Default.GetCallerIdentityCommand();
  const lenient = new STSClient({ region, credentials, fetch, outputValidation: "off" });
  expect(await lenient.send(command)).toMatchObject({ Arn: "arn:aws:iam::123456789012:user/test" });
  const strict = new STSClient({ region, credentials, fetch });
  expect(await strict.send(command, { outputValidation: "off" })).toHaveProperty("Arn");
  expect(await reasonOf(strict.send(command))).toMatchObject({ name: "ProtocolError" });
});
