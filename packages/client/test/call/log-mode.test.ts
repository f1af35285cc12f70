import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetSessionTokenCommand,
  type LogMode,
  STSClient,
} from "@org/sts-client";
import { type OperationSchema, operations, type Schema } from "@org/sts-protocol";
import { expect, test } from "vitest";

import { credentials, fakeFetch, fakeTime, fault, reasonOf, success } from "../support/fake-service.ts";

const SECRETS = ["SECRET-KEY-MARK", "SECRET-ANSWER-MARK", "SESSION-TOKEN-MARK", "TOKEN-OF-CALLER", "654321"];
const command = new GetSessionTokenCommand({
  SerialNumber: "arn:aws:iam::123456789012:mfa/test",
  TokenCode: "654321",
  DurationSeconds: 900,
});

async function logged(
  logMode: LogMode | readonly LogMode[] | undefined,
  ...replies: Parameters<typeof fakeFetch>
): Promise<object[]> {
  const lines: object[] = [];
  const silent = (): void => {};
  const { fetch } = fakeFetch(...replies);
  const client = new STSClient({
    region: "eu-west-1",
    credentials: { ...credentials, sessionToken: "TOKEN-OF-CALLER" },
    fetch,
    logMode,
    logger: { info: silent, warn: silent, error: silent, debug: (line) => void lines.push(line as object) },
    ...fakeTime().options,
  });
  await client.send(command).catch(() => {});
  // The line per attempt is there without it.
  return lines.filter((line) => ["signing", "retry", "request", "response"].some((kind) => kind in line));
}

test("logMode logs nothing when it is not given", async () => {
  expect(await logged(undefined, success())).toEqual([]);
});

test('logMode "signing" shows scope and signed headers, and not the signature', async () => {
  const [line, ...rest] = await logged("signing", success());
  expect(rest).toEqual([]);
  expect(line).toMatchObject({
    signing: {
      operation: "GetSessionToken",
      algorithm: "AWS4-HMAC-SHA256",
      scope: expect.stringMatching(/^AKIDEXAMPLE\/\d{8}\/eu-west-1\/sts\/aws4_request$/),
      signedHeaders: expect.stringContaining("host"),
    },
  });
  expect(JSON.stringify(line)).not.toContain("Signature=");
});

test('logMode "request" shows where it goes with headers, "requestWithBody" the parameters too', async () => {
  const [bare] = await logged("request", success());
  expect(bare).toMatchObject({ request: { method: "POST", url: "https://sts.eu-west-1.amazonaws.com/" } });
  expect(JSON.stringify(bare)).not.toContain("DurationSeconds");
  const [whole] = await logged("requestWithBody", success());
  expect(whole).toMatchObject({
    request: {
      headers: { authorization: "***SensitiveInformation***" },
      body: "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=900&SerialNumber=arn:aws:iam::123456789012:mfa/test&TokenCode=***SensitiveInformation***",
    },
  });
});

test('logMode "response" shows status and headers, "responseWithBody" the document too', async () => {
  const [bare] = await logged("response", success());
  expect(bare).toMatchObject({ response: { statusCode: 200 } });
  expect(JSON.stringify(bare)).not.toContain("ASIAIOSFODNN7EXAMPLE");
  const [whole] = await logged("responseWithBody", success());
  const { body } = (whole as { response: { body: string } }).response;
  expect(body).toContain("<AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>");
  expect(body).toContain("<SecretAccessKey>***SensitiveInformation***</SecretAccessKey>");
});

test("logMode logs a refusal too, and each attempt separately", async () => {
  const lines = await logged(["retries", "response"], fault("Throttling", 400), success());
  expect(lines).toMatchObject([
    { response: { statusCode: 400 } },
    { retry: { attempt: "attempt=2; max=3" } },
    { response: { statusCode: 200 } },
  ]);
});

