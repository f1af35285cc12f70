import { inspect } from "node:util";

import { GetCallerIdentityCommand, STSClient } from "@org/sts-client";
import { fromGitHubActions, fromHttp, fromInstanceMetadata } from "@org/sts-client/credentials";
import { fromContainerMetadata } from "@org/sts-client/credentials/node";
import { describe, expect, test } from "vitest";

const SECRET = "marked+secret/value=";
const sleep = async () => undefined;

/** Everything that can be seen of an error. */
function seen(error: unknown): string {
  const own = (value: unknown, depth = 0): string =>
    typeof value !== "object" || value === null || depth > 6
      ? String(value)
      : Reflect.ownKeys(value)
          .map(
            (key) => `${String(key)} ${own(Reflect.getOwnPropertyDescriptor(value, key)?.value, depth + 1)}`,
          )
          .join(" ");
  return [
    inspect(error, { depth: 9 }),
    inspect(error, { depth: 9, showHidden: true }),
    JSON.stringify(error),
    own(error),
  ].join(" ");
}

function expectNoSecret(error: unknown): void {
  const text = seen(error);
  for (const form of [SECRET, encodeURIComponent(SECRET), SECRET.slice(0, 14)])
    expect(text).not.toContain(form);
}

/** What HTTP libraries throw: the request hangs on the error in some way. */
const throwers: [name: string, fetch: typeof fetch][] = [
  [
    "in its message",
    async (_url, init) => Promise.reject(new Error(`bad header ${JSON.stringify(init?.headers)}`)),
  ],
  [
    "in its message, percent-encoded",
    async () => Promise.reject(new Error(`bad header ${encodeURIComponent(SECRET)}`)),
  ],
  [
    "in a member",
    async (_url, init) =>
      Promise.reject(Object.assign(new Error("failed"), { config: { headers: init?.headers } })),
  ],
  [
    "in a hidden member",
    async (_url, init) =>
      Promise.reject(Object.defineProperty(new Error("failed"), "request", { value: { init } })),
  ],
  [
    "in a Headers object",
    async (_url, init) =>
      Promise.reject(Object.assign(new Error("failed"), { headers: new Headers(init?.headers) })),
  ],
  [
    "in its cause",
    async (_url, init) =>
      Promise.reject(new Error("failed", { cause: new Error(JSON.stringify(init?.headers)) })),
  ],
  [
    "in one of several errors",
    async (_url, init) =>
      Promise.reject(new AggregateError([new Error(JSON.stringify(init?.headers))], "failed")),
  ],
];

const github = {
  ACTIONS_ID_TOKEN_REQUEST_URL: "https://example.com/?a=b",
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: SECRET,
};
const requests: Record<string, (fetch: typeof globalThis.fetch) => () => Promise<unknown>> = {
  "a container's token": (fetch) =>
    fromHttp({ credentialsFullUri: "http://127.0.0.1/", authorizationToken: SECRET, fetch, sleep }),
  "the bearer token of GitHub": (fetch) =>
    fromGitHubActions({ roleArn: "arn:aws:iam::123456789012:role/r", env: github, fetch, sleep }),
  "the session token of the instance": (fetch) =>
    fromInstanceMetadata({
      env: {},
      sleep,
      fetch: async (url, init) => (init?.method === "PUT" ? new Response(SECRET) : fetch(url, init)),
    }),
  "a session token": (fetch) => callWithToken(fetch),
  "a session token, when the response breaks off": (fetch) =>
    callWithToken(async (url, init) => {
      const body = new ReadableStream({ pull: async () => void (await fetch(url, init)) });
      return new Response(body);
    }),
};

function callWithToken(fetch: typeof globalThis.fetch) {
  const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x", sessionToken: SECRET };
  const client = new STSClient({ region: "eu-west-1", credentials, fetch, sleep });
  return () => client.send(new GetCallerIdentityCommand());
}

describe.each(Object.entries(requests))("%s is not in the error", (_request, create) => {
  test.each(throwers)(
    "a secret is not in the error when what fetch throws holds it %s",
    async (_name, fetch) => {
      const error: unknown = await create(fetch)().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(Error);
      expectNoSecret(error);
    },
  );
});

test("what fetch throws is the cause as it is when it holds no secret", async () => {
  const thrown = Object.assign(new Error("failed"), { detail: { harmless: true } });
  const get = fromHttp({
    credentialsFullUri: "http://127.0.0.1/",
    authorizationToken: SECRET,
    fetch: () => Promise.reject(thrown),
    maxRetries: 0,
  });
  await expect(get()).rejects.toMatchObject({ cause: thrown });
});

/** The cause that a caller sees of what `fetch` throws, or rejects with. */
async function causeOf(thrown: unknown): Promise<unknown> {
  const get = fromHttp({
    credentialsFullUri: "http://127.0.0.1/",
    authorizationToken: SECRET,
    fetch: () => Promise.reject(thrown),
    maxRetries: 0,
  });
  const error: unknown = await get().catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: "ERR_METADATA_UNAVAILABLE" });
  return (error as Error).cause;
}

