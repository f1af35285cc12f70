import { subscribe, tracingChannel, unsubscribe } from "node:diagnostics_channel";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import {
  AssumeRoleCommand,
  AssumeRoleWithSAMLCommand,
  AssumeRoleWithWebIdentityCommand,
  type LogMode,
  STSClient,
  type STSClientConfig,
} from "@org/sts-client";
import {
  type CredentialsProvider,
  fromAssumeRole,
  fromEnv,
  fromGitHubActions,
  fromHttp,
  fromInstanceMetadata,
  fromMfaSession,
  fromSaml,
  fromScoped,
  fromWebToken,
  type SessionStore,
  sharedSession,
  totp,
} from "@org/sts-client/credentials";
import { dynamoDbStore } from "@org/sts-client/credentials/dynamodb";
import { ioredisStore } from "@org/sts-client/credentials/ioredis";
import {
  diskCache,
  fromContainerMetadata,
  fromIni,
  fromLoginCredentials,
  fromProcess,
  fromSSO,
  fromTokenFile,
} from "@org/sts-client/credentials/node";
import { createNodeHandler } from "@org/sts-client/node";
import { tracing } from "@org/sts-client/opentelemetry";
import { redeemCallerIdentity } from "@org/sts-client/redeem";
import { createSigner, presignRequest, signRequest, verify } from "@org/sts-signer";
import { checkCallerIdentity, signCallerIdentity } from "@org/sts-signer/caller-identity";
import { checkEksToken, createEksToken } from "@org/sts-signer/eks";
import type { TracerProvider } from "@opentelemetry/api";
import { afterAll, describe, expect, test, vi } from "vitest";

import { type Failure, forms, leaksIn, writings } from "../support/marked-secrets.ts";
import { createLoginKey, loginPath, ssoPath, writeJson } from "../support/sign-in-services.ts";
import { createWorld, roleArn, userKeys } from "../support/sts-world.ts";

// Every secret that goes in, written so that each encoding of it differs from the others. No two share a part.
const secrets = {
  secretAccessKey: "mkdKey+Zq81/wJalrX=UtnFEMI/K7MDENG+bPxRfiCY",
  sessionToken: 'mkdTok+IQoJb3/JpZ2luX2=Vj<EBY>&"aCXVzLX\\dlc3Qt/MiJI=',
  externalId: "mkdExt=customer+4711/partner:7f3a@blue",
  tokenCode: "824193",
  webIdentityToken: "mkdWebeyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtYXJrZWQifQ.c2lnbmF0dXJl/mkd+9",
  samlAssertion: "mkdSamlPHNhbWxwOlJlc3BvbnNlIElEPSJtYXJrZWQi+Pz48L3NhbWxwOlJlc3BvbnNlPg==",
  bearer: "mkdBear+er/9c0d=Kx7&Yq<2>Lw",
  metadataToken: "mkdImds+AQAEAOVqX/4sJ9=t0kWv",
  password: "mkdPass+w0rd/9=f%z&Qm",
  refreshToken: "mkdRefr+esh/Aor1=jb3Jw&LnJlZnJl<c2g>",
  clientSecret: "mkdClnt+Sec/eyJraWQi=OiJrZXktMTU2N",
  processOutput: "mkdProc+Out/zkP3=qWx8vLm5",
  otpSecret: "MKDOTPJBSWY3DPEHPK3PXPJBSWY3DP",
} as const;
type SecretName = keyof typeof secrets;

const callerKeys = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: secrets.secretAccessKey,
  sessionToken: secrets.sessionToken,
};
const role = { RoleArn: "arn:aws:iam::123456789012:role/demo", RoleSessionName: "test" };
const serialNumber = "arn:aws:iam::123456789012:mfa/demo";
const PrincipalArn = "arn:aws:iam::123456789012:saml-provider/demo";
const NOW = Date.parse("2026-11-29T12:00:00Z");
const now = () => NOW;
const sleep = async () => undefined;
const MODES: readonly LogMode[] = ["signing", "retries", "requestWithBody", "responseWithBody"];

const home = await mkdtemp(join(tmpdir(), "sts-secrets-"));
afterAll(() => rm(home, { recursive: true, force: true }));

/** What a path has to hand beside the secrets. */
interface Recorder {
  /** Takes what somebody may print. Returns it. */
  readonly print: <T>(value: T) => T;
  /** Takes what a listener is told. */
  readonly publish: (value: unknown) => void;
  /** A logger that keeps what it is given. */
  readonly logger: NonNullable<STSClientConfig["logger"]>;
  /** Configuration of a client that logs everything. */
  readonly config: STSClientConfig;
}

/** A way to fail. Rejects, or returns the reason. */
interface Path {
  readonly name: string;
  /** Whether a service is asked before it fails. */
  readonly asks?: boolean;
  readonly fail: (recorder: Recorder) => Promise<unknown>;
}

// ---- what others do with what they were sent -------------------------------------------------------------------------

const words = (names: readonly SecretName[]): string =>
  writings(Object.fromEntries(names.map((name) => [name, secrets[name]])))
    .map(([, text]) => text)
    .join(" , ");

// What a header can hold.
const headerWords = (names: readonly SecretName[]): string => words(names).replaceAll(/[^\t\x20-\x7e]/g, "");

const responding =
  (status: number, body: string, headers: Record<string, string> = {}): typeof fetch =>
  async () =>
    new Response(body, { status, headers });

const escapeXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const faultXml = (code: string, message: string, id = "r-1"): string =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${escapeXml(id)}</RequestId></ErrorResponse>`;

/** Services that quote what they were sent, in every place that a client reads. */
function echoes(names: readonly SecretName[]): [name: string, send: typeof fetch][] {
  const said = words(names);
  const xml = { "content-type": "text/xml" };
  const [first = "bearer"] = names;
  // Codes that look like codes: letters and digits of a secret.
  const word = secrets[first].replaceAll(/[^\w]/g, "").slice(0, 60);
  return [
    ["a message", responding(400, faultXml("ValidationError", said), xml)],
    ["a code", responding(400, faultXml(`Bad ${said}`, "No"), xml)],
    ["a request id", responding(400, faultXml("AccessDenied", "No", said), xml)],
    [
      "a type and elements nobody knows",
      responding(
        400,
        `<ErrorResponse><Error><Type>${escapeXml(said)}</Type><Code>A</Code><Detail>${escapeXml(said)}</Detail><Message>No</Message></Error></ErrorResponse>`,
        xml,
      ),
    ],
    [
      "headers with ids",
      responding(403, faultXml("AccessDenied", "No"), {
        ...xml,
        "x-amzn-requestid": headerWords(names),
        "x-amz-id-2": headerWords(names),
        "x-amz-cf-id": headerWords(names),
      }),
    ],
    ["a content type", responding(500, "no", { "content-type": `text/plain; ${headerWords(names)}` })],
    [
      "an error type",
      responding(400, "{}", { "content-type": "application/json", "x-amzn-errortype": headerWords(names) }),
    ],
    [
      "a page",
      responding(502, `<html><body><h1>Bad gateway</h1>${escapeXml(said)}</body></html>`, {
        "content-type": "text/html",
      }),
    ],
    ["plain text", responding(400, said, { "content-type": "text/plain" })],
    [
      "plain text in its first words",
      responding(500, `${secrets[first]} is what you sent`, { "content-type": "text/plain" }),
    ],
    [
      "JSON",
      responding(
        400,
        JSON.stringify({
          message: said,
          Message: said,
          code: said,
          Code: said,
          error: said,
          error_description: said,
          __type: said,
        }),
        { "content-type": "application/json" },
      ),
    ],
    [
      "JSON as a word",
      responding(
        400,
        JSON.stringify({
          message: word,
          code: secrets[first],
          Code: secrets[first],
          error: secrets[first],
          __type: secrets[first],
        }),
        { "content-type": "application/json" },
      ),
    ],
    [
      "JSON of a success",
      responding(200, JSON.stringify({ message: said, code: said, Code: secrets[first], error: said }), {
        "content-type": "application/json",
      }),
    ],
    [
      "JSON that breaks off",
      responding(200, `{"Message":${JSON.stringify(said)}`, { "content-type": "application/json" }),
    ],
    ["XML that breaks off", responding(200, `<a><b>${escapeXml(said)}`, xml)],
    [
      "a redirect",
      responding(302, "", { location: `https://example.com/?${encodeURIComponent(secrets[first])}` }),
    ],
  ];
}

/** What HTTP libraries throw: the request hangs on the error in some way. */
function throwers(names: readonly SecretName[]): [name: string, send: typeof fetch][] {
  const said = words(names);
  return [
    [
      "the request in its message",
      async (url, init) =>
        Promise.reject(
          new Error(`bad ${String(url)} ${JSON.stringify(init?.headers)} ${String(init?.body)}`),
        ),
    ],
    [
      "the secrets in its message, in every writing",
      async () => Promise.reject(new TypeError(`bad value ${said}`)),
    ],
    [
      "the request in a member",
      async (_url, init) =>
        Promise.reject(
          Object.assign(new Error("failed"), { config: { headers: init?.headers, data: init?.body } }),
        ),
    ],
    [
      "the request in a hidden member",
      async (_url, init) =>
        Promise.reject(Object.defineProperty(new Error("failed"), "request", { value: { init } })),
    ],
    [
      "a Headers object",
      async (_url, init) =>
        Promise.reject(
          Object.assign(new Error("failed"), {
            headers: new Headers(init?.headers),
            body: String(init?.body),
          }),
        ),
    ],
    ["the secrets in its cause", async () => Promise.reject(new Error("failed", { cause: new Error(said) }))],
    [
      "the secrets in its name and code",
      async () =>
        Promise.reject(
          Object.assign(new Error("failed"), {
            name: said,
            code: said,
            syscall: said,
            address: said,
            hostname: said,
          }),
        ),
    ],
    [
      "the secrets in one of several errors",
      async () => Promise.reject(new AggregateError([new Error(said)], "failed")),
    ],
    ["the secrets, and no error", async () => Promise.reject(said)], // eslint-disable-line prefer-promise-reject-errors
  ];
}

/** Responses that end in the middle, with an error that quotes. */
const breakingOff =
  (names: readonly SecretName[]): typeof fetch =>
  async () =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode("<a>"));
          controller.error(new Error(`broke off: ${words(names)}`));
        },
      }),
    );

let requests = 0;

/** Everything that a service or a library can do to a request. */
const mishaps = (names: readonly SecretName[]): [name: string, send: typeof fetch][] => {
  const counted =
    (send: typeof fetch): typeof fetch =>
    (...parameters) => {
      requests += 1;
      return send(...parameters);
    };
  return [
    ...echoes(names).map(([what, send]): [string, typeof fetch] => [`echoed in ${what}`, counted(send)]),
    ...throwers(names).map(([what, send]): [string, typeof fetch] => [
      `when fetch throws ${what}`,
      counted(send),
    ]),
    ["when the response breaks off", counted(breakingOff(names))],
  ];
};

// ---- ways to fail ----------------------------------------------------------------------------------------------------

