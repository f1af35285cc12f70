import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import {
  createClock,
  createFakeSts,
  createStsMock,
  demoUser,
  type FakeStsOptions,
  serviceError,
  type StsMock,
  stsMatchers,
} from "@org/sts-mock";
import { startStsServer } from "@org/sts-mock/node";
import {
  AssumeRole,
  AssumeRoleWithSAML,
  AssumeRoleWithWebIdentity,
  GetCallerIdentity,
  GetDelegatedAccessToken,
  GetSessionToken,
  type HttpRequest,
} from "@org/sts-protocol";
import { createSigner } from "@org/sts-signer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type Failure, forms, leaksIn, writings } from "../../client/test/support/marked-secrets.ts";
import { call, DEMO_KEYS, DEMO_ROLE, DEMO_SERIAL } from "./support/call.ts";

// Every secret that goes in, written so that each encoding of it differs from the others. No two share a part.
const secrets = {
  secretAccessKey: "mkdKey+Zq81/wJalrX=UtnFEMI/K7MDENG+bPxRfiCY",
  sessionToken: "mkdTok+IQoJb3/JpZ2luX2=VjEBYaCXVzLXdlc3Qt/MiJI=",
  externalId: "mkdExt=customer+4711/partner:7f3a@blue",
  tokenCode: "824193",
  webIdentityToken: "mkdWebeyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtYXJrZWQifQ.c2lnbmF0dXJl/mkd+9",
  samlAssertion: "mkdSamlPHNhbWxwOlJlc3BvbnNlIElEPSJtYXJrZWQi+Pz48L3NhbWxwOlJlc3BvbnNlPg==",
  tradeInToken: "mkdTrade+0Zr/93bQ=vTn5KcJ",
  cookie: "mkdCook+ie/id=9f8e7d6c5b",
  apiKey: "mkdApi+Key/5d4c=3b2a1908",
  sessionKey: "6d6b644b65795f6d61726b65645f73657373696f6e5f6b65795f3132333435zz",
  mfaSecret: "MKDOTPJBSWY3DPEHPK3PXPJBSWY3DP",
} as const;
const written = writings(secrets);

const NOW = new Date("2026-03-01T12:00:00Z");
const clock = createClock({ at: NOW });
const role = { RoleArn: DEMO_ROLE, RoleSessionName: "test" };
const wrongKeys = { ...DEMO_KEYS, secretAccessKey: secrets.secretAccessKey };
const wrongSession = {
  ...wrongKeys,
  accessKeyId: "ASIAIOSFODNN7EXAMPLE",
  sessionToken: secrets.sessionToken,
};

/** What a path has to hand beside the secrets. */
interface Recorder {
  /** Takes what somebody may print. Returns it. */
  readonly print: <T>(value: T) => T;
  /** Takes what is shown to a person: a response, the text of a terminal. */
  readonly show: (text: string) => void;
  /** Options of a mock that logs. */
  readonly options: FakeStsOptions;
}

/** A way to fail. Rejects, or returns the reason. */
interface Path {
  readonly name: string;
  readonly fail: (recorder: Recorder) => Promise<unknown>;
}

const headersOf =
  (more: Record<string, string>) =>
  (request: HttpRequest): HttpRequest => ({ ...request, headers: { ...request.headers, ...more } });

