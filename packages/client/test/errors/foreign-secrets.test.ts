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
  "a session token": (fetch) => () => {
    const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x", sessionToken: SECRET };
    return new STSClient({ region: "eu-west-1", credentials, fetch, sleep }).send(
      new GetCallerIdentityCommand(),
    );
  },
};

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