const calls: [name: string, secrets: SecretName[], command: () => AssumeRoleCommand][] = [
  [
    "AssumeRole",
    ["sessionToken", "externalId", "tokenCode"],
    () =>
      new AssumeRoleCommand({
        ...role,
        ExternalId: secrets.externalId,
        SerialNumber: serialNumber,
        TokenCode: secrets.tokenCode,
      }),
  ],
  [
    "AssumeRoleWithWebIdentity",
    ["webIdentityToken"],
    () =>
      new AssumeRoleWithWebIdentityCommand({
        ...role,
        WebIdentityToken: secrets.webIdentityToken,
      }) as unknown as AssumeRoleCommand,
  ],
  [
    "AssumeRoleWithSAML",
    ["samlAssertion"],
    () =>
      new AssumeRoleWithSAMLCommand({
        RoleArn: role.RoleArn,
        PrincipalArn,
        SAMLAssertion: secrets.samlAssertion,
      }) as unknown as AssumeRoleCommand,
  ],
];

const clientPaths: Path[] = calls.flatMap(([operation, names, command]) =>
  mishaps(names).map(([what, send]) => ({
    name: `${operation}, ${what}`,
    asks: true,
    fail: async ({ print, publish, config }) => {
      const spans = { getTracer: () => ({ startSpan: () => span(publish) }) } as unknown as TracerProvider;
      const client = print(new STSClient({ ...config, fetch: send }));
      client.middlewareStack.use(tracing({ tracerProvider: spans }));
      return client.send(print(command()));
    },
  })),
);

function span(publish: (value: unknown) => void): object {
  return new Proxy(
    {},
    {
      get: (_target, name) =>
        name === "spanContext" ? () => ({}) : (...parameters: unknown[]) => publish([name, ...parameters]),
    },
  );
}

const send = (config: STSClientConfig, more: STSClientConfig, { print }: Recorder): Promise<unknown> =>
  print(new STSClient({ ...config, ...more })).send(
    print(new AssumeRoleCommand({ ...role, ExternalId: secrets.externalId })),
  );
const oddKeys = (member: string, value: string): STSClientConfig => ({
  credentials: { ...callerKeys, [member]: value },
  fetch: responding(200, ""),
});

const configurationPaths: Path[] = (
  [
    ["a line break in the session token", oddKeys("sessionToken", `${secrets.sessionToken}\nx`)],
    [
      "a character in the session token that no header can hold",
      oddKeys("sessionToken", `${secrets.sessionToken}€`),
    ],
    ["no access key id", oddKeys("accessKeyId", "")],
    ["no secret access key", oddKeys("secretAccessKey", "")],
    ["an access key id that is a secret", oddKeys("accessKeyId", "\u0000 ")],
    ["an endpoint with a password", { endpoint: `https://user:${secrets.password}@example.com` }],
    ["an endpoint that is a password and a host", { endpoint: `user:${secrets.password}@example.com` }],
    [
      "a password in an endpoint that is no URL",
      { endpoint: `https://user:${secrets.password}@exa mple.com` },
    ],
    [
      "a password in a proxy that nothing listens on",
      {
        requestHandler: createNodeHandler({
          proxy: `http://user:${encodeURIComponent(secrets.password)}@127.0.0.1:1`,
        }),
      },
    ],
    [
      "a password in a proxy that is no URL",
      { requestHandler: createNodeHandler({ proxy: `http://user:${secrets.password}@a b` }) },
    ],
    [
      "a password in a proxy that speaks SOCKS",
      {
        requestHandler: createNodeHandler({
          proxy: `socks5://user:${encodeURIComponent(secrets.password)}@127.0.0.1:1`,
        }),
      },
    ],
    [
      "a credentials provider that gives no credentials",
      { credentials: async () => ({ secretAccessKey: secrets.secretAccessKey }) as never },
    ],
    ["no time left", { totalTimeout: 1, fetch: () => new Promise(() => {}), sleep: undefined }],
  ] satisfies [string, STSClientConfig][]
).map(([name, more]) => ({
  name: `a client with ${name}`,
  fail: (recorder) => send(recorder.config, more, recorder),
}));

const inputPaths: Path[] = (
  [
    ["an external id", { ExternalId: `${secrets.externalId} \u0001` }],
    ["an MFA code", { SerialNumber: serialNumber, TokenCode: `${secrets.tokenCode}${secrets.bearer}` }],
    [
      "a context assertion",
      { ProvidedContexts: [{ ProviderArn: "x", ContextAssertion: `${secrets.samlAssertion}\u0001` }] },
    ],
    ["a secret in the place of a list", { Tags: secrets.bearer as never }],
  ] satisfies [string, object][]
).map(([name, more]) => ({
  name: `an input with ${name} that is invalid`,
  fail: async ({ print, config }) =>
    print(new STSClient({ ...config, fetch: responding(400, faultXml("A", "No")) })).send(
      print(new AssumeRoleCommand({ ...role, ...more })),
    ),
}));

type Create = (send: typeof fetch, recorder: Recorder) => CredentialsProvider | Promise<CredentialsProvider>;
const clientConfigOf = ({ config }: Recorder, fetch: typeof globalThis.fetch) =>
  ({ ...config, credentials: undefined, fetch }) as object;

const loginKey = createLoginKey();
const login = "arn:aws:iam::123456789012:user/alice";
const isoDate = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

async function signInHome(name: string): Promise<string> {
  const folder = join(home, name.replaceAll(/\W/g, "-"));
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, "config"),
    `[profile sso]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Developer\n[sso-session corp]\nsso_start_url = https://example.com/start\nsso_region = eu-west-1\n[profile login]\nlogin_session = ${login}\nregion = eu-west-1\n`,
  );
  return folder;
}
let folders = 0;