test.each([
  ["a success", success()],
  [
    "a refusal that quotes what was sent",
    fault("ValidationError", 400, {}, "Value '654321' with TOKEN-OF-CALLER"),
  ],
  ["a document that breaks off", new Response("<a><SecretAccessKey>SECRET-ANSWER-MARK")],
  ["CDATA", new Response("<SessionToken><![CDATA[SESSION-TOKEN-MARK]]></SessionToken>")],
  ["a prefix", new Response("<x:SessionToken>SESSION-TOKEN-MARK</x:SessionToken>")],
  ["JSON", new Response('{"SecretAccessKey":"SECRET-ANSWER-MARK","SessionToken" : "SESSION-TOKEN-MARK')],
])("no secret of %s is logged with every logMode on", async (_kind, reply) => {
  const modes: LogMode[] = ["signing", "retries", "requestWithBody", "responseWithBody"];
  const text = JSON.stringify(await logged(modes, reply));
  expect(text).toContain('"response"');
  for (const secret of SECRETS) expect(text).not.toContain(secret);
});

test.each([
  [4096, "x".repeat(4096)],
  [4097, `${"x".repeat(4096)}… (4097 characters)`],
  [10_000, `${"x".repeat(4096)}… (10000 characters)`],
])("logMode cuts bodies of more than 4096 characters: %i", async (length, shown) => {
  const [line] = await logged("responseWithBody", new Response("x".repeat(length)));
  expect(line).toMatchObject({ response: { body: shown } });
});

const silent = (): void => {};

test('logMode "signing" has nothing to show of a request without a signature', async () => {
  const lines: unknown[] = [];
  const client = new STSClient({
    endpoint: "http://localhost:4599/path",
    region: "eu-west-1",
    fetch: fakeFetch(fault("AccessDenied", 403)).fetch,
    logMode: ["signing", "request", "retries"],
    logger: { info: silent, warn: silent, error: silent, debug: (line) => void lines.push(line) },
  });
  const input = {
    RoleArn: "arn:aws:iam::123456789012:role/demo",
    RoleSessionName: "test",
    WebIdentityToken: "WEB-TOKEN-MARK",
  };
  expect(await reasonOf(client.send(new AssumeRoleWithWebIdentityCommand(input)))).toMatchObject({
    name: "AccessDenied",
  });
  const operation = "AssumeRoleWithWebIdentity";
  expect(lines.slice(0, 2)).toMatchObject([
    { signing: { operation, algorithm: "", scope: undefined, signedHeaders: undefined } },
    { request: { operation, url: "http://localhost:4599/path/", headers: { host: "localhost:4599" } } },
  ]);
});

test("logMode hides whole headers that prove who somebody is, whatever their case, and secrets in the others", async () => {
  const lines: object[] = [];
  const received = { "set-cookie": "session=COOKIE-MARK", "x-echo": "sent 654321 and TOKEN-OF-CALLER" };
  const client = new STSClient({
    region: "eu-west-1",
    credentials: { ...credentials, sessionToken: "TOKEN-OF-CALLER" },
    requestHandler: {
      handle: async () => ({ response: { statusCode: 403, headers: received, body: "" } }),
    },
    maxAttempts: 1,
    logMode: ["request", "response"],
    logger: { info: silent, warn: silent, error: silent, debug: (line) => void lines.push(line as object) },
  });
  client.middlewareStack.add(
    (next) => async (args) => {
      const { headers } = args.request as { headers: Record<string, string> };
      headers["Cookie"] = "session=COOKIE-MARK";
      headers["proxy-authorization"] = "Basic PROXY-MARK";
      headers["x-other"] = "shown";
      return next(args);
    },
    { step: "build" },
  );
  await reasonOf(client.send(command));
  const hidden = "***SensitiveInformation***";
  expect(lines[0]).toMatchObject({
    request: {
      headers: {
        authorization: hidden,
        "x-amz-security-token": hidden,
        Cookie: hidden,
        "proxy-authorization": hidden,
        "x-other": "shown",
      },
    },
  });
  expect(lines.find((line) => "response" in line)).toMatchObject({
    response: {
      statusCode: 403,
      headers: { "set-cookie": hidden, "x-echo": `sent ${hidden} and ${hidden}` },
    },
  });
});

