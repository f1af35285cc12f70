import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

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
  totp,
} from "@org/sts-client/credentials";
import {
  fromContainerMetadata,
  fromIni,
  fromLoginCredentials,
  fromProcess,
  fromSSO,
  fromTokenFile,
} from "@org/sts-client/credentials/node";

import { createLoginKey, loginPath, ssoPath, writeJson } from "../sign-in-services.ts";
import { createWorld, roleArn, userKeys } from "../sts-world.ts";
import { faultXml, mishaps, responding, words } from "./hostile-services.ts";
import {
  NOW,
  type Path,
  PrincipalArn,
  type Recorder,
  type SecretName,
  callerKeys,
  home,
  now,
  role,
  secrets,
  serialNumber,
  sleep,
} from "./secrets.ts";

export type Create = (
  send: typeof fetch,
  recorder: Recorder,
) => CredentialsProvider | Promise<CredentialsProvider>;
export const clientConfigOf = ({ config }: Recorder, fetch: typeof globalThis.fetch) =>
  ({ ...config, credentials: undefined, fetch }) as object;

export const loginKey = createLoginKey();
export const login = "arn:aws:iam::123456789012:user/alice";
export const isoDate = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

export async function signInHome(name: string): Promise<string> {
  const folder = join(home, name.replaceAll(/\W/g, "-"));
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, "config"),
    `[profile sso]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Developer\n[sso-session corp]\nsso_start_url = https://example.com/start\nsso_region = eu-west-1\n[profile login]\nlogin_session = ${login}\nregion = eu-west-1\n`,
  );
  return folder;
}
export let folders = 0;

export async function ssoProvider(send: typeof fetch, expiresAt: number): Promise<CredentialsProvider> {
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

export async function loginProvider(send: typeof fetch): Promise<CredentialsProvider> {
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

export const sessionProviders: [name: string, secrets: SecretName[], create: Create][] = [
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

export const askingProviders: [name: string, secrets: SecretName[], create: Create][] = [
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
export const few = (names: readonly SecretName[]): [name: string, send: typeof fetch][] =>
  mishaps(names).filter(([what]) => /in a message$|in JSON$|throws the secrets in its message/.test(what));

export const requestPaths: Path[] = [
  ...sessionProviders.map((row) => ({ row, choose: few })),
  ...askingProviders.map((row) => ({ row, choose: mishaps })),
].flatMap(({ row: [source, names, create], choose }) =>
  choose(names).map(([what, send]) => ({
    name: `credentials of ${source}, ${what}`,
    asks: true,
    fail: async (recorder: Recorder) => recorder.print(await create(send, recorder))(),
  })),
);

export async function profile(text: string): Promise<object> {
  const path = join(home, `profile-${(folders += 1)}`);
  await writeFile(path, text);
  return { configFilepath: path, filepath: join(home, "none"), env: {}, stderr: "ignore", now };
}
export async function file(text: string): Promise<string> {
  const path = join(home, `file-${(folders += 1)}`);
  await writeFile(path, text);
  return path;
}
export const printing = async (output: string, status = 0): Promise<object> =>
  profile(
    `[default]\ncredential_process = printf '%s' '${output}'; printf '%s' '${output}' >&2; exit ${status}\n`,
  );
export const profileKeys = `aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = ${secrets.secretAccessKey}\naws_session_token = ${secrets.sessionToken}\n`;
export const { processOutput } = secrets;
export const refused = responding(403, faultXml("AccessDenied", "No"));

export const localPaths: Path[] = (
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
export const world = await createWorld();
export const strict = { clientConfig: world.clientConfig, now: world.now };
export const wrongKey = { accessKeyId: userKeys.accessKeyId, secretAccessKey: secrets.secretAccessKey };
export const fakePaths: Path[] = (
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
