import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from "@org/sts-client";
import { fromAssumeRole, fromMfaSession } from "@org/sts-client/credentials";
import type { CredentialsProvider } from "@org/sts-client/credentials";
import { decodeRequest, encodeResponse, operations } from "@org/sts-protocol";
import { expect, test } from "vitest";

import { fault } from "../support/fake-service.ts";

const source = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
};

/** A service that makes sessions, and refuses those that ended. */
function service(code = "ExpiredToken") {
  const ended = new Set<string>();
  const calls: string[] = [];
  let sessions = 0;
  const fetch: typeof globalThis.fetch = async (url, init) => {
    const request = new Request(url, init);
    const keyId = /Credential=(\w+)/.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
    const { operation } = await decodeRequest(request, operations);
    calls.push(`${operation.name} ${keyId}`);
    const options = { requestId: "request" };
    if (ended.has(keyId)) return fault(code, 403);
    const isSession = operation.name !== "GetCallerIdentity";
    const output = isSession
      ? {
          Credentials: {
            AccessKeyId: `ASIA${++sessions}`,
            SecretAccessKey: "example",
            SessionToken: "token",
            Expiration: new Date(Date.now() + 43_200_000),
          },
        }
      : { Account: "123456789012", Arn: `arn:aws:iam::123456789012:user/${keyId}`, UserId: keyId };
    const { statusCode, headers, body } = encodeResponse(operation, output, options);
    return new Response(body, { status: statusCode, headers });
  };
  return { fetch, ended, calls, config: { region: "eu-west-1", fetch, sleep: async () => undefined } };
}

const identity = new GetCallerIdentityCommand();
const role = (config: object, from: CredentialsProvider | typeof source = source) =>
  fromAssumeRole({
    clientConfig: config,
    source: from,
    params: { RoleArn: "arn:aws:iam::123456789012:role/one" },
  });

test.each(["ExpiredToken", "InvalidClientTokenId"])(
  "credentials refused before their end with %s are renewed, and the request is sent once more",
  async (code) => {
    const { config, ended, calls } = service(code);
    const client = new STSClient({ ...config, credentials: role(config) });
    await client.send(identity);
    ended.add("ASIA1");
    const { UserId, $metadata } = await client.send(identity);
    expect([UserId, $metadata.attempts]).toEqual(["ASIA2", 2]);
    await client.send(identity);
    expect(calls.filter((call) => call.startsWith("AssumeRole"))).toHaveLength(2);
  },
);

test("credentials refused before their end are renewed once for a hundred callers of several clients", async () => {
  const { config, ended, calls } = service();
  const credentials = role(config);
  const clients = Array.from({ length: 4 }, () => new STSClient({ ...config, credentials }));
  await Promise.all(clients.map((client) => client.send(identity)));
  ended.add("ASIA1");
  const all = await Promise.all(
    Array.from({ length: 25 }, () => clients.map((client) => client.send(identity))).flat(),
  );
  expect(new Set(all.map(({ UserId }) => UserId))).toEqual(new Set(["ASIA2"]));
  expect(calls.filter((call) => call.startsWith("AssumeRole"))).toHaveLength(2);
});

test("credentials refused before their end are renewed with the whole chain when the source ended too", async () => {
  const { config, ended } = service();
  const client = new STSClient({ ...config, credentials: role(config, role(config)) });
  await client.send(identity);
  ended.add("ASIA1").add("ASIA2");
  expect((await client.send(identity)).UserId).toBe("ASIA4");
});

test("credentials refused before their end are read again from a file that another program has written in the meantime", async () => {
  const { config, ended } = service("InvalidClientTokenId");
  const file = { ...source };
  const client = new STSClient({ ...config, credentials: async () => ({ ...file }) });
  await client.send(identity);
  file.accessKeyId = "AKIAI44QH8DHBEXAMPLE";
  ended.add(source.accessKeyId);
  expect((await client.send(identity)).UserId).toBe("AKIAI44QH8DHBEXAMPLE");
});

test.each<[string, () => CredentialsProvider | typeof source]>([
  ["the provider has no others", () => async () => source],
  ["they were given as they are", () => source],
])("credentials refused before their end are not sent again when %s", async (_name, credentials) => {
  const { config, ended, calls } = service();
  const client = new STSClient({ ...config, credentials: credentials() });
  ended.add(source.accessKeyId);
  await expect(client.send(identity)).rejects.toMatchObject({ name: "ExpiredToken" });
  expect(calls).toHaveLength(1);
});

test("credentials refused before their end are renewed for the next call when there is no attempt left", async () => {
  const { config, ended } = service();
  const client = new STSClient({ ...config, credentials: role(config), maxAttempts: 1 });
  await client.send(identity);
  ended.add("ASIA1");
  await expect(client.send(identity)).rejects.toMatchObject({ name: "ExpiredToken" });
  expect((await client.send(identity)).UserId).toBe("ASIA2");
});

