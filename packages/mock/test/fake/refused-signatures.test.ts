import { createClock, createFakeSts, demoUser, type FakeSts, type LogEntry } from "@org/sts-mock";
import { GetCallerIdentity, GetSessionToken, type HttpRequest } from "@org/sts-protocol";
import { presignRequest } from "@org/sts-signer";
import { beforeEach, expect, test } from "vitest";

import { call, DEMO_KEYS, keysOf } from "../support/call.ts";

const NOW = new Date("2026-03-01T12:00:00Z");
const MISMATCH =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

let fake: FakeSts;
let log: LogEntry[];
beforeEach(() => {
  log = [];
  fake = createFakeSts({
    users: [
      demoUser,
      {
        name: "gone",
        accessKeys: [{ accessKeyId: "AKIAINACTIVEEXAMPLE1", secretAccessKey: "x", status: "Inactive" }],
      },
    ],
    clock: createClock({ at: NOW }),
    log: (entry) => log.push(entry),
  });
});

const whoAmI = (options: Parameters<typeof call>[3] = {}) => call(fake, GetCallerIdentity, {}, options);
const refused = (name: string, httpStatusCode: number, message: string | RegExp) => ({
  name,
  message: typeof message === "string" ? message : (expect.stringMatching(message) as string),
  $metadata: { httpStatusCode },
});

test("the fake refuses, in the service's words, a request without a signature", async () => {
  const tamper = ({ headers, ...rest }: HttpRequest): HttpRequest => ({
    ...rest,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => name !== "authorization")),
  });
  await expect(whoAmI({ tamper })).rejects.toMatchObject(
    refused("MissingAuthenticationToken", 403, "Request is missing Authentication Token"),
  );
});

test.each(["AWS4-HMAC-SHA256 nonsense", "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host", "Basic abc"])(
  "the fake refuses, in the service's words, the authorization header %j",
  async (authorization) => {
    const tamper = (request: HttpRequest): HttpRequest => ({
      ...request,
      headers: { ...request.headers, authorization },
    });
    await expect(whoAmI({ tamper })).rejects.toMatchObject({
      name: "IncompleteSignature",
      $metadata: { httpStatusCode: 400 },
    });
  },
);

test.each([
  ["an unknown key", { ...DEMO_KEYS, accessKeyId: "AKIAUNKNOWNEXAMPLE12" }],
  ["an inactive key", { accessKeyId: "AKIAINACTIVEEXAMPLE1", secretAccessKey: "x" }],
  ["a token that nobody issued", { ...DEMO_KEYS, sessionToken: "IQoJb3JpZ2luX2VjAAAA" }],
])("the fake refuses, in the service's words, %s", async (_case, keys) => {
  await expect(whoAmI({ keys })).rejects.toMatchObject(
    refused("InvalidClientTokenId", 403, "The security token included in the request is invalid."),
  );
});

test("the fake refuses, in the service's words, temporary keys without their token, or with another's", async () => {
  const one = keysOf((await call(fake, GetSessionToken, {})).Credentials);
  const two = keysOf((await call(fake, GetSessionToken, {})).Credentials);
  const { accessKeyId, secretAccessKey } = one;
  for (const keys of [
    { accessKeyId, secretAccessKey },
    { ...one, sessionToken: two.sessionToken ?? "" },
  ]) {
    await expect(whoAmI({ keys })).rejects.toMatchObject({ name: "InvalidClientTokenId" });
  }
  expect(await whoAmI({ keys: one })).toHaveProperty("Arn");
});

test("the fake refuses, in the service's words, a wrong secret and a changed body, with the canonical request in the log", async () => {
  await expect(whoAmI({ keys: { ...DEMO_KEYS, secretAccessKey: "wrong" } })).rejects.toMatchObject(
    refused("SignatureDoesNotMatch", 403, MISMATCH),
  );
  const tamper = (request: HttpRequest): HttpRequest => ({
    ...request,
    body: `${String(request.body)}&x=1`,
  });
  await expect(whoAmI({ tamper })).rejects.toMatchObject(refused("SignatureDoesNotMatch", 403, MISMATCH));
  expect(log.map(({ notes }) => notes.join("\n"))).toEqual([
    expect.stringContaining("canonical request as received:\nPOST\n/"),
    expect.stringContaining("canonical request as received:\nPOST\n/"),
  ]);
});

test.each([
  [
    "the host header is signed without its port",
    (request: HttpRequest) => ({
      ...request,
      headers: { ...request.headers, host: "sts.us-east-1.amazonaws.com:8080" },
    }),
  ],
  [
    "the content type has no charset",
    (request: HttpRequest) => ({
      ...request,
      headers: { ...request.headers, "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
    }),
  ],
])(
  "the fake refuses, in the service's words, what was changed on the way, and the log says that %s",
  async (explanation, tamper) => {
    await expect(whoAmI({ tamper })).rejects.toMatchObject(refused("SignatureDoesNotMatch", 403, MISMATCH));
    expect(log[0]?.notes.join("\n")).toContain(`difference: the signature is good if ${explanation}`);
  },
);

test("the fake refuses, in the service's words, a clock that is more than five minutes off", async () => {
  const at = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);
  expect(await whoAmI({ date: at(-299) })).toHaveProperty("Arn");
  expect(await whoAmI({ date: at(299) })).toHaveProperty("Arn");
  await expect(whoAmI({ date: at(-301) })).rejects.toMatchObject(
    refused(
      "SignatureDoesNotMatch",
      403,
      "Signature expired: 20260301T115459Z is now earlier than 20260301T115500Z (20260301T120000Z - 5 min.)",
    ),
  );
  await expect(whoAmI({ date: at(301) })).rejects.toMatchObject(
    refused("SignatureDoesNotMatch", 403, /^Signature not yet current: 20260301T120501Z is still later than/),
  );
});

