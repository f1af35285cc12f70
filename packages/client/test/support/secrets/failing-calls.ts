import { type TracerProvider } from "@opentelemetry/api";
import {
  AssumeRoleCommand,
  AssumeRoleWithSAMLCommand,
  AssumeRoleWithWebIdentityCommand,
  STSClient,
  type STSClientConfig,
} from "@org/sts-client";
import { createNodeHandler } from "@org/sts-client/node";
import { tracing } from "@org/sts-client/opentelemetry";

import { faultXml, mishaps, responding } from "./hostile-services.ts";
import {
  type Path,
  PrincipalArn,
  type Recorder,
  type SecretName,
  role,
  secrets,
  serialNumber,
  callerKeys,
} from "./secrets.ts";

export const calls: [name: string, secrets: SecretName[], command: () => AssumeRoleCommand][] = [
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

export const clientPaths: Path[] = calls.flatMap(([operation, names, command]) =>
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

export function span(publish: (value: unknown) => void): object {
  return new Proxy(
    {},
    {
      get: (_target, name) =>
        name === "spanContext" ? () => ({}) : (...parameters: unknown[]) => publish([name, ...parameters]),
    },
  );
}

export const send = (config: STSClientConfig, more: STSClientConfig, { print }: Recorder): Promise<unknown> =>
  print(new STSClient({ ...config, ...more })).send(
    print(new AssumeRoleCommand({ ...role, ExternalId: secrets.externalId })),
  );
export const oddKeys = (member: string, value: string): STSClientConfig => ({
  credentials: { ...callerKeys, [member]: value },
  fetch: responding(200, ""),
});

export const configurationPaths: Path[] = (
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

export const inputPaths: Path[] = (
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