async function ssoProvider(send: typeof fetch, expiresAt: number): Promise<CredentialsProvider> {
  const folder = await signInHome(`sso ${(folders += 1)}`);
  await writeJson(ssoPath(folder, "corp"), {
    accessToken: secrets.bearer,
    expiresAt: isoDate(expiresAt),
    clientId: "client",
    clientSecret: secrets.clientSecret,
    registrationExpiresAt: isoDate(NOW + 86_400_000),
    refreshToken: secrets.refreshToken,
  });
  return fromSSO({
    profile: "sso",
    configFilepath: join(folder, "config"),
    filepath: join(folder, "none"),
    env: { HOME: folder },
    clientConfig: { fetch: send, sleep },
    now,
  });
}

async function loginProvider(send: typeof fetch): Promise<CredentialsProvider> {
  const folder = await signInHome(`login ${(folders += 1)}`);
  await writeJson(loginPath(join(folder, ".aws", "login", "cache"), login), {
    accessToken: {
      accessKeyId: "ASIAIOSFODNN7EXAMPLE",
      secretAccessKey: secrets.secretAccessKey,
      sessionToken: secrets.sessionToken,
      accountId: "123456789012",
      expiresAt: isoDate(NOW - 1000),
    },
    tokenType: "aws_sigv4",
    clientId: "arn:aws:signin:::devtools/same-device",
    refreshToken: secrets.refreshToken,
    idToken: secrets.webIdentityToken,
    dpopKey: loginKey.sec1,
  });
  return fromLoginCredentials({
    profile: "login",
    configFilepath: join(folder, "config"),
    filepath: join(folder, "none"),
    env: { HOME: folder },
    clientConfig: { fetch: send, sleep },
    now,
  });
}

const sessionProviders: [name: string, secrets: SecretName[], create: Create][] = [
  [
    "a role",
    ["sessionToken", "externalId", "tokenCode"],
    (fetch, recorder) =>
      fromAssumeRole({
        clientConfig: clientConfigOf(recorder, fetch),
        now,
        source: callerKeys,
        params: { RoleArn: role.RoleArn, ExternalId: secrets.externalId, SerialNumber: serialNumber },
        mfaCodeProvider: async () => secrets.tokenCode,
      }),
  ],
  [
    "an MFA session",
    ["tokenCode"],
    (fetch, recorder) =>
      fromMfaSession({
        clientConfig: clientConfigOf(recorder, fetch),
        now,
        source: { ...callerKeys, sessionToken: undefined } as never,
        serialNumber,
        mfaCodeProvider: async () => secrets.tokenCode,
      }),
  ],
  [
    "a scoped session",
    ["sessionToken"],
    (fetch, recorder) =>
      fromScoped({
        clientConfig: clientConfigOf(recorder, fetch),
        now,
        source: callerKeys,
        params: { DurationSeconds: 900 },
      }),
  ],
  [
    "a web identity",
    ["webIdentityToken"],
    (fetch, recorder) =>
      fromWebToken({
        clientConfig: clientConfigOf(recorder, fetch),
        now,
        roleArn: role.RoleArn,
        webIdentityToken: secrets.webIdentityToken,
      }),
  ],
  [
    "SAML",
    ["samlAssertion"],
    (fetch, recorder) =>
      fromSaml({
        clientConfig: clientConfigOf(recorder, fetch),
        now,
        samlAssertion: secrets.samlAssertion,
        params: { RoleArn: role.RoleArn, PrincipalArn },
      }),
  ],
];

const askingProviders: [name: string, secrets: SecretName[], create: Create][] = [
  [
    "a container",
    ["bearer"],
    (fetch) =>
      fromHttp({ credentialsFullUri: "http://127.0.0.1/", authorizationToken: secrets.bearer, fetch, sleep }),
  ],
  [
    "a container of the environment",
    ["bearer"],
    (fetch) =>
      fromContainerMetadata({
        env: {
          AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1/",
          AWS_CONTAINER_AUTHORIZATION_TOKEN: secrets.bearer,
        },
        fetch,
        sleep,
      }),
  ],
  [
    "an instance",
    ["metadataToken"],
    (fetch) =>
      fromInstanceMetadata({
        env: {},
        sleep,
        now,
        fetch: async (url, init) =>
          init?.method === "PUT" ? new Response(secrets.metadataToken) : fetch(url, init),
      }),
  ],
  [
    "an instance whose role is known",
    ["metadataToken"],
    (fetch) =>
      fromInstanceMetadata({
        env: {},
        sleep,
        now,
        fetch: async (url, init) =>
          init?.method === "PUT"
            ? new Response(secrets.metadataToken)
            : String(url).endsWith("security-credentials/")
              ? new Response("demo")
              : fetch(url, init),
      }),
  ],
  [
    "GitHub Actions",
    ["bearer"],
    (fetch) =>
      fromGitHubActions({
        roleArn: role.RoleArn,
        env: {
          ACTIONS_ID_TOKEN_REQUEST_URL: "https://example.com/?a=b",
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: secrets.bearer,
        },
        fetch,
        sleep,
      }),
  ],
  ["IAM Identity Center", ["bearer"], (fetch) => ssoProvider(fetch, NOW + 3_600_000)],
  [
    "IAM Identity Center when the sign-in is renewed",
    ["refreshToken", "clientSecret"],
    (fetch) => ssoProvider(fetch, NOW - 1000),
  ],
  ["aws login when the sign-in is renewed", ["refreshToken"], (fetch) => loginProvider(fetch)],
];

