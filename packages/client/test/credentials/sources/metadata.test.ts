import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fromHttp, fromInstanceMetadata } from "@org/sts-client/credentials";
import { fromContainerMetadata } from "@org/sts-client/credentials/node";
import { expect, onTestFinished, test } from "vitest";

const answer = {
  AccessKeyId: "AKIDEXAMPLE",
  SecretAccessKey: "example",
  Token: "token",
  Expiration: "2999-01-01T00:00:00Z",
};
const identity = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "example",
  sessionToken: "token",
  expiration: new Date("2999-01-01T00:00:00Z"),
};
const sleep = async () => undefined;

/** A `fetch` that answers with each of the given answers in turn, then repeats the last. */
function server(...answers: (Response | Error | ((request: Request) => Response))[]) {
  const requests: Request[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const next = answers[Math.min(requests.length, answers.length - 1)];
    requests.push(request);
    if (next instanceof Error) throw next;
    if (typeof next === "function") return next(request);
    return next?.clone() ?? new Response(null, { status: 404 });
  };
  return { fetch, requests };
}

const credentialsFullUri = "http://127.0.0.1:8080/role";

test("fromHttp returns the credentials and sends the token", async () => {
  const { fetch, requests } = server(Response.json(answer));
  const get = fromHttp({ credentialsFullUri, authorizationToken: "Bearer abc", fetch });
  expect(await get()).toEqual({ ...identity, $source: { CREDENTIALS_HTTP: "z" } });
  expect(requests[0]?.headers.get("authorization")).toBe("Bearer abc");
});

test.each([
  "https://example.com/",
  "http://localhost/",
  "http://127.0.0.1/",
  "http://127.9.9.9:1/",
  "http://127.1/",
  "http://[::1]/",
  "http://[0:0:0:0:0:0:0:1]/",
  "http://169.254.170.2/x",
  "http://169.254.170.23/x",
  "http://[fd00:ec2::23]/x",
])("fromHttp accepts %s", async (uri) => {
  const { fetch } = server(Response.json(answer));
  await expect(fromHttp({ credentialsFullUri: uri, fetch })()).resolves.toMatchObject(identity);
});

test.each([
  "http://example.com/",
  "http://169.254.169.254/",
  "http://169.254.170.20/",
  "http://127.0.0.1.example.com/",
  "http://localhost.example.com/",
  "http://[fd00:ec2::24]/",
  "http://user:127.0.0.1@example.com/",
  "ftp://127.0.0.1/",
  "file:///etc/passwd",
  "not a url",
])("fromHttp refuses %s before anything is sent", async (uri) => {
  const { fetch, requests } = server(Response.json(answer));
  const get = fromHttp({ credentialsFullUri: uri, authorizationToken: "SECRET", fetch });
  await expect(get()).rejects.toMatchObject({ code: "ERR_METADATA_HOST_FORBIDDEN", tryNextLink: false });
  expect(requests).toHaveLength(0);
});

test("fromHttp tries again after an answer of 500 and after no answer", async () => {
  const { fetch, requests } = server(
    new Response("", { status: 500 }),
    new TypeError("connection refused"),
    Response.json(answer),
  );
  await fromHttp({ credentialsFullUri, fetch, sleep })();
  expect(requests).toHaveLength(3);
});

test("fromHttp does not try again after a 4xx answer and names the service's code", async () => {
  const { fetch, requests } = server(
    Response.json({ code: "AccessDenied", message: "SECRET" }, { status: 403 }),
  );
  const failure = fromHttp({ credentialsFullUri, fetch, sleep })();
  await expect(failure).rejects.toThrow("127.0.0.1:8080 responded with 403 (AccessDenied)");
  await expect(failure).rejects.not.toThrow("SECRET");
  await expect(failure).rejects.toMatchObject({ code: "ERR_METADATA_UNAVAILABLE", tryNextLink: false });
  expect(requests).toHaveLength(1);
});

