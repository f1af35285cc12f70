#!/usr/bin/env node
import { readFile, rename, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";

import { createFakeSts, demoUser, type FakeSts } from "../fake/fake.ts";
import type { FakeStsOptions, FakeStsState } from "../fake/fake-options.ts";
import type { LogEntry } from "../log-entry.ts";
import { startStsServer } from "./server.ts";

const USAGE = `Usage: sts-mock [options]

Runs a fake AWS STS for programs in any language.

  -p, --port <number>    port to listen on (default 4599; 0 takes a free one)
      --host <address>   address to listen on (default 127.0.0.1)
  -s, --state <file>     JSON file with "accounts", "users" and "roles" as createFakeSts takes them;
                         written back with "state" when the server stops, so that sessions go on working
  -l, --log <format>     text, json or none (default text)
  -h, --help             print this

Without a state file there is one user with the documentation's example keys.
Point a program at it with AWS_ENDPOINT_URL_STS, or --endpoint-url of the AWS CLI.
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
      state: { type: "string", short: "s" },
      log: { type: "string", short: "l", default: "text" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535)
    throw new TypeError("--port: expected a number from 0 to 65535");
  const write = writerOf(values.log);
  const options = values.state === undefined ? {} : await readState(values.state);
  const sts = createFakeSts({ ...options, log: write, maxCalls: 100 });
  const server = await startStsServer({ sts, port, host: values.host });
  process.stdout.write(`Fake STS on ${server.url}\n${introduction(options, server.url)}`);

  const stop = async (): Promise<void> => {
    try {
      await server.close();
      if (values.state !== undefined) await writeState(values.state, options, sts);
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

function introduction(options: FakeStsOptions, url: string): string {
  if (options.accounts !== undefined || options.users !== undefined || options.roles !== undefined) return "";
  const [key] = demoUser.accessKeys;
  const [device] = demoUser.mfaDevices ?? [];
  return `
  export AWS_ENDPOINT_URL_STS=${url}
  export AWS_REGION=us-east-1
  export AWS_ACCESS_KEY_ID=${key?.accessKeyId ?? ""}
  export AWS_SECRET_ACCESS_KEY=${key?.secretAccessKey ?? ""}

  MFA device ${device?.serialNumber ?? ""}, TOTP secret ${device?.secret ?? ""}

`;
}

async function readState(file: string): Promise<FakeStsOptions> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw error;
  }
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${file}: expected a JSON object with "users", "roles" or "accounts"`);
  }
  const { accounts, users, roles, state } = value as FakeStsOptions; // createFakeSts refuses what it cannot use
  return {
    ...(accounts === undefined ? {} : { accounts }),
    ...(users === undefined ? {} : { users }),
    ...(roles === undefined ? {} : { roles }),
    ...(state === undefined ? {} : { state }),
  };
}

async function writeState(file: string, options: FakeStsOptions, sts: FakeSts): Promise<void> {
  const state: FakeStsState = sts.exportState();
  // Renamed into place, so that a second interrupt cannot leave half a file. It holds a key: only the owner reads it.
  await writeFile(`${file}.tmp`, `${JSON.stringify({ ...options, state }, undefined, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.tmp`, file);
}
