#!/usr/bin/env node
import { parseArgs } from "node:util";

import { createFakeSts, demoRole, demoUser, type FakeSts } from "../fake/fake.ts";
import type { FakeStsOptions } from "../fake/fake-options.ts";
import type { RoleOptions } from "../fake/principals.ts";
import { createTestIssuer } from "../fake/test-issuer.ts";
import type { LogEntry } from "../log-entry.ts";
import { readJsonFile, replaceFile } from "./json-file.ts";
import { startStsServer } from "./server.ts";

const USAGE = `Usage: sts-mock [options]

Runs a fake AWS STS for programs in any language.

  -p, --port <number>        port to listen on (default 4599; 0 takes a free one)
      --host <address>       address to listen on (default 127.0.0.1)
  -c, --config <file>        JSON file with the options of createFakeSts: "accounts", "users", "roles", "oidcProviders",
                             "samlProviders" and others; read only
  -s, --state <file>         JSON file in which the fake remembers its sessions and used codes; replaced whenever they
                             change. Without --config it may hold the options too, which are kept
      --issue-token <claims> makes a web identity token, such as sub=build,aud=sts.amazonaws.com, that the fake verifies
      --token-file <file>    writes that token into a file (default: it is printed)
  -f, --format <format>      prints the settings for a program as env, json or powershell, and nothing else
  -l, --log <format>         text, json or none (default text)
  -h, --help                 print this

Without users, roles or accounts there is one user with the documentation's example keys.
Point a program at it with AWS_ENDPOINT_URL_STS, or --endpoint-url of the AWS CLI. A program that does not know this
variable asks the real STS instead: see the guide "Testing code that calls STS" for the versions that do.
`;

try {
  await main();
} catch (error) {
  fail(error);
}