test("credentials refused before their end are refused once more, and then the refusal is the caller's", async () => {
  const { config, ended, calls } = service();
  for (let count = 1; count < 9; count += 1) ended.add(`ASIA${count}`);
  const client = new STSClient({ ...config, credentials: role(config) });
  await expect(client.send(identity)).rejects.toMatchObject({ name: "ExpiredToken" });
  expect(calls.filter((call) => call.startsWith("GetCallerIdentity"))).toHaveLength(2);
});

test("credentials refused before their end do not make anybody ask a person a second time", async () => {
  const { config, ended } = service();
  let questions = 0;
  const mfaCodeProvider = async () => `10000${++questions}`;
  const mfa = fromMfaSession({
    source,
    serialNumber: "GAHT12345678",
    mfaCodeProvider,
    clientConfig: config,
  });
  const client = new STSClient({ ...config, credentials: mfa });
  await client.send(identity);
  ended.add("ASIA1");
  for (let call = 0; call < 3; call += 1)
    await expect(client.send(identity)).rejects.toMatchObject({ name: "ExpiredToken" });
  expect(questions).toBe(1);
  // Whoever wants to be asked says so.
  await client.config.credentials({ forceRefresh: true });
  expect((await client.send(identity)).UserId).toBe("ASIA2");
  expect(questions).toBe(2);
});

test("credentials refused before their end do not make a one-time code go out twice, and the next call has others", async () => {
  const { config, ended, calls } = service();
  const client = new STSClient({ ...config, credentials: role(config) });
  await client.send(identity);
  ended.add("ASIA1");
  const mfa = new GetSessionTokenCommand({ SerialNumber: "GAHT12345678", TokenCode: "123456" });
  await expect(client.send(mfa)).rejects.toMatchObject({ name: "ExpiredToken" });
  expect(calls.filter((call) => call.startsWith("GetSessionToken"))).toHaveLength(1);
  expect((await client.send(identity)).UserId).toBe("ASIA2");
});

test("an aborted call ends the provider's call too, and no other's", async () => {
  const { config } = service();
  const signals: (AbortSignal | null | undefined)[] = [];
  const fetch: typeof globalThis.fetch = (_url, init) =>
    new Promise((_resolve, reject) => {
      signals.push(init?.signal);
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
    });
  const client = new STSClient({ ...config, credentials: role({ ...config, fetch }) });
  const [one, two] = [new AbortController(), new AbortController()];
  const calls = [one, two].map(({ signal }) => client.send(identity, { abortSignal: signal }));
  const outcomes = Promise.allSettled(calls);
  await expect.poll(() => signals.length).toBe(1);
  one.abort(new Error("one"));
  await expect(calls[0]).rejects.toThrow("one");
  expect(signals[0]?.aborted).toBe(false);
  two.abort(new Error("two"));
  await expect.poll(() => signals[0]?.aborted).toBe(true);
  await outcomes;
});

test("the total time limit is paused while a person is asked, also at the end of a chain", async () => {
  const { config } = service();
  let questionFor: string | undefined;
  const mfa = fromMfaSession({
    source,
    serialNumber: "GAHT12345678",
    clientConfig: config,
    async mfaCodeProvider(serial) {
      questionFor = serial;
      await new Promise((resolve) => setTimeout(resolve, 5000));
      return "123456";
    },
  });
  const client = new STSClient({ ...config, credentials: role(config, mfa), totalTimeout: 4000 });
  expect((await client.send(identity)).UserId).toBe("ASIA2");
  expect(questionFor).toBe("GAHT12345678");
}, 30_000);

test("the question to a person ends with the caller's signal, even when its function does not look at it", async () => {
  const { config } = service();
  let asked: AbortSignal | undefined;
  const mfa = fromMfaSession({
    source,
    serialNumber: "GAHT12345678",
    clientConfig: config,
    mfaCodeSource: ({ abortSignal }) => {
      asked = abortSignal;
      return new Promise(() => undefined);
    },
  });
  const client = new STSClient({ ...config, credentials: mfa });
  const controller = new AbortController();
  const call = client.send(identity, { abortSignal: controller.signal });
  await expect.poll(() => asked !== undefined).toBe(true);
  controller.abort(new Error("enough"));
  await expect(call).rejects.toThrow("enough");
  await expect.poll(() => asked?.aborted).toBe(true);
});

test("credentials in the form of a response are refused by name before anything is sent", async () => {
  const { config, calls } = service();
  const wrong = { AccessKeyId: "A", SecretAccessKey: "SECRET", SessionToken: "TOKEN" };
  const client = new STSClient({ ...config, credentials: wrong as never });
  const error = await client.send(identity).catch((caught: Error) => caught);
  expect(error).toMatchObject({
    code: "ERR_CONFIG",
    message: expect.stringContaining("accessKeyId: Credentials.AccessKeyId"),
  });
  expect(String(error)).not.toMatch(/SECRET|TOKEN/);
  expect(calls).toEqual([]);
});