/** Requests that the fake refuses. */
const requests: [name: string, send: (mock: StsMock) => Promise<unknown>][] = [
  ["a wrong secret key", (mock) => call(mock, GetCallerIdentity, {}, { keys: wrongKeys })],
  ["a session token of nobody", (mock) => call(mock, GetCallerIdentity, {}, { keys: wrongSession })],
  [
    "a wrong signature over other headers",
    (mock) =>
      call(
        mock,
        AssumeRole,
        { ...role, ExternalId: secrets.externalId },
        {
          tamper: headersOf({
            cookie: secrets.cookie,
            "x-api-key": secrets.apiKey,
            "x-amz-security-token": secrets.sessionToken,
          }),
        },
      ),
  ],
  [
    "a body that was changed",
    (mock) =>
      call(
        mock,
        AssumeRole,
        { ...role, ExternalId: secrets.externalId },
        {
          tamper: (request) => ({
            ...request,
            body: `${String(request.body)}&TokenCode=${secrets.tokenCode}\r\n`,
          }),
        },
      ),
  ],
  [
    "an authorization header that is none",
    (mock) =>
      call(
        mock,
        GetCallerIdentity,
        {},
        { tamper: headersOf({ authorization: `Bearer ${secrets.sessionToken}` }) },
      ),
  ],
  [
    "an authorization header with secrets in its fields",
    (mock) =>
      call(
        mock,
        GetCallerIdentity,
        {},
        {
          tamper: headersOf({
            authorization: `AWS4-HMAC-SHA256 Credential=x/${secrets.apiKey}, SignedHeaders=${secrets.cookie}, Signature=${secrets.sessionToken}`,
          }),
        },
      ),
  ],
  [
    "a wrong MFA code",
    (mock) => call(mock, GetSessionToken, { SerialNumber: DEMO_SERIAL, TokenCode: secrets.tokenCode }),
  ],
  [
    "what is no MFA code",
    (mock) => call(mock, GetSessionToken, { SerialNumber: DEMO_SERIAL, TokenCode: secrets.apiKey }),
  ],
  [
    "an external id that is too long",
    (mock) => call(mock, AssumeRole, { ...role, ExternalId: secrets.externalId.repeat(40) }),
  ],
  [
    "an external id with a character that none has",
    (mock) => call(mock, AssumeRole, { ...role, ExternalId: `${secrets.externalId} <&"'>` }),
  ],
  [
    "an external id of another",
    (mock) =>
      call(mock, AssumeRole, {
        ...role,
        RoleArn: "arn:aws:iam::123456789012:role/external",
        ExternalId: secrets.externalId,
      }),
  ],
  [
    "a session policy that is none",
    (mock) => call(mock, AssumeRole, { ...role, Policy: "no policy", ExternalId: secrets.externalId }),
  ],
  [
    "a web identity token of nobody",
    (mock) => call(mock, AssumeRoleWithWebIdentity, { ...role, WebIdentityToken: secrets.webIdentityToken }),
  ],
  [
    "a web identity token that is no token",
    (mock) => call(mock, AssumeRoleWithWebIdentity, { ...role, WebIdentityToken: secrets.apiKey }),
  ],
  [
    "a SAML assertion of nobody",
    (mock) =>
      call(mock, AssumeRoleWithSAML, {
        RoleArn: DEMO_ROLE,
        PrincipalArn: "arn:aws:iam::123456789012:saml-provider/a",
        SAMLAssertion: secrets.samlAssertion,
      }),
  ],
  [
    "a SAML assertion that is no XML",
    (mock) =>
      call(mock, AssumeRoleWithSAML, {
        RoleArn: DEMO_ROLE,
        PrincipalArn: "arn:aws:iam::123456789012:saml-provider/demo",
        SAMLAssertion: btoa(`<a>${secrets.samlAssertion}`),
      }),
  ],
  [
    "a trade-in token of nobody",
    (mock) => call(mock, GetDelegatedAccessToken, { TradeInToken: secrets.tradeInToken }),
  ],
  [
    "a parameter that nobody knows",
    (mock) =>
      call(
        mock,
        GetCallerIdentity,
        {},
        {
          tamper: (request) => ({
            ...request,
            body: `Action=GetCallerIdentity&Version=2011-06-15&${encodeURIComponent(secrets.apiKey)}=${encodeURIComponent(secrets.cookie)}`,
          }),
        },
      ),
  ],
];

const fakeOptions: FakeStsOptions = {
  users: [
    {
      ...demoUser,
      accessKeys: [
        ...(demoUser.accessKeys ?? []),
        { accessKeyId: "AKIAI44QH8DHBEXAMPLE", secretAccessKey: secrets.secretAccessKey },
      ],
      mfaDevices: [
        ...(demoUser.mfaDevices ?? []),
        { serialNumber: `${DEMO_SERIAL}-2`, secret: secrets.mfaSecret },
      ],
    },
  ],
  roles: [
    { name: "demo", trustPolicy: "account" },
    {
      name: "external",
      trustPolicy: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: "arn:aws:iam::123456789012:root" },
            Action: "sts:AssumeRole",
            Condition: { StringEquals: { "sts:ExternalId": "another" } },
          },
        ],
      },
    },
  ],
  samlProviders: [],
  clock,
};

const fakePaths: Path[] = requests.map(([name, send]) => ({
  name,
  fail: async ({ print, show, options }) => {
    const fake = print(createFakeSts({ ...fakeOptions, ...options }));
    const respond = fake.respond.bind(fake);
    const shown = Object.assign(Object.create(fake) as typeof fake, {
      respond: async (request: HttpRequest) => {
        const response = await respond(request);
        show(JSON.stringify(response.headers));
        show(response.body);
        return response;
      },
    });
    return send(shown).finally(() => print(fake.calls()));
  },
}));

const strict = async (more: object): Promise<unknown> => createFakeSts(more);
const user = (more: object) => strict({ users: [{ name: "a", ...more }] });