test("fromHttp does not follow a redirect, which could carry the token elsewhere", async () => {
  const elsewhere = createServer((request, response) => {
    const { url } = request;
    if (url === "/from") response.writeHead(302, { location: "/to" }).end();
    else response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => {
    elsewhere.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => void elsewhere.close());
  // It listens on a port, so its address is not a path.
  const { port } = elsewhere.address() as AddressInfo;
  const get = (path: string) => fromHttp({ credentialsFullUri: `http://127.0.0.1:${port}${path}` })();
  await expect(get("/to")).resolves.toMatchObject(identity);
  await expect(get("/from")).rejects.toThrow("responded with 302");
});

test("fromHttp gives up a service that does not answer in time", async () => {
  const hanging = (_input: unknown, init?: RequestInit) =>
    new Promise<Response>((_resolve, reject) => {
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
    });
  const get = fromHttp({ credentialsFullUri, fetch: hanging, timeoutMs: 10, maxRetries: 1, sleep });
  await expect(get()).rejects.toMatchObject({
    code: "ERR_METADATA_UNAVAILABLE",
    cause: { name: "TimeoutError" },
  });
});

test.each([
  ["[]"],
  ["SECRET"],
  [JSON.stringify({ ...answer, Token: undefined })],
  [JSON.stringify({ ...answer, Expiration: "x" })],
])("fromHttp refuses the answer %s", async (body) => {
  const { fetch } = server(new Response(body));
  const failure = fromHttp({ credentialsFullUri, fetch })();
  await expect(failure).rejects.toMatchObject({ code: "ERR_CREDENTIALS_MALFORMED" });
  await expect(failure).rejects.not.toThrow("SECRET");
});

test("fromHttp refuses a token with a line break", async () => {
  const { fetch, requests } = server(Response.json(answer));
  const get = fromHttp({ credentialsFullUri, authorizationToken: "SECRET\r\nX-Other: 1", fetch });
  await expect(get()).rejects.toMatchObject({ code: "ERR_TOKEN_UNAVAILABLE" });
  expect(requests).toHaveLength(0);
});

test("fromContainerMetadata prefers the relative address, and reads the token file at each call", async () => {
  const home = await mkdtemp(join(tmpdir(), "sts-container-"));
  const file = join(home, "token");
  const { fetch, requests } = server(Response.json(answer));
  const env = {
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/credentials/x",
    AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1/other",
    AWS_CONTAINER_AUTHORIZATION_TOKEN: "unused",
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
  };
  const get = fromContainerMetadata({ env, fetch });
  await writeFile(file, "one");
  await get();
  await writeFile(file, "two");
  await get();
  expect(requests.map(({ url }) => url)).toEqual(Array(2).fill("http://169.254.170.2/v2/credentials/x"));
  expect(requests.map(({ headers }) => headers.get("authorization"))).toEqual(["one", "two"]);
  await rm(home, { recursive: true });
  await expect(get()).rejects.toMatchObject({ code: "ERR_TOKEN_UNAVAILABLE", cause: { code: "ENOENT" } });
});

test("fromContainerMetadata is not configured outside a container", async () => {
  await expect(fromContainerMetadata({ env: {} })()).rejects.toMatchObject({
    code: "ERR_CREDENTIALS_NOT_CONFIGURED",
  });
});

test("fromContainerMetadata does not send a token to a host outside the list", async () => {
  const { fetch, requests } = server(Response.json(answer));
  const env = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://example.com/",
    AWS_CONTAINER_AUTHORIZATION_TOKEN: "x",
  };
  await expect(fromContainerMetadata({ env, fetch })()).rejects.toMatchObject({
    code: "ERR_METADATA_HOST_FORBIDDEN",
  });
  expect(requests).toHaveLength(0);
});

const imds =
  (credentials: unknown = answer) =>
  (request: Request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/latest/api/token" && request.method === "PUT") return new Response("session");
    if (request.headers.get("x-aws-ec2-metadata-token") !== "session")
      return new Response("", { status: 401 });
    return pathname.endsWith("/security-credentials/")
      ? new Response("my-role\n")
      : Response.json(credentials);
  };

test("fromInstanceMetadata opens a session, asks for the role and then for its credentials", async () => {
  const { fetch, requests } = server(imds());
  expect(await fromInstanceMetadata({ fetch, env: {} })()).toEqual({
    ...identity,
    $source: { CREDENTIALS_IMDS: "0" },
  });
  expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    "PUT http://169.254.169.254/latest/api/token",
    "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/",
    "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/my-role",
  ]);
});