// Sessions are asked for with a client, which has met every mishap above.
const few = (names: readonly SecretName[]): [name: string, send: typeof fetch][] =>
  mishaps(names).filter(([what]) => /in a message$|in JSON$|throws the secrets in its message/.test(what));

const requestPaths: Path[] = [
  ...sessionProviders.map((row) => ({ row, choose: few })),
  ...askingProviders.map((row) => ({ row, choose: mishaps })),
].flatMap(({ row: [source, names, create], choose }) =>
  choose(names).map(([what, send]) => ({
    name: `credentials of ${source}, ${what}`,
    asks: true,
    fail: async (recorder: Recorder) => recorder.print(await create(send, recorder))(),
  })),
);

async function profile(text: string): Promise<object> {
  const path = join(home, `profile-${(folders += 1)}`);
  await writeFile(path, text);
  return { configFilepath: path, filepath: join(home, "none"), env: {}, stderr: "ignore", now };
}
async function file(text: string): Promise<string> {
  const path = join(home, `file-${(folders += 1)}`);
  await writeFile(path, text);
  return path;
}
const printing = async (output: string, status = 0): Promise<object> =>
  profile(
    `[default]\ncredential_process = printf '%s' '${output}'; printf '%s' '${output}' >&2; exit ${status}\n`,
  );
const profileKeys = `aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = ${secrets.secretAccessKey}\naws_session_token = ${secrets.sessionToken}\n`;
const { processOutput } = secrets;
const refused = responding(403, faultXml("AccessDenied", "No"));