const withMember = (member: unknown) => Object.assign(new Error("failed"), { member });
const cyclic = (more: object) => {
  const error = Object.assign(new Error("failed"), more, { self: {} });
  error.self = { error };
  return error;
};

test.each<[where: string, thrown: unknown]>([
  ["as a key of a Map", withMember(new Map([[SECRET, 1]]))],
  [
    "as the last value of a Map",
    withMember(
      new Map([
        ["a", "b"],
        ["c", SECRET],
      ]),
    ),
  ],
  ["in an object in a Map", withMember(new Map([["a", { inner: SECRET }]]))],
  ["in a Set", withMember(new Set(["a", SECRET]))],
  ["in bytes", withMember(new TextEncoder().encode(`authorization: ${SECRET}`))],
  [
    "in bytes beside others that are no text",
    withMember(Buffer.concat([Buffer.of(255, 200), Buffer.from(SECRET)])),
  ],
  ["as the name of a member", withMember({ [SECRET]: 1 })],
  ["under a symbol", Object.assign(new Error("failed"), { [Symbol("request")]: { token: SECRET } })],
  ["as the last header", withMember(new Headers({ a: "b", authorization: SECRET }))],
  ["deep below", withMember({ a: [{ b: { c: [SECRET] } }] })],
  ["beside a member that refers to the error", cyclic({ token: SECRET })],
  ["beside null", withMember([null, undefined, 1, SECRET])],
  [
    "in an object without a class",
    withMember(Object.assign(Object.create(null) as object, { token: SECRET })),
  ],
])("a copy without the secret is the cause when what fetch throws has it %s", async (_where, thrown) => {
  const cause = await causeOf(thrown);
  expect(cause).not.toBe(thrown);
  expect(cause).toMatchObject({ name: "Error", message: "failed", stack: (thrown as Error).stack });
  // Nothing was there that is not in a copy.
  expect(new Set(Reflect.ownKeys(cause as object))).toEqual(new Set(["message", "name", "stack"]));
  expectNoSecret(cause);
});

test.each<[what: string, thrown: unknown]>([
  ["refers to itself", cyclic({})],
  ["has a member null", withMember({ a: null, b: undefined, c: [null] })],
  [
    "has maps, sets, headers and bytes",
    withMember([new Map([["a", 1]]), new Set(["b"]), new Headers(), Buffer.from("c")]),
  ],
  ["consists of 2,001 objects", withMember(Array.from({ length: 1999 }, () => ({})))],
  ["is text", "failed"],
  ["is nothing", undefined],
])("the cause is what fetch throws itself when that holds no secret and %s", async (_what, thrown) => {
  expect(await causeOf(thrown)).toBe(thrown);
});

test("what fetch throws is copied when it has too many objects to be searched", async () => {
  const thrown = withMember(Array.from({ length: 2000 }, () => ({})));
  expect(await causeOf(thrown)).not.toBe(thrown);
});

test("text that fetch throws with a secret keeps the rest, and what is no error is left out", async () => {
  expect(await causeOf(`bad ${SECRET}.`)).toBe("bad ***SensitiveInformation***.");
  expect(await causeOf({ token: SECRET })).toBeUndefined();
  expect(await causeOf([SECRET])).toBeUndefined();
});

test("the copy of what fetch throws has its name, code, system call, causes and errors, each without the secret", async () => {
  const inner = Object.assign(new TypeError(`header ${SECRET}`), { code: `E.${SECRET}`, syscall: "connect" });
  const parts = [new RangeError(`one ${SECRET}`), `two ${SECRET}`, { three: SECRET }];
  const thrown = Object.assign(new AggregateError(parts, "all failed", { cause: inner }), {
    code: "ECONNREFUSED",
    syscall: `connect ${SECRET}`,
  });
  thrown.name = `Http${SECRET}Error`;
  const cause = await causeOf(thrown);
  const redacted = "***SensitiveInformation***";
  expect(cause).toBeInstanceOf(Error);
  expect(cause).toMatchObject({
    name: `Http${redacted}Error`,
    message: "all failed",
    code: "ECONNREFUSED",
    syscall: `connect ${redacted}`,
    cause: { name: "TypeError", message: `header ${redacted}`, code: `E.${redacted}`, syscall: "connect" },
    errors: [{ name: "RangeError", message: `one ${redacted}` }, `two ${redacted}`, undefined],
  });
  expect(Reflect.getOwnPropertyDescriptor(cause as object, "name")).toMatchObject({
    enumerable: false,
    configurable: true,
  });
  expectNoSecret(cause);
});