test("logMode does not log a web identity token", async () => {
  const lines: unknown[] = [];
  const silent = (): void => {};
  const client = new STSClient({
    region: "eu-west-1",
    fetch: fakeFetch(fault("AccessDenied", 403)).fetch,
    logMode: "requestWithBody",
    logger: { info: silent, warn: silent, error: silent, debug: (line) => void lines.push(line) },
  });
  const input = {
    RoleArn: "arn:aws:iam::123456789012:role/demo",
    RoleSessionName: "test",
    WebIdentityToken: "WEB-TOKEN-MARK",
  };
  await reasonOf(client.send(new AssumeRoleWithWebIdentityCommand(input)));
  expect(JSON.stringify(lines)).toContain("RoleSessionName=test");
  expect(JSON.stringify(lines)).not.toContain("WEB-TOKEN-MARK");
});

test("logMode can ignore maps because those of STS are in structures that are secret as a whole", () => {
  const hasOpenMap = (schema: Schema): boolean => {
    if (schema.sensitive === true) return false;
    if (schema.kind === "list") return hasOpenMap(schema.member);
    return schema.kind === "struct" ? Object.values(schema.members).some(hasOpenMap) : schema.kind === "map";
  };
  const named = operations.filter(({ input, output }: OperationSchema) =>
    [input, output].some((members) => hasOpenMap({ kind: "struct", members })),
  );
  expect(named).toEqual([]);
});

const RoleArn = "arn:aws:iam::123456789012:role/demo";
const ProviderArn = "arn:aws:iam::aws:contextProvider/one";

test.each<[what: string, input: object, added: string, shown: string]>([
  [
    "members that are no secret",
    { PolicyArns: [{ arn: "arn:aws:iam::aws:policy/a" }], Tags: [{ Key: "Team", Value: "red" }] },
    "",
    "PolicyArns.member.1.arn=arn:aws:iam::aws:policy/a&Tags.member.1.Key=Team&Tags.member.1.Value=red",
  ],
  [
    "a list that has secrets below it, which are hidden with all that is beside them",
    { ProvidedContexts: [{ ProviderArn, ContextAssertion: "ASSERTION-MARK" }] },
    "",
    "ProvidedContexts.member.1.ProviderArn=*&ProvidedContexts.member.1.ContextAssertion=*",
  ],
  ["a parameter that is not in the table", {}, "&Extra=EXTRA-MARK", "Extra=*"],
  ["one whose name every object has", {}, "&constructor=EXTRA-MARK", "constructor=*"],
  ["one whose name begins as Action does", {}, "&ActionCode=EXTRA-MARK", "ActionCode=*"],
  ["one whose name ends as Version does", {}, "&MyVersion=EXTRA-MARK", "MyVersion=*"],
])("logMode shows of the body %s", async (_what, input, added, shown) => {
  for (const asBytes of [false, true]) {
    const lines: unknown[] = [];
    const silent = (): void => {};
    const client = new STSClient({
      region: "eu-west-1",
      credentials,
      fetch: fakeFetch(fault("AccessDenied", 403)).fetch,
      logMode: "requestWithBody",
      logger: { info: silent, warn: silent, error: silent, debug: (line) => void lines.push(line) },
      ...fakeTime().options,
    });
    client.middlewareStack.add(
      (next) => async (args) => {
        const request = args.request as { body: string | Uint8Array };
        const text = `${String(request.body)}${added}`;
        request.body = asBytes ? new TextEncoder().encode(text) : text;
        return next(args);
      },
      { step: "build" },
    );
    await reasonOf(client.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "test", ...input })));
    const bodies = lines.flatMap(
      (line) => (Object(line).request as { body: string } | undefined)?.body ?? [],
    );
    expect(bodies).toHaveLength(1);
    const known = `Action=AssumeRole&Version=2011-06-15&RoleArn=${RoleArn}&RoleSessionName=test&`;
    const expected = `${known}${shown.replaceAll("*", "***SensitiveInformation***")}`;
    // The order is the table's.
    expect(bodies[0]?.split("&").toSorted()).toEqual(expected.split("&").toSorted());
  }
});
