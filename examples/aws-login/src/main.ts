#!/usr/bin/env node
import { spawn } from "node:child_process";
import { once } from "node:events";

import { GetCallerIdentityCommand, STSClient } from "@org/sts-client";
import type { AwsCredentialIdentity, MfaCodeSource } from "@org/sts-client/credentials";
import { terminalPrompt } from "@org/sts-client/credentials/node";
import { createConsoleUrl } from "@org/sts-signer/console";

import { type Arguments, HELP, readArguments, UsageError } from "./arguments.ts";
import { findCredentials, findRegion } from "./find-credentials.ts";
import { formatCredentials, formatTimeLeft, toEnvironment } from "./format-credentials.ts";
import { createProgress } from "./progress.ts";

const progress = createProgress();

async function main(argv: readonly string[]): Promise<number> {
  const options = readArguments(argv);
  const { command, profile, format, program } = options;
  if (command === "help") {
    console.log(HELP);
    return 0;
  }
  const credentials = await logIn(options);
  if (command === "run") return await run(program, credentials);
  if (command === "export") console.log(formatCredentials(credentials, format));
  else if (command === "console") console.log(await linkToConsole(options, credentials));
  else await sayWho(profile, credentials);
  return 0;
}

async function logIn({ profile, code }: Arguments): Promise<AwsCredentialIdentity> {
  const waiting = `Getting credentials of profile ${profile}`;
  const mfaCodeSource: MfaCodeSource = async (request) => {
    if (code !== undefined) return code;
    progress.stop();
    const typed = await terminalPrompt()(request);
    progress.start(waiting);
    return typed;
  };
  refuseToAskItself(profile);
  progress.start(waiting);
  const provider = await findCredentials(profile, mfaCodeSource);
  return await provider().finally(progress.stop);
}

// A profile whose credential_process is this program, with the same profile, would start it endlessly.
function refuseToAskItself(profile: string): void {
  const asked = process.env["AWS_LOGIN_ASKED"]?.split("\n") ?? [];
  if (asked.includes(profile))
    throw new UsageError(
      `profile "${profile}" asks aws-login for credentials of itself: name another in credential_process`,
    );
  process.env["AWS_LOGIN_ASKED"] = [...asked, profile].join("\n");
}

async function sayWho(profile: string, credentials: AwsCredentialIdentity): Promise<void> {
  progress.start("Asking STS who this is");
  const client = new STSClient({ profile, credentials, region: await findRegion(profile) });
  const { Account, Arn } = await client.send(new GetCallerIdentityCommand({})).finally(progress.stop);
  console.log(`Account  ${Account}\nArn      ${Arn}`);
  if (credentials.expiration) console.log(`Expires  ${formatTimeLeft(credentials.expiration)}`);
}

async function linkToConsole(
  { profile, destination }: Arguments,
  credentials: AwsCredentialIdentity,
): Promise<string> {
  progress.start("Asking for a sign-in token");
  // The address of the federation endpoint can be set, as that of STS can be with AWS_ENDPOINT_URL_STS.
  const endpoint = process.env["AWS_ENDPOINT_URL_SIGNIN"];
  const send = (url: string, init: RequestInit): Promise<Response> =>
    fetch(endpoint === undefined ? url : new URL(new URL(url).search, endpoint), init);
  // China and GovCloud have their own consoles.
  const options = { credentials, destination, region: await findRegion(profile), fetch: send };
  return await createConsoleUrl(options).finally(progress.stop);
}

async function run(
  [program = "", ...parameters]: readonly string[],
  credentials: AwsCredentialIdentity,
): Promise<number> {
  const { AWS_PROFILE: _profile, AWS_LOGIN_ASKED: _asked, ...environment } = process.env;
  const env = { ...environment, ...toEnvironment(credentials) };
  const child = spawn(program, parameters, { stdio: "inherit", env });
  // Ctrl-C goes to the program too, which decides how to react.
  process.on("SIGINT", () => undefined);
  const [status] = await once(child, "exit");
  return typeof status === "number" ? status : 1;
}

// Whatever was thrown, these are only read.
interface Failure {
  readonly message?: string;
  readonly code?: string;
  readonly hint?: string;
}

const HINTS: Readonly<Record<string, string>> = {
  ERR_MFA_CODE_REQUIRED: "run `aws-login whoami` with the same profile in a terminal first, or give --code",
  ERR_CREDENTIALS_INVALID: "the console takes the session of a role: choose a profile with role_arn",
  ERR_FEDERATION_REFUSED: "the console takes the session of a role: choose a profile with role_arn",
};

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  progress.stop();
  const { message = String(error), code = "", hint = HINTS[code] } = Object(error) as Failure;
  console.error(`aws-login: ${message}`);
  if (error instanceof UsageError) console.error("Try: aws-login --help");
  if (hint !== undefined) console.error(`Hint: ${hint}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