const localPaths: Path[] = (
  [
    [
      "variables without a key id",
      () =>
        fromEnv({
          env: { AWS_SECRET_ACCESS_KEY: secrets.secretAccessKey, AWS_SESSION_TOKEN: secrets.sessionToken },
        }),
    ],
    [
      "variables with a secret in the place of a date",
      () =>
        fromEnv({
          env: {
            AWS_ACCESS_KEY_ID: "a",
            AWS_SECRET_ACCESS_KEY: secrets.secretAccessKey,
            AWS_CREDENTIAL_EXPIRATION: secrets.sessionToken,
          },
        }),
    ],
    ["a process that prints no JSON", async () => fromProcess(await printing(processOutput))],
    [
      "a process that prints JSON with a part missing",
      async () =>
        fromProcess(
          await printing(JSON.stringify({ Version: 1, SecretAccessKey: processOutput, Code: processOutput })),
        ),
    ],
    [
      "a process that prints another version",
      async () =>
        fromProcess(
          await printing(JSON.stringify({ Version: processOutput, SecretAccessKey: processOutput })),
        ),
    ],
    [
      "a process that prints no date",
      async () =>
        fromProcess(
          await printing(
            JSON.stringify({
              Version: 1,
              AccessKeyId: "a",
              SecretAccessKey: processOutput,
              Expiration: processOutput,
            }),
          ),
        ),
    ],
    ["a process that fails", async () => fromProcess(await printing(processOutput, 3))],
    [
      "a process that hangs",
      async () =>
        fromProcess({
          ...(await profile(
            `[default]\ncredential_process = echo ${secrets.password.slice(0, 12)}; sleep 9\n`,
          )),
          timeoutMs: 50,
        }),
    ],
    [
      "a process in a profile that has none",
      async () => fromProcess(await profile(`[default]\n${profileKeys}`)),
    ],
    [
      "a profile that is malformed",
      async () =>
        fromIni(await profile(`[default]\n${profileKeys}${secrets.otpSecret} without an equals sign\n`)),
    ],
    [
      "a profile with a section that is not closed",
      async () => fromIni(await profile(`[default ${secrets.bearer}\n${profileKeys}`)),
    ],
    [
      "a profile that leads to itself",
      async () =>
        fromIni(
          await profile(
            `[default]\naws_secret_access_key = ${secrets.secretAccessKey}\nrole_arn = x\nsource_profile = default\n`,
          ),
        ),
    ],
    [
      "a profile whose role is refused",
      async () =>
        fromIni({
          ...(await profile(
            `[default]\nexternal_id = ${secrets.externalId}\nrole_arn = ${role.RoleArn}\nsource_profile = keys\n[profile keys]\n${profileKeys}`,
          )),
          clientConfig: {
            region: "eu-west-1",
            fetch: responding(403, faultXml("AccessDenied", words(["sessionToken", "externalId"]))),
          },
        }),
    ],
    [
      "a profile with half a key",
      async () => fromIni(await profile(`[default]\naws_secret_access_key = ${secrets.secretAccessKey}\n`)),
    ],
    [
      "a token file with a line break in the token",
      async () =>
        fromTokenFile({
          webIdentityTokenFile: await file(`${secrets.webIdentityToken}\n\n${secrets.bearer}`),
          roleArn: role.RoleArn,
          clientConfig: { region: "eu-west-1", fetch: refused },
        }),
    ],
    [
      "a token file that is empty",
      async () => fromTokenFile({ webIdentityTokenFile: await file(""), roleArn: role.RoleArn }),
    ],
    [
      "a container with a password in its address",
      () =>
        fromHttp({
          credentialsFullUri: `http://user:${encodeURIComponent(secrets.password)}@127.0.0.1/`,
          fetch: refused,
        }),
    ],
    [
      "a container at a forbidden host, with a token",
      () =>
        fromHttp({
          credentialsFullUri: `http://user:${encodeURIComponent(secrets.password)}@example.com/`,
          authorizationToken: secrets.bearer,
          fetch: refused,
        }),
    ],
    [
      "a container whose token has a line break",
      () =>
        fromHttp({
          credentialsFullUri: "http://127.0.0.1/",
          authorizationToken: `${secrets.bearer}\n`,
          fetch: refused,
        }),
    ],
    [
      "a container whose token file has a line break",
      async () =>
        fromContainerMetadata({
          env: {
            AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1/",
            AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: await file(`${secrets.bearer}\r\nx: y`),
          },
          fetch: refused,
        }),
    ],
    [
      "an instance with a password in its address",
      () =>
        fromInstanceMetadata({
          endpoint: `http://user:${encodeURIComponent(secrets.password)}@127.0.0.1/`,
          env: {},
          fetch: refused,
          sleep,
        }),
    ],
    [
      "GitHub with a password in its address",
      () =>
        fromGitHubActions({
          roleArn: role.RoleArn,
          env: {
            ACTIONS_ID_TOKEN_REQUEST_URL: `https://user:${encodeURIComponent(secrets.password)}@example.com/`,
            ACTIONS_ID_TOKEN_REQUEST_TOKEN: secrets.bearer,
          },
          fetch: refused,
          sleep,
        }),
    ],
    [
      "GitHub with a character that no header can hold",
      () =>
        fromGitHubActions({
          roleArn: role.RoleArn,
          env: {
            ACTIONS_ID_TOKEN_REQUEST_URL: "https://example.com/",
            ACTIONS_ID_TOKEN_REQUEST_TOKEN: `${secrets.bearer}€`,
          },
          fetch: refused,
          sleep,
        }),
    ],
    [
      "an MFA code that is none",
      () =>
        fromMfaSession({
          source: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: secrets.secretAccessKey },
          serialNumber,
          mfaCodeProvider: async () => secrets.bearer,
          clientConfig: { region: "eu-west-1", fetch: refused },
        }),
    ],
    [
      "an MFA session over temporary keys",
      () =>
        fromMfaSession({
          source: callerKeys,
          serialNumber,
          mfaCodeProvider: async () => secrets.tokenCode,
          clientConfig: { region: "eu-west-1", fetch: refused },
        }),
    ],
    [
      "a one-time password whose secret is not base32",
      () =>
        fromMfaSession({
          source: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: secrets.secretAccessKey },
          serialNumber,
          mfaCodeProvider: totp({ secret: `${secrets.otpSecret}!0189` }),
          clientConfig: { region: "eu-west-1", fetch: refused },
        }),
    ],
    [
      "a sign-in file that is no JSON",
      async () => {
        const folder = await signInHome(`sso ${(folders += 1)}`);
        await writeJson(ssoPath(folder, "corp"), `{"accessToken":"${secrets.bearer}`);
        return fromSSO({
          profile: "sso",
          configFilepath: join(folder, "config"),
          env: { HOME: folder },
          now,
        });
      },
    ],
    [
      "a sign-in file with a part missing",
      async () => {
        const folder = await signInHome(`sso ${(folders += 1)}`);
        await writeJson(ssoPath(folder, "corp"), {
          refreshToken: secrets.refreshToken,
          expiresAt: secrets.bearer,
          accessToken: secrets.bearer,
        });
        return fromSSO({
          profile: "sso",
          configFilepath: join(folder, "config"),
          env: { HOME: folder },
          now,
        });
      },
    ],
    [
      "a login whose key is no key",
      async () => {
        const folder = await signInHome(`login ${(folders += 1)}`);
        await writeJson(loginPath(join(folder, ".aws", "login", "cache"), login), {
          accessToken: {
            accessKeyId: "a",
            secretAccessKey: secrets.secretAccessKey,
            sessionToken: secrets.sessionToken,
            expiresAt: isoDate(NOW - 1000),
          },
          clientId: "client",
          refreshToken: secrets.refreshToken,
          dpopKey: `-----BEGIN EC PRIVATE KEY-----\n${secrets.clientSecret}\n-----END EC PRIVATE KEY-----`,
        });
        return fromLoginCredentials({
          profile: "login",
          configFilepath: join(folder, "config"),
          env: { HOME: folder },
          clientConfig: { fetch: refused, sleep },
          now,
        });
      },
    ],
  ] satisfies [string, () => CredentialsProvider | Promise<CredentialsProvider>][]
).map(([name, create]) => ({
  name: `credentials of ${name}`,
  fail: async ({ print }) => print(await create())(),
}));

