import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";

import { onAbort } from "../../call/on-abort.ts";
import { identityFromJson, parseObject } from "./credential-json.ts";
import { withSource } from "./credential-source.ts";
import { CredentialsProviderError } from "../../errors/credentials-provider-error.ts";
import type { CredentialsProvider } from "../provider.ts";
import { findProfile } from "../files/find-profile.ts";
import { readSharedConfig, selectedProfile } from "../files/read-shared-config.ts";
import type { SharedConfigOptions } from "../files/read-shared-config.ts";

/** Options of {@link fromProcess}. */
export interface FromProcessOptions extends SharedConfigOptions {
  /**
   * Profile whose `credential_process` is run. Default: the calling client's, else `AWS_PROFILE`, else `default`.
   */
  readonly profile?: string | undefined;
  /** Milliseconds the process may take before it is killed. Default 60 000; it may be waiting for a person. */
  readonly timeoutMs?: number | undefined;
  /**
   * Where the process's error output goes: to ours, so that it can talk to a person, or nowhere. Default `inherit`.
   */
  readonly stderr?: "inherit" | "ignore" | undefined;
  /** Clock in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * Credentials printed by the program that a profile names as `credential_process`, run in the system's shell.
 *
 * Neither the command line nor the program's output appears in an error: both may contain secrets.
 *
 * @throws `CredentialsProviderError` `ERR_PROFILE_NOT_FOUND`, `ERR_CREDENTIALS_NOT_CONFIGURED` (profile
 * without the key), `ERR_PROCESS_FAILED`, `ERR_PROCESS_TIMEOUT`, `ERR_CREDENTIALS_MALFORMED`,
 * `ERR_CREDENTIALS_EXPIRED`.
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html Process credentials}
 */
export function fromProcess(options: FromProcessOptions = {}): CredentialsProvider {
  return async (asked) => {
    const { timeoutMs = 60_000, stderr = "inherit", now = Date.now } = options;
    const name = selectedProfile(options.profile ?? asked?.callerClientConfig?.profile, options.env);
    const section = findProfile(await readSharedConfig(options), name);
    const command = section["credential_process"];
    if (command === undefined) {
      throw new CredentialsProviderError(
        "ERR_CREDENTIALS_NOT_CONFIGURED",
        `profile "${name}" has no credential_process`,
        { profile: name },
      );
    }
    const text = await run({
      // A value that continues on further lines is one command, not one per line.
      command: command.replace(/\s*\n\s*/g, " "),
      profile: name,
      timeoutMs,
      stderr,
      env: options.env,
      abortSignal: asked?.abortSignal,
    });
    const json = parseObject(text);
    const origin = `credential_process of profile "${name}"`;
    if (json !== undefined && json["Version"] !== 1) {
      throw new CredentialsProviderError("ERR_CREDENTIALS_MALFORMED", `${origin} must return "Version": 1`, {
        profile: name,
      });
    }
    const identity = identityFromJson(json, origin, ["AccessKeyId", "SecretAccessKey"], { profile: name });
    const serviceTime = now() + (asked?.callerClientConfig?.systemClockOffset ?? 0);
    // New credentials are used whatever the local clock says, unless they expired over a day ago: no clock is that wrong.
    if (identity.expiration !== undefined && identity.expiration.getTime() + DAY_MS < serviceTime) {
      throw new CredentialsProviderError(
        "ERR_CREDENTIALS_EXPIRED",
        `${origin} returned expired credentials`,
        {
          profile: name,
        },
      );
    }
    const accountId = identity.accountId ?? section["aws_account_id"];
    return withSource({ ...identity, ...(accountId && { accountId }) }, "CREDENTIALS_PROCESS", "w");
  };
}

const DAY_MS = 86_400_000;

// Enough for any credentials; a process that prints more is printing something else.
const MAX_OUTPUT_BYTES = 1_048_576;

interface ProcessRun {
  readonly command: string;
  readonly profile: string;
  readonly timeoutMs: number;
  readonly stderr: "inherit" | "ignore";
  readonly env: SharedConfigOptions["env"];
  readonly abortSignal: AbortSignal | undefined;
}

function run({ command, profile, timeoutMs, stderr, env, abortSignal }: ProcessRun): Promise<string> {
  return new Promise((resolve, reject) => {
    // Not in a separate process group, which would take the terminal away from a program that asks a person.
    const child = spawn(command, {
      shell: true,
      windowsHide: true,
      stdio: ["inherit", "pipe", stderr],
      ...(env && { env: { ...env } }),
    });
    const chunks: Buffer[] = [];
    let size = 0;
    const fail = (code: "ERR_PROCESS_FAILED" | "ERR_PROCESS_TIMEOUT", what: string): void => {
      clearTimeout(timer);
      end(child);
      child.stdout?.destroy();
      reject(
        new CredentialsProviderError(code, `credential_process of profile "${profile}" ${what}`, { profile }),
      );
    };
    const timer = setTimeout(
      () =>
        fail(
          "ERR_PROCESS_TIMEOUT",
          `did not end within ${timeoutMs} ms; raise the limit if it waits for a person`,
        ),
      timeoutMs,
    );
    const stopListening =
      abortSignal &&
      onAbort(abortSignal, () => {
        clearTimeout(timer);
        end(child);
        child.stdout?.destroy();
        reject(abortSignal.reason);
      });
    child.once("close", () => stopListening?.());
    child.on("error", () => fail("ERR_PROCESS_FAILED", "could not be started"));
    child.stdout?.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MAX_OUTPUT_BYTES) fail("ERR_PROCESS_FAILED", `printed more than ${MAX_OUTPUT_BYTES} bytes`);
    });
    child.on("close", (status, signal) => {
      if (status === 0) {
        clearTimeout(timer);
        resolve(Buffer.concat(chunks).toString("utf8"));
      } else {
        fail(
          "ERR_PROCESS_FAILED",
          `ended with ${signal ?? `status ${status}`}; run it in a terminal to see why`,
        );
      }
    });
  });
}

// Ends what the shell started, if the system has a program for that, and then the shell.
function end(shell: ChildProcess): void {
  if (shell.exitCode !== null || shell.signalCode !== null || shell.pid === undefined) return;
  const pid = String(shell.pid);
  const [command, ...options] =
    process.platform === "win32" ? ["taskkill", "/T", "/F", "/PID"] : ["pkill", "-KILL", "-P"];
  const killer = spawn(command, [...options, pid], { stdio: "ignore", windowsHide: true });
  killer.on("error", () => shell.kill("SIGKILL"));
  killer.on("close", () => shell.kill("SIGKILL"));
}