const misconfigurations: Path[] = (
  [
    [
      "a secret key that is a list",
      () =>
        user({ accessKeys: [{ accessKeyId: "AKIAEXAMPLE", secretAccessKey: [secrets.secretAccessKey] }] }),
    ],
    [
      "a misspelt member beside a secret key",
      () => user({ accessKeys: [{ accessKeyID: "AKIAEXAMPLE", secretAccessKey: secrets.secretAccessKey }] }),
    ],
    ["an MFA secret that is not base32", () => user({ mfaDevices: [{ secret: `${secrets.mfaSecret}-1` }] })],
    ["an MFA secret that is a number", () => user({ mfaDevices: [{ secret: [secrets.mfaSecret] }] })],
    [
      "a session key that is none",
      () => strict({ state: { sessionKey: secrets.sessionKey, usedMfaSteps: {} } }),
    ],
    ["a session key in the place of the state", () => strict({ state: secrets.sessionKey })],
    ["keys in the place of users", () => strict({ users: secrets.secretAccessKey })],
    [
      "a canned response with a misspelt member",
      async () =>
        createStsMock().on(GetSessionToken, {
          Credentials: { SecretKey: secrets.secretAccessKey, SessionToken: secrets.sessionToken },
        } as never),
    ],
    [
      "a canned response of the wrong kind",
      async () => createStsMock().on(GetSessionToken, { Credentials: secrets.secretAccessKey } as never),
    ],
    [
      "a matcher's input with a misspelt member",
      async () => createStsMock().calls(AssumeRole, { ExternalID: secrets.externalId }),
    ],
  ] satisfies [string, () => Promise<unknown>][]
).map(([name, run]) => ({ name, fail: async () => run() }));

const matchers: Path[] = (
  [
    [
      "that an operation was received with other secrets",
      (mock) =>
        stsMatchers.toHaveReceivedOperation(mock, AssumeRole, { ExternalId: `${secrets.externalId}2` }),
    ],
    [
      "that an operation was not received",
      (mock) => stsMatchers.toHaveReceivedOperation(mock, AssumeRole, { ExternalId: secrets.externalId }),
    ],
    [
      "how often an operation was received",
      (mock) => stsMatchers.toHaveReceivedOperationTimes(mock, AssumeRole, 7),
    ],
    [
      "which call an operation was",
      (mock) => stsMatchers.toHaveReceivedNthOperation(mock, 2, AssumeRole, { TokenCode: secrets.tokenCode }),
    ],
  ] satisfies [string, (mock: StsMock) => { message(): string }][]
).map(([name, match]) => ({
  name: `says ${name}`,
  fail: async ({ print, options }) => {
    const mock = print(createStsMock(options));
    await call(
      mock,
      AssumeRole,
      { ...role, ExternalId: secrets.externalId, SerialNumber: DEMO_SERIAL, TokenCode: secrets.tokenCode },
      { keys: wrongSession },
    );
    print(mock.calls());
    return new Error(match(mock).message());
  },
}));

const mockPaths: Path[] = [
  {
    name: "an error of a handler of the test's own",
    fail: async ({ print, options }) => {
      const mock = print(createStsMock(options));
      mock.on(AssumeRole, () => {
        throw serviceError("AccessDenied", 403, "No");
      });
      return call(mock, AssumeRole, { ...role, ExternalId: secrets.externalId }, { keys: wrongSession });
    },
  },
  {
    name: "a server that gets what is no request",
    fail: async ({ print, show, options }) => {
      const server = await startStsServer({ sts: createFakeSts({ ...fakeOptions, ...options }) });
      print(server);
      try {
        for (const headers of [
          { authorization: `Basic ${secrets.apiKey}` },
          { cookie: secrets.cookie, "x-api-key": secrets.apiKey },
        ]) {
          const response = await fetch(
            `${server.url}/?Action=GetSessionToken&TokenCode=${secrets.tokenCode}`,
            { method: "POST", headers, body: `ExternalId=${encodeURIComponent(secrets.externalId)}` },
          );
          show(`${response.statusText} ${JSON.stringify([...response.headers])} ${await response.text()}`);
        }
      } finally {
        await server.close();
      }
      return new Error("refused");
    },
  },
];

const CLI = fileURLToPath(new URL("../dist/adapters/cli.js", import.meta.url));
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sts-mock-secrets-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let files = 0;