// The strict fake of the service explains what is wrong with a request.
const world = await createWorld();
const strict = { clientConfig: world.clientConfig, now: world.now };
const wrongKey = { accessKeyId: userKeys.accessKeyId, secretAccessKey: secrets.secretAccessKey };
const fakePaths: Path[] = (
  [
    [
      "a role with a wrong secret key",
      () => fromAssumeRole({ ...strict, source: wrongKey, params: { RoleArn: roleArn("one") } }),
    ],
    [
      "a role with a wrong session token",
      () =>
        fromAssumeRole({
          ...strict,
          source: { ...wrongKey, sessionToken: secrets.sessionToken },
          params: { RoleArn: roleArn("one"), ExternalId: secrets.externalId },
        }),
    ],
    [
      "a role with a wrong MFA code",
      () =>
        fromAssumeRole({
          ...strict,
          source: userKeys,
          params: { RoleArn: roleArn("one"), SerialNumber: serialNumber },
          mfaCodeProvider: async () => secrets.tokenCode,
        }),
    ],
    [
      "a role with what is no MFA code",
      () =>
        fromAssumeRole({
          ...strict,
          source: userKeys,
          params: { RoleArn: roleArn("one"), SerialNumber: serialNumber },
          mfaCodeProvider: async () => secrets.bearer,
        }),
    ],
    [
      "an MFA session with a wrong code",
      () =>
        fromMfaSession({
          ...strict,
          source: userKeys,
          serialNumber,
          mfaCodeProvider: async () => secrets.tokenCode,
        }),
    ],
    [
      "a web identity with a token of nobody",
      () => fromWebToken({ ...strict, roleArn: roleArn("web"), webIdentityToken: secrets.webIdentityToken }),
    ],
    [
      "SAML with an assertion of nobody",
      () =>
        fromSaml({
          ...strict,
          samlAssertion: secrets.samlAssertion,
          params: { RoleArn: roleArn("one"), PrincipalArn },
        }),
    ],
    [
      "a token file with a token of nobody",
      async () =>
        fromTokenFile({
          ...strict,
          webIdentityTokenFile: await file(secrets.webIdentityToken),
          roleArn: roleArn("web"),
        }),
    ],
    [
      "a profile with a wrong secret key",
      async () =>
        fromIni({
          ...(await profile(
            `[default]\nrole_arn = ${roleArn("one")}\nsource_profile = keys\n[profile keys]\naws_access_key_id = ${userKeys.accessKeyId}\naws_secret_access_key = ${secrets.secretAccessKey}\n`,
          )),
          ...strict,
        }),
    ],
  ] satisfies [string, () => CredentialsProvider | Promise<CredentialsProvider>][]
).map(([name, create]) => ({
  name: `credentials of ${name}`,
  fail: async ({ print }) => print(await create())(),
}));

// ---- stores ----------------------------------------------------------------------------------------------------------

const session = { ...callerKeys, expiration: new Date(NOW + 3_600_000) };

/** A provider that a store fails under: the store's trouble is told to the logger and to listeners, and the call succeeds. */
const storePaths: Path[] = (
  [
    [
      "Redis that quotes the command in clear",
      () =>
        ioredisStore({
          eval: async (...parameters: unknown[]) =>
            Promise.reject(
              Object.assign(new Error(`ERR ${parameters.slice(2).join(" ")}`), {
                command: { name: "eval", args: parameters },
              }),
            ),
        }),
    ],
    [
      "Redis that is full, and quotes what it was to store",
      () =>
        ioredisStore({
          eval: async (_script: string, ...parameters: unknown[]) => {
            if (parameters.some((parameter) => String(parameter).includes("mkd")))
              throw Object.assign(new Error(`OOM ${parameters.join(" ")}`), {
                command: { name: "eval", args: parameters },
              });
            return parameters.length > 3 ? "1" : ["", "", "", "", String(NOW / 1000), "0"];
          },
        }),
    ],
    ...mishaps(["secretAccessKey", "sessionToken"]).map(([what, send]): [string, () => SessionStore] => [
      `DynamoDB, ${what}`,
      () =>
        dynamoDbStore({ table: "sessions", region: "eu-west-1", credentials: callerKeys, fetch: send, now }),
    ]),
  ] satisfies [string, () => SessionStore][]
).map(([name, create]) => ({
  name: `a shared session in ${name}`,
  fail: async ({ print, publish, logger }) => {
    const provider = sharedSession(async () => session, {
      store: print(create()),
      key: "test",
      unsealed: true,
      logger,
      onEvent: publish,
      now,
    });
    await print(provider)();
    return undefined;
  },
}));

const cachePaths: Path[] = [
  {
    name: "a disk cache that cannot be written",
    fail: async ({ publish, print }) => {
      const directory = join(home, "cache-file");
      await mkdir(dirname(directory), { recursive: true });
      await writeFile(directory, secrets.sessionToken);
      const cache = print(diskCache({ directory, onWriteError: publish }));
      await cache.write("key", { ...session });
      return cache.read("key").catch((error: unknown) => error);
    },
  },
  {
    name: "a disk cache whose document is no JSON",
    fail: async ({ publish, print }) => {
      const directory = join(home, "cache-rubbish");
      await mkdir(directory, { mode: 0o700 });
      await writeFile(join(directory, "key.json"), `{"SecretAccessKey":"${secrets.secretAccessKey}`, {
        mode: 0o600,
      });
      return print(diskCache({ directory, onWriteError: publish })).read("key");
    },
  },
];

// ---- the signer ------------------------------------------------------------------------------------------------------

const signing = { region: "eu-west-1", service: "sts", credentials: callerKeys };
const target = {
  method: "POST",
  hostname: "sts.eu-west-1.amazonaws.com",
  path: "/",
  headers: {},
  body: "a=b",
};
const findKey = () => ({ secretAccessKey: secrets.secretAccessKey, sessionToken: secrets.sessionToken });

const identitySigner = createSigner({ credentials: callerKeys });
const audience = { header: "x-server-id", value: "api.example.com" };
const date = new Date(NOW);