test("the fake refuses, in the service's words, the scope of another region or service", async () => {
  await expect(whoAmI({ region: "eu-west-1" })).rejects.toMatchObject(
    refused("SignatureDoesNotMatch", 403, /scoped to a valid region/),
  );
  await expect(whoAmI({ service: "iam" })).rejects.toMatchObject(
    refused("SignatureDoesNotMatch", 403, "Credential should be scoped to correct service: 'sts'."),
  );
  expect(await whoAmI({ region: "eu-west-1", hostname: "sts.eu-west-1.amazonaws.com" })).toHaveProperty(
    "Arn",
  );
  expect(await whoAmI({ region: "eu-west-1", hostname: "localhost" })).toHaveProperty("Arn");
});

async function presigned(expiresIn: number, headers: Record<string, string> = {}): Promise<HttpRequest> {
  const request: HttpRequest = {
    method: "GET",
    protocol: "https:",
    hostname: "sts.us-east-1.amazonaws.com",
    path: "/",
    query: { Action: "GetCallerIdentity", Version: "2011-06-15" },
    headers: { host: "sts.us-east-1.amazonaws.com", ...headers },
  };
  const options = { credentials: DEMO_KEYS, region: "us-east-1", service: "sts", date: NOW, expiresIn };
  return await presignRequest(request, options);
}

test("a presigned GET is good for 15 minutes from its date, whatever it says", async () => {
  const short = await presigned(60, { "x-k8s-aws-id": "my-cluster" });
  expect((await fake.respond(short)).statusCode).toBe(200);
  fake.clock.advanceSeconds(899);
  expect((await fake.respond(short)).statusCode).toBe(200);
  fake.clock.advanceSeconds(2);
  for (const request of [short, await presigned(3600)]) {
    const { statusCode, body } = await fake.respond(request);
    expect(statusCode).toBe(400);
    expect(body).toContain("<Code>RequestExpired</Code>");
  }
});

test("a presigned GET needs the headers it signed", async () => {
  const request = await presigned(60, { "x-k8s-aws-id": "my-cluster" });
  const changed = { ...request, headers: { ...request.headers, "x-k8s-aws-id": "other" } };
  expect((await fake.respond(changed)).body).toContain("<Code>SignatureDoesNotMatch</Code>");
});

test("sessions go on working in a fake that continues from the state of another", async () => {
  const keys = keysOf((await call(fake, GetSessionToken, {})).Credentials);
  const state = JSON.parse(JSON.stringify(fake.exportState())) as ReturnType<FakeSts["exportState"]>;
  const next = createFakeSts({ users: [demoUser], clock: fake.clock, state });
  expect(await call(next, GetCallerIdentity, {}, { keys })).toHaveProperty("Arn");
  const stranger = createFakeSts({ users: [demoUser], clock: fake.clock });
  await expect(call(stranger, GetCallerIdentity, {}, { keys })).rejects.toMatchObject({
    name: "InvalidClientTokenId",
  });
});

test("no secret reaches a log, an error or an answer", async () => {
  const MARKER = "SecretMARKER";
  const keys = {
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    secretAccessKey: MARKER,
    sessionToken: `IQoJ${MARKER}`,
  };
  const errors: unknown[] = [];
  for (const input of [{ TokenCode: MARKER }, { SerialNumber: "GAHT12345678", TokenCode: MARKER }]) {
    errors.push(await call(fake, GetSessionToken, input, { keys }).catch((error: unknown) => error));
    errors.push(await call(fake, GetSessionToken, input).catch((error: unknown) => error));
  }
  for (const signature of ["wrong", "0".repeat(64)]) {
    const query = {
      Action: "GetSessionToken",
      Version: "2011-06-15",
      TokenCode: MARKER,
      "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
      "X-Amz-Credential": `${DEMO_KEYS.accessKeyId}/20260301/us-east-1/sts/aws4_request`,
      "X-Amz-Date": "20260301T120000Z",
      "X-Amz-Expires": "60",
      "X-Amz-SignedHeaders": "host",
      "X-Amz-Signature": signature,
    };
    const request = {
      method: "GET",
      hostname: "localhost",
      path: "/",
      headers: { host: "localhost" },
      query,
    };
    errors.push(await fake.respond(request));
  }
  expect(log.at(-1)?.notes.join("\n")).toContain("TokenCode=***");
  expect(errors).toHaveLength(6);
  expect(JSON.stringify([log, fake.calls(), errors, errors.map(String)])).not.toContain(MARKER);
});