test.each([
  [{ AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: "IPv6" }, "http://[fd00:ec2::254]/latest/api/token"],
  [{ AWS_EC2_METADATA_SERVICE_ENDPOINT: "http://127.0.0.1:1338" }, "http://127.0.0.1:1338/latest/api/token"],
])("fromInstanceMetadata finds the service through %j", async (env, url) => {
  const { fetch, requests } = server(imds());
  await fromInstanceMetadata({ fetch, env })();
  expect(requests[0]?.url).toBe(url);
});

test("fromInstanceMetadata asks nobody when it is switched off", async () => {
  const { fetch, requests } = server(imds());
  await expect(
    fromInstanceMetadata({ fetch, env: { AWS_EC2_METADATA_DISABLED: "true" } })(),
  ).rejects.toMatchObject({
    code: "ERR_CREDENTIALS_NOT_CONFIGURED",
  });
  expect(requests).toHaveLength(0);
});

test("fromInstanceMetadata never falls back to version 1", async () => {
  const { fetch, requests } = server(new Response("", { status: 403 }));
  await expect(fromInstanceMetadata({ fetch, env: {} })()).rejects.toMatchObject({
    code: "ERR_METADATA_UNAVAILABLE",
    tryNextLink: true,
  });
  expect(requests).toHaveLength(1);
});

test("fromInstanceMetadata says that the instance has no role", async () => {
  const { fetch } = server(new Response("session"), new Response("", { status: 404 }));
  await expect(fromInstanceMetadata({ fetch, env: {} })()).rejects.toThrow("no role attached");
});

test("fromInstanceMetadata extends the last credentials while the service is away", async () => {
  const clock = { now: Date.parse("2998-12-31T23:00:00Z") };
  let away = false;
  const { fetch } = server((request) => (away ? new Response("", { status: 500 }) : imds()(request)));
  const get = fromInstanceMetadata({ fetch, env: {}, now: () => clock.now, random: () => 0.5, sleep });
  await get();
  away = true;
  expect((await get()).expiration).toEqual(identity.expiration);
  clock.now = Date.parse("2999-01-01T00:00:01Z");
  expect(await get()).toMatchObject({
    accessKeyId: "AKIDEXAMPLE",
    expiration: new Date(clock.now + 450_000),
  });
});

test.each([
  ["null", "did not return a JSON object"],
  ["5", "did not return a JSON object"],
  ['"text"', "did not return a JSON object"],
  ["{}", "returned JSON without AccessKeyId, SecretAccessKey, Token, Expiration"],
  ['{"Code":"Success"}', "returned JSON without AccessKeyId, SecretAccessKey, Token, Expiration"],
  ['{"Code":5}', "returned JSON without AccessKeyId, SecretAccessKey, Token, Expiration"],
  ['{"Code":"what is this?"}', "returned JSON without AccessKeyId, SecretAccessKey, Token, Expiration"],
  [
    '{"Code":"AssumeRoleUnauthorizedAccess"}',
    "returned JSON without AccessKeyId, SecretAccessKey, Token, Expiration (AssumeRoleUnauthorizedAccess)",
  ],
])("fromHttp says of the answer %s why it is refused", async (body, reason) => {
  const { fetch } = server(new Response(body));
  const failure: unknown = await fromHttp({ credentialsFullUri, fetch })().catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "ERR_CREDENTIALS_MALFORMED" });
  expect(String(Object(failure).message).endsWith(reason)).toBe(true);
});

test.each([204, 205, 304, 500])("fromHttp gives up a service that responds with %i", async (status) => {
  const service = createServer((_request, response) => response.writeHead(status).end());
  await new Promise<void>((resolve) => {
    service.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => void service.close());
  const { port } = service.address() as AddressInfo;
  const get = fromHttp({ credentialsFullUri: `http://127.0.0.1:${port}/`, maxRetries: 0, sleep });
  await expect(get()).rejects.toMatchObject({ name: "CredentialsProviderError" });
  await expect(get()).rejects.toThrow(/responded with|did not return a JSON object/);
});