/** Runs the command line with a file, until it ends by itself or has served some requests. */
async function runCli(option: string, text: string, serve: boolean): Promise<string> {
  const file = join(folder, `${(files += 1)}.json`);
  await writeFile(file, text);
  const child = spawn(process.execPath, [CLI, "--port", "0", option, file]);
  let output = "";
  let use: Promise<unknown> | undefined;
  const read = (chunk: Buffer): void => {
    output += String(chunk);
    const url = /http:\S+/.exec(output)?.[0];
    if (serve && url !== undefined && output.includes("export"))
      use ??= misuse(url).finally(() => child.kill("SIGTERM"));
  };
  child.stdout.on("data", read);
  child.stderr.on("data", read);
  await new Promise((resolve) => child.once("close", resolve));
  await use;
  return output;
}

async function misuse(url: string): Promise<void> {
  for (const [operation, input] of [
    ["AssumeRole", { ...role, ExternalId: secrets.externalId, TokenCode: secrets.tokenCode }],
    ["GetSessionToken", { SerialNumber: DEMO_SERIAL, TokenCode: secrets.tokenCode }],
  ] as const) {
    const request: HttpRequest = {
      method: "POST",
      hostname: new URL(url).hostname,
      path: "/",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "x-api-key": secrets.apiKey,
        cookie: secrets.cookie,
      },
      body: String(new URLSearchParams({ Action: operation, Version: "2011-06-15", ...input })),
    };
    for (const credentials of [DEMO_KEYS, wrongKeys, wrongSession]) {
      const { headers } = await createSigner().sign(request, {
        credentials,
        region: "us-east-1",
        service: "sts",
      });
      const { host: _host, ...sent } = headers;
      await fetch(url, { method: "POST", headers: sent, body: String(request.body) }).then((response) =>
        response.text(),
      );
    }
  }
}

const oneUser = (accessKey: object, more: object = {}) =>
  JSON.stringify({ users: [{ name: "a", accessKeys: [accessKey], ...more }] });
const commandLine: Path[] = (
  [
    [
      "a configuration that is no JSON",
      "--config",
      `{"users": [{"secretAccessKey": "${secrets.secretAccessKey}" ${secrets.apiKey}`,
      false,
    ],
    [
      "a state that is no JSON",
      "--state",
      `{"state": {"sessionKey": "${secrets.sessionKey}" ${secrets.apiKey}`,
      false,
    ],
    [
      "a secret key of the wrong kind",
      "--config",
      oneUser({ accessKeyId: "AKIAEXAMPLE", secretAccessKey: [secrets.secretAccessKey] }),
      false,
    ],
    [
      "an MFA secret that is not base32",
      "--config",
      oneUser(
        { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "x" },
        { mfaDevices: [{ secret: `${secrets.mfaSecret}!` }] },
      ),
      false,
    ],
    [
      "a session key that is none",
      "--state",
      JSON.stringify({ state: { sessionKey: secrets.sessionKey, usedMfaSteps: {} } }),
      false,
    ],
    [
      "requests that it refuses",
      "--config",
      JSON.stringify({ users: [demoUser], roles: [{ name: "demo", trustPolicy: "account" }] }),
      true,
    ],
  ] satisfies [string, string, string, boolean][]
).map(([name, option, text, serve]) => ({
  name,
  fail: async ({ show }) => {
    const output = await runCli(option, text, serve);
    show(output);
    return output === "" ? undefined : new Error("it said why");
  },
}));

/** Fails in a way, and keeps everything that anybody could see of it. */
async function failureOf({ fail }: Path): Promise<Failure> {
  const printed: unknown[] = [];
  const logged: unknown[] = [];
  const shown: string[] = [];
  const recorder: Recorder = {
    print: (value) => (printed.push(value), value),
    show: (text) => void shown.push(text),
    options: { clock, log: (entry) => void logged.push(entry) },
  };
  const error: unknown = await fail(recorder).catch((caught: unknown) => caught);
  return { error, printed, logged, published: [], written: shown.join("\n") };
}

const families: [name: string, paths: readonly Path[]][] = [
  ["the fake, refusing", fakePaths],
  ["options that cannot be used:", misconfigurations],
  ["a matcher that", matchers],
  ["the mock, with", mockPaths],
  ["the command line, with", commandLine],
];

describe.each(families)("no secret is shown by %s", (_family, paths) => {
  describe.each(paths.map((path) => [path.name, path] as const))("%s:", (_name, path) => {
    let failure: Promise<Failure> | undefined;

    test("the call on this path fails", async () => {
      expect((await (failure ??= failureOf(path))).error).toBeInstanceOf(Error);
    });

    test.for(forms)("no secret is shown in the form %s", async ([, show]) => {
      expect(leaksIn(show(await (failure ??= failureOf(path))), written)).toEqual([]);
    });
  });
});