test("members of what fetch throws that are of another kind than usual are not in its copy", async () => {
  const thrown = Object.assign(new Error(SECRET), { code: 5, syscall: {}, errors: SECRET, stack: undefined });
  const cause = await causeOf(thrown);
  expect(new Set(Reflect.ownKeys(cause as object))).toEqual(new Set(["message", "name", "stack"]));
  expect(cause).toMatchObject({ message: "***SensitiveInformation***", stack: "" });
});

test("a chain of causes with a secret is copied down to the tenth cause", async () => {
  const chain = (levels: number, link: (message: string, inner: unknown) => Error): unknown =>
    levels === 0 ? undefined : link(`level ${levels} ${SECRET}`, chain(levels - 1, link));
  const depthOf = (error: unknown, next: (error: object) => unknown): number =>
    error instanceof Error ? 1 + depthOf(next(error), next) : 0;
  const byCause = await causeOf(chain(14, (message, cause) => new Error(message, { cause })));
  expect(depthOf(byCause, (error) => (error as Error).cause)).toBe(11);
  const byErrors = await causeOf(chain(14, (message, inner) => new AggregateError([inner], message)));
  expect(depthOf(byErrors, (error) => (error as AggregateError).errors[0])).toBe(11);
  expectNoSecret([byCause, byErrors]);
});

test("the code in a container's response is shown only if it is no echo of the token", async () => {
  const refusedWith = async (code: string, authorizationToken: string) => {
    const get = fromHttp({
      credentialsFullUri: "http://127.0.0.1/",
      authorizationToken,
      fetch: async () => Response.json({ code }, { status: 400 }),
      sleep,
    });
    return get().catch((caught: unknown) => caught);
  };
  const token = "MARKEDTOKENVALUE";
  expect(await refusedWith("AccessDenied", token)).toMatchObject({
    message: "127.0.0.1 responded with 400 (AccessDenied)",
  });
  for (const code of [token, `Bad.${token}`, token.slice(0, 10)])
    expect(await refusedWith(code, token)).toMatchObject({ message: "127.0.0.1 responded with 400" });
});

const never = () => {
  let calls = 0;
  const fetch = async () => {
    calls += 1;
    return new Response("");
  };
  return { fetch, calls: () => calls };
};
const address = `http://user:${encodeURIComponent(SECRET)}@127.0.0.1/`;
const rows: [string, (fetch: typeof globalThis.fetch) => () => Promise<unknown>][] = [
  [
    "with a password in the container's address",
    (fetch) => fromHttp({ credentialsFullUri: address, fetch, sleep }),
  ],
  [
    "with a password in the container's variable",
    (fetch) => fromContainerMetadata({ env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: address }, fetch, sleep }),
  ],
  [
    "with a password in the instance's address",
    (fetch) => fromInstanceMetadata({ endpoint: address, env: {}, fetch, sleep }),
  ],
  [
    "with a password in GitHub's address",
    (fetch) =>
      fromGitHubActions({
        roleArn: "arn:aws:iam::123456789012:role/r",
        env: { ...github, ACTIONS_ID_TOKEN_REQUEST_URL: address },
        fetch,
        sleep,
      }),
  ],
  ...["\n", "\r", "\u0000", "\u2028", "€"].flatMap(
    (character): [string, (fetch: typeof globalThis.fetch) => () => Promise<unknown>][] => [
      [
        `with a container's token that holds ${JSON.stringify(character)}`,
        (fetch) =>
          fromHttp({
            credentialsFullUri: "http://127.0.0.1/",
            authorizationToken: `${SECRET}${character}x`,
            fetch,
            sleep,
          }),
      ],
      [
        `with a token of GitHub's that holds ${JSON.stringify(character)}`,
        (fetch) =>
          fromGitHubActions({
            roleArn: "arn:aws:iam::123456789012:role/r",
            env: { ...github, ACTIONS_ID_TOKEN_REQUEST_TOKEN: `${SECRET}${character}x` },
            fetch,
            sleep,
          }),
      ],
    ],
  ),
];
test.each(rows)("no request is begun, and none repeated, %s", async (_name, create) => {
  const { fetch, calls } = never();
  const error: unknown = await create(fetch)().catch((caught: unknown) => caught);
  expect(error).toMatchObject({ name: "CredentialsProviderError" });
  expect(calls()).toBe(0);
  expectNoSecret(error);
});

test.each([
  `user:${SECRET}@example.com`,
  `user:${SECRET}@example.com:443/path`,
  `${SECRET}@example.com`,
  `//user:${SECRET}@example.com`,
  `ftp://user:${SECRET}@example.com`,
  `https://user:${SECRET}@exa mple.com`,
])("an endpoint with a password is refused without it: %s", async (endpoint) => {
  const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x" };
  const client = new STSClient({ region: "eu-west-1", credentials, endpoint });
  const error: unknown = await client.send(new GetCallerIdentityCommand()).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: "ERR_ENDPOINT" });
  expectNoSecret(error);
});