const signerPaths: Path[] = (
  [
    [
      "signing with a line break in the token",
      () =>
        signRequest(target, {
          ...signing,
          credentials: { ...callerKeys, sessionToken: `${secrets.sessionToken}\n` },
        }),
    ],
    [
      "signing without a key id",
      () => signRequest(target, { ...signing, credentials: { ...callerKeys, accessKeyId: "" } }),
    ],
    [
      "signing an address that is none",
      () => signRequest(`https://user:${secrets.password}@a b/`, { method: "GET" }, signing),
    ],
    ["presigning for too long", () => presignRequest(target, { ...signing, expiresIn: 1e9 })],
    [
      "a provider that gives half a key",
      () =>
        createSigner({
          ...signing,
          credentials: async () => ({ secretAccessKey: secrets.secretAccessKey }) as never,
        }).sign(target),
    ],
    [
      "verifying with a wrong secret key",
      async () =>
        verify(
          await signRequest(target, { ...signing, credentials: { ...callerKeys, secretAccessKey: "wrong" } }),
          { findKey },
        ),
    ],
    [
      "verifying with a wrong session token",
      async () =>
        verify(
          await signRequest(target, {
            ...signing,
            credentials: { ...callerKeys, sessionToken: `${secrets.bearer}x` },
          }),
          { findKey },
        ),
    ],
    [
      "verifying a request that was changed",
      async () => verify({ ...(await signRequest(target, signing)), body: "changed" }, { findKey }),
    ],
    [
      "verifying what is malformed",
      async () =>
        verify(
          {
            ...target,
            headers: {
              authorization: `AWS4-HMAC-SHA256 Credential=${secrets.bearer}, SignedHeaders=${secrets.bearer}, Signature=${secrets.bearer}`,
              "x-amz-security-token": secrets.sessionToken,
            },
          },
          { findKey },
        ),
    ],
    [
      "verifying when the key store throws",
      async () =>
        verify(await signRequest(target, signing), {
          findKey: () => {
            throw new Error("down");
          },
        }),
    ],
    [
      "a proof for another audience",
      async () =>
        checkCallerIdentity(
          await signCallerIdentity(identitySigner, { region: "eu-west-1", audience, date }),
          { audience: { ...audience, value: "other.example.com" }, now: date },
        ),
    ],
    [
      "an EKS token that is too old",
      async () =>
        checkEksToken(
          (await createEksToken(identitySigner, { region: "eu-west-1", clusterName: "a", date })).token,
          { clusterName: "a", now: new Date(NOW + 3_600_000) },
        ),
    ],
    [
      "an EKS token that is none",
      async () => checkEksToken(`k8s-aws-v1.${secrets.bearer}`, { clusterName: "b" }),
    ],
  ] satisfies [string, () => unknown][]
).map(([name, run]) => ({ name, fail: async () => run() }));

// ---- proofs ----------------------------------------------------------------------------------------------------------

const redeemPaths: Path[] = mishaps(["sessionToken"]).map(([what, send]) => ({
  name: `redeeming a proof, ${what}`,
  asks: true,
  fail: async () => {
    const proof = await signCallerIdentity(identitySigner, { region: "eu-west-1", audience, date });
    const claim = checkCallerIdentity(proof, { audience, now: date });
    if (!claim.ok) throw new Error(`the proof should be good: ${claim.message}`);
    return redeemCallerIdentity(claim, { fetch: (url, init) => send(url, init), clock: () => date });
  },
}));

// ---- the table -------------------------------------------------------------------------------------------------------

const channel = tracingChannel("@org/sts-client:send");
const SHARED = "@org/sts-client:shared-session";

/** Fails in a way, and keeps everything that anybody could see of it. */
async function failureOf({ fail }: Path): Promise<Failure> {
  const printed: unknown[] = [];
  const logged: unknown[] = [];
  const published: unknown[] = [];
  const written: string[] = [];
  const keep = (...lines: unknown[]): void => void logged.push(...lines);
  const publish = (message: unknown): void => void published.push(message);
  const logger = { trace: keep, debug: keep, info: keep, warn: keep, error: keep };
  const recorder: Recorder = {
    print: (value) => (printed.push(value), value),
    publish,
    logger,
    config: {
      region: "eu-west-1",
      credentials: callerKeys,
      maxAttempts: 2,
      inputValidation: undefined,
      logMode: [...MODES],
      logger,
      sleep,
      now,
    },
  };
  const writers = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, "write").mockImplementation((chunk) => Boolean(written.push(String(chunk)))),
  );
  const listen = (warning: Error): void => void written.push(String(warning.stack));
  process.on("warning", listen);
  const listeners = { start: publish, end: publish, asyncStart: publish, asyncEnd: publish, error: publish };
  channel.subscribe(listeners);
  subscribe(SHARED, publish);
  try {
    const error: unknown = await fail(recorder).catch((caught: unknown) => caught);
    // Warnings are told on the next tick.
    await new Promise((resolve) => setImmediate(resolve));
    return { error, printed, logged, published, written: written.join("\n") };
  } finally {
    for (const writer of writers) writer.mockRestore();
    process.off("warning", listen);
    channel.unsubscribe(listeners);
    unsubscribe(SHARED, publish);
  }
}

const everyWriting = writings(secrets);
const families: [name: string, paths: readonly Path[], succeeds?: boolean][] = [
  ["calls of a client", clientPaths],
  ["configuration", configurationPaths],
  ["inputs", inputPaths],
  ["providers that ask a service", requestPaths],
  ["providers that read what is here", localPaths],
  ["providers that the fake service refuses", fakePaths],
  ["shared sessions", storePaths, true],
  ["the disk cache", cachePaths, true],
  ["the signer", signerPaths],
  ["proofs", redeemPaths],
];

describe.each(families)("no secret is shown by %s:", (_family, paths, succeeds = false) => {
  describe.each(paths.map((path) => [path.name, path] as const))("%s", (_name, path) => {
    let failure: Promise<Failure> | undefined;

    test("the call on this path fails", async () => {
      const before = requests;
      const { error } = await (failure ??= failureOf(path));
      expect(requests > before || !path.asks).toBe(true);
      if (succeeds) return;
      expect(error instanceof Error || Object(error).ok === false).toBe(true);
    });

    test.for(forms)("no secret is shown in the form %s", async ([, show]) => {
      expect(leaksIn(show(await (failure ??= failureOf(path))), everyWriting)).toEqual([]);
    });
  });
});