function fail(error: unknown): void {
  process.stderr.write(`sts-mock: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", short: "p", default: "4599" },
      host: { type: "string", default: "127.0.0.1" },
      config: { type: "string", short: "c" },
      state: { type: "string", short: "s" },
      "issue-token": { type: "string" },
      "token-file": { type: "string" },
      format: { type: "string", short: "f" },
      log: { type: "string", short: "l", default: "text" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) {
    throw new TypeError("--port: expected a number from 0 to 65535");
  }
  const log = writerOf(values.log);
  const writeSettings = settingsWriterOf(values.format);
  if (values["token-file"] !== undefined && values["issue-token"] === undefined) {
    throw new TypeError("--token-file: there is no token to write; give --issue-token too");
  }

  const { options, kept } = await readOptions(values.config, values.state);
  const token =
    values["issue-token"] === undefined ? undefined : await issueToken(values["issue-token"], options);
  if (token !== undefined && values["token-file"] !== undefined) {
    await replaceFile(values["token-file"], token.text);
  }
  const sts = createFakeSts({ ...options, ...token?.options, log, maxCalls: 100 });
  const save = values.state === undefined ? undefined : stateSaver(values.state, kept, sts);
  await save?.();
  const server = await startStsServer({
    sts: save === undefined ? sts : saving(sts, save),
    port,
    host: values.host,
  });

  const settings = settingsOf(server.url, { ...options, ...token?.options }, token, values["token-file"]);
  const headline = values.format === undefined ? `Fake STS on ${server.url}\n` : "";
  if (values.log === "json" && values.format === undefined) {
    // Standard output is for the lines of the log.
    process.stdout.write(headline);
    process.stderr.write(writeSettings(settings));
  } else {
    process.stdout.write(headline + writeSettings(settings));
  }

  const stop = async (): Promise<void> => {
    try {
      await server.close();
    } catch (error) {
      fail(error);
    }
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());
}

function writerOf(format: string): (entry: LogEntry) => void {
  if (format === "none") return () => {};
  if (format === "json") return (entry) => process.stdout.write(`${JSON.stringify(entry)}\n`);
  if (format === "text") return (entry) => process.stdout.write(formatEntry(entry));
  throw new TypeError("--log: expected text, json or none");
}

function formatEntry(entry: LogEntry): string {
  const {
    time,
    operation = "?",
    input,
    accessKeyId = "unsigned",
    outcome,
    statusCode,
    message,
    notes,
  } = entry;
  const lines = [
    `${time.toISOString()} ${statusCode} ${operation} ${outcome} (${accessKeyId}) ${JSON.stringify(input)}`,
    ...(message === undefined ? [] : [message]),
    ...notes,
  ];
  return `${lines.join("\n").replaceAll("\n", "\n    ")}\n`;
}

/** What a program needs to use the fake. */
interface Settings {
  readonly variables: Readonly<Record<string, string>>;
  /** What a person may want to know as well. */
  readonly remarks: readonly string[];
}

function settingsWriterOf(format: string | undefined): (settings: Settings) => string {
  const lines = (
    variables: Settings["variables"],
    write: (name: string, value: string) => string,
  ): string[] => Object.entries(variables).map(([name, value]) => write(name, value));
  const env = (name: string, value: string): string =>
    `export ${name}=${/^[\w./:@%+=,-]*$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`}`;
  switch (format) {
    case undefined:
      return ({ variables, remarks }) =>
        `\n${[...lines(variables, env), ...(remarks.length === 0 ? [] : ["", ...remarks])].map((line) => (line === "" ? "" : `  ${line}`)).join("\n")}\n\n`;
    case "env":
      return ({ variables }) => `${lines(variables, env).join("\n")}\n`;
    case "json":
      return ({ variables }) => `${JSON.stringify(variables)}\n`;
    case "powershell":
      return ({ variables }) =>
        `${lines(variables, (name, value) => `$env:${name} = '${value.replaceAll("'", "''")}'`).join("\n")}\n`;
    default:
      throw new TypeError("--format: expected env, json or powershell");
  }
}

function settingsOf(
  url: string,
  options: FakeStsOptions,
  token: IssuedToken | undefined,
  tokenFile: string | undefined,
): Settings {
  const isDemo = hasNobody(options) || options.users?.[0] === demoUser;
  const users = isDemo ? [demoUser] : (options.users ?? []);
  const key = users
    .flatMap(({ accessKeys }) => accessKeys)
    .find(({ status = "Active" }) => status === "Active");
  const devices = users.flatMap(({ name, mfaDevices = [] }) =>
    mfaDevices.map(({ serialNumber = `arn:aws:iam::123456789012:mfa/${name}` }) => serialNumber),
  );
  const [device] = demoUser.mfaDevices ?? [];
  return {
    variables: {
      AWS_ENDPOINT_URL_STS: url,
      AWS_REGION: "us-east-1",
      // The AWS CLI 1 and boto3 know only this name.
      AWS_DEFAULT_REGION: "us-east-1",
      ...(key && { AWS_ACCESS_KEY_ID: key.accessKeyId, AWS_SECRET_ACCESS_KEY: key.secretAccessKey }),
      ...(token?.roleArn !== undefined && { AWS_ROLE_ARN: token.roleArn }),
      ...(token &&
        (tokenFile === undefined
          ? { WEB_IDENTITY_TOKEN: token.text }
          : { AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile })),
    },
    remarks: devices.map((serialNumber) =>
      // Only the example's secret is shown: others may be real.
      isDemo
        ? `MFA device ${serialNumber}, TOTP secret ${device?.secret ?? ""}`
        : `MFA device ${serialNumber}`,
    ),
  };
}

function hasNobody({ accounts, users, roles, services }: FakeStsOptions): boolean {
  return [accounts, users, roles, services].every((given) => given === undefined);
}

/** Options of the fake, and what the state file contains besides the state. */
async function readOptions(
  configFile: string | undefined,
  stateFile: string | undefined,
): Promise<{ readonly options: FakeStsOptions; readonly kept: object }> {
  const config = configFile === undefined ? undefined : await readJsonFile(configFile, { links: "followed" });
  if (configFile !== undefined && config === undefined)
    throw new TypeError(`${configFile}: there is no such file`);
  const stored = stateFile === undefined ? undefined : await readJsonFile(stateFile, { links: "refused" });
  if (config !== undefined && "state" in config) {
    throw new TypeError(
      `${configFile}: "state" belongs into the file of --state, because this one is only read`,
    );
  }
  const extra = Object.keys(stored ?? {}).find((name) => name !== "state");
  if (config !== undefined && extra !== undefined) {
    throw new TypeError(
      `${stateFile}: "${extra}" belongs into the file of --config; with it, this one holds "state" only`,
    );
  }
  const { $schema: _, ...options } = { ...stored, ...config };
  return { options, kept: config === undefined ? { ...stored } : {} }; // createFakeSts refuses what it cannot use
}

/** Writes the state if it has changed since the last time. */
function stateSaver(file: string, kept: object, sts: FakeSts): () => Promise<void> {
  let saved = "";
  let writing = Promise.resolve();
  return async () => {
    const state = sts.exportState();
    const text = `${JSON.stringify({ ...kept, state }, undefined, 2)}\n`;
    if (text !== saved) {
      saved = text;
      // After a failure, such as a full disk, the next call tries again.
      writing = writing
        .catch(() => {})
        .then(() => replaceFile(file, text))
        .catch((error: unknown) => {
          saved = "";
          throw error;
        });
    }
    await writing;
  };
}

/** A response is sent only when the codes that it used up are in the file, so that no crash makes them valid again. */
function saving(sts: FakeSts, save: () => Promise<void>): FakeSts {
  return {
    ...sts,
    respond: async (request) => {
      const response = await sts.respond(request);
      await save();
      return response;
    },
  };
}

interface IssuedToken {
  readonly text: string;
  readonly options: FakeStsOptions;
  readonly roleArn: string | undefined;
}

/** Creates an issuer for which the fake has a provider, and a token from it. If you give no roles, there is one that trusts it. */
async function issueToken(text: string, options: FakeStsOptions): Promise<IssuedToken> {
  const claims = parseClaims(text);
  const audience = [claims["aud"] ?? "sts.amazonaws.com"].flat().map(String);
  const url = typeof claims["iss"] === "string" ? claims["iss"] : "https://oidc.example.com";
  if (options.oidcProviders?.some((provider) => provider.url === url)) {
    throw new TypeError(
      `--issue-token: the options already have a provider for ${url} with its own keys; leave it out, or give the token another iss`,
    );
  }
  const issuer = await createTestIssuer({ url, clientIds: audience });
  const role: RoleOptions = {
    name: "web",
    trustPolicy: {
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: {
          Federated: `arn:aws:iam::123456789012:oidc-provider/${url.replace(/^https?:\/\//, "")}`,
        },
        Action: ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
      },
    },
  };
  return {
    text: await issuer.issueToken(claims),
    options: {
      oidcProviders: [...(options.oidcProviders ?? []), issuer.provider],
      ...(hasNobody(options) && { users: [demoUser], roles: [demoRole, role] }),
    },
    roleArn: hasNobody(options) ? "arn:aws:iam::123456789012:role/web" : undefined,
  };
}

/** Reads `sub=build,aud=one,aud=two`; a claim given twice becomes a list. */
function parseClaims(text: string): Record<string, unknown> {
  const claims = new Map<string, unknown>();
  for (const part of text.split(",")) {
    const at = part.indexOf("=");
    const name = part.slice(0, at).trim();
    if (at < 0 || name === "") {
      throw new TypeError("--issue-token: expected claims such as sub=build,aud=sts.amazonaws.com");
    }
    const value = ["exp", "iat", "nbf"].includes(name) ? Number(part.slice(at + 1)) : part.slice(at + 1);
    if (Number.isNaN(value)) throw new TypeError(`--issue-token: ${name} is a number of seconds since 1970`);
    claims.set(name, claims.has(name) ? [claims.get(name), value].flat() : value);
  }
  return Object.fromEntries(claims);
}
